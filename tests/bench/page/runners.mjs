// Where evaluators run: a process of Node for each, or a page of Chromium for each. Both are told what to do by `ask(name, ...given)`.
import { fork } from "node:child_process";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { launch } from "../../support/browser.mjs";
import { bundle } from "./bundle.mjs";

/** Nothing takes longer: whoever does is stuck. */
const MOST_MS = 120_000;

/** Starts a peer in a process of its own: `{ ask, end }`. `files` are its configurations, and its `wasm`. */
export async function inNode(after, peer, { folder, files }) {
  const file = join(folder, `${peer.id}.cjs`);
  await bundle(peer.id, "node", file);
  const env = { ...process.env, HALYARD_BENCH_FILES: JSON.stringify(files), NODE_OPTIONS: "" };
  const child = fork(file, { execArgv: ["--expose-gc"], serialization: "advanced", stdio: ["ignore", "ignore", "pipe", "ipc"], env });
  const waiting = new Map();
  let [said, count] = ["", 0];
  child.stderr.on("data", (bytes) => (said = (said + bytes).slice(-2000)));
  const answer = (id) => new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  const started = answer(0);
  child.on("message", ({ id, value, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(value);
  });
  child.once("exit", (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`its process ended (${signal ?? code}): ${said}`));
  });
  const end = () => child.kill("SIGKILL");
  after(end);
  await started;
  return {
    ask(name, ...given) {
      count += 1;
      const asked = answer(count);
      child.send({ id: count, name, given });
      return within(asked, name);
    },
    end,
  };
}

/** Starts a browser with a page for each peer, on a site of its own: `(peer, files) → { ask, end }`, and the browser's version. */
export async function chromium(after, folder) {
  const browser = await launch("--js-flags=--expose-gc");
  after(() => browser.close());
  const open = async (peer, { files }) => {
    await bundle(peer.id, "page", join(folder, `${peer.id}.page.js`));
    const server = await serve(after, { ...files, script: join(folder, `${peer.id}.page.js`) });
    const page = await browser.newPage();
    page.setDefaultTimeout(MOST_MS);
    let said = "";
    page.on("pageerror", (error) => (said = String(error)));
    await page.goto(`http://${peer.id}.localhost:${server.port}/`);
    if (!(await page.evaluate(() => "bench" in window))) throw new Error(`its page does not start: ${said}`);
    const run = ([name, given]) => window.bench[name](...given);
    return { ask: (name, ...given) => within(page.evaluate(run, [name, given]), name), end: () => page.close() };
  };
  return { open, version: browser.version() };
}

/** These files at 127.0.0.1, with the headers that give a page a finer clock. */
async function serve(after, files) {
  const isolated = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
  const server = createServer(async ({ url }, response) => {
    if (url === "/") return response.writeHead(200, { ...isolated, "content-type": "text/html" }).end('<!doctype html><script src="/script"></script>');
    const file = files[url.slice(1)];
    if (!file) return response.writeHead(404).end();
    const { size } = await stat(file);
    response.writeHead(200, { ...isolated, "content-type": url === "/script" ? "text/javascript" : "application/octet-stream", "content-length": size });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: server.address().port };
}

function within(work, name) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`\`${name}\` took more than ${MOST_MS / 1000} s`)), MOST_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

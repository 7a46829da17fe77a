// workerd itself, without miniflare before it: what a request costs in there, and nothing else.
import { spawn } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseJsonc } from "../../crates/xtask/node/jsonc.mjs";
import { BINDING } from "../support/bucket.mjs";
import { built, DIST, folder, freePort, until, WRANGLER } from "../support/place.mjs";

const WASM = "halyard_worker_bg.wasm";
/** What a module is, by the end of its name. */
const KINDS = { js: "esModule", wasm: "wasm", bin: "data" };
// The bucket is wrapped once: with a real one there is nothing to wrap.
const ENTRY = `
import worker from "./index.js";
import { bucketAt } from "./bucket.js";
let around;
export default { fetch: (request, env, ctx) => worker.fetch(request, (around ??= { ...env, BUCKET: bucketAt(env.BUCKET_URL) }), ctx) };
`;
const EMPTY = 'export default { fetch: () => new Response("an empty worker\\n") };\n';

/** What a worker is compared with: it answers 200 with a few bytes. */
export const empty = (after) => start(after, { modules: [["index.js", EMPTY]], bindings: {} });

/** What a worker without a node would still cost: it reads the body, and answers these bytes with these headers. */
export function canned(after, { headers, bytes }) {
  const script = `const body = new Uint8Array(${JSON.stringify([...bytes])});
const answer = new Response(null, { headers: ${JSON.stringify(headers)} });
export default { async fetch(request) { await request.arrayBuffer(); return new Response(body, answer); } };
`;
  return start(after, { modules: [["index.js", script]], bindings: {} });
}

/** dist/worker over a bucket. */
export async function node(after, bucket, vars = {}) {
  built();
  const at = (name) => readFile(join(DIST, "worker", name));
  const { vars: given } = parseJsonc(await readFile(WRANGLER, "utf8"));
  const modules = [["entry.js", ENTRY], ["bucket.js", BINDING], ["index.js", await at("index.js")], [WASM, await at(WASM)]];
  return start(after, { modules, bindings: { ...given, ...vars, BUCKET_URL: bucket.url }, cache: new URL(bucket.url).host });
}

/** Starts one: `{ port, url, pid, cpu, stop }`. It listens when this resolves, and nobody has asked it anything. */
export async function start(after, { modules, bindings, cache }) {
  const at = await folder(after);
  for (const [name, contents] of modules) await writeFile(join(at, name), contents);
  const port = await freePort();
  const { compatibility_date: date } = parseJsonc(await readFile(WRANGLER, "utf8"));
  await writeFile(join(at, "config.capnp"), config({ names: modules.map(([name]) => name), bindings, date, port, cache }));
  const child = spawn(binary(), ["serve", join(at, "config.capnp"), "--control-fd=3"], { stdio: ["ignore", "pipe", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (said = (said + bytes).slice(-5000)));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  after(stop);
  let control = "";
  child.stdio[3].on("data", (bytes) => (control += bytes));
  await Promise.race([until("workerd listens", () => control.includes('"listen"'), { every: 2 }), ended.then((code) => Promise.reject(new Error(`workerd ended with ${code}:\n${said}`)))]);
  return { port, url: `http://127.0.0.1:${port}`, pid: child.pid, cpu: () => cpu(child.pid), stop, log: () => said };
}

/** Nanoseconds of CPU that a process has had, all its threads together; finer than utime + stime, which count ticks of 10 ms. */
async function cpu(pid) {
  let sum = 0;
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, "utf8").catch(() => "0");
    sum += Number(text.split(" ")[0]);
  }
  return sum;
}

const binary = () => resolve(createRequire(import.meta.url), "workerd").default;

/** What ran it, for whoever compares figures. */
export function tools() {
  const { version } = resolve(createRequire(import.meta.url), "workerd/package.json");
  return `workerd ${version}, Node ${process.versions.node}`;
}

/** workerd is miniflare's dependency, not ours. */
function resolve(require, name) {
  return require(require.resolve(name, { paths: [require.resolve("miniflare")] }));
}

function config({ names, bindings, date, port, cache }) {
  const kind = (name) => KINDS[name.slice(name.lastIndexOf(".") + 1)];
  const module = (name) => `(name = ${JSON.stringify(name)}, ${kind(name)} = embed ${JSON.stringify(name)})`;
  const binding = ([name, value]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(String(value))})`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (modules = [${names.map(module).join(", ")}], bindings = [${Object.entries(bindings).map(binding).join(", ")}], compatibilityDate = "${date}", globalOutbound = "net"${cache ? ', cacheApiOutbound = "cache"' : ""})),
    ${cache ? `(name = "cache", external = (address = "${cache}", http = ())),` : ""}
    (name = "net", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`;
}

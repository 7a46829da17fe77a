// A node: dist/worker in a workerd of its own, over a bucket that other processes use too.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Log, LogLevel, Miniflare } from "miniflare";
import { parseJsonc } from "../../crates/xtask/node/jsonc.mjs";
import { BINDING } from "./bucket.mjs";
import { built, DIST, freePort, WRANGLER } from "./place.mjs";

const WASM = "halyard_worker_bg.wasm";
const ENTRY = `
import worker from "./index.js";
import { bucketAt } from "./bucket.js";
export default { fetch: (request, env, ctx) => worker.fetch(request, { ...env, BUCKET: bucketAt(env.BUCKET_URL) }, ctx) };
`;

/** miniflare's own words are of no use to a reader of test results. */
class Quiet extends Log {
  log() {}
}

/**
 * Starts it: `{ url, stop, log }`. `wasm` takes the module's place and `host` the script's, `cache` is a folder for the local cache, `assets`
 * answers for the app's files, `vars` are over wrangler.jsonc's.
 */
export async function startNode(bucket, { wasm, host, cache, assets, vars = {}, port } = {}) {
  built();
  const folder = join(DIST, "worker");
  const config = parseJsonc(await readFile(WRANGLER, "utf8"));
  const listening = port ?? (await freePort());
  let said = "";
  const miniflare = new Miniflare({
    name: "halyard",
    modules: [
      { type: "ESModule", path: join(folder, "entry.js"), contents: ENTRY },
      { type: "ESModule", path: join(folder, "bucket.js"), contents: BINDING },
      { type: "ESModule", path: join(folder, "index.js"), contents: host ?? (await readFile(join(folder, "index.js"), "utf8")) },
      { type: "CompiledWasm", path: join(folder, WASM), contents: wasm ?? (await readFile(join(folder, WASM))) },
    ],
    modulesRoot: folder,
    compatibilityDate: config.compatibility_date,
    bindings: { ...config.vars, ...vars, BUCKET_URL: bucket.url },
    host: "127.0.0.1",
    port: listening,
    ...(assets ? { serviceBindings: { ASSETS: assets } } : {}),
    ...(cache ? { cachePersist: cache } : {}),
    cf: false,
    log: new Quiet(LogLevel.NONE),
    handleRuntimeStdio: (out, err) => {
      for (const stream of [out, err]) stream.on("data", (bytes) => (said = (said + bytes).slice(-20_000)));
    },
  });
  try {
    await miniflare.ready;
  } catch (error) {
    await miniflare.dispose();
    throw new Error(`workerd does not start: ${error.message}\n${said}`);
  }
  return { url: `http://127.0.0.1:${listening}`, log: () => said, stop: () => miniflare.dispose() };
}

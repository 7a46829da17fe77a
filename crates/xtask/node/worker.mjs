// dist/worker and its wrangler.jsonc as miniflare's options.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Log, LogLevel, supportedCompatibilityDate } from "miniflare";
import { parseJsonc } from "./jsonc.mjs";

const MODULE = "halyard_worker_bg.wasm";

/** miniflare's own words go to stderr: stdout is for our one line. */
class StderrLog extends Log {
  log(message) {
    process.stderr.write(`${message}\n`);
  }
}

/** The options that do not depend on where data is kept. */
export async function workerOptions({ dist, wrangler }) {
  const config = parseJsonc(await readFile(wrangler, "utf8"));
  const folder = join(dist, "worker");
  return {
    name: "halyard",
    modulesRoot: folder,
    modules: [
      { type: "ESModule", path: join(folder, "index.js"), contents: await readFile(join(folder, "index.js"), "utf8") },
      { type: "CompiledWasm", path: join(folder, MODULE), contents: await readFile(join(folder, MODULE)) },
    ],
    compatibilityDate: [config.compatibility_date, supportedCompatibilityDate].sort()[0],
    compatibilityFlags: config.compatibility_flags ?? [],
    bindings: config.vars ?? {},
    r2Buckets: ["BUCKET"],
    // Else miniflare asks a host on the internet what a request's `cf` should look like.
    cf: false,
    log: new StderrLog(LogLevel.WARN),
    handleRuntimeStdio: (out, err) => {
      out.pipe(process.stderr);
      err.pipe(process.stderr);
    },
  };
}

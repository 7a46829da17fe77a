// Two workers in workerd over the same R2 buckets: prints their address, and ends when stdin does.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Log, LogLevel, Miniflare } from "miniflare";

/** As many buckets as the suite may have tests. */
const BUCKETS = 32;

/** effects.ts is bundled as it is; the evaluator, which it takes nothing of but a word for an error, stays out. */
const withoutEvaluator = {
  name: "without-evaluator",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^halyard-wasm$|\.wasm$/ }, ({ path }) => ({ path, namespace: "none" }));
    onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "module.exports = {};", loader: "js" }));
  },
};

/** miniflare's own words are of no use to a reader of test results. */
class Quiet extends Log {
  log() {}
}

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("r2-worker.ts", import.meta.url))],
  bundle: true,
  write: false,
  format: "esm",
  target: "es2022",
  logLevel: "warning",
  plugins: [withoutEvaluator],
});
const r2Buckets = Object.fromEntries(Array.from({ length: BUCKETS }, (_, index) => [`B${index}`, `bucket-${index}`]));
const worker = { modules: [{ type: "ESModule", path: "worker.js", contents: outputFiles[0].text }], compatibilityDate: "2026-04-21", r2Buckets };
const miniflare = new Miniflare({
  host: "127.0.0.1",
  port: 0,
  cf: false,
  log: new Quiet(LogLevel.NONE),
  workers: [
    { ...worker, name: "one", serviceBindings: { OTHER: "other" } },
    { ...worker, name: "other" },
  ],
});
const url = await miniflare.ready;
process.stdin.on("end", async () => {
  await miniflare.dispose();
  process.exit(0);
});
process.stdin.resume();
console.log(JSON.stringify({ url: url.origin }));

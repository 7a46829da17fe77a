// An evaluator with what measures it in one file, for Node, a page or a worker; and what it weighs where it is shipped.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";
import { DIST } from "../../support/place.mjs";

export const HERE = fileURLToPath(new URL(".", import.meta.url));
export const OURS = join(DIST, "page");
/** Where the peers are installed: in the user's cache, so that nothing in the checkout has to look past them. */
export const CACHE = join(isAbsolute(process.env.XDG_CACHE_HOME ?? "") ? process.env.XDG_CACHE_HOME : join(homedir(), ".cache"), "halyard/bench-page");
const PACKAGES = join(CACHE, "node_modules");

const ENTRIES = {
  node: (peer) => `import * as peer from "./peers/${peer}.mjs"; import { serve } from "./process.mjs"; serve(peer);`,
  page: (peer) => `import * as peer from "./peers/${peer}.mjs"; import { serve } from "./in-page.mjs"; serve(peer);`,
  worker: (peer) => `import * as peer from "./peers/${peer}.mjs"; import { worker } from "./in-worker.mjs"; export default worker(peer);`,
};
const TARGETS = {
  node: { platform: "node", format: "cjs" },
  page: { platform: "browser", format: "iife" },
  worker: { platform: "browser", format: "esm", conditions: ["workerd", "worker", "browser"], external: ["./given.bin", "./engine.wasm"] },
};

/** Writes the bundle of a peer for `node`, `page` or `worker` to a file. */
export const bundle = (peer, where, file) => esbuild(ENTRIES[where](peer), { ...TARGETS[where], outfile: file });

/** Kilobytes (1,000 bytes) after brotli: { javascript, wasm }. */
export async function weight(peer) {
  const target = peer.only === "node" ? { platform: "node", format: "esm" } : TARGETS.page;
  const { outputFiles } = await esbuild(peer.shipped, { ...target, minify: true, write: false });
  const wasm = wasmOf(peer);
  return { javascript: brotli(outputFiles[0].contents), wasm: wasm ? brotli(await readFile(wasm)) : 0 };
}

/** Where a peer's wasm is, if it has one. */
export function wasmOf(peer) {
  if (!peer.wasm) return undefined;
  return peer.ours ? join(OURS, peer.wasm) : join(PACKAGES, peer.wasm);
}

/** Whether a peer is there, and which version of it. */
export async function version(peer) {
  const file = peer.ours ? join(OURS, "package.json") : join(PACKAGES, peer.package, "package.json");
  return existsSync(file) ? JSON.parse(await readFile(file, "utf8")).version : undefined;
}

const esbuild = (contents, options) =>
  build({
    stdin: { contents, resolveDir: HERE },
    bundle: true,
    alias: { "halyard-flags": OURS },
    nodePaths: [PACKAGES],
    logLevel: "silent",
    ...options,
  });

const brotli = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length / 1000;

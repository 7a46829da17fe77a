// Where things are, and room for a test of its own: folders and ports.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** What is tested: `HALYARD_DIST` names another build. */
export const DIST = process.env.HALYARD_DIST ?? join(ROOT, "dist");
export const HALYARD = join(DIST, "halyard");
export const WRANGLER = join(ROOT, "worker/wrangler.jsonc");
export const CONFORMANCE = join(ROOT, "../shared/conformance");

/** Stops with plain words where the build is missing: these tests are about what is deployed. */
export function built() {
  for (const file of ["worker/index.js", "worker/halyard_worker_bg.wasm", "admin/index.html", "halyard"]) {
    if (!existsSync(join(DIST, file))) throw new Error(`\`dist/${file}\` is missing: run \`cargo xtask build\` first`);
  }
}

/** A folder that is gone when `after` has run. */
export async function folder(after) {
  const made = await mkdtemp(join(tmpdir(), "halyard-test-"));
  after?.(() => rm(made, { recursive: true, force: true }));
  return made;
}

const given = new Set();

/**
 * A port that nobody listens on just now, and that this process was not given before.
 *
 * It lies below those that a system hands out by itself (from 32768 on Linux): between this answer and the moment at
 * which a server takes the port, any connection that somebody opens could otherwise have it.
 */
export function freePort() {
  const port = 20_000 + Math.floor(Math.random() * 12_000);
  if (given.has(port)) return freePort();
  given.add(port);
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", (error) => (error.code === "EADDRINUSE" ? resolve(freePort()) : reject(error)));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(port)));
  });
}

/** Asks until `look` returns something true, and returns it; the last thing seen is in the error. */
export async function until(what, look, { within = 10_000, every = 50 } = {}) {
  const deadline = Date.now() + within;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > deadline) throw new Error(`not within ${within} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

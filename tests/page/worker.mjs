// A worker of somebody's own in a real workerd, with the package in it as wrangler would bundle it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Log, LogLevel, Miniflare } from "miniflare";
import { PACKAGE } from "./support.mjs";

class Quiet extends Log {
  log() {}
}

/** What is asked of it: `{ context, asked, pause }`, and what it answers of each key before and after the pause. */
const ASKING = `
import bundled from "./bundled.image";
import { createFlags, inBucket } from "./page/worker.js";
let flags;
export default {
  async fetch(request, env, ctx) {
    const { options, context = {}, asked = [], pause = 0 } = await request.json();
    flags ??= createFlags({
      ...options,
      ...(env.NODE ? { fetch: (...asked) => env.NODE.fetch(...asked) } : {}),
      ...(env.BUCKET ? { look: inBucket(env.BUCKET, "production") } : {}),
      ...(bundled.byteLength ? { image: bundled } : {}),
    });
    const own = await flags.withContext(context, ctx);
    const answer = () => asked.map(([key, fallback]) => own.details(key, fallback));
    const first = answer();
    if (pause) await new Promise((resolve) => setTimeout(resolve, pause));
    return Response.json({ first, last: answer(), version: flags.version, state: flags.state });
  },
};`;

/** Starts it, with an image among its modules if there is one: `{ url, ask, said, stop, miniflare }`. */
export async function startWorker({ image = new Uint8Array(), ...options } = {}) {
  const said = [];
  const file = async (name) => ({ type: "ESModule", path: join(PACKAGE, "..", "page", name), contents: await readFile(join(PACKAGE, name), "utf8") });
  const miniflare = new Miniflare({
    modules: [
      { type: "ESModule", path: join(PACKAGE, "..", "entry.js"), contents: ASKING },
      { type: "Data", path: join(PACKAGE, "..", "bundled.image"), contents: image },
      await file("worker.js"),
      await file("index.js"),
      { type: "CompiledWasm", path: join(PACKAGE, "page.wasm"), contents: await readFile(join(PACKAGE, "page.wasm")) },
    ],
    modulesRoot: join(PACKAGE, ".."),
    compatibilityDate: "2026-04-21",
    cf: false,
    log: new Quiet(LogLevel.NONE),
    handleRuntimeStdio: (out, err) => {
      for (const stream of [out, err]) stream.on("data", (bytes) => said.push(String(bytes)));
    },
    ...options,
  });
  const url = await miniflare.ready;
  return {
    url,
    said,
    miniflare,
    async ask(question) {
      const response = await fetch(url, { method: "POST", body: JSON.stringify(question) });
      if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
      return response.json();
    },
    stop: () => miniflare.dispose(),
  };
}

// An evaluator's process: carries out what its parent sends, and answers with what came of it.
import { readFile } from "node:fs/promises";
import { commands } from "./measure.mjs";

/** `files(of)` names the configuration's file, and the wasm's where there is one. */
export function serve(peer) {
  // What an evaluator logs is not a figure.
  console.warn = console.log = () => {};
  const compiled = new Map();
  const files = (of) => JSON.parse(process.env.HALYARD_BENCH_FILES)[of];
  const module = async (file) => {
    if (file && !compiled.has(file)) compiled.set(file, await WebAssembly.compile(await readFile(file)));
    return compiled.get(file);
  };
  const able = commands(peer, {
    bytes: async (of) => new Uint8Array(await readFile(files(of))),
    given: async (of) => ({ wasm: await module(files("wasm")), file: files(of) }),
    collect: globalThis.gc,
  });
  able.memory = (of) => memory(() => able.hold(of));
  process.on("message", async ({ id, name, given }) => {
    try {
      process.send({ id, value: await able[name](...given) });
    } catch (error) {
      process.send({ id, error: String(error?.stack ?? error) });
    }
  });
  process.send({ id: 0 });
}

/** Bytes that stay when garbage is collected: JavaScript's heap, and what it holds outside, the memory of wasm instances included. */
async function memory(work) {
  const before = await settled();
  await work();
  return (await settled()) - before;
}

async function settled() {
  for (let time = 0; time < 4; time += 1) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

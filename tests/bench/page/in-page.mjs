// An evaluator's page: what Chromium is told to do is done by the functions that it finds on `window`.
import { commands } from "./measure.mjs";

export function serve(peer) {
  console.warn = console.log = () => {};
  let module;
  const bytes = async (of) => {
    const response = await fetch(`/${of}`, { cache: "no-store" });
    if (!response.ok) throw new Error(`\`/${of}\`: ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  };
  const compiled = async () => ((await fetch("/wasm", { method: "HEAD" })).ok ? WebAssembly.compile(await bytes("wasm")) : null);
  const given = async () => ({ wasm: await (module ??= compiled()) });
  window.bench = commands(peer, { bytes, given, collect: globalThis.gc });
}

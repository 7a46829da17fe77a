// An evaluator in a worker: its first request finds nothing ready, since a worker's time begins with it.
import given from "./given.bin";
import wasm from "./engine.wasm";
import { ASKED, asker, guest } from "./flags.mjs";

export function worker(peer) {
  let evaluator;
  return {
    async fetch() {
      evaluator ??= await peer.ready(new Uint8Array(given), { wasm, mayMakeCode: false });
      const on = await evaluator.one(ASKED, evaluator.context(...asker(guest(1), { country: "NL" })));
      return new Response(on ? "on" : "off", { status: on ? 200 : 500 });
    },
  };
}

// What crosses the wasm border: a frame is the length of its head, the head, and blobs. crates/edge/src/frame.rs has the format.

import type { Afterwards, EffectHead, EffectMeta } from "./wire.js";

/** Good bytes that the node asks its host to hold outside the instance. */
export interface Kept {
  name: string;
  bytes: Uint8Array;
}

/** What a call into the node came to. The lines of `head` are the status, and then the name and the value of each header. */
export type Step =
  | { kind: "answer"; head: string; body: Uint8Array; background: Uint8Array | null; keep: Kept[] }
  | { kind: "effect"; effect: EffectMeta; continuation: Uint8Array; body: Uint8Array };

const NOTHING = new Uint8Array(0);
const NO_KEPT: Kept[] = [];
const decoder = new TextDecoder();

/** Reads a frame. Throws on one that is cut short: the instance that wrote it cannot be trusted. */
export function read(frame: Uint8Array): Step {
  const length = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0, true);
  const head = decoder.decode(part(frame, 4, length));
  if (head.startsWith("{")) {
    const { effect, blobs } = JSON.parse(head) as EffectHead;
    const [continuation = NOTHING, body = NOTHING] = parts(frame, 4 + length, blobs);
    return { kind: "effect", effect, continuation, body };
  }
  const first = head.indexOf("\n");
  const second = head.indexOf("\n", first + 1);
  const body = part(frame, 4 + length, Number(head.slice(0, first)));
  const answer = { kind: "answer" as const, head: head.slice(second + 1), body };
  const afterwards = head.slice(first + 1, second);
  if (afterwards === "") return { ...answer, background: null, keep: NO_KEPT };
  const { background, keep, blobs } = JSON.parse(afterwards) as Afterwards;
  const left = parts(frame, 4 + length + body.byteLength, blobs);
  const next = () => left.shift() ?? NOTHING;
  return { ...answer, background: background ? next() : null, keep: keep.map((name) => ({ name, bytes: next() })) };
}

function parts(frame: Uint8Array, from: number, lengths: number[]): Uint8Array[] {
  let at = from;
  return lengths.map((length) => {
    const blob = part(frame, at, length);
    at += length;
    return blob;
  });
}

function part(frame: Uint8Array, from: number, length: number): Uint8Array {
  if (from + length > frame.byteLength) throw new Error("a frame that is cut short");
  return frame.subarray(from, from + length);
}

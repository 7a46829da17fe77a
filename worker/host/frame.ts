// What crosses the wasm border: a frame is a length, a JSON header and the blobs that it names. ARCHITECTURE.md has the format.

import type { EffectMeta, FrameHeader } from "./wire.js";

/** Good bytes that the node asks its host to hold outside the instance. */
export interface Kept {
  name: string;
  bytes: Uint8Array;
}

/** What a call into the node came to. */
export type Step =
  | { kind: "answer"; status: number; headers: [string, string][]; body: Uint8Array; background: Uint8Array | null; keep: Kept[] }
  | { kind: "effect"; effect: EffectMeta; continuation: Uint8Array; body: Uint8Array };

const NOTHING = new Uint8Array(0);
const decoder = new TextDecoder();

/** Reads a frame. Throws on one that is cut short: the instance that wrote it cannot be trusted. */
export function read(frame: Uint8Array): Step {
  const length = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0, true);
  const header = JSON.parse(decoder.decode(part(frame, 4, length))) as FrameHeader;
  let at = 4 + length;
  const blobs = header.blobs.map((size) => {
    const blob = part(frame, at, size);
    at += size;
    return blob;
  });
  const next = () => blobs.shift() ?? NOTHING;
  if ("effect" in header) return { kind: "effect", effect: header.effect, continuation: next(), body: next() };
  const { status, headers } = header.answer;
  const body = next();
  const background = header.background ? next() : null;
  return { kind: "answer", status, headers, body, background, keep: header.keep.map((name) => ({ name, bytes: next() })) };
}

function part(frame: Uint8Array, from: number, length: number): Uint8Array {
  if (from + length > frame.byteLength) throw new Error("a frame that is cut short");
  return frame.subarray(from, from + length);
}

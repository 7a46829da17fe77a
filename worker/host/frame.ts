// What crosses the wasm border: a frame is the length of its head, the head, and blobs. crates/edge/src/frame.rs has the format.

import type { Afterwards, EffectHead, EffectMeta } from "./wire.js";

/**
 * What a call into the node came to. The lines of `head` are the status, and then the name and the value of each header. All effects but
 * the first may be done beside it; `body` is the first one's, if that is a put. Of the copies that `keep` names the instance has the bytes.
 */
export type Step =
  | { kind: "answer"; head: string; body: Uint8Array; background: Uint8Array | null; keep: string[] }
  | { kind: "effect"; effects: EffectMeta[]; continuation: Uint8Array; body: Uint8Array };

const NOTHING = new Uint8Array(0);
const NO_NAMES: string[] = [];
const [LINE, ZERO, BRACE] = [10, 48, 123];
const decoder = new TextDecoder();
/** Status and headers of the last answer, by lines: the next one's are left out where they are the same, as a rule. */
let last = "";

/**
 * Reads the frame that lies there, and takes out of it what has to stay. Throws on one that is cut short: the instance that wrote it
 * cannot be trusted.
 */
export function read(memory: Uint8Array, start: number, length: number): Step {
  const end = start + length;
  const head = start + 4;
  const body = head + word(memory, start);
  if (body > end || end > memory.length) throw cutShort();
  // Whatever is more than an answer has parts that stay for longer than the next call.
  if (memory[head] === BRACE) return effect(memory.slice(start, end));
  let at = head;
  let size = 0;
  for (; at < body && memory[at] !== LINE; at += 1) size = 10 * size + memory[at]! - ZERO;
  if (body + size > end) throw cutShort();
  at += 1;
  if (memory[at] !== LINE) return withMore(memory.slice(start, end), at - start, size);
  return { kind: "answer", head: lines(memory, at + 1, body), body: memory.slice(body, body + size), background: null, keep: NO_NAMES };
}

function effect(frame: Uint8Array): Step {
  const length = word(frame, 0);
  const { effects, blobs } = JSON.parse(decoder.decode(part(frame, 4, length))) as EffectHead;
  const [continuation = NOTHING, body = NOTHING] = parts(frame, 4 + length, blobs);
  return { kind: "effect", effects, continuation, body };
}

/** An answer of that size, with what there is to do behind it: JSON from `at` on to the end of the line. */
function withMore(frame: Uint8Array, at: number, size: number): Step {
  const start = 4 + word(frame, 0);
  const end = frame.indexOf(LINE, at);
  const { background, keep } = JSON.parse(decoder.decode(frame.subarray(at, end))) as Afterwards;
  const head = lines(frame, end + 1, start);
  return { kind: "answer", head, body: part(frame, start, size), background: background === null ? null : part(frame, start + size, background), keep };
}

/** Status and headers by lines, from there to there; none are the last answer's. */
function lines(memory: Uint8Array, start: number, end: number): string {
  if (start < end) last = decoder.decode(memory.subarray(start, end));
  return last;
}

/** A number of four bytes, the lowest first. */
function word(memory: Uint8Array, at: number): number {
  return (memory[at]! | (memory[at + 1]! << 8) | (memory[at + 2]! << 16) | (memory[at + 3]! << 24)) >>> 0;
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
  if (from + length > frame.byteLength) throw cutShort();
  return frame.subarray(from, from + length);
}

const cutShort = (): Error => new Error("a frame that is cut short");

// The wasm instance. It may trap: then it is thrown away, a new one begins from the last good bytes, and the call is made
// once more. The node holds nothing of a request, so that costs nobody but a moment.
import { __wbg_reset_state, configure, initSync, restore, resume, start } from "halyard-wasm";
import module from "./halyard_worker_bg.wasm";
import { type Kept, read, type Step } from "./frame.js";
import type { Config, ResultMeta, ResumeMeta, StartMeta } from "./wire.js";

/** The head of an HTTP request, as the node takes it. */
export type Head = Omit<StartMeta, "now" | "random">;

/** What a deployment may say; the node tells what is wrong with it. */
export type Configuration = { [name in keyof Config]?: unknown };

/** The newest bytes that passed every check, by the node's own names for them; they outlive the instance. */
const lastGood = new Map<string, Uint8Array>();
/** Randomness for the next calls: to ask for it at each, and to write it digit by digit, costs as much as evaluating a flag. */
const pool = new Uint8Array(32 * 64);
let drawn = pool.length;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
let configuration: string | null = null;
let alive = false;
let made = false;

/** How many instances this isolate has lost. */
export let lost = 0;

/** Says what the node is configured with; the first request of an isolate does. */
export function configured(config: () => Configuration): void {
  configuration ??= JSON.stringify(config());
}

/** Holds good bytes for the next instance. The node hands them over only after its checks. */
export function hold({ name, bytes }: Kept): void {
  // A copy: the frame that they came in may be many times larger.
  lastGood.set(name, bytes.slice());
}

/** Hands the node a request. */
export function begin(head: Head, body: Uint8Array): Step {
  const meta: StartMeta = { ...head, ...moment() };
  return guarded(() => start(JSON.stringify(meta), body));
}

/** Hands the node the outcome of the effect that it named, so that it goes on. */
export function proceed(continuation: Uint8Array, result: ResultMeta, body: Uint8Array): Step {
  const meta: ResumeMeta = { ...moment(), result };
  return guarded(() => resume(continuation, JSON.stringify(meta), body));
}

function moment(): { now: number; random: string } {
  return { now: Date.now(), random: draw() };
}

/** 32 random bytes in hex, which nobody else gets. */
function draw(): string {
  if (drawn === pool.length) {
    crypto.getRandomValues(pool);
    drawn = 0;
  }
  const bytes = pool.subarray(drawn, drawn + 32);
  drawn += 32;
  let hex = "";
  for (const byte of bytes) hex += HEX[byte];
  bytes.fill(0);
  return hex;
}

function guarded(call: () => Uint8Array): Step {
  try {
    return attempt(call);
  } catch (error) {
    console.error(`the evaluator is thrown away and begins anew: ${describe(error)}`);
    return attempt(call);
  }
}

/** Whatever comes flying out of the module leaves its memory in doubt: the instance goes with it. */
function attempt(call: () => Uint8Array): Step {
  try {
    if (!alive) revive();
    return read(call());
  } catch (error) {
    alive = false;
    lost += 1;
    throw error;
  }
}

function revive(): void {
  instantiate();
  for (const [name, bytes] of lastGood) {
    try {
      restore(name, bytes);
    } catch (error) {
      // These bytes would take down every instance to come.
      console.error(`\`${name}\` cannot be restored and is let go: ${describe(error)}`);
      lastGood.delete(name);
      return revive();
    }
  }
  alive = true;
}

function instantiate(): void {
  if (made) __wbg_reset_state();
  else initSync({ module });
  made = true;
  if (configuration !== null) configure(configuration);
}

/** An error in a line, for the log. */
export function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

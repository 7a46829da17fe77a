// The wasm instance. It may trap: then it is thrown away, a new one begins from the last good bytes, and the call is made
// once more. The node holds nothing of a request, so that costs nobody but a moment.
import { __wbg_reset_state, configure, initSync, restore, resume, start } from "halyard-wasm";
import module from "./halyard_worker_bg.wasm";
import { type Kept, read, type Step } from "./frame.js";
import type { Config, ResultMeta } from "./wire.js";

/** What a deployment may say; the node tells what is wrong with it. */
export type Configuration = { [name in keyof Config]?: unknown };

/** The newest bytes that passed every check, by the node's own names for them; they outlive the instance. */
const lastGood = new Map<string, Uint8Array>();
/** Randomness for the next calls: to ask for it at each costs as much as evaluating a flag. */
const pool = new Uint8Array(32 * 64);
let drawn = pool.length;
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

/** Hands the node a request: its method, its URL, and each header's name and value, by lines. */
export function begin(request: Request, body: Uint8Array): Step {
  let head = `${request.method}\n${request.url}`;
  for (const [name, value] of request.headers) head += `\n${name}\n${value}`;
  return withRandom((random) => start(head, body, Date.now(), random));
}

/** Hands the node the outcome of the effect that it named, so that it goes on. */
export function proceed(continuation: Uint8Array, result: ResultMeta, body: Uint8Array): Step {
  return withRandom((random) => resume(continuation, JSON.stringify(result), body, Date.now(), random));
}

/** Calls with 32 random bytes, which nobody else gets. */
function withRandom(call: (random: Uint8Array) => Uint8Array): Step {
  if (drawn === pool.length) {
    crypto.getRandomValues(pool);
    drawn = 0;
  }
  drawn += 32;
  const random = pool.subarray(drawn - 32, drawn);
  try {
    return guarded(() => call(random));
  } finally {
    random.fill(0);
  }
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

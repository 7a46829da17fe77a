// The wasm instance. It may trap: then it is thrown away, a new one begins from the last good bytes, and the call is made
// once more. The node holds nothing of a request, so that costs nobody but a moment.
import { __wbg_reset_state, configure, frame, headers, initSync, linear_memory, packed, restore, resume, start, stir } from "halyard-wasm";
import module from "./halyard_worker_bg.wasm";
import { read, type Step } from "./frame.js";
import type { Config, ResultMeta } from "./wire.js";

/** What a deployment may say; the node tells what is wrong with it. */
export type Configuration = { [name in keyof Config]?: unknown };

/** The newest bytes that passed every check, by the node's own names for them; they outlive the instance. */
const lastGood = new Map<string, Uint8Array>();
/** For so many calls the instance is given randomness at a time: to ask for it at each costs as much as evaluating a flag. */
const CALLS = 64;
const NOTHING = new Uint8Array(0);
/** A configuration like any other. */
const ANY = JSON.stringify({ surface: "all", refreshMs: 5000 } satisfies Configuration);
let left = 0;
let configuration: string | null = null;
/** The request headers that the node reads, and those that it reads below `/api`. */
let [wanted, wantedByApi]: [string[], string[]] = [[], []];
let alive = false;
let made = false;
/** Whether there is an instance that nobody's request has gone to. */
let spare = false;
/** The instance's memory, as it was looked at last. */
let looked = NOTHING;

/** How many instances this isolate has lost. */
export let lost = 0;

/** Says what the node is configured with; the first request of an isolate does. */
export function configured(config: () => Configuration): void {
  configuration ??= JSON.stringify(config());
}

/** Takes a good copy's bytes out of the instance and holds them for the next one; null where it has no such copy: it is another by now. */
export function hold(name: string): Uint8Array | null {
  try {
    const bytes = (alive && packed(name)) || null;
    if (bytes) lastGood.set(name, bytes);
    return bytes;
  } catch (error) {
    console.error(`\`${name}\` cannot be kept, and the instance is thrown away: ${describe(error)}`);
    abandon();
    return null;
  }
}

/** Where a request goes. (Each look at a `Request`'s own fields makes a text anew: it is looked at once.) */
export interface Asked {
  method: string;
  url: string;
  /** Of its URL. */
  pathname: string;
  /** Of its URL. */
  origin: string;
}

/** Hands the node a request: where its body is a text, it crosses with the head. */
export function begin(asked: Asked, headers: Headers, body: string | Uint8Array): Step {
  const head = headOf(asked, headers);
  const [text, bytes] = typeof body === "string" ? [`${head}\n\n${body}`, NOTHING] : [head, body];
  return guarded(() => start(text, bytes, Date.now()));
}

/** Its method, its URL, and the name and the value of each header that the node reads, by lines. Asking for one costs less than going through all. */
function headOf({ method, url, pathname }: Asked, headers: Headers): string {
  let head = `${method}\n${url}`;
  for (const name of pathname.startsWith("/api") ? wantedByApi : wanted) {
    const value = headers.get(name);
    if (value !== null) head += `\n${name}\n${value}`;
  }
  return head;
}

/** Hands the node the outcome of an effect, by its place among those that it named, so that it goes on. */
export function proceed(continuation: Uint8Array, place: number, result: ResultMeta, body: Uint8Array): Step {
  return guarded(() => resume(continuation, place, JSON.stringify(result), body, Date.now()));
}

/** Calls the node. Where the instance traps, a new one is called once more. */
function guarded(call: () => number): Step {
  try {
    return attempt(call);
  } catch (error) {
    console.error(`the evaluator is thrown away and begins anew: ${describe(error)}`);
    return attempt(call);
  }
}

/** Whatever comes flying out of the module leaves its memory in doubt: the instance goes with it. */
function attempt(call: () => number): Step {
  try {
    if (!alive) revive();
    if (left === 0) replenish();
    left -= 1;
    const length = call();
    return read(bytes(), frame(), length);
  } catch (error) {
    abandon();
    throw error;
  }
}

function abandon(): void {
  alive = false;
  lost += 1;
}

function revive(): void {
  if (!spare) instantiate();
  spare = false;
  if (configuration !== null) configure(configuration);
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

function replenish(): void {
  const random = crypto.getRandomValues(new Uint8Array(32 * CALLS));
  stir(random);
  random.fill(0);
  left = CALLS;
}

/** The instance's memory. Where the last look at it is empty, it has grown, or is another's. */
function bytes(): Uint8Array {
  if (looked.length === 0) looked = new Uint8Array(linear_memory().buffer);
  return looked;
}

function instantiate(): void {
  if (made) __wbg_reset_state();
  else initSync({ module });
  made = true;
  looked = NOTHING;
  const [always = [], besides = []] = headers().split("\n\n").map((names) => names.split("\n"));
  [wanted, wantedByApi] = [always, [...always, ...besides]];
  left = 0;
}

/**
 * Has `work` call the node while the isolate starts, when nobody waits and there is no randomness yet: it gets zeros, for what nobody will
 * see. Nothing is left of it: a node that is configured anew takes the place of the one that was called.
 */
export async function beforehand(work: () => Promise<void>): Promise<void> {
  instantiate();
  stir(new Uint8Array(32 * CALLS));
  [alive, left] = [true, CALLS];
  try {
    await work();
    configure(ANY);
    spare = alive;
  } finally {
    [alive, left] = [false, 0];
    stir(NOTHING);
  }
}

/** An error in a line, for the log. */
export function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

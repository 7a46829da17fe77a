// What a worker's or a server's flags are told and tell.
import type { Context, Evaluator, Flags, ModuleSource } from "../types.js";

/** An image of an environment, and what it is known by. */
export interface Found {
  readonly image: Uint8Array;
  readonly version: number | undefined;
  /** What a next look is given, to learn whether there is another. */
  readonly etag: string | undefined;
}

/** Looks for an image other than the one that `etag` names; undefined: there is none. @throws (rejects) when that cannot be said. */
export type Look = (etag: string | undefined) => Promise<Found | undefined>;

export interface FollowOptions {
  /** The node: `https://flags.example.com`. */
  url?: string;
  /** A server key of the environment; with a browser key there are only its public flags, and `all` must be false. */
  key?: string;
  /** Whether to ask for all flags, or for the public ones only; true by default. */
  all?: boolean;
  /** Used instead of the global fetch: a service binding's, for one. */
  fetch?: typeof fetch;
  /** Used instead of a node: `inBucket(…)`, or whatever else brings images. */
  look?: Look;
  /** An image to begin with, as bundled with the program: a node that cannot be asked at the start is not missed. */
  image?: ArrayBuffer | Uint8Array;
  /** The wasm, where it is not to be had from beside this module. */
  module?: ModuleSource;
  /** After how long a copy is old enough to be refreshed, in ms; 5,000 by default. */
  refresh?: number;
  /** How long a request waits for the first copy, or for a fresh one when it is stale, in ms; 1,000 by default. */
  patience?: number;
  /** How long nothing may have been heard before the copy counts as stale, in ms; 30,000 by default. */
  staleAfter?: number;
  /** The time, in ms since 1970; this machine's by default. */
  now?: () => number;
}

/**
 * - `ready`: there is something to evaluate by: for the first time, or fresh again after it was stale.
 * - `change`: another version is served. `stale`: nothing was heard for too long. `error`: a look failed.
 */
export interface FollowEvents {
  ready: { readonly version: number | undefined };
  change: { readonly version: number | undefined; readonly digest: string };
  stale: { readonly error: Error };
  error: { readonly error: Error };
}

/** What a platform gives with each request: work that goes on after the answer. */
export interface Platform {
  waitUntil(work: Promise<unknown>): void;
}

/** A document's JSON. */
export interface Published {
  readonly document: unknown;
  readonly version: number | undefined;
}

/** An environment's flags in a process that serves many. */
export interface Follower {
  /** `loading`: nothing to evaluate by yet; `ready`; `stale`: the last good, and nothing heard for too long; `error`: nothing, and the last look failed. */
  readonly state: "loading" | "ready" | "stale" | "error";
  readonly version: number | undefined;
  readonly digest: string | undefined;
  /** What evaluates now, for nobody in particular; undefined before there is something. */
  readonly evaluator: Evaluator | undefined;
  /**
   * The flags for one request: for whoever asks, and in one version until it ends. It refreshes an old copy behind the answer (by
   * `waitUntil`, where the platform has it) and never rejects: with nothing to evaluate by, every answer is the application's default.
   */
  withContext(context: Context, platform?: Platform): Promise<Flags>;
  /** Looks for another version now, and resolves when that has come, or failed. */
  refresh(): Promise<void>;
  /** For processes that live long: looks at once, and again and again until `stop`. @throws (rejects) when the first look brings nothing to evaluate by. */
  start(): Promise<void>;
  stop(): void;
  /** The document as the node has it now; undefined where no node is asked. @throws (rejects) when it cannot be had. */
  document(): Promise<Published | undefined>;
  /** Calls `listener` at each such event, until what is returned is called. */
  on<E extends keyof FollowEvents>(event: E, listener: (event: FollowEvents[E]) => void): () => void;
}

// What a page's client is told and tells.
import type { Context, Evaluator, Flags, Json, ModuleSource } from "../types.js";

/**
 * - `ready`: there are values: the first ones, and again after it was stale. `fresh`: from the node, in this page's life.
 * - `change`: these flags have other values now, or are new or gone: a new version, a new context, the clock, or an override.
 * - `stale`: the node could not be asked; what is served is the last good.
 * - `error`: as stale, at each attempt that failed; also without any values to serve.
 */
export interface ClientEvents {
  ready: { readonly version: number | undefined };
  change: { readonly flags: readonly string[]; readonly because: "version" | "context" | "time" | "override" };
  stale: { readonly error: Error };
  error: { readonly error: Error };
}

export interface ClientOptions {
  /** The node: `https://flags.example.com`. Without one, the page lives on what the server rendered in. */
  url?: string;
  /** A browser key of the environment. */
  key?: string;
  /** Who asks; what the server rendered in for by default. */
  initialContext?: Context;
  /** When a new version takes effect: at once (the default), or when the page is next loaded (or `apply()` is called: at a route change). */
  apply?: "now" | "next-load";
  /** Where the server's events come from (SSE): each one makes the client look for a new version. */
  events?: string;
  /** How long a version is good before a focus or a return to the page looks for a new one, in ms; 60,000 by default. */
  minInterval?: number;
  /** How often a page that stays in view looks for a new version, in ms; 300,000 by default, 0: never. */
  every?: number;
  /** The most that a look is put off, at random, so that many pages do not ask at once, in ms; 2,000 by default. */
  jitter?: number;
  /** Where the last good is kept: `localStorage` by default; null: nowhere. */
  storage?: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null;
  /** What the server rendered in: the element's id, or what `renderIn` wrote into it. `halyard-flags` by default; null: nothing. */
  rendered?: string | null;
  /** The URL parameter that brings a tester's overrides; `halyard-override` by default, null: none. */
  overrideParameter?: string | null;
  /** The wasm, where it is not to be fetched from beside this module. */
  module?: ModuleSource;
  /** Used instead of the global fetch. */
  fetch?: typeof fetch;
}

/** Variants that a tester has instead of what would be served. */
export interface Overrides {
  readonly variants: { readonly [flag: string]: string };
  /** When they end, by the server's clock, in ms since 1970. */
  readonly until: number;
  /** The token of the link that brought them, to pass that on. */
  readonly token?: string | undefined;
}

/** A page's flags, from its first paint on. */
export interface Client extends Flags {
  /** Resolves when there are values (or it is clear that there will be none for now); never rejects. */
  readonly ready: Promise<void>;
  /** `loading`: nothing to serve yet; `ready`; `stale`: the last good, the node could not be asked; `error`: nothing to serve, and the node could not be asked. */
  readonly state: "loading" | "ready" | "stale" | "error";
  /** The version that is served. */
  readonly version: number | undefined;
  readonly digest: string | undefined;
  readonly context: Context;
  /** The evaluator of the version that is served, for what the client does not offer (without overrides); undefined before there is one. */
  readonly evaluator: Evaluator | undefined;
  /** Where it asks, and with what. */
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly fetch: typeof fetch;
  /** A tester's overrides, while they are in force: a link brought them into this tab. */
  readonly overrides: Overrides | undefined;
  /** Lays another variant over a flag's answers in this tab, or none; does nothing where no overrides are in force. */
  override(flag: string, variant: string | null): void;
  /** Takes all overrides away. */
  endOverrides(): void;
  /** Who asks from now on. */
  setContext(context: Context): void;
  /** The value that the server rendered in, or the default: what a framework hydrates with. */
  rendered<T extends Json>(key: string, fallback: T): T;
  /** Looks for a new version now, and resolves when that has come, or failed. */
  refresh(): Promise<void>;
  /** Lets a version take effect that waits for the next load. */
  apply(): void;
  /** The time by the server's clock, in ms since 1970. */
  now(): number;
  /** Calls `listener` at each such event, until what is returned is called. */
  on<E extends keyof ClientEvents>(event: E, listener: (event: ClientEvents[E]) => void): () => void;
  /** Ends timers, listeners and the stream of events; values stay as they are. */
  close(): void;
}

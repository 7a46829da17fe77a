// The words of this package: what an application asks with, and what it is told.
import type { ErrorCode, Reason } from "./generated.js";

export type { ErrorCode, Reason } from "./generated.js";

/** What a variant may be. Values are frozen, all the way down. */
export type Json = boolean | number | string | readonly (Json | null)[] | { readonly [name: string]: Json | null };

/**
 * What the application knows about who asks: `targetingKey` and any other attributes. What JSON has no form for (functions, NaN, …)
 * is missing, a `Date` is its text, and half of a surrogate pair is U+FFFD. It is read when it is first needed: do not change it afterwards.
 */
export type Context = { readonly targetingKey?: string | number; readonly [attribute: string]: unknown };

/** An answer with its reasons, shaped as OpenFeature's evaluation details. */
export interface Details<T = Json> {
  readonly flagKey: string;
  /** The variant's value; the application's default where there is none, or one of another type. */
  readonly value: T;
  readonly variant?: string;
  /** `OVERRIDE`: a tester's own variant is laid over the answer. `CACHED`: rendered in or kept, and not evaluated in this page yet. */
  readonly reason: Reason | "OVERRIDE" | "CACHED";
  readonly errorCode?: ErrorCode | "TYPE_MISMATCH" | "PROVIDER_NOT_READY";
  readonly errorMessage?: string;
  /** The flag's own metadata, and what decided: `rule`, `release` and `stage`, or `blockedBy`. */
  readonly flagMetadata: { readonly [name: string]: string | number | boolean };
}

/** Flags for one context at a time. Getters take the application's own default and never throw. */
export interface Flags {
  /** The flag's value, or the default: no such flag, no variant, or no boolean. */
  boolean(key: string, fallback: boolean): boolean;
  /** The flag's value, or the default: no such flag, no variant, or no string. */
  string<T extends string = string>(key: string, fallback: T): T;
  /** The flag's value, or the default: no such flag, no variant, or no number. */
  number<T extends number = number>(key: string, fallback: T): T;
  /** The flag's value, frozen, or the default: no such flag, no variant, or neither an object nor an array. */
  object<T extends object = { readonly [name: string]: Json }>(key: string, fallback: T): T;
  /** The value and why it is so. A default of null or undefined takes a value of any type. */
  details<T = Json>(key: string, fallback: T): Details<T>;
  /** The value of every flag that has one just now. */
  all(): { [flag: string]: Json };
  /** The flags there are, in order. */
  keys(): readonly string[];
  /** The values that a flag may have, by its variants' names. */
  variants(key: string): { readonly [variant: string]: Json };
}

/** An image, evaluated for a context. */
export interface Evaluator extends Flags {
  /** Who asks from now on. */
  setContext(context: Context): void;
  /** The same image for somebody else: for servers, where many ask. It is light, and there is nothing to free. */
  withContext(context: Context): Evaluator;
  /** When time alone may next change an answer to anybody, in ms since 1970; undefined: never. */
  nextChange(): number | undefined;
  /** Whether a flag may be known to pages. */
  isPublic(key: string): boolean;
  /** The image itself, as it was given. */
  image(): Uint8Array;
  /** The version that was published, where the image came with its response. */
  readonly version: number | undefined;
  /** The ETag of that response. */
  readonly etag: string | undefined;
  /** Which document it is: `sha256-` and 64 hex digits. */
  readonly digest: string;
}

/** What can be had of an image: its bytes, a response that brings them, or where to fetch it. */
export type ImageSource = ArrayBuffer | Uint8Array | Response | URL | string;

/** The wasm of this package: compiled, its bytes, a response that brings it, or where to fetch it. */
export type ModuleSource = WebAssembly.Module | ArrayBuffer | Uint8Array | Response | URL | string;

export interface EvaluatorOptions {
  /** Who asks; nobody in particular by default. */
  initialContext?: Context;
  /** The time, in ms since 1970; the device's by default. It is taken to go forward only. */
  now?: () => number;
  /** The wasm, where it is not to be fetched from beside this module (Workers, some bundlers). */
  module?: ModuleSource;
  /** The SDK key to fetch the image with. */
  key?: string;
}

// What an application holds: an image seen by one context.
import type { Context, Details, Evaluator, Json } from "../types.js";
import type { Bound, Engine } from "./engine.js";
import { clock } from "./clock.js";

export class View implements Evaluator, Bound {
  readonly #engine: Engine;
  readonly #now: () => number;

  constructor(
    engine: Engine,
    public context: Context = {},
    now: () => number = clock(() => Date.now()),
    public readonly version: number | undefined,
    public readonly etag: string | undefined,
  ) {
    this.#engine = engine;
    this.#now = now;
  }

  get digest(): string {
    return this.#engine.digest;
  }

  image(): Uint8Array {
    return this.#engine.image();
  }

  #value(key: string): Json | undefined {
    const engine = this.#engine;
    const flag = engine.flag(key);
    if (flag < 0) return undefined;
    if (engine.bound !== this) engine.bind(this);
    return engine.evaluate(flag, this.#now());
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.#value(key);
    return typeof value === "boolean" ? value : fallback;
  }

  string<T extends string>(key: string, fallback: T): T {
    const value = this.#value(key);
    return typeof value === "string" ? (value as T) : fallback;
  }

  number<T extends number>(key: string, fallback: T): T {
    const value = this.#value(key);
    return typeof value === "number" ? (value as T) : fallback;
  }

  object<T extends object>(key: string, fallback: T): T {
    const value = this.#value(key);
    return typeof value === "object" ? (value as T) : fallback;
  }

  details<T = Json>(key: string, fallback: T): Details<T> {
    const engine = this.#engine;
    const flag = engine.flag(key);
    const failed = (errorCode: Details["errorCode"] & {}, errorMessage: string): Details<T> => ({ flagKey: key, value: fallback, reason: "ERROR", errorCode, errorMessage, flagMetadata: {} });
    if (flag < 0) return failed("FLAG_NOT_FOUND", `there is no flag \`${key}\``);
    if (engine.bound !== this) engine.bind(this);
    const answer = engine.details(flag, this.#now()) as Details<any>;
    const { value, errorCode } = answer;
    if (errorCode) return failed(errorCode, "the context has no targeting key");
    if (value !== undefined && fallback != null && typeof value !== typeof fallback) return failed("TYPE_MISMATCH", `\`${key}\` is of type ${typeof value}`);
    return { ...answer, flagKey: key, value: value ?? fallback };
  }

  all(): { [flag: string]: Json } {
    const engine = this.#engine;
    if (engine.bound !== this) engine.bind(this);
    return engine.all(this.#now());
  }

  keys(): readonly string[] {
    return this.#engine.keys();
  }

  variants(key: string): { readonly [variant: string]: Json } {
    const flag = this.#engine.flag(key);
    return flag < 0 ? {} : this.#engine.variants(flag);
  }

  isPublic(key: string): boolean {
    const flag = this.#engine.flag(key);
    return flag >= 0 && this.#engine.isPublic(flag);
  }

  nextChange(): number | undefined {
    return this.#engine.nextChange(this.#now());
  }

  setContext(context: Context): void {
    this.context = context ?? {};
    if (this.#engine.bound === this) this.#engine.bound = undefined;
  }

  withContext(context: Context): Evaluator {
    return new View(this.#engine, context, this.#now, this.version, this.etag);
  }
}

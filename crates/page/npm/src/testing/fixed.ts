// Flags that have the values which a test gives them.
import type { Context, Details, Evaluator, Json } from "../types.js";

/** An evaluator without an image: each flag has its value for everyone. What is not listed is not there. */
export interface FixedFlags extends Evaluator {
  /** Changes values; whoever listens is told. Undefined takes a flag away. */
  set(values: { [flag: string]: Json | undefined }): void;
  /** As a page's client has it: `change` comes at each `set`. */
  on(event: string, listener: (event: { flags: string[]; because: "version" }) => void): () => void;
  readonly context: Context;
}

/** Flags with these values. */
export function fixedFlags(values: { [flag: string]: Json | undefined } = {}): FixedFlags {
  return new Fixed({ values: { ...values }, listeners: new Set() }, {});
}

interface Shared {
  values: { [flag: string]: Json | undefined };
  listeners: Set<(event: { flags: string[]; because: "version" }) => void>;
}

class Fixed implements FixedFlags {
  readonly version = undefined;
  readonly etag = undefined;
  readonly digest = `sha256-${"0".repeat(64)}`;
  constructor(
    private readonly shared: Shared,
    public context: Context,
  ) {}

  private value(key: string): Json | undefined {
    return Object.hasOwn(this.shared.values, key) ? this.shared.values[key] : undefined;
  }
  private typed<T>(key: string, fallback: T): T {
    const value = this.value(key);
    return typeof value === typeof fallback ? (value as T) : fallback;
  }
  boolean(key: string, fallback: boolean): boolean {
    return this.typed(key, fallback);
  }
  string<T extends string>(key: string, fallback: T): T {
    return this.typed(key, fallback);
  }
  number<T extends number>(key: string, fallback: T): T {
    return this.typed(key, fallback);
  }
  object<T extends object>(key: string, fallback: T): T {
    return this.typed(key, fallback);
  }
  details<T = Json>(key: string, fallback: T): Details<T> {
    const value: any = this.value(key);
    const failed = { flagKey: key, value: fallback, reason: "ERROR", flagMetadata: {} } as const;
    if (value === undefined) return { ...failed, errorCode: "FLAG_NOT_FOUND", errorMessage: `there is no flag \`${key}\`` };
    if (fallback != null && typeof value !== typeof fallback) {
      return { ...failed, errorCode: "TYPE_MISMATCH", errorMessage: `\`${key}\` is of type ${typeof value}, and the default of type ${typeof fallback}` };
    }
    return { flagKey: key, value, variant: "fixed", reason: "STATIC", flagMetadata: {} };
  }
  all(): { [flag: string]: Json } {
    return Object.fromEntries(this.keys().map((key) => [key, this.value(key)!]));
  }
  keys(): readonly string[] {
    const { values } = this.shared;
    return Object.keys(values).filter((key) => values[key] !== undefined).sort();
  }
  variants(key: string): { readonly [variant: string]: Json } {
    const value = this.value(key);
    return value === undefined ? {} : { fixed: value };
  }
  isPublic(key: string): boolean {
    return this.value(key) !== undefined;
  }
  setContext(context: Context): void {
    this.context = context;
  }
  withContext(context: Context): FixedFlags {
    return new Fixed(this.shared, context);
  }
  nextChange(): undefined {
    return undefined;
  }
  image(): Uint8Array {
    throw new Error("fixed flags have no image");
  }
  set(values: { [flag: string]: Json | undefined }): void {
    Object.assign(this.shared.values, values);
    for (const listener of [...this.shared.listeners]) listener({ flags: Object.keys(values).sort(), because: "version" });
  }
  on(event: string, listener: (event: { flags: string[]; because: "version" }) => void): () => void {
    if (event !== "change") return () => {};
    this.shared.listeners.add(listener);
    return () => void this.shared.listeners.delete(listener);
  }
}

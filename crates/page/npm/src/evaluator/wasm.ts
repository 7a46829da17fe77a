// The wasm module: what it exports, and how it is come by.
import type { ModuleSource } from "../types.js";

/** Raw exports; crates/page/src/lib.rs says what each does. */
export interface Exports {
  memory: WebAssembly.Memory;
  image(words: number, texts: number, lists: number): number;
  open(): number;
  room(slots: number, bytes: number): number;
  bind(): void;
  evaluate(flag: number, now: number): number;
  evaluate_all(now: number): number;
  cause(): number;
  next_change(now: number): number;
}

/** What was fetched, or is at hand already. */
export async function bytesOf(source: ArrayBuffer | Uint8Array | Response | URL | string, headers?: Record<string, string>): Promise<Uint8Array | Response> {
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (source instanceof Uint8Array) return source;
  if (typeof source === "string" || source instanceof URL) {
    // Node's fetch reads no files.
    const files = `${source}`.startsWith("file:") && (globalThis as any).process?.getBuiltinModule?.("node:fs");
    if (files) return files.readFileSync(new URL(source));
    source = await fetch(source, { headers: headers ?? {} });
  }
  if (!source.ok) throw new Error(`${source.url} answered ${source.status}`);
  return source;
}

let own: Promise<WebAssembly.Module> | undefined;

/** The wasm, compiled: this package's own, fetched and compiled once, unless another is given. @throws (rejects) when it cannot be had. */
export function moduleOf(source?: ModuleSource): Promise<WebAssembly.Module> {
  if (source) return compile(source);
  return (own ??= compile(new URL("./page.wasm", import.meta.url)).catch((error) => {
    own = undefined;
    throw error;
  }));
}

async function compile(source: ModuleSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  const got = await bytesOf(source);
  return WebAssembly.compile((got instanceof Response ? await got.arrayBuffer() : got) as BufferSource);
}

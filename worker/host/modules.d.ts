// What the bundle finds beside it: the wasm module, compiled by the platform, and wasm-bindgen's glue for it.

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "halyard-wasm" {
  export function initSync(options: { module: WebAssembly.Module }): unknown;
  /** The instance's. */
  export function linear_memory(): WebAssembly.Memory;
  /** Throws the instance away and makes a new one of the same module (`wasm-bindgen --experimental-reset-state-function`). */
  export function __wbg_reset_state(): void;

  export function configure(json: string): void;
  /** The names of the request headers that the node reads, by lines. */
  export function headers(): string;
  /** The rehearsal's requests: of each its head and its body, with an empty line between any two. */
  export function rehearsal_requests(): string;
  /** What the rehearsal's store has under a key. */
  export function rehearsal_object(key: string): Uint8Array;
  /** The copy of this name, for its host to hold; nothing where there is none in this instance. */
  export function packed(name: string): Uint8Array | undefined;
  export function restore(name: string, bytes: Uint8Array): void;
  export function stir(random: Uint8Array): void;
  /** The length of the frame that it came to. */
  export function start(head: string, body: Uint8Array, now: number): number;
  /** The length of the frame that it came to. */
  export function resume(continuation: Uint8Array, place: number, result: string, body: Uint8Array, now: number): number;
  /** Where in the memory the last frame begins; it is there up to the next call. */
  export function frame(): number;
}

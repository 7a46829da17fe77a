// wasm-bindgen's glue for crates/explain; the build puts it there.
declare module "halyard-explain-glue" {
  /** Loads the module from where it is. */
  export default function load(options: { module_or_path: WebAssembly.Module | BufferSource | Response | URL | string }): Promise<unknown>;

  /** A document that can say why. */
  export class Explainer {
    /** @throws a text in plain words, when the bytes are no document. */
    constructor(document: Uint8Array);
    /** @throws a text in plain words. */
    explain(flag: string, context: string, now: number): string;
    free(): void;
  }
}

// `halyard-flags`: loads an image and evaluates it.
import { engineOf } from "./evaluator/engine.js";
import { View } from "./evaluator/view.js";
import { bytesOf, moduleOf } from "./evaluator/wasm.js";
import type { Evaluator, EvaluatorOptions, ImageSource } from "./types.js";

export { moduleOf as loadModule } from "./evaluator/wasm.js";
export type * from "./types.js";

/**
 * An evaluator of an image, which is at hand, comes with a response, or is fetched.
 *
 * @throws (rejects) when it cannot be fetched, is no image, one of another format, or broken.
 */
export async function createEvaluator(image: ImageSource, options: EvaluatorOptions = {}): Promise<Evaluator> {
  // The two are fetched side by side.
  const module = moduleOf(options.module);
  module.catch(() => {});
  let got = await bytesOf(image, options.key ? { authorization: `Bearer ${options.key}` } : undefined);
  let from: { version?: number | undefined; etag?: string | undefined } = {};
  if (got instanceof Response) {
    from = { version: Number(got.headers.get("halyard-version")) || undefined, etag: got.headers.get("etag") ?? undefined };
    got = new Uint8Array(await got.arrayBuffer());
  }
  return createEvaluatorSync(got, { ...options, ...from, module: await module });
}

/** The same where both are at hand: bytes, and a compiled module. @throws when the bytes are no image, one of another format, or broken. */
export function createEvaluatorSync(
  image: ArrayBuffer | Uint8Array,
  options: EvaluatorOptions & { module: WebAssembly.Module; version?: number | undefined; etag?: string | undefined },
): Evaluator {
  const engine = engineOf(options.module, image instanceof Uint8Array ? image : new Uint8Array(image));
  return new View(engine, options.initialContext, options.now, options.version, options.etag);
}

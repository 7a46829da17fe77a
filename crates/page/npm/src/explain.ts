// `halyard-flags/explain`: why a flag has its value for somebody. It is large: import it when somebody asks, `await import("halyard-flags/explain")`.
import load, { Explainer as Wasm } from "halyard-explain-glue";
import { bytesOf, moduleOf } from "./evaluator/wasm.js";
import { written } from "./explain/context.js";
import type { Explanation } from "./explain/types.js";
import type { Context, ModuleSource } from "./types.js";

export type { Answer, Explanation, Outcome, Step } from "./explain/types.js";

/** What of a page's client, or of an application's own, is needed to ask for the document. */
export interface Asking {
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly fetch?: typeof fetch;
  readonly version?: number | undefined;
}

/** Whose flag, and when. */
export interface Asked extends Asking {
  readonly context: Context;
  now(): number;
}

/** A version of the document that can say why. */
export interface Explainer {
  /** The version that explains. */
  readonly version: number | undefined;
  /** Why `flag` is what it is for a context, at a time in ms since 1970. @throws when the context has no JSON. */
  explain(flag: string, context: Context, now?: number): Explanation;
}

let loaded: Promise<unknown> | undefined;

/** The module, loaded once: from beside this one, or what is given. */
function loadOnce(module?: ModuleSource): Promise<unknown> {
  return (loaded ??= moduleOf(module ?? new URL("./explain.wasm", import.meta.url))
    .then((module) => load({ module_or_path: module }))
    .catch((error) => {
      loaded = undefined;
      throw error;
    }));
}

/**
 * An explainer of a document's JSON, or of what the node gives for a key: to a browser key, what is public of it.
 *
 * @throws (rejects) when the document cannot be fetched or is none.
 */
export async function createExplainer(source: Asking | ArrayBuffer | Uint8Array | Response, { module }: { module?: ModuleSource } = {}): Promise<Explainer> {
  const ready = loadOnce(module);
  ready.catch(() => {});
  let got = "key" in source ? await ask(source) : source instanceof Response ? source : await bytesOf(source);
  let version: number | undefined;
  if (got instanceof Response) {
    if (!got.ok) throw new Error(`the document could not be had (${got.status})`);
    version = Number(got.headers.get("halyard-version") ?? NaN) || undefined;
    got = new Uint8Array(await got.arrayBuffer());
  }
  await ready;
  const wasm = plainly(() => new Wasm(got as Uint8Array));
  return {
    version,
    explain: (flag, context, now = Date.now()) => JSON.parse(plainly(() => wasm.explain(flag, written(context), now))) as Explanation,
  };
}

function ask({ url, key, fetch: fetcher = fetch }: Asking): Promise<Response> {
  if (!url || !key) return Promise.reject(new Error("there is no node to ask for the document"));
  return fetcher(`${url}/v1/document?as=json`, { headers: { authorization: `Bearer ${key}` } });
}

const known = new WeakMap<Asked, { version: number | undefined; explainer: Promise<Explainer> }>();

/** The explainer of what a client serves now; made once for each version. */
export function explainerOf(client: Asked, options: { module?: ModuleSource } = {}): Promise<Explainer> {
  const { version } = client;
  const before = known.get(client);
  if (before && before.version === version) return before.explainer;
  const explainer = createExplainer(client, options);
  known.set(client, { version, explainer });
  // What failed may succeed the next time.
  explainer.catch(() => known.delete(client));
  return explainer;
}

/**
 * Why `flag` has its value in this page: for the client's context and at its time. It says nothing of overrides: it is about what
 * would be served without them.
 */
export async function explain(client: Asked, flag: string, options: { module?: ModuleSource } = {}): Promise<Explanation> {
  const explainer = await explainerOf(client, options);
  return explainer.explain(flag, client.context, client.now());
}

/** wasm-bindgen throws texts. */
function plainly<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw typeof error === "string" ? new Error(error) : error;
  }
}

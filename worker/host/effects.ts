// Carries out what the node asks for, on an R2 bucket and the local cache. Whatever goes wrong becomes an outcome: nothing is thrown.
import { describe } from "./instance.js";
import type { ConditionMeta, EffectMeta, ResultMeta } from "./wire.js";

/** An outcome and the bytes that came with it. */
export interface Result {
  outcome: ResultMeta;
  body: Uint8Array;
}

/** Where effects are carried out: a bucket, and a cache under the name of the host that was asked. */
export interface Surroundings {
  bucket: R2Bucket;
  /** Opened when it is wanted: a warm node wants nothing of it. */
  cache: () => Promise<Cache | null>;
  /** The start of every address in the cache. Two deployments that share a zone's cache differ in it. */
  origin: string;
  waitUntil: (work: Promise<unknown>) => void;
  /** Calls back after so many milliseconds; what it gives back calls that off. */
  later: (work: () => void, ms: number) => () => void;
}

/** For an effect that names no deadline of its own: longer than any store takes, shorter than a client waits. */
const PATIENCE_MS = 20_000;
/** R2 refuses to list more at once; `more` says that there are further ones. */
const MOST_KEYS = 1000;
const FOR_EVER = "public, max-age=31536000, immutable";
const NOTHING = new Uint8Array(0);

/** The cache of this data centre, apart from the one that answers visitors; null where there is none. */
export async function localCache(): Promise<Cache | null> {
  try {
    return await caches.open("halyard");
  } catch {
    return null;
  }
}

/** Carries it out. `body` is a put's. */
export async function perform(effect: EffectMeta, body: Uint8Array, at: Surroundings): Promise<Result> {
  try {
    switch (effect.kind) {
      case "get":
        return await withDeadline(get(effect, at), effect.deadlineMs, at);
      case "put":
        return await withDeadline(put(effect.key, body, effect.condition, at), PATIENCE_MS, at);
      case "list":
        return await withDeadline(list(effect, at), PATIENCE_MS, at);
      case "kept":
        return await withDeadline(kept(effect.name, at), PATIENCE_MS, at);
      case "sleep":
        await pause(effect.ms, at);
        return only({ kind: "done" });
    }
  } catch (error) {
    return only({ kind: "failed", message: describe(error) });
  }
}

/** Holds good bytes in the local cache, for an isolate that starts while the store does not answer. */
export function keep(name: string, bytes: Uint8Array, at: Surroundings): Promise<void> {
  return write(at, address(at, "kept", name), bytes);
}

async function get(effect: Extract<EffectMeta, { kind: "get" }>, at: Surroundings): Promise<Result> {
  const cached = effect.immutable ? address(at, "objects", effect.key) : null;
  if (cached) {
    const copy = await recall(at, cached);
    if (copy) return { outcome: { kind: "found", etag: "" }, body: copy };
  }
  const object = await at.bucket.get(effect.key, effect.ifNoneMatch === null ? {} : { onlyIf: { etagDoesNotMatch: effect.ifNoneMatch } });
  if (object === null) return only({ kind: "missing" });
  if (!("body" in object) || !object.body) return only({ kind: "notModified" });
  const body = new Uint8Array(await object.arrayBuffer());
  if (cached) remember(at, cached, body);
  return { outcome: { kind: "found", etag: object.etag }, body };
}

async function put(key: string, body: Uint8Array, condition: ConditionMeta, at: Surroundings): Promise<Result> {
  const onlyIf = "ifMatch" in condition ? { etagMatches: condition.ifMatch } : new Headers({ "if-none-match": "*" });
  const stored = await at.bucket.put(key, body, { onlyIf, httpMetadata: { contentType: typeOf(key) } });
  return only(stored === null ? { kind: "conflict" } : { kind: "stored", etag: stored.etag });
}

async function list(effect: Extract<EffectMeta, { kind: "list" }>, at: Surroundings): Promise<Result> {
  const options: R2ListOptions = { prefix: effect.prefix, limit: Math.min(effect.limit, MOST_KEYS) };
  if (effect.after !== null) options.startAfter = effect.after;
  const { objects, truncated } = await at.bucket.list(options);
  return only({ kind: "listed", keys: objects.map((object) => object.key), more: truncated });
}

async function kept(name: string, at: Surroundings): Promise<Result> {
  const copy = await recall(at, address(at, "kept", name));
  return copy ? { outcome: { kind: "found", etag: "" }, body: copy } : only({ kind: "missing" });
}

/** The store goes on in the background where it is too slow; what it then says, nobody hears. */
async function withDeadline(work: Promise<Result>, ms: number, at: Surroundings): Promise<Result> {
  work.catch(() => {});
  let callOff = () => {};
  const late = new Promise<Result>((resolve) => {
    callOff = at.later(() => resolve(only({ kind: "timedOut" })), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    callOff();
  }
}

function only(outcome: ResultMeta): Result {
  return { outcome, body: NOTHING };
}

function address(at: Surroundings, shelf: string, name: string): string {
  return `${at.origin}/.halyard/${shelf}/${encodeURIComponent(name)}`;
}

/** An object's type, by its key: JSON, or the image of a document. */
function typeOf(key: string): string {
  return key.endsWith(".json") ? "application/json" : "application/octet-stream";
}

/** A cache is a help: where it fails, the store is asked. */
async function recall(at: Surroundings, url: string): Promise<Uint8Array | null> {
  try {
    const hit = await (await at.cache())?.match(url);
    return hit ? new Uint8Array(await hit.arrayBuffer()) : null;
  } catch {
    return null;
  }
}

/** Puts them into the cache when what is under way has been answered, or waits for the store: writing them costs more than evaluating. */
function remember(at: Surroundings, url: string, bytes: Uint8Array): void {
  at.waitUntil(pause(0, at).then(() => write(at, url, bytes)));
}

async function write(at: Surroundings, url: string, bytes: Uint8Array): Promise<void> {
  try {
    await (await at.cache())?.put(url, new Response(bytes, { headers: { "cache-control": FOR_EVER, "content-type": "application/octet-stream" } }));
  } catch (error) {
    console.warn(`the local cache does not take ${url}: ${describe(error)}`);
  }
}

/** The `later` of whoever answers a request; while an isolate starts it is refused. */
export function later(work: () => void, ms: number): () => void {
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
}

export function pause(ms: number, at: Surroundings): Promise<void> {
  return new Promise((resolve) => {
    at.later(resolve, ms);
  });
}

// Images straight from the bucket that publishing writes them into: no node is asked.
import { FORMAT } from "../generated.js";
import type { Look } from "./types.js";

/** What of an R2 binding is used; any store with such a `get` will do. */
export interface Bucket {
  get(key: string, options?: { onlyIf?: { etagDoesNotMatch: string } }): Promise<null | { readonly etag: string; arrayBuffer?(): Promise<ArrayBuffer> }>;
}

/** Behind an image in the store lies a hash of it, of so many bytes. */
const SEAL = 16;

/**
 * For `createFlags({ look: inBucket(env.BUCKET, "production") })`: the head, and when that names another document, its image. The
 * binding opens the whole bucket, so give it to workers of your own only.
 */
export function inBucket(bucket: Bucket, environment: string): Look {
  const folder = `environments/${environment}`;
  return async (etag) => {
    const head = await bucket.get(`${folder}/head.json`, etag ? { onlyIf: { etagDoesNotMatch: etag } } : {});
    if (!head) throw new Error(`there is no environment \`${environment}\` in the bucket`);
    if (!head.arrayBuffer || head.etag === etag) return undefined;
    const { version, document } = JSON.parse(new TextDecoder().decode(await head.arrayBuffer())) as { version: number; document: string };
    const object = await bucket.get(`${folder}/images/${document}.${FORMAT}.all`);
    if (!object?.arrayBuffer) throw new Error(`version ${version} of \`${environment}\` has no image of format ${FORMAT}`);
    const bytes = new Uint8Array(await object.arrayBuffer());
    return { image: bytes.subarray(0, Math.max(0, bytes.length - SEAL)), version, etag: head.etag };
  };
}

// `halyard-flags/worker` where wasm is imported as a module: Cloudflare's Workers and the like, which forbid compiling bytes.
import module from "./page.wasm";
import { Following } from "./worker/follower.js";
import type { Follower, FollowOptions } from "./worker/types.js";

export { inBucket, type Bucket } from "./worker/bucket.js";
export type * from "./worker/types.js";

/** Follows an environment. Make it once, outside of any request; nothing is asked for before the first one. */
export function createFlags(options: FollowOptions): Follower {
  return new Following({ module, ...options });
}

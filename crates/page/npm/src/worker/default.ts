// `halyard-flags/worker` where wasm is compiled from the file beside it: Node, Deno, Bun.
import { Following } from "./follower.js";
import type { Follower, FollowOptions } from "./types.js";

export { inBucket, type Bucket } from "./bucket.js";
export type * from "./types.js";

/** Follows an environment. Make it once; nothing is asked for before the first request, or `start()`. */
export function createFlags(options: FollowOptions): Follower {
  return new Following(options);
}

// `halyard-flags/client`: a page's flags from its first paint on.
import { PageClient } from "./client/page.js";
import type { Client, ClientOptions } from "./client/types.js";

export { anonymousId } from "./client/anonymous.js";
export { renderIn, type RenderInOptions } from "./client/snapshot.js";
export type * from "./client/types.js";

/** Starts at once: what the server rendered in or this browser kept can be asked for in the next line; the node is asked meanwhile. */
export function createClient(options: ClientOptions): Client {
  return new PageClient(options);
}

// Asking the node for the page's image.
import { FORMAT } from "../generated.js";
import type { ServerClock } from "./clock.js";

/** How long an answer may take, in ms. */
const PATIENCE = 15_000;

/** What was asked for came, or nothing newer than what the ETag names is there. */
export type Looked = { image: Uint8Array; version: number | undefined; etag: string | undefined } | undefined;

/** The node refused, or could not be asked. */
export class Unreachable extends Error {
  constructor(
    message: string,
    /** When it wants to be asked again, in ms from now. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

/** Looks once; the clock hears what time the node has. @throws (rejects) an `Unreachable`. */
export async function look(fetcher: typeof fetch, url: string, key: string | undefined, etag: string | undefined, clock: ServerClock): Promise<Looked> {
  const headers: Record<string, string> = {};
  if (key) headers["authorization"] = `Bearer ${key}`;
  if (etag) headers["if-none-match"] = etag;
  const asked = performance.now();
  try {
    const response = await fetcher(`${url}/v1/document?format=${FORMAT}`, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    const told = response.headers;
    const time = Number(told.get("halyard-time") ?? NaN);
    if (Number.isFinite(time)) clock.heard(time, performance.now() - asked);
    if (response.status === 304) return undefined;
    if (!response.ok) {
      const seconds = Number(told.get("retry-after") ?? NaN);
      throw new Unreachable(`the node answered ${response.status}`, seconds >= 0 ? seconds * 1000 : undefined);
    }
    const image = new Uint8Array(await response.arrayBuffer());
    return { image, version: Number(told.get("halyard-version") ?? NaN) || undefined, etag: told.get("etag") ?? undefined };
  } catch (error) {
    throw error instanceof Unreachable ? error : new Unreachable(`the node could not be asked: ${(error as Error).message}`);
  }
}

// Asking a node for images, as a server does.
import { FORMAT } from "../generated.js";
import { Unreachable } from "../client/node.js";
import type { FollowOptions, Found, Published } from "./types.js";

/** How long an answer may take, in ms. */
const PATIENCE = 10_000;

export class Node {
  private readonly asked: string;
  private readonly headers: Record<string, string>;
  private readonly fetch: typeof fetch;

  constructor({ url, key, all = true, fetch: fetcher = (...asked) => fetch(...asked) }: FollowOptions) {
    this.asked = `${url?.replace(/\/+$/, "")}/v1/document?${all ? "all=true&" : ""}`;
    this.headers = key ? { authorization: `Bearer ${key}` } : {};
    this.fetch = fetcher;
  }

  look = async (etag: string | undefined): Promise<Found | undefined> => {
    const response = await this.ask(`format=${FORMAT}`, etag ? { "if-none-match": etag } : {});
    if (response.status === 304) return undefined;
    const image = new Uint8Array(await response.arrayBuffer());
    return { image, version: versionOf(response), etag: response.headers.get("etag") ?? undefined };
  };

  async document(): Promise<Published> {
    const response = await this.ask("as=json", {});
    return { document: await response.json(), version: versionOf(response) };
  }

  private async ask(how: string, headers: Record<string, string>): Promise<Response> {
    let response: Response;
    try {
      response = await this.fetch(this.asked + how, { headers: { ...this.headers, ...headers }, signal: AbortSignal.timeout(PATIENCE) });
    } catch (error) {
      throw new Unreachable(`the node could not be asked: ${(error as Error).message}`);
    }
    if (response.ok || response.status === 304) return response;
    const seconds = Number(response.headers.get("retry-after") ?? NaN);
    throw new Unreachable(`the node answered ${response.status}`, seconds >= 0 ? seconds * 1000 : undefined);
  }
}

const versionOf = (response: Response): number | undefined => Number(response.headers.get("halyard-version")) || undefined;

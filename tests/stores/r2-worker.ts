// Carries out effects that come over HTTP, by the very code that the deployed worker carries them out with.
import { later, perform, type Surroundings } from "../../worker/host/effects.js";
import type { EffectMeta } from "../../worker/host/wire.js";

/** `B0`, `B1`, …: a bucket for each test. `OTHER` is a second worker over the same ones. */
interface Env {
  [bucket: `B${number}`]: R2Bucket;
  OTHER?: Fetcher;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export default {
  async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (searchParams.has("other") && env.OTHER) return env.OTHER.fetch(request);
    const bucket = env[`B${Number(pathname.slice(1))}`];
    if (!bucket) return new Response("no such bucket", { status: 404 });
    const frame = new Uint8Array(await request.arrayBuffer());
    const length = new DataView(frame.buffer).getUint32(0, true);
    const effect = JSON.parse(decoder.decode(frame.subarray(4, 4 + length))) as EffectMeta;
    // No cache: what is tried is the bucket.
    const at: Surroundings = { bucket, cache: async () => null, origin: "https://store.invalid", waitUntil: (work) => ctx.waitUntil(work), later };
    const { outcome, body } = await perform(effect, frame.slice(4 + length), at);
    const header = encoder.encode(JSON.stringify(outcome));
    const answer = new Uint8Array(4 + header.length + body.length);
    new DataView(answer.buffer).setUint32(0, header.length, true);
    answer.set(header, 4);
    answer.set(body, 4 + header.length);
    return new Response(answer);
  },
} satisfies ExportedHandler<Env>;

// One bucket for several workerd processes: an R2 of its own in a workerd of its own, reached over HTTP, that can be
// stopped, made slow, or made to lose what it says.
import { createServer } from "node:http";
import { Miniflare } from "miniflare";
import { freePort } from "./place.mjs";

const WORKER = 'export default { fetch: () => new Response("a bucket\\n") }';

/** Starts it: `{ url, get, put, remove, keys, down, up, stop, faults }`. */
export async function startBucket() {
  const miniflare = new Miniflare({ modules: true, script: WORKER, r2Buckets: ["BUCKET"], compatibilityDate: "2026-04-21", cf: false });
  const r2 = await miniflare.getR2Bucket("BUCKET");
  const port = await freePort();
  /** What goes wrong, until it is taken back. `before` and `after` a request is carried out: functions of { method, key }. */
  const faults = { before: async () => {}, after: async () => {} };
  const seen = [];
  let server = null;

  const answer = async (request, response) => {
    const asked = { method: request.method, key: decodeURIComponent(new URL(request.url, "http://bucket").pathname.slice(1)) };
    seen.push(asked);
    try {
      const body = await whole(request);
      await faults.before(asked);
      const { status, headers = {}, bytes } = await carryOut(r2, request, asked, body);
      await faults.after({ ...asked, status });
      response.writeHead(status, headers).end(bytes);
    } catch {
      // An answer that never comes.
      request.socket.destroy();
    }
  };

  const up = () =>
    new Promise((resolve, reject) => {
      if (server) return resolve();
      server = createServer(answer).on("error", reject).listen(port, "127.0.0.1", resolve);
    });
  const down = async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve()));
    server = null;
  };
  await up();

  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    /** Every request so far, oldest first. */
    seen,
    up,
    down,
    async get(key) {
      const object = await r2.get(key);
      return object && Buffer.from(await object.arrayBuffer());
    },
    async json(key) {
      const object = await r2.get(key);
      return object && JSON.parse(await object.text());
    },
    put: (key, body) => r2.put(key, plain(body)),
    remove: (key) => r2.delete(key),
    async keys(prefix) {
      return (await r2.list({ prefix })).objects.map((object) => object.key);
    },
    async stop() {
      await down();
      await miniflare.dispose();
    },
  };
}

/** miniflare's proxy takes no Buffers. */
function plain(body) {
  return typeof body === "string" ? body : new Uint8Array(body);
}

async function whole(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function carryOut(r2, request, { method, key }, body) {
  if (method === "PUT") {
    const wanted = request.headers["if-match"];
    const stored = await r2.put(key, plain(body), { onlyIf: wanted === undefined ? { etagDoesNotMatch: "*" } : { etagMatches: wanted } });
    return stored === null ? { status: 412 } : { status: 200, headers: { "x-etag": stored.etag } };
  }
  if (key === "") {
    const { searchParams } = new URL(request.url, "http://bucket");
    const listed = await r2.list({ prefix: searchParams.get("prefix"), startAfter: searchParams.get("after") ?? undefined, limit: Number(searchParams.get("limit")) });
    return { status: 200, bytes: JSON.stringify({ keys: listed.objects.map((object) => object.key), truncated: listed.truncated }) };
  }
  const object = await r2.get(key);
  if (object === null) return { status: 404 };
  if (request.headers["if-none-match"] === object.etag) return { status: 304, headers: { "x-etag": object.etag } };
  return { status: 200, headers: { "x-etag": object.etag }, bytes: Buffer.from(await object.arrayBuffer()) };
}

/** The binding's other end: what of R2Bucket the host uses, over HTTP. Goes into the tested worker as a module. */
export const BINDING = `
export function bucketAt(url) {
  const at = (key) => url + "/" + encodeURIComponent(key);
  return {
    async get(key, { onlyIf } = {}) {
      const headers = onlyIf?.etagDoesNotMatch ? { "if-none-match": onlyIf.etagDoesNotMatch } : {};
      const response = await fetch(at(key), { headers });
      if (response.status === 404) return null;
      const etag = response.headers.get("x-etag");
      if (response.status === 304) return { etag };
      if (response.status !== 200) throw new Error("get: " + response.status);
      return { etag, body: response.body, arrayBuffer: () => response.arrayBuffer() };
    },
    async put(key, body, { onlyIf } = {}) {
      const absent = onlyIf instanceof Headers && onlyIf.get("if-none-match") === "*";
      if (!absent && !onlyIf?.etagMatches) throw new Error("put: without a condition");
      const response = await fetch(at(key), { method: "PUT", body, headers: absent ? {} : { "if-match": onlyIf.etagMatches } });
      if (response.status === 412) return null;
      if (response.status !== 200) throw new Error("put: " + response.status);
      return { etag: response.headers.get("x-etag") };
    },
    async list({ prefix, startAfter, limit }) {
      const query = new URLSearchParams({ prefix, limit, ...(startAfter === undefined ? {} : { after: startAfter }) });
      const response = await fetch(url + "/?" + query);
      if (response.status !== 200) throw new Error("list: " + response.status);
      const { keys, truncated } = await response.json();
      return { objects: keys.map((key) => ({ key })), truncated };
    },
  };
}
`;

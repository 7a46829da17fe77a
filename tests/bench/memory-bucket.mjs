// A bucket in this process's memory, for what support/bucket.mjs's binding asks: it is there at once, so that what is measured is the node.
// It is the local cache as well, one that has nothing and keeps nothing: what a node finds in a place where nobody was before.
import { createHash } from "node:crypto";
import { createServer } from "node:http";

/** Starts it: `{ url, put, stop }`. */
export async function memoryBucket(after) {
  const objects = new Map();
  const put = (key, bytes) => objects.set(key, { bytes: Buffer.from(bytes), etag: createHash("sha256").update(bytes).digest("hex") });
  const answer = async (request, response) => {
    const key = decodeURIComponent(request.url.slice(1));
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.headers["cf-cache-namespace"]) return response.writeHead(request.method === "PUT" ? 204 : 504, { "cf-cache-status": "MISS" }).end();
    const there = objects.get(key);
    const wanted = request.headers["if-match"];
    if (request.method === "PUT") {
      if (wanted === undefined ? there : there?.etag !== wanted) return response.writeHead(412).end();
      put(key, Buffer.concat(chunks));
      return response.writeHead(200, { "x-etag": objects.get(key).etag }).end();
    }
    if (!there) return response.writeHead(404).end();
    const same = request.headers["if-none-match"] === there.etag;
    response.writeHead(same ? 304 : 200, { "x-etag": there.etag }).end(same ? undefined : there.bytes);
  };
  // A worker that is stopped may be writing into its cache: such a request is cut off, and nobody waits for its answer.
  const server = createServer((request, response) => answer(request, response).catch((error) => response.destroy(error)));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  after(stop);
  return { url: `http://127.0.0.1:${server.address().port}`, put: async (key, bytes) => put(key, bytes), stop };
}

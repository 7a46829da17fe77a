// What the clients are tested against: a node of its own over a bucket, whose production serves flags.json.
import { readFile } from "node:fs/promises";
import { startBucket } from "../support/bucket.mjs";
import { api, ofrep } from "../support/client.mjs";
import { startNode } from "../support/node.mjs";
import { freePort, until } from "../support/place.mjs";
import { makeProject } from "../support/project.mjs";

const FLAGS = new URL("flags.json", import.meta.url);
/** A change is served by every node after at most this long. */
export const VISIBLE_WITHIN_MS = 6_000;

/** Starts it: `{ url, key, bucket, edit, addKey, revoke, restart, stop }`. */
export async function startWorld() {
  const cleanup = [];
  const bucket = await startBucket();
  cleanup.push(() => bucket.stop());
  const project = await makeProject(bucket, (work) => cleanup.push(work));
  const port = await freePort();
  let node = await startNode(bucket, { port });
  cleanup.push(() => node.stop());
  const { url } = node;
  const ann = api(url, project.token);
  const production = ann.environment("production");

  const world = {
    url,
    bucket,
    /** The SDK key of production for `kind`: `server` or `browser`. */
    key: (kind) => project.sdkKeys.production[kind],
    /** The token of a person who may do everything. */
    token: project.token,
    /** Publishes what `change` makes of the document. */
    edit: (change) => production.edit(change).then(published),
    /** Takes production's keys of `kind` away, and waits until the node knows. */
    async revoke(kind) {
      const got = await ann.call("GET", "/api/project/document");
      for (const [name, key] of Object.entries(got.json.keys)) {
        if (key.environment === "production" && key.kind === kind) delete got.json.keys[name];
      }
      published(await ann.call("PUT", "/api/project/document?message=Revoke", { body: got.json, headers: { "if-match": got.headers.get("etag") } }));
      const flags = ofrep(url, world.key(kind));
      await until(`the ${kind} key is refused`, async () => (await flags.all({})).status === 401, { within: VISIBLE_WITHIN_MS });
    },
    /** The node ends, `meanwhile` happens, and a new one comes up at the same address with nothing in memory. */
    async restart(meanwhile = async () => {}) {
      await node.stop();
      try {
        await meanwhile();
      } finally {
        node = await startNode(bucket, { port });
      }
    },
    async stop() {
      for (const work of cleanup.reverse()) await work();
    },
  };
  const { etag } = await production.document();
  published(await production.publish(await readFile(FLAGS, "utf8"), { etag, message: "What the clients are asked for" }));
  return world;
}

function published(got) {
  if (got.status !== 200) throw new Error(`not published: ${got.status} ${got.text}`);
  return got;
}

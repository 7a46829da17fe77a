// What follows and explains, over a real node and the bucket that publishing writes into.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { OpenFeature, ProviderEvents } from "@openfeature/server-sdk";
import { startWorld, VISIBLE_WITHIN_MS } from "../clients/world.mjs";
import { until } from "../support/place.mjs";
import { load } from "./support.mjs";

const cleanup = [];
const DUTCH = { targetingKey: "user-1", country: "NL" };
let world, createFlags, inBucket;

before(async () => {
  world = await startWorld();
  cleanup.push(world.stop);
  ({ createFlags, inBucket } = await load("worker/default"));
});
after(async () => {
  await OpenFeature.close();
  for (const work of cleanup.reverse()) await work();
});

async function follow(options) {
  const flags = createFlags({ refresh: 200, ...options });
  await flags.start();
  cleanup.push(() => flags.stop());
  return flags;
}

test("a node and its bucket give the same flags, private ones too, and a publish reaches both", async () => {
  const bucket = {
    async get(key) {
      const body = await world.bucket.get(key);
      return body && { etag: createHash("sha256").update(body).digest("hex"), arrayBuffer: async () => body.buffer.slice(body.byteOffset, body.byteOffset + body.length) };
    },
  };
  const byNode = await follow({ url: world.url, key: world.key("server") });
  const byBucket = await follow({ look: inBucket(bucket, "production") });
  for (const flags of [byNode, byBucket]) {
    const own = await flags.withContext(DUTCH);
    assert.deepEqual([own.boolean("a-boolean", false), own.boolean("for-servers-only", false)], [true, true]);
  }
  assert.deepEqual([byBucket.digest, byBucket.version], [byNode.digest, byNode.version]);
  await world.edit((document) => {
    document.flags["an-integer"].variants.few = 1234;
  });
  for (const flags of [byNode, byBucket]) await until("the new value", async () => (await flags.withContext({})).number("an-integer", 0) === 1234, { within: 2 * VISIBLE_WITHIN_MS });
});

test("a browser key opens the public flags where only those are asked for", async () => {
  const flags = await follow({ url: world.url, key: world.key("browser"), all: false });
  const own = await flags.withContext(DUTCH);
  assert.deepEqual([own.boolean("a-boolean", false), own.details("for-servers-only", false).errorCode], [true, "FLAG_NOT_FOUND"]);
  await assert.rejects(follow({ url: world.url, key: world.key("browser") }), /403/);
});

test("OpenFeature hears which flags a version changed, whoever asks for them, and not of those that are only described in other words", async () => {
  const { HalyardServerProvider } = await load("openfeature/server");
  await OpenFeature.setProviderAndWait("node", new HalyardServerProvider({ url: world.url, key: world.key("server"), refresh: 200 }));
  const told = [];
  OpenFeature.getClient("node").addHandler(ProviderEvents.ConfigurationChanged, (it) => told.push(it.flagsChanged));
  // The document to compare with is fetched behind the start.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await world.edit((document) => {
    document.segments.dutch.when.is.push("BQ");
    document.flags["for-servers-only"].metadata = { looked: true };
    document.flags["a-string"].description = "In other words";
    document.flags["a-string"].owner = "somebody-else";
  });
  await until("the event", () => told.length > 0, { within: 2 * VISIBLE_WITHIN_MS });
  assert.deepEqual(told, [["a-boolean", "for-servers-only", "left-to-the-code"]]);
});

test("with a browser key the public part is explained, and nothing else is there to be explained", async () => {
  const { createExplainer } = await load("explain");
  const explainer = await createExplainer({ url: world.url, key: world.key("browser") });
  assert.equal(explainer.explain("a-boolean", DUTCH).summary, "`on`, because rule `at-home` holds");
  assert.match(explainer.explain("for-servers-only", DUTCH).summary, /there is no flag/);
  assert.ok(explainer.version >= 1);
  const all = await createExplainer(await fetch(`${world.url}/v1/document?as=json&all=true`, { headers: { authorization: `Bearer ${world.key("server")}` } }));
  assert.doesNotMatch(all.explain("for-servers-only", DUTCH).summary, /there is no flag/);
});

test("a revoked key takes no flags away", async () => {
  const flags = await follow({ url: world.url, key: world.key("server"), staleAfter: 300 });
  await world.revoke("server");
  await until("stale", () => flags.state === "stale", { within: 2 * VISIBLE_WITHIN_MS });
  assert.equal((await flags.withContext(DUTCH)).boolean("a-boolean", false), true);
});

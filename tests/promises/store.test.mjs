// A store that is gone, comes back, or says nonsense: what is served stays what was good.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { api, ofrep } from "../support/client.mjs";
import { startNode } from "../support/node.mjs";
import { folder, until } from "../support/place.mjs";
import { inBucket } from "../support/in-bucket.mjs";

const HEAD = "environments/production/head.json";
let bucket, project, cache;
const CONTEXTS = [{ targetingKey: "shopper-1" }, { targetingKey: "ann", email: "ann@acme.example", country: "NL" }, { targetingKey: "b", plan: "pro" }];

inBucket(async (made) => {
  ({ bucket, project } = made);
  cache = await folder(made.after);
});

/** Answers of flags that no clock moves, as they are on the wire. */
async function answers(node) {
  const flags = ofrep(node.url, project.sdkKeys.production.server);
  const all = [];
  for (const context of CONTEXTS) {
    for (const flag of ["max-cart-items", "bulk-export", "new-checkout", "gift-wrapping", "shipping-rates"]) {
      const got = await flags.flag(flag, context);
      assert.equal(got.status, 200, got.text);
      all.push(got.text);
    }
  }
  return all;
}
const health = async (node) => (await fetch(`${node.url}/health`)).json();
const sha = (text) => createHash("sha256").update(text).digest("hex");

test("with the store down a warm node answers byte for byte as before, and says how old its copy is", async () => {
  const node = await startNode(bucket, { cache });
  try {
    const good = await answers(node);
    await bucket.down();
    // Past maxStale, so that requests would like to wait for the head.
    const deadline = Date.now() + 13_000;
    while (Date.now() < deadline) {
      const began = performance.now();
      assert.deepEqual(await answers(node), good);
      assert.ok(performance.now() - began < 8000, "and does not hang on the store");
      await new Promise((resolve) => setTimeout(resolve, 700));
    }
    const told = await health(node);
    assert.ok(told.environments.some((copy) => copy.ageMs > 10_000), JSON.stringify(told));
    assert.ok(Object.keys(told.trouble ?? {}).length > 0, JSON.stringify(told));
  } finally {
    await bucket.up();
    await node.stop();
  }
});

test("a node that starts while the store is down serves the copy that was kept", async () => {
  const warm = await startNode(bucket, { cache });
  const port = Number(new URL(warm.url).port);
  const good = await answers(warm);
  // The keeping goes on behind the answers.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await warm.stop();
  await bucket.down();
  try {
    const cold = await startNode(bucket, { cache, port });
    try {
      assert.deepEqual(await answers(cold), good);
    } finally {
      await cold.stop();
    }
  } finally {
    await bucket.up();
  }
});

test("one without a copy says so, at once and in OFREP's words, and serves when the store is back", async () => {
  await bucket.down();
  const cold = await startNode(bucket);
  try {
    const flags = ofrep(cold.url, project.sdkKeys.production.server);
    const began = performance.now();
    const got = await flags.flag("max-cart-items", CONTEXTS[0]);
    assert.ok(got.status >= 500, `${got.status} ${got.text}`);
    assert.equal(got.json.errorCode ?? "GENERAL", "GENERAL");
    assert.ok(got.json.errorDetails, got.text);
    assert.ok(performance.now() - began < 10_000, `after ${Math.round(performance.now() - began)} ms`);
    const trouble = await api(cold.url, project.token).call("GET", "/api/environments");
    assert.ok(trouble.status >= 500, trouble.text);
    assert.match(trouble.headers.get("content-type"), /^application\/problem\+json/);
    await bucket.up();
    await until("it serves", async () => (await flags.flag("max-cart-items", CONTEXTS[0])).status === 200, { within: 15_000, every: 200 });
  } finally {
    await bucket.up();
    await cold.stop();
  }
});

test("a store that flaps between good and bad never changes what is served, and health says what is wrong", async () => {
  // A node that looks often meets more flaps.
  const node = await startNode(bucket, { vars: { HALYARD_REFRESH_MS: "200", HALYARD_MAX_STALE_MS: "400" } });
  const goodHead = await bucket.get(HEAD);
  const head = JSON.parse(goodHead);
  const document = await bucket.get(`environments/production/documents/${head.document}.json`);
  try {
    const good = await answers(node);
    const seen = async () => (await answers(node)).map((text, place) => assert.equal(text, good[place]));

    /** A head one version on that names `bytes` as its document, stored under `digest`. */
    const pointAt = async (bytes, digest = `sha256-${sha(bytes)}`, change = {}) => {
      await bucket.put(`environments/production/documents/${digest}.json`, bytes);
      const record = { lineage: head.lineage, version: head.version + 1, parent: head.record, publish: "by-hand", at: Date.now(), by: "mallory", via: "hand", message: "", changes: [], document: digest, recent: [] };
      const text = JSON.stringify(record);
      const name = `${String(head.version + 1).padStart(8, "0")}-${sha(text)}`;
      await bucket.put(`environments/production/records/${name}.json`, text);
      return Buffer.from(JSON.stringify({ ...head, version: head.version + 1, record: name, document: digest, ...change }));
    };
    const parsed = JSON.parse(document);
    const broken = structuredClone(parsed);
    broken.flags["max-cart-items"].otherwise = "no-such-variant";
    const heads = {
      "an empty head": Buffer.alloc(0),
      "a head of null": Buffer.from("null"),
      "half a head": goodHead.subarray(0, goodHead.length / 2),
      "a head of a newer format": Buffer.from(JSON.stringify({ ...head, format: 2 })),
      "an older version": Buffer.from(JSON.stringify({ ...head, version: head.version - 1 })),
      "a head without its document": await pointAt("{}").then((bytes) => Buffer.from(bytes.toString().replace(/sha256-[0-9a-f]{64}/, `sha256-${"0".repeat(64)}`))),
      "an empty document": await pointAt(""),
      "a document of null": await pointAt("null"),
      "half a document": await pointAt(document.subarray(0, document.length / 2)),
      "a document that fails a check": await pointAt(JSON.stringify(broken)),
      "a document that is not what its name says": await pointAt(JSON.stringify({ ...parsed, flags: {} }), `sha256-${"1".repeat(64)}`),
      "a document of a newer format": await pointAt(JSON.stringify({ ...parsed, format: 2 })),
    };
    for (const [name, bad] of Object.entries(heads)) {
      await bucket.put(HEAD, bad);
      const told = await until(`health tells of ${name}`, async () => {
        await seen();
        const now = await health(node);
        return Object.keys(now.trouble ?? {}).length > 0 && now;
      }, { within: 15_000, every: 100 });
      assert.doesNotMatch(JSON.stringify(told), /production|mallory|by-hand/, "no names");
      await bucket.put(HEAD, goodHead);
      await until(`all is well after ${name}`, async () => {
        await seen();
        return Object.keys((await health(node)).trouble ?? {}).length === 0;
      }, { within: 15_000, every: 100 });
    }
    // And a newer good version is taken up as ever.
    const published = await api(node.url, project.token).environment("production").edit((fresh) => {
      fresh.flags["max-cart-items"].otherwise = "large";
    });
    assert.equal(published.status, 200, published.text);
    await until("the new version", async () => (await answers(node))[0].includes('"large"'), { within: 6000, every: 200 });
  } finally {
    await node.stop();
  }
});

test("an object that vanishes is no answer: the copy stays", async () => {
  const node = await startNode(bucket);
  const goodHead = await bucket.get(HEAD);
  try {
    const good = await answers(node);
    await bucket.remove(HEAD);
    const deadline = Date.now() + 12_000;
    while (Date.now() < deadline) {
      assert.deepEqual(await answers(node), good);
      await new Promise((resolve) => setTimeout(resolve, 700));
    }
  } finally {
    await bucket.put(HEAD, goodHead);
    await node.stop();
  }
});

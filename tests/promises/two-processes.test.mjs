// A publisher and a node in workerd processes of their own, over one bucket: one isolate would hide staleness.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { api, ofrep } from "../support/client.mjs";
import { startNode } from "../support/node.mjs";
import { until } from "../support/place.mjs";
import { inBucket } from "../support/in-bucket.mjs";

const VISIBLE_WITHIN_MS = 6000;
let bucket, publisher, node, production, project;
const CONTEXT = { targetingKey: "shopper-1" };

inBucket(async (made) => {
  ({ bucket, project } = made);
  [publisher, node] = await Promise.all([startNode(bucket), startNode(bucket)]);
  for (const { stop } of [publisher, node]) made.after(stop);
  production = api(publisher.url, project.token).environment("production");
});

const served = async () => (await ofrep(node.url, project.sdkKeys.production.server).flag("max-cart-items", CONTEXT)).json;
const publishVariant = (variant) =>
  production.edit((document) => {
    document.flags["max-cart-items"].otherwise = variant;
  }, `Carts: ${variant}`);

test("what one process publishes, another serves within six seconds", async (t) => {
  const took = [];
  await served();
  for (const variant of ["large", "usual", "large"]) {
    const published = await publishVariant(variant);
    assert.equal(published.status, 200, published.text);
    const began = performance.now();
    await until(`${variant} is served`, async () => (await served()).variant === variant, { within: VISIBLE_WITHIN_MS, every: 100 });
    took.push(Math.round(performance.now() - began));
  }
  t.diagnostic(`visible after ${took.join(", ")} ms`);
});

test("the process that publishes serves it at once", async () => {
  const own = ofrep(publisher.url, project.sdkKeys.production.server);
  await own.flag("max-cart-items", CONTEXT);
  await publishVariant("emergency");
  assert.equal((await own.flag("max-cart-items", CONTEXT)).json.variant, "emergency");
});

test("a node that nobody asked for a while does not answer from long ago", async () => {
  await served();
  await publishVariant("usual");
  // Longer than maxStale: the next request waits for the head.
  await new Promise((resolve) => setTimeout(resolve, 11_000));
  assert.equal((await served()).variant, "usual");
});

test("a revoked SDK key stops working on the other process", async () => {
  const ann = api(publisher.url, project.token);
  const got = await ann.call("GET", "/api/project/document");
  const key = Object.entries(got.json.keys).find(([, one]) => one.environment === "staging" && one.kind === "server");
  assert.ok(key, "staging has a server key");
  const staging = ofrep(node.url, project.sdkKeys.staging.server);
  assert.equal((await staging.all(CONTEXT)).status, 200);
  delete got.json.keys[key[0]];
  const put = await ann.call("PUT", "/api/project/document?message=Revoke", { body: got.json, headers: { "if-match": got.headers.get("etag") } });
  assert.equal(put.status, 200, put.text);
  await until("the key is refused", async () => (await staging.all(CONTEXT)).status === 401, { within: VISIBLE_WITHIN_MS, every: 200 });
});

test("a rotated SDK key has two secrets on the other process until the old one is revoked, and a revoked token none", async () => {
  const ann = api(publisher.url, project.token);
  const edit = async (change) => {
    const got = await ann.call("GET", "/api/project/document");
    change(got.json);
    const put = await ann.call("PUT", "/api/project/document?message=Keys", { body: got.json, headers: { "if-match": got.headers.get("etag") } });
    assert.equal(put.status, 200, put.text);
    return put.json.changes.map((edit) => edit.kind);
  };
  const secretOf = (kind) => {
    const secret = `halyard_${kind}_${randomBytes(32).toString("base64url")}`;
    return [secret, createHash("sha256").update(secret).digest("hex")];
  };
  const [[fresh, hash], [token, tokenHash]] = [secretOf("server"), secretOf("token")];
  const old = project.sdkKeys.production.server;
  const status = async (secret) => (await ofrep(node.url, secret).flag("max-cart-items", CONTEXT)).status;
  const ci = api(node.url, token);

  const added = await edit((document) => {
    const key = document.keys["production-server"];
    document.keys["production-server"] = { ...key, hash, previous: { hash: key.hash, created: key.created } };
    document.tokens.ci = { roles: { production: ["viewer"] }, hash: tokenHash, created: "2026-11-22", createdBy: "ann@acme.example", expires: "2099-01-01T00:00:00Z" };
  });
  assert.deepEqual(added, ["key.rotate", "token.add"]);
  await until("the new secret works", async () => (await status(fresh)) === 200, { within: VISIBLE_WITHIN_MS, every: 200 });
  assert.equal(await status(old), 200, "and the old one still does");
  assert.equal((await ci.call("GET", "/api/session")).json.person, "ci");

  const revoked = await edit((document) => {
    delete document.keys["production-server"].previous;
    delete document.tokens.ci;
  });
  assert.deepEqual(revoked, ["key.revoke", "token.revoke"]);
  await until("the old secret is refused", async () => (await status(old)) === 401, { within: VISIBLE_WITHIN_MS, every: 200 });
  assert.equal(await status(fresh), 200);
  // A token is asked of the administration: its node follows the project as well.
  await until("the token is refused", async () => (await ci.call("GET", "/api/session")).status === 401, { within: VISIBLE_WITHIN_MS, every: 200 });
  project.sdkKeys.production.server = fresh;
});

test("a fresh copy answers without asking the store", async () => {
  await served();
  await until("the refreshes have come to rest", async () => {
    const count = bucket.seen.length;
    await new Promise((resolve) => setTimeout(resolve, 500));
    return bucket.seen.length === count;
  });
  await served();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const count = bucket.seen.length;
  for (let i = 0; i < 20; i += 1) await served();
  // A refresh may fall due meanwhile: two heads, not twenty.
  assert.ok(bucket.seen.length - count <= 4, `${bucket.seen.length - count} requests to the store`);
});

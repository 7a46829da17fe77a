// What an isolate goes through while it starts: of that nothing is left, and an isolate in which it fails starts all the same.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { api, ofrep } from "../support/client.mjs";
import { startNode } from "../support/node.mjs";
import { DIST, ROOT } from "../support/place.mjs";
import { inBucket } from "../support/in-bucket.mjs";
import { trapping } from "../support/trap.mjs";

let bucket, project;
const CONTEXT = { targetingKey: "shopper-1" };

inBucket((made) => ({ bucket, project } = made));

test("a rehearsal asks nobody, opens nothing and leaves nothing", async () => {
  const [key] = /halyard_server_[\w-]+/.exec(await readFile(join(ROOT, "crates/edge/src/rehearsal.rs"), "utf8"));
  const asked = bucket.seen.length;
  const node = await startNode(bucket);
  try {
    assert.equal(bucket.seen.length, asked);
    assert.equal((await ofrep(node.url, key).flag("new-cart", CONTEXT)).status, 401);
    assert.equal((await ofrep(node.url, project.sdkKeys.production.server).flag("max-cart-items", CONTEXT)).status, 200);
    assert.doesNotMatch(node.log(), /rehearsal|begins anew/);
  } finally {
    await node.stop();
  }
});

test("no two isolates draw the same randomness, in their first request neither", async () => {
  const names = [];
  for (const description of ["one", "two"]) {
    const node = await startNode(bucket);
    try {
      // From the bucket, so that the publish is the first that is asked of this isolate.
      const head = await bucket.json("environments/production/head.json");
      const document = await bucket.json(`environments/production/documents/${head.document}.json`);
      document.flags["max-cart-items"].description = description;
      const put = await api(node.url, project.token).environment("production").publish(JSON.stringify(document), { etag: `"${head.record}"` });
      assert.equal(put.status, 200, put.text);
      const { record } = await bucket.json("environments/production/head.json");
      names.push((await bucket.json(`environments/production/records/${record}.json`)).publish);
    } finally {
      await node.stop();
    }
  }
  assert.equal(new Set(names).size, 2, names);
});

test("an isolate starts where its rehearsal fails", async () => {
  // The third result that an instance gets is its last: in the rehearsal, and in the first request, which goes on in the next one.
  const node = await startNode(bucket, { wasm: await trapping("resume", 3) });
  try {
    assert.match(node.log(), /the rehearsal came to nothing/);
    assert.equal((await ofrep(node.url, project.sdkKeys.production.server).flag("max-cart-items", CONTEXT)).status, 200);
  } finally {
    await node.stop();
  }
});

test("an isolate starts where what it rehearses waits for a time", async () => {
  // There is no clock while it starts. What waited for one for ever would be waited for.
  const built = await readFile(join(DIST, "worker/index.js"), "utf8");
  const host = built.replace(/case "get":/, "$& await pause(5, at);");
  assert.notEqual(host, built);
  const node = await startNode(bucket, { host });
  try {
    assert.doesNotMatch(node.log(), /rehearsal/);
    assert.equal((await ofrep(node.url, project.sdkKeys.production.server).flag("max-cart-items", CONTEXT)).status, 200);
  } finally {
    await node.stop();
  }
});

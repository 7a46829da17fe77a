// An evaluator that traps: a new instance begins from the last good bytes, the call is made once more, and no publish in flight is lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { api, ofrep } from "../support/client.mjs";
import { startNode } from "../support/node.mjs";
import { inBucket } from "../support/in-bucket.mjs";
import { trapping } from "../support/trap.mjs";

let bucket, project;
const CONTEXT = { targetingKey: "shopper-1" };

inBucket((made) => ({ bucket, project } = made));

async function withNode(wasm, use) {
  const node = await startNode(bucket, { wasm });
  try {
    await use(node);
  } finally {
    await node.stop();
  }
}
const trapsOf = (node) => node.log().split("begins anew").length - 1;

test("requests go on through an instance that traps again and again", async () => {
  // Every third request of an instance traps; the one that is made for it begins to count anew.
  await withNode(await trapping("start", 3), async (node) => {
    const flags = ofrep(node.url, project.sdkKeys.production.server);
    for (let i = 0; i < 12; i += 1) {
      const { status, json } = await flags.flag("max-cart-items", CONTEXT);
      assert.equal(status, 200, `request ${i}`);
      assert.equal(json.variant, "usual");
    }
    assert.ok(trapsOf(node) >= 4, node.log());
  });
});

test("a new instance has the last good bytes: it answers without the store", async () => {
  await withNode(await trapping("start", 4), async (node) => {
    const flags = ofrep(node.url, project.sdkKeys.production.server);
    const answers = [];
    for (let i = 0; i < 2; i += 1) answers.push((await flags.flag("max-cart-items", CONTEXT)).text);
    await bucket.down();
    try {
      for (let i = 0; i < 10; i += 1) {
        const got = await flags.flag("max-cart-items", CONTEXT);
        assert.equal(got.status, 200, got.text);
        answers.push(got.text);
      }
    } finally {
      await bucket.up();
    }
    assert.equal(new Set(answers).size, 1, "byte for byte the same");
    assert.ok(trapsOf(node) >= 2, node.log());
  });
});

test("a publish in flight goes on in the new instance, wherever the trap comes", async () => {
  // The call that is made once more is its new instance's first: from the second on, a trap is met and passed.
  for (let nth = 2; nth <= 12; nth += 1) {
    await withNode(await trapping("resume", nth), async (node) => {
      const production = api(node.url, project.token).environment("production");
      const was = (await bucket.json("environments/production/head.json")).version;
      const published = await production.edit((document) => {
        document.flags["max-cart-items"].description = `through a trap at ${nth}`;
      });
      assert.equal(published.status, 200, `trap at ${nth}: ${published.text}`);
      const head = await bucket.json("environments/production/head.json");
      assert.equal(head.version, was + 1, "published once");
      if (nth <= 8) assert.ok(trapsOf(node) > 0, `there was a trap at ${nth}`);
    });
  }
});

test("a request that always traps costs itself and no other", async () => {
  await withNode(await trapping("resume", 1, { always: true }), async (node) => {
    const flags = ofrep(node.url, project.sdkKeys.production.server);
    const got = await flags.flag("max-cart-items", CONTEXT);
    assert.equal(got.status, 500);
    assert.deepEqual({ key: got.json.key, errorCode: got.json.errorCode }, { key: "max-cart-items", errorCode: "GENERAL" });
    const trouble = await api(node.url, project.token).call("GET", "/api/environments");
    assert.equal(trouble.status, 500);
    assert.match(trouble.headers.get("content-type"), /^application\/problem\+json/);
    // What needs no effect is answered all the same.
    assert.equal((await fetch(`${node.url}/version`)).status, 200);
  });
});

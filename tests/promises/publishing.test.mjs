// Many publishers, lost answers, and processes that end halfway: exactly one wins, nothing is written twice, the chain stays whole.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { api } from "../support/client.mjs";
import { startNode } from "../support/node.mjs";
import { inBucket } from "../support/in-bucket.mjs";

const HEAD = "environments/production/head.json";
let bucket, nodes, project;

inBucket(async (made) => {
  ({ bucket, project } = made);
  nodes = await Promise.all([startNode(bucket), startNode(bucket), startNode(bucket)]);
  for (const { stop } of nodes) made.after(stop);
});
beforeEach(() => {
  bucket.faults.before = async () => {};
  bucket.faults.after = async () => {};
});

const on = (node) => api(node.url, project.token).environment("production");
const describe_ = (text) => (document) => {
  document.flags["max-cart-items"].description = text;
};
const version = async () => (await bucket.json(HEAD)).version;

/** Walks the parents from the head: every record is there, and each version once. */
async function wholeChain() {
  const head = await bucket.json(HEAD);
  const versions = [];
  for (let name = head.record; name; ) {
    const record = await bucket.json(`environments/production/records/${name}.json`);
    assert.ok(record, `record ${name}`);
    assert.ok(await bucket.get(`environments/production/documents/${record.document}.json`), `document of ${name}`);
    versions.push(record.version);
    name = record.parent;
  }
  assert.deepEqual(versions, Array.from({ length: head.version }, (_, place) => head.version - place));
  return head.version;
}

test("of nine publishers at once exactly one wins, and each other is told what it changed", async () => {
  const { etag, document, version: was } = await on(nodes[0]).document();
  const outcomes = await Promise.all(
    Array.from({ length: 9 }, (_, place) => {
      const mine = structuredClone(document);
      describe_(`by publisher ${place}`)(mine);
      return on(nodes[place % nodes.length]).publish(JSON.stringify(mine), { etag, message: `publisher ${place}` });
    }),
  );
  const won = outcomes.filter(({ status }) => status === 200);
  assert.equal(won.length, 1, outcomes.map(({ status }) => status).join());
  assert.equal(won[0].json.version, was + 1);
  const winner = won[0].json.changes;
  for (const { status, json, text } of outcomes) {
    if (status === 200) continue;
    assert.equal(status, 412, text);
    assert.equal(json.version, was + 1);
    assert.deepEqual(json.changes, winner);
  }
  assert.equal(await wholeChain(), was + 1);
});

test("an answer of the store that is lost after the commit is reported as the success that it is", async () => {
  const was = await version();
  let lost = 0;
  bucket.faults.after = async ({ method, key, status }) => {
    if (method === "PUT" && key === HEAD && status === 200 && lost++ === 0) throw new Error("lost");
  };
  const published = await on(nodes[0]).edit(describe_("the answer was lost"));
  assert.equal(lost > 0, true, "the fault was met");
  assert.equal(published.status, 200, published.text);
  assert.equal(published.json.version, was + 1);
  assert.equal(await wholeChain(), was + 1);
});

test("also when somebody else has published since", async () => {
  const was = await version();
  let lost = 0;
  bucket.faults.after = async ({ method, key, status }) => {
    if (method === "PUT" && key === HEAD && status === 200 && lost++ === 0) {
      const other = await on(nodes[1]).edit(describe_("somebody else"));
      assert.equal(other.status, 200, other.text);
      throw new Error("lost");
    }
  };
  const published = await on(nodes[0]).edit((document) => {
    document.flags["gift-wrapping"].description = "the answer was lost, and others went on";
  });
  assert.equal(published.status, 200, published.text);
  assert.equal(published.json.version, was + 1);
  assert.equal(await wholeChain(), was + 2);
});

test("a store that fails at any step of a publish leaves the old or the new, and trying again is safe", async () => {
  for (let failing = 0; failing < 12; failing += 1) {
    const was = await version();
    const before = await on(nodes[0]).document();
    describe_(`step ${failing} failed`)(before.document);
    const text = JSON.stringify(before.document);
    let step = 0;
    let met = false;
    // From this step on for a while everything fails, as when the network goes.
    bucket.faults.before = async () => {
      if (step++ >= failing) {
        met = true;
        throw new Error("down");
      }
    };
    const id = `try-${failing}-${was}`;
    const first = await on(nodes[0]).publish(text, { etag: before.etag, query: `&publish=${id}` });
    bucket.faults.before = async () => {};
    const between = await version();
    assert.ok(between === was || between === was + 1, `${between}`);
    if (!met) {
      assert.equal(first.status, 200, first.text);
      return;
    }
    assert.ok(first.status === 200 || first.status >= 500, `${first.status} ${first.text}`);
    const again = await on(nodes[0]).publish(text, { etag: before.etag, query: `&publish=${id}` });
    assert.equal(again.status, 200, `step ${failing}: first ${first.status}, then ${again.text}`);
    assert.equal(again.json.version, was + 1);
    assert.equal(await wholeChain(), was + 1);
  }
  assert.fail("a publish has more than twelve steps?");
});

test("a process that ends in the middle of a publish leaves the old version, and another takes it up", async () => {
  const was = await version();
  const doomed = await startNode(bucket);
  const before = await on(doomed).document();
  describe_("taken up by another")(before.document);
  const text = JSON.stringify(before.document);
  let reached;
  const atHead = new Promise((resolve) => {
    reached = resolve;
  });
  bucket.faults.before = async ({ method, key }) => {
    if (method !== "PUT" || key !== HEAD) return;
    reached();
    await new Promise(() => {});
  };
  const publishing = on(doomed).publish(text, { etag: before.etag, query: "&publish=doomed" }).catch(() => "cut off");
  await atHead;
  await doomed.stop();
  assert.equal(await publishing, "cut off");
  bucket.faults.before = async () => {};
  assert.equal(await wholeChain(), was);
  const again = await on(nodes[1]).publish(text, { etag: before.etag, query: "&publish=doomed" });
  assert.equal(again.status, 200, again.text);
  assert.equal(await wholeChain(), was + 1);
});

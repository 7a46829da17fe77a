// OpenFeature's Rust SDK with its OFREP provider, through a small program that asks what it is told to.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { until } from "../support/place.mjs";
import { ANSWERS } from "./answers.mjs";
import { cargo } from "./programs.mjs";
import { startWorld, VISIBLE_WITHIN_MS } from "./world.mjs";

const USER = { targetingKey: "user-1" };
const cleanup = [];
let world, program, ask;

before(async () => {
  [program, world] = await Promise.all([cargo("halyard-test-rust-client"), startWorld()]);
  cleanup.push(world.stop);
  ask = clientWith(world.key("server"));
});
after(async () => {
  for (const work of cleanup.reverse()) await work();
});

/** A process of its own whose provider shows `key`: a function that asks it one question at a time. */
function clientWith(key) {
  const child = spawn(program, { env: { ...process.env, HALYARD_URL: world.url, HALYARD_KEY: key }, stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  cleanup.push(() => child.kill());
  return async (type, flag, context = USER) => {
    child.stdin.write(`${JSON.stringify({ type, flag, context })}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error("the program has ended");
    return JSON.parse(value);
  };
}

/** The SDK's type for a row of ANSWERS; null where it has none for what the row needs. */
function typeOf({ flag, context, value }) {
  if (Array.isArray(value) || Object.values(context).some(Array.isArray)) return null;
  return { boolean: "boolean", string: "string", object: "object", number: flag === "a-float" ? "float" : "integer" }[typeof value];
}
/** It has no nested attributes, but a path as one key is the same to Halyard. */
const flat = (context) => ({ ...USER, ...context, ...(context.app ? { app: undefined, "app.version": context.app.version } : {}) });

describe("values", () => {
  for (const row of ANSWERS) {
    const type = typeOf(row);
    if (type) {
      test(row.name, async () => {
        const got = await ask(type, row.flag, flat(row.context));
        assert.deepEqual({ value: got.value, variant: got.variant }, { value: row.value, variant: row.variant });
      });
    }
  }

  test("a whole number as a float", async () => assert.equal((await ask("float", "an-integer")).value, 10));
});

describe("there is an error, and the application's default with it", () => {
  const refused = async (got, code) => assert.equal((await got).errorCode, code);
  test("a flag that is not there", () => refused(ask("boolean", "no-such-flag"), "FLAG_NOT_FOUND"));
  test("a key that is none of ours", () => refused(clientWith(`halyard_server_${"A".repeat(43)}`)("boolean", "a-boolean"), "GENERAL"));
  test("a node that is away, and is back", async () => {
    await world.restart(() => refused(ask("boolean", "a-boolean"), "GENERAL"));
    assert.equal((await ask("boolean", "a-boolean")).value, false);
  });
});

describe("what the provider gets wrong by itself (docs/ofrep.md)", () => {
  test("every reason is STATIC, and there is no metadata", async () => {
    for (const [flag, context] of [["a-boolean", { country: "NL" }], ["split-in-two", {}], ["switched-off", {}]]) {
      const got = await ask(flag === "split-in-two" ? "string" : "boolean", flag, { ...USER, ...context });
      assert.deepEqual({ reason: got.reason, metadata: got.metadata }, { reason: "STATIC", metadata: {} });
    }
  });
  test("an answer without a value, and one of another type, count as unreadable", async () => {
    for (const [type, flag] of [["boolean", "left-to-the-code"], ["boolean", "an-integer"], ["integer", "a-float"], ["object", "a-list"]]) {
      assert.equal((await ask(type, flag)).errorCode, "PARSE_ERROR", flag);
    }
  });
  test("a missing targeting key counts as an invalid context", async () => {
    assert.equal((await ask("string", "needs-a-key", {})).errorCode, "INVALID_CONTEXT");
  });
  test("a node without flags yet counts as unreadable", async () => {
    await world.restart(() => world.bucket.down());
    assert.equal((await ask("boolean", "a-boolean")).errorCode, "PARSE_ERROR");
    await world.bucket.up();
    await until("the node has caught up", async () => (await ask("boolean", "a-boolean")).value === false, { within: 15_000, every: 200 });
  });
});

test("what is published is served; a revoked key opens nothing any more", async () => {
  await world.edit((document) => {
    document.flags["an-integer"].variants.few = 12;
  });
  await until("the new value", async () => (await ask("integer", "an-integer")).value === 12, { within: VISIBLE_WITHIN_MS });
  await world.revoke("server");
  assert.equal((await ask("integer", "an-integer")).errorCode, "GENERAL");
});

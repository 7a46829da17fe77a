// What holds of OpenFeature's server SDK over flags.json whichever provider is behind it, as tests: `ready` gives them a client.
import assert from "node:assert/strict";
import { test } from "node:test";
import { OpenFeature } from "@openfeature/server-sdk";
import { ANSWERS } from "./answers.mjs";

export const USER = { targetingKey: "user-1" };
/** What the SDK's own log would say: each failed evaluation. */
export const QUIET = { error() {}, warn() {}, info() {}, debug() {} };
const TYPES = { boolean: "Boolean", string: "String", number: "Number", object: "Object" };

/** Asks for `flag` by the method for the type of `fallback`. */
export const details = (client, flag, fallback, context = USER) => client[`get${TYPES[typeof fallback]}Details`](flag, fallback, context);

export function testValues(ready) {
  for (const { name, flag, context, fallback, value, variant, reason, metadata } of ANSWERS) {
    test(name, async () => {
      const got = await details(await ready(), flag, fallback, { ...USER, ...context });
      assert.deepEqual({ value: got.value, variant: got.variant, reason: got.reason, errorCode: got.errorCode }, { value, variant, reason, errorCode: undefined });
      assert.deepEqual({ ...got.flagMetadata }, metadata ?? {});
    });
  }
}

/** The client keeps a context of its own. */
export function testContexts(ready) {
  test("contexts are merged from the API, the client and the call, and the next call has its own", async () => {
    const client = await ready();
    OpenFeature.setContext({ country: "NL" });
    try {
      assert.equal(await client.getBooleanValue("a-boolean", false, USER), true);
      client.setContext({ country: "BE" });
      assert.equal(await client.getBooleanValue("a-boolean", true, USER), false);
      assert.equal(await client.getBooleanValue("a-boolean", false, { ...USER, country: "NL" }), true);
      assert.equal(await client.getBooleanValue("a-boolean", true, USER), false);
    } finally {
      OpenFeature.setContext({});
    }
  });
}

/** `more` are cases of one provider's own. */
export function testErrors(ready, ...more) {
  const cases = [
    ["a flag that is not there", "no-such-flag", true, USER, "FLAG_NOT_FOUND"],
    ["a number asked for as a boolean", "an-integer", true, USER, "TYPE_MISMATCH"],
    ["a boolean asked for as a text", "a-boolean", "fallback", USER, "TYPE_MISMATCH"],
    ["a text asked for as an object", "a-string", { own: 1 }, USER, "TYPE_MISMATCH"],
    ["an object asked for as a number", "an-object", -1, USER, "TYPE_MISMATCH"],
    ["a split without a targeting key", "needs-a-key", "fallback", { country: "NL" }, "TARGETING_KEY_MISSING"],
    ["a split with an empty targeting key", "needs-a-key", "fallback", { targetingKey: "" }, "TARGETING_KEY_MISSING"],
    ...more,
  ];
  for (const [name, flag, fallback, context, errorCode] of cases) {
    test(name, async () => {
      const got = await details(await ready(), flag, fallback, context);
      assert.deepEqual({ value: got.value, reason: got.reason, errorCode: got.errorCode }, { value: fallback, reason: "ERROR", errorCode });
      assert.ok(got.errorMessage.length > 10, got.errorMessage);
    });
  }
}

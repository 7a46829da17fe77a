// OpenFeature's server SDK for JavaScript with its OFREP provider, as an application on a server uses them.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OpenFeature } from "@openfeature/server-sdk";
import { details, QUIET, testContexts, testErrors, testValues, USER } from "./server.mjs";
import { startWorld, VISIBLE_WITHIN_MS } from "./world.mjs";
import { until } from "../support/place.mjs";

let world, client;

/** A client whose provider shows `key`. Each domain has a provider of its own. */
async function clientWith(key, { headers = { Authorization: `Bearer ${key}` }, baseUrl = world.url } = {}) {
  const domain = `test-${key}-${Math.random()}`;
  await OpenFeature.setProviderAndWait(domain, new OFREPProvider({ baseUrl, headers }));
  return OpenFeature.getClient(domain);
}

before(async () => {
  OpenFeature.setLogger(QUIET);
  world = await startWorld();
  client = await clientWith(world.key("server"));
});
after(async () => {
  await OpenFeature.close();
  await world?.stop();
});

describe("values", () => {
  testValues(() => client);

  test("a Date in the context is the time that a rule compares with", async () => {
    assert.equal(await client.getNumberValue("a-float", 0, { ...USER, joined: new Date("2019-12-31T23:59:59Z") }), 1e-9);
    assert.equal(await client.getNumberValue("a-float", 0, { ...USER, joined: new Date("2020-01-01T00:00:00Z") }), 0.25);
  });

  test("an attribute that is undefined is one that is not there", async () => {
    assert.equal(await client.getBooleanValue("a-boolean", true, { ...USER, country: undefined }), false);
  });

  test("everybody stays in their half of a split", async () => {
    const ask = (key) => client.getStringValue("split-in-two", "", { targetingKey: key });
    const keys = Array.from({ length: 40 }, (_, nth) => `user-${nth}`);
    const first = await Promise.all(keys.map(ask));
    assert.deepEqual(await Promise.all(keys.map(ask)), first);
    assert.deepEqual([...new Set(first)].sort(), ["left", "right"]);
  });

  testContexts(() => clientWith(world.key("server")));

  test("a key as `X-API-Key`, and from a factory", async () => {
    const byHeader = await clientWith("x-api-key", { headers: { "X-API-Key": world.key("server") } });
    assert.equal(await byHeader.getBooleanValue("Names.may-have_dots", false, USER), true);
    const provider = new OFREPProvider({ baseUrl: world.url, headersFactory: async () => [["Authorization", `Bearer ${world.key("server")}`]] });
    await OpenFeature.setProviderAndWait("factory", provider);
    assert.equal(await OpenFeature.getClient("factory").getBooleanValue("Names.may-have_dots", false, USER), true);
  });
});

describe("errors give the application's default and say why", () => {
  testErrors(() => client, ["half a surrogate pair in the context", "a-string", "fallback", { targetingKey: "\ud800" }, "PARSE_ERROR"]);

  test("a split without a targeting key does not hurt the flags that need none", async () => {
    assert.equal(await client.getBooleanValue("a-boolean", false, { country: "NL" }), true);
  });

  for (const [name, key] of [
    ["a key that is none of ours", `halyard_server_${"A".repeat(43)}`],
    ["no key", ""],
    ["a person's token", () => world.token],
  ]) {
    test(name, async () => {
      const stranger = await clientWith(typeof key === "function" ? key() : key);
      const got = await stranger.getBooleanDetails("a-boolean", true, { ...USER, country: "BE" });
      assert.deepEqual({ value: got.value, reason: got.reason, errorCode: got.errorCode }, { value: true, reason: "ERROR", errorCode: "GENERAL" });
    });
  }

  test("a browser key does not open what is for servers", async () => {
    const page = await clientWith(world.key("browser"));
    assert.equal(await page.getBooleanValue("a-boolean", false, { ...USER, country: "NL" }), true);
    assert.equal((await page.getBooleanDetails("for-servers-only", false, USER)).errorCode, "FLAG_NOT_FOUND");
  });
});

describe("what the provider gets wrong by itself (docs/ofrep.md)", () => {
  // @openfeature/ofrep-provider 0.1.3 takes an answer without a value, which OFREP allows, for no answer.
  for (const flag of ["left-to-the-code", "switched-off-without-a-value"]) {
    test(`\`${flag}\`: the default is right, the reason is not`, async () => {
      for (const fallback of [true, false]) {
        const got = await client.getBooleanDetails(flag, fallback, USER);
        assert.equal(got.value, fallback);
        assert.deepEqual({ reason: got.reason, errorCode: got.errorCode }, { reason: "ERROR", errorCode: "GENERAL" });
      }
    });
  }

  test("a flag's key goes into the address unescaped", async () => {
    const got = await client.getBooleanDetails("a-boolean?x=", false, { ...USER, country: "NL" });
    assert.equal(got.value, true, "the provider asked for another flag than the one that it was asked for");
  });

  test("a default of null takes an object for its own type", async () => {
    assert.deepEqual(await client.getObjectValue("a-list", null, USER), ["first", "second"]);
  });
});

describe("while things change", () => {
  afterEach(() => world.bucket.up());

  test("what is published is served, without a restart of the application", async () => {
    await world.edit((document) => {
      document.flags["an-integer"].variants.few = 12;
    });
    await until("the new value", async () => (await client.getNumberValue("an-integer", -1, USER)) === 12, { within: VISIBLE_WITHIN_MS });
  });

  test("while the node is away there are defaults, and after it values again", async () => {
    const ask = () => client.getBooleanDetails("a-boolean", false, { ...USER, country: "NL" });
    await world.restart(async () => {
      const got = await ask();
      assert.deepEqual({ value: got.value, reason: got.reason, errorCode: got.errorCode }, { value: false, reason: "ERROR", errorCode: "GENERAL" });
    });
    assert.equal((await ask()).value, true);
  });

  test("with the store down a node that runs answers as before", async () => {
    const before = await details(client, "an-object", {}, USER);
    await world.bucket.down();
    assert.deepEqual(await details(client, "an-object", {}, USER), before);
  });

  test("with the store down a node that starts leaves it to the application, and catches up", async () => {
    await world.restart(() => world.bucket.down());
    const ask = () => client.getStringDetails("a-string", "fallback", { ...USER, plan: "trial" });
    const got = await ask();
    assert.deepEqual({ value: got.value, reason: got.reason, errorCode: got.errorCode }, { value: "fallback", reason: "ERROR", errorCode: "GENERAL" });
    await world.bucket.up();
    await until("the node has caught up", async () => (await ask()).value === "", { within: 15_000, every: 200 });
  });

  test("a revoked key opens nothing any more", async () => {
    await world.revoke("server");
    const got = await client.getBooleanDetails("a-boolean", false, { ...USER, country: "NL" });
    assert.deepEqual({ value: got.value, reason: got.reason, errorCode: got.errorCode }, { value: false, reason: "ERROR", errorCode: "GENERAL" });
  });
});

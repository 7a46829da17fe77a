// OpenFeature's server SDK over our provider: it evaluates in this process, for each call's own context.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { OpenFeature, ProviderEvents } from "@openfeature/server-sdk";
import { OpenFeature as ForPages } from "@openfeature/web-sdk";
import { until } from "../support/place.mjs";
import { HOOKED, hookInto } from "../clients/answers.mjs";
import { details, QUIET, testContexts, testErrors, testValues, USER } from "../clients/server.mjs";
import { documentOf, flag, load, startSite, toggle } from "./support.mjs";

const flags = JSON.parse(await readFile(new URL("../clients/flags.json", import.meta.url), "utf8"));
const KEY = "halyard_server_k";
let site, HalyardServerProvider, createFlags, domains = 0;

before(async () => {
  OpenFeature.setLogger(QUIET);
  ({ HalyardServerProvider } = await load("openfeature/server"));
  ({ createFlags } = await load("worker/default"));
});
beforeEach(async () => {
  site = await startSite();
});
afterEach(async () => {
  await OpenFeature.clearProviders();
  OpenFeature.clearHooks();
  await site.stop();
});
after(() => OpenFeature.close());

const options = (rest = {}) => ({ url: site.url, key: KEY, refresh: 40, staleAfter: 150, ...rest });

/** A client in a domain of its own, what it is told, and its provider. */
function domain(provider = new HalyardServerProvider(options())) {
  const name = `domain-${(domains += 1)}`;
  const told = [];
  const client = OpenFeature.getClient(name);
  const listen = () => {
    for (const event of [ProviderEvents.Ready, ProviderEvents.Error, ProviderEvents.Stale, ProviderEvents.ConfigurationChanged]) {
      client.addHandler(event, (it) => told.push({ event, flagsChanged: it?.flagsChanged, message: it?.message }));
    }
  };
  const seen = (event) => until(event, () => told.find((one) => one.event === event));
  return { name, client, told, listen, seen, provider, set: () => OpenFeature.setProviderAndWait(name, provider) };
}

async function ready(provider) {
  const made = domain(provider);
  await made.set();
  made.listen();
  return made;
}

/** A client over flags.json. */
async function stocked() {
  site.publish(flags);
  return (await ready()).client;
}

describe("values", () => {
  testValues(stocked);

  test("a flag that leaves it to the application gives its default, and that is no error", async () => {
    const client = await stocked();
    for (const [key, reason] of [["left-to-the-code", "DEFAULT"], ["switched-off-without-a-value", "DISABLED"]]) {
      for (const fallback of [true, false]) {
        const got = await details(client, key, fallback);
        assert.deepEqual({ value: got.value, reason: got.reason, errorCode: got.errorCode }, { value: fallback, reason, errorCode: undefined });
      }
    }
  });

  test("a Date in the context is the time that a rule compares with, also inside an object", async () => {
    const before = (attribute) => toggle({ rules: [{ id: "old", when: { attribute, before: "2020-01-01T00:00:00Z" }, serve: "on" }] });
    site.publish(documentOf({ flat: before("joined"), nested: before("company.founded") }));
    const { client } = await ready();
    const [old, young] = [new Date("2019-12-31T23:59:59.999Z"), new Date("2020-01-01T00:00:00Z")];
    assert.deepEqual(
      [await client.getBooleanValue("flat", false, { joined: old }), await client.getBooleanValue("flat", false, { joined: young })],
      [true, false],
    );
    assert.deepEqual(
      [await client.getBooleanValue("nested", false, { company: { founded: old } }), await client.getBooleanValue("nested", false, { company: { founded: young } })],
      [true, false],
    );
    assert.equal(await client.getBooleanValue("flat", false, { joined: new Date(NaN) }), false, "a Date that is none is missing");
  });

  test("calls with contexts of their own do not see each other, however they interleave", async () => {
    const client = await stocked();
    const asked = Array.from({ length: 300 }, (_, nth) => ({ targetingKey: `user-${nth}`, country: nth % 2 ? "NL" : "BE", plan: nth % 3 ? "pro" : "trial" }));
    const one = async (context) => [await client.getBooleanValue("a-boolean", false, context), await client.getStringValue("split-in-two", "", context), await client.getStringValue("a-string", "", context)];
    const together = await Promise.all(asked.map(one));
    const apart = [];
    for (const context of asked) apart.push(await one(context));
    assert.deepEqual(together, apart);
    assert.deepEqual([...new Set(together.map(String))].length, 8, "every combination is there");
  });

  testContexts(stocked);

  test("flags that pages do not get are there for servers", async () => {
    site.publish(documentOf({ secret: toggle({ visibility: "private", otherwise: "on" }) }));
    const { client } = await ready();
    assert.equal(await client.getBooleanValue("secret", false), true);
    assert.ok(site.asked.every(({ authorization }) => authorization === `Bearer ${KEY}`));
  });
});

describe("errors give the application's default and say why", () => {
  testErrors(stocked);

  test("a default of null takes objects and lists, and nothing else", async () => {
    const client = await stocked();
    assert.deepEqual(await client.getObjectValue("a-list", null, USER), ["first", "second"]);
    assert.equal((await client.getObjectDetails("a-string", null, USER)).errorCode, "TYPE_MISMATCH");
  });
});

test("hooks see the variant, the reason and the flag's metadata, and an error hook the error's code", async () => {
  const client = await stocked();
  const seen = [];
  client.addHooks(hookInto(seen));
  await client.getBooleanValue("a-boolean", false, { ...USER, country: "NL" });
  await client.getBooleanValue("no-such-flag", false, USER);
  assert.deepEqual(seen, HOOKED);
});

test("a hook that enriches the context is heard", async () => {
  const client = await stocked();
  client.addHooks({ before: () => ({ country: "NL" }) });
  assert.equal(await client.getBooleanValue("a-boolean", false, USER), true);
});

describe("the provider's life", () => {
  const status = ({ client }) => client.providerStatus;

  test("it is ready when the first flags are there, and not before", async () => {
    site.publish(flags);
    site.thinks = 100;
    const made = domain();
    made.listen();
    const set = made.set();
    assert.equal(status(made), "NOT_READY");
    assert.equal((await made.client.getBooleanDetails("a-boolean", true, USER)).errorCode, "PROVIDER_NOT_READY");
    await set;
    assert.equal(status(made), "READY");
    await made.seen(ProviderEvents.Ready);
    assert.equal(made.told.length, 1, "once");
  });

  test("without a node it is in error with its defaults, goes on trying, and is ready when that has come up", async () => {
    site.publish(flags);
    site.status = 503;
    const made = domain();
    made.listen();
    await assert.rejects(made.set(), /answered 503/);
    assert.equal(status(made), "ERROR");
    await made.seen(ProviderEvents.Error);
    const got = await made.client.getBooleanDetails("a-boolean", true, USER);
    assert.deepEqual([got.value, got.reason, got.errorCode], [true, "ERROR", "PROVIDER_NOT_READY"]);
    site.status = undefined;
    await made.seen(ProviderEvents.Ready);
    assert.equal(status(made), "READY");
    assert.equal(await made.client.getBooleanValue("a-boolean", false, { ...USER, country: "NL" }), true);
  });

  test("a node that is away too long makes it stale with the last good flags, and its return ready again", async () => {
    site.publish(flags);
    const made = await ready();
    const before = await details(made.client, "an-object", {});
    site.down = true;
    await made.seen(ProviderEvents.Stale);
    assert.equal(status(made), "STALE");
    assert.deepEqual(await details(made.client, "an-object", {}), before);
    made.told.length = 0;
    site.down = false;
    await made.seen(ProviderEvents.Ready);
    assert.equal(status(made), "READY");
  });

  test("a refused key takes no flags away, either", async () => {
    site.publish(flags);
    const made = await ready();
    site.status = 401;
    await made.seen(ProviderEvents.Stale);
    assert.equal(await made.client.getBooleanValue("a-boolean", false, { ...USER, country: "NL" }), true);
  });

  test("an answer that is no image is an error, and the last good stays", async () => {
    site.publish(flags);
    const made = await ready();
    site.whole = Buffer.from("<html>a proxy's page</html>");
    site.version += 1;
    await made.seen(ProviderEvents.Stale);
    assert.match(made.told.find(({ event }) => event === ProviderEvents.Stale).message, /no image/);
    assert.equal(await made.client.getBooleanValue("a-boolean", false, { ...USER, country: "NL" }), true);
  });

  test("a published version is served, and told with the flags that it changed: their own rules, and those of what they rest on", async () => {
    const nl = { attribute: "country", is: ["NL"] };
    const document = documentOf(
      {
        own: toggle(),
        "by-segment": toggle({ rules: [{ id: "dutch", when: { not: { segment: "dutch" } }, serve: "on" }] }),
        "by-flag": toggle({ requires: [{ flag: "by-segment", is: ["on"] }] }),
        "by-release": toggle(),
        gone: toggle(),
        same: toggle({ rules: [{ id: "staff", when: { segment: "staff" }, serve: "on" }] }),
      },
      {
        segments: { dutch: { visibility: "public", when: nl }, staff: { visibility: "public", when: { attribute: "staff", is: [true] } } },
        releases: { launch: { title: "Launch", owner: "team", flags: [{ flag: "by-release", variant: "on" }], stages: [{ name: "all", audience: { all: [] } }] } },
      },
    );
    site.publish(document);
    const made = await ready();
    await until("the document to compare with", () => site.asked.some(({ query }) => query.includes("as=json")));
    assert.equal(await made.client.getBooleanValue("own", false), false);

    const next = structuredClone(document);
    next.flags.own.otherwise = "on";
    next.segments.dutch.when.is.push("BE");
    next.releases.launch.stage = "all";
    delete next.flags.gone;
    next.flags.new = toggle();
    site.publish(next);
    const { flagsChanged } = await made.seen(ProviderEvents.ConfigurationChanged);
    assert.deepEqual(flagsChanged, ["by-flag", "by-release", "by-segment", "gone", "new", "own"]);
    assert.deepEqual([await made.client.getBooleanValue("own", false), await made.client.getBooleanValue("by-release", false)], [true, true]);
    assert.equal(status(made), "READY");
  });

  test("a follower that others hold too, over images of their own, is the application's; what changed is then not known", async () => {
    site.publish(documentOf({ own: toggle() }));
    const follower = createFlags({ refresh: 40, look: async (etag) => (etag === `v${site.version}` ? undefined : { image: site.whole, version: site.version, etag: `v${site.version}` }) });
    const made = await ready(new HalyardServerProvider(follower));
    site.publish(documentOf({ own: toggle({ otherwise: "on" }) }));
    const told = await made.seen(ProviderEvents.ConfigurationChanged);
    assert.deepEqual([told.flagsChanged, told.message], [undefined, "version 2"]);
    assert.equal((await follower.withContext({})).boolean("own", false), true);
  });

  test("closed it asks no more, and set again it is as new", async () => {
    site.publish(documentOf({ own: toggle() }));
    const made = await ready();
    await OpenFeature.setProviderAndWait(made.name, domain().provider);
    const [asked] = [site.asked.length];
    const first = made.provider.follower;
    await OpenFeature.clearProviders();
    await new Promise((resolve) => setTimeout(resolve, 60));
    site.asked.length = 0;
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.deepEqual([asked > 0, site.asked.length], [true, 0]);

    site.publish(documentOf({ own: toggle({ otherwise: "on" }) }));
    await made.set();
    assert.equal(made.provider.follower, first);
    assert.deepEqual([status(made), await made.client.getBooleanValue("own", false)], ["READY", true]);
    site.publish(documentOf({ own: toggle() }));
    await until("it follows again", async () => (await made.client.getBooleanValue("own", true)) === false);
  });

  test("domains have providers, keys and flags of their own", async () => {
    site.publish(documentOf({ own: toggle() }));
    const other = await startSite();
    try {
      other.publish(documentOf({ own: toggle({ otherwise: "on" }) }));
      const [one, two] = [await ready(), await ready(new HalyardServerProvider(options({ url: other.url })))];
      assert.deepEqual([await one.client.getBooleanValue("own", true), await two.client.getBooleanValue("own", false)], [false, true]);
    } finally {
      await OpenFeature.clearProviders();
      await other.stop();
    }
  });

  test("the SDK for pages does not take it", () => {
    assert.throws(() => ForPages.setProvider(new HalyardServerProvider(options())), /intended for use on the server/);
  });
});

test("a flag that only time changes has its new value when that has come", async () => {
  const soon = new Date(Date.now() + 400).toISOString();
  site.publish(documentOf({ launch: flag({ variants: { before: "before", after: "after" }, rules: [{ id: "soon", when: { after: soon }, serve: "after" }], otherwise: "before" }) }));
  const { client } = await ready();
  assert.equal(await client.getStringValue("launch", ""), "before");
  await until("its time", async () => (await client.getStringValue("launch", "")) === "after");
});

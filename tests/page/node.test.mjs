// A page and a real node of another origin: what the node publishes, the page evaluates, and gives the node's own answers.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { startWorld } from "../clients/world.mjs";
import { launch } from "../support/browser.mjs";
import { api, ofrep } from "../support/client.mjs";
import { until } from "../support/place.mjs";
import { startSite } from "./support.mjs";
import { visitor } from "./visitor.mjs";

const cleanup = [];
let world, browser, site, person;
before(async () => {
  world = await startWorld();
  cleanup.push(world.stop);
  browser = await launch();
  cleanup.push(() => browser.close());
  // Only for the package's files: the page's origin is not the node's.
  site = await startSite();
  cleanup.push(site.stop);
});
after(async () => {
  for (const work of cleanup.reverse()) await work();
});
beforeEach(async () => {
  person = await visitor(browser, site);
});
afterEach(() => person.gone());

const DUTCH = { targetingKey: "user-1", country: "NL" };
const visit = (options, query) => person.visit({ url: world.url, key: world.key("browser"), initialContext: DUTCH, ...options }, "", query);
/** Looks until that is so; a node sees what is published within five seconds. */
const eventually = (what, look) => until(what, async () => (await person.refresh(), look()), { within: 15_000, every: 250 });

test("the page's answers are the node's, for anybody", async () => {
  await visit();
  const asked = ofrep(world.url, world.key("browser"));
  for (const context of [DUTCH, { targetingKey: "user-1", country: "BE" }, {}, { targetingKey: "user-2", plan: "enterprise", company: { seats: 60 }, email: "ann@acme.example" }]) {
    const { json } = await asked.all(context);
    const here = await person.page.evaluate((context) => {
      client.setContext(context);
      return client.keys().map((key) => client.details(key, null));
    }, context);
    const there = json.flags.map(({ key, value = null, variant, errorCode, reason = errorCode && "ERROR", metadata = {} }) => ({ flagKey: key, value, variant, reason, errorCode, flagMetadata: metadata }));
    const plain = here.map(({ flagKey, value, variant, reason, errorCode, flagMetadata }) => ({ flagKey, value, variant, reason, errorCode, flagMetadata }));
    assert.deepEqual(plain, there, JSON.stringify(context));
  }
  assert.deepEqual(person.page.said, []);
});

test("what is published reaches an open page, which tells the flags that changed", async () => {
  await visit();
  await world.edit((document) => {
    document.flags["an-integer"].variants.few = 12;
  });
  await eventually("the change", async () => (await person.told("change")).length > 0);
  assert.deepEqual((await person.told("change")).map(({ flags }) => flags), [["an-integer"]]);
  assert.equal((await person.all())["an-integer"], 12);
});

test("while the node is away the page goes on, also when it is loaded then; and after it gets what is new", async () => {
  await visit();
  const before = await person.all();
  await world.restart(async () => {
    await person.refresh();
    assert.deepEqual([await person.state(), await person.all()], ["stale", before]);
    await person.page.reload();
    await person.page.waitForFunction(() => window.settled && client.evaluator);
    assert.deepEqual([await person.first(), await person.all()], [before, before]);
  });
  await eventually("the node", async () => (await person.state()) === "ready");
});

test("a launch that is published is punctual, by the node's clock, on a device that is a day slow", async () => {
  await person.page.addInitScript(() => {
    const real = Date.now.bind(Date);
    Date.now = () => real() - 86_400_000;
  });
  await visit();
  const at = Date.now() + 12_000;
  await world.edit((document) => {
    document.flags["a-boolean"] = { ...document.flags["a-boolean"], requires: [], rules: [{ id: "launch", when: { after: new Date(at).toISOString() }, serve: "on" }], otherwise: "off" };
  });
  await eventually("the version", async () => (await person.all())["a-boolean"] === false);
  assert.ok(Date.now() < at, "it came too late to see anything");
  const launch = await until("the launch", async () => (await person.told("change")).find(({ because, values }) => because === "time" && values["a-boolean"]), { within: 20_000 });
  assert.ok(launch.at >= at && launch.at < at + 500, `${launch.at - at} ms after`);
});

test("a link that somebody made gives one browser its variants, until the page is told otherwise", async () => {
  const ann = api(world.url, world.token);
  const got = await ann.call("GET", "/api/project/document");
  got.json.environments.production.overrides = true;
  const put = await ann.call("PUT", "/api/project/document?message=Testers", { body: got.json, headers: { "if-match": got.headers.get("etag") } });
  assert.equal(put.status, 200, put.text);
  await visit();
  const [flag, other] = await person.page.evaluate(() => {
    for (const key of client.keys()) {
      const { variant } = client.details(key, null);
      const other = Object.keys(client.variants(key)).find((name) => name !== variant);
      if (other) return [key, other];
    }
  });
  let said;
  const link = await until("the node knows the project", async () => {
    const made = await ann.call("POST", "/api/environments/production/overrides", { body: { variants: { [flag]: other }, message: "Try it" } });
    said = made.text;
    return made.status === 200 && made.json;
  }, { within: 20_000 }).catch((error) => assert.fail(`${error.message}: ${said}`));
  await visit({}, `/?halyard-override=${link.token}`);
  await until("the override", async () => (await person.details(flag, null)).reason === "OVERRIDE");
  assert.equal((await person.details(flag, null)).variant, other);
  assert.equal(await person.page.evaluate(() => client.overrides.until), link.until);
  assert.ok(!person.page.url().includes("halyard_override"));
});

test("a key that is revoked opens nothing more: an open page keeps what it has, a new one has its defaults", async () => {
  await visit();
  const before = await person.all();
  await world.revoke("browser");
  await person.refresh();
  assert.match((await person.seen("error")).error, /401/);
  assert.deepEqual([await person.all(), await person.state()], [before, "stale"]);
  await person.page.evaluate(() => localStorage.clear());
  await visit();
  assert.deepEqual([await person.all(), await person.state()], [{}, "error"]);
});

// OpenFeature's web SDK with its OFREP provider, in Chromium, in a page of another origin than the node's.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { launch, open } from "../support/browser.mjs";
import { until } from "../support/place.mjs";
import { ANSWERS } from "./answers.mjs";
import { startWorld } from "./world.mjs";

const USER = { targetingKey: "user-1" };
/** How often the page asks again, in milliseconds. */
const POLL = 250;
const cleanup = [];
let world, origin, browser, page, answers;

before(async () => {
  world = await startWorld();
  cleanup.push(world.stop);
  origin = await serveHarness();
  browser = await launch();
  cleanup.push(() => browser.close());
});
beforeEach(async () => {
  page = await open(browser);
  answers = [];
  page.on("response", (response) => response.url().includes("/ofrep/") && answers.push({ status: response.status(), etag: response.headers().etag }));
  await page.goto(origin);
});
afterEach(async () => {
  await world.bucket.up();
  await page.context().close();
});
after(async () => {
  for (const work of cleanup.reverse()) await work();
});

/** A page with the SDK in it, at an origin of its own. */
async function serveHarness() {
  const { outputFiles } = await build({ entryPoints: [fileURLToPath(new URL("page.js", import.meta.url))], bundle: true, format: "esm", write: false });
  const server = createServer((request, response) => {
    const isScript = request.url === "/page.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html; charset=utf-8");
    response.end(isScript ? outputFiles[0].text : '<!doctype html><title>A page</title><script type="module" src="/page.js"></script>');
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanup.push(() => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve))));
  return `http://localhost:${server.address().port}/`;
}

const start = (options = {}, { context = USER, key = world.key("browser") } = {}) =>
  page.evaluate(([context, options, key]) => window.flags.start(context, options, key), [context, { baseUrl: world.url, ...options }, key]);
const setContext = (context) => page.evaluate((context) => window.flags.context(context), context);
const details = (flag, fallback) => page.evaluate(([flag, fallback]) => window.flags.details(flag, fallback), [flag, fallback]);
const value = async (flag, fallback) => (await details(flag, fallback)).value;
const status = () => page.evaluate(() => window.flags.status());
const events = () => page.evaluate(() => window.flags.events);
const seen = (event) => until(event, async () => (await events()).find((one) => one.event === event));
const DUTCH = { ...USER, country: "NL" };
const EVENT = { changed: "PROVIDER_CONFIGURATION_CHANGED", stale: "PROVIDER_STALE" };

test("every value, as the context changes in the page", async () => {
  assert.equal(await start(), null);
  for (const { name, flag, context, fallback, value, variant, reason, metadata } of ANSWERS) {
    await setContext({ ...USER, ...context });
    assert.deepEqual(await details(flag, fallback), { value, variant, reason, errorCode: undefined, metadata: metadata ?? {} }, name);
  }
  assert.deepEqual(page.said, []);
});

test("an answer without a value is the application's default, with its reason", async () => {
  await start();
  for (const fallback of [true, false]) {
    assert.deepEqual(await details("left-to-the-code", fallback), { value: fallback, variant: undefined, reason: "DEFAULT", errorCode: undefined, metadata: {} });
    assert.deepEqual(await details("switched-off-without-a-value", fallback), { value: fallback, variant: undefined, reason: "DISABLED", errorCode: undefined, metadata: {} });
  }
  await setContext(DUTCH);
  assert.equal(await value("left-to-the-code", false), true);
});

describe("errors give the application's default and say why", () => {
  const failed = (got, fallback, errorCode) => assert.deepEqual({ value: got.value, reason: got.reason, errorCode: got.errorCode }, { value: fallback, reason: "ERROR", errorCode });

  test("unknown and private flags, and wrong types", async () => {
    await start();
    failed(await details("no-such-flag", true), true, "FLAG_NOT_FOUND");
    failed(await details("for-servers-only", false), false, "FLAG_NOT_FOUND");
    failed(await details("an-integer", true), true, "TYPE_MISMATCH");
    failed(await details("a-boolean", "fallback"), "fallback", "TYPE_MISMATCH");
    failed(await details("a-string", { own: 1 }), { own: 1 }, "TYPE_MISMATCH");
  });

  test("without a targeting key the flags that need one fail, and no other", async () => {
    assert.equal(await start({}, { context: { country: "NL" } }), null);
    failed(await details("needs-a-key", "fallback"), "fallback", "TARGETING_KEY_MISSING");
    assert.equal(await value("a-boolean", false), true);
  });

  test("a context that is no JSON", async () => {
    assert.match(await start({}, { context: { targetingKey: "\ud800" } }), /./);
    assert.equal(answers.at(-1).status, 400);
    assert.equal(await value("a-boolean", true), true);
  });

  test("a key that is none of ours is refused readably: the provider gives up for good", async () => {
    assert.match(await start({}, { key: `halyard_browser_${"A".repeat(43)}` }), /./);
    assert.equal(answers.at(-1).status, 401);
    assert.equal(await status(), "FATAL");
    failed(await details("a-boolean", true), true, "PROVIDER_FATAL");
  });

  test("a server key opens nothing to a page: the browser does not let it read the answer", async () => {
    assert.match(await start({}, { key: world.key("server") }), /./);
    assert.equal(await status(), "ERROR");
    assert.equal(await value("for-servers-only", false), false);
    assert.match(page.said.join(), /CORS/);
  });
});

describe("while things change", () => {
  test("polls cost a 304 until something is published, and then tell which flags changed", async () => {
    await start({ pollInterval: POLL });
    await until("some polls", () => answers.filter((answer) => answer.status === 304).length >= 2);
    assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200, 304]));
    assert.equal(answers.filter((answer) => answer.status === 200).length, 1);
    assert.equal(new Set(answers.map((answer) => answer.etag)).size, 1, "one answer, one ETag");
    await world.edit((document) => {
      document.flags["an-integer"].variants.few = 12;
    });
    assert.deepEqual((await seen(EVENT.changed)).flagsChanged, ["an-integer"]);
    assert.equal(await value("an-integer", -1), 12);
  });

  test("another context is another answer, also where the ETag of the old one is sent along", async () => {
    await start({}, { context: { ...USER, country: "BE" } });
    assert.equal(await value("a-boolean", true), false);
    await setContext(DUTCH);
    assert.equal(await value("a-boolean", false), true);
    await setContext({ ...USER, targetingKey: "somebody-else" });
    assert.equal(await value("a-boolean", true), false);
    assert.deepEqual(answers.map((answer) => answer.status), [200, 200, 200]);
  });

  test("while the node is away the page keeps what it has, and after it gets what is new", async () => {
    await start({ pollInterval: POLL }, { context: DUTCH });
    await world.restart(async () => {
      await seen(EVENT.stale);
      assert.equal(await value("a-boolean", false), true);
    });
    await world.edit((document) => {
      document.flags["a-boolean"].rules = [];
    });
    await until("the new answer", async () => (await value("a-boolean", true)) === false);
    await world.edit((document) => {
      document.flags["a-boolean"].rules = [{ id: "at-home", when: { segment: "dutch" }, serve: "on" }];
    });
  });

  for (const cacheMode of ["network-first", "local-cache-first"]) {
    test(`a page that is loaded while the node is away has what it kept (${cacheMode})`, async () => {
      const kept = { cacheMode };
      assert.equal(await start(kept, { context: DUTCH }), null);
      await until("it is kept", () => page.evaluate(() => localStorage.length > 0));
      await world.restart(async () => {
        await page.reload();
        assert.equal(await start(kept, { context: DUTCH }), null);
        const got = await details("a-boolean", false);
        assert.deepEqual({ value: got.value, reason: got.reason }, { value: true, reason: "CACHED" });
      });
    });
  }

  test("with the store down a node that starts leaves a new page to its defaults, and a known one to what it kept", async () => {
    const kept = { cacheMode: "network-first" };
    await start(kept, { context: DUTCH });
    await world.restart(() => world.bucket.down());
    await page.reload();
    assert.equal(await start(kept, { context: DUTCH }), null);
    assert.equal((await details("a-boolean", false)).reason, "CACHED");
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    assert.match(await start(kept, { context: DUTCH }), /./);
    assert.equal(answers.at(-1).status, 503);
    assert.deepEqual({ status: await status(), value: await value("a-boolean", true) }, { status: "ERROR", value: true });
    await world.bucket.up();
    await until("the node has caught up", async () => (await start(kept, { context: DUTCH })) === null, { within: 15_000, every: 200 });
    assert.equal(await value("a-boolean", false), true);
  });
});

describe("what the provider does by itself (docs/ofrep.md)", () => {
  test("as it is set up by default, a change of any attribute but the targeting key shows the old answer first", async () => {
    await start({ cacheMode: "local-cache-first" }, { context: { ...USER, country: "BE" } });
    await until("it is kept", () => page.evaluate(() => localStorage.length > 0));
    // The node's answer is held back for as long as it takes to look: else it might be there first.
    let letThrough;
    const looked = new Promise((resolve) => (letThrough = resolve));
    const ofrep = /\/ofrep\//;
    await page.route(ofrep, async (route) => {
      await looked;
      await route.continue();
    });
    await setContext(DUTCH);
    const got = await details("a-boolean", true);
    letThrough();
    assert.deepEqual({ value: got.value, reason: got.reason }, { value: false, reason: "CACHED" });
    await until("the answer for the new context", async () => (await value("a-boolean", true)) === true);
    await page.unroute(ofrep);
  });
});

test("a revoked key opens nothing any more: an open page keeps what it has, a new one gets its defaults", async () => {
  await start({ pollInterval: POLL }, { context: DUTCH });
  await world.revoke("browser");
  await until("a refused poll", () => answers.some((answer) => answer.status === 401));
  await seen(EVENT.stale);
  assert.equal(await value("a-boolean", false), true);
  await page.reload();
  await start({}, { context: DUTCH });
  assert.equal(await status(), "FATAL");
  assert.equal(await value("a-boolean", false), false);
});

// A page's life in Chromium: what it shows first, how it hears of what is new, and what it does when something is wrong.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { until } from "../support/place.mjs";
import { documentOf, flag, load, toggle } from "./support.mjs";
import { eachSite, visitor } from "./visitor.mjs";

let site, page, packaged, visit, first, all, state, version, refresh, told, seen;

before(async () => {
  packaged = { ...(await load()), ...(await load("client")) };
});
eachSite(async (own, browser) => {
  site = own;
  ({ page, visit, first, all, state, version, refresh, told, seen } = await visitor(browser, site));
});

const twoFlags = (rest = {}) => documentOf({ banner: toggle({ otherwise: "on" }), limit: flag({ variants: { few: 10, many: 100 }, otherwise: "few" }), ...rest });
const renderedBy = async (image, options) => packaged.renderIn(await packaged.createEvaluator(image), options);

describe("what a page has first", () => {
  test("nothing is there: defaults, then the node's values, with what they are", async () => {
    site.publish(twoFlags());
    await visit();
    assert.deepEqual(await first(), {});
    assert.deepEqual(await all(), { banner: true, limit: 10 });
    const got = await page.evaluate(() => ({
      boolean: client.boolean("banner", false),
      number: client.number("limit", 1),
      wrong: client.string("limit", "x"),
      none: client.boolean("no-such-flag", true),
      details: client.details("limit", 1),
      mismatch: client.details("limit", "x"),
      unknown: client.details("no-such-flag", 7),
    }));
    assert.deepEqual([got.boolean, got.number, got.wrong, got.none], [true, 10, "x", true]);
    assert.deepEqual(got.details, { flagKey: "limit", value: 10, variant: "few", reason: "STATIC", flagMetadata: {} });
    assert.deepEqual([got.mismatch.value, got.mismatch.reason, got.mismatch.errorCode], ["x", "ERROR", "TYPE_MISMATCH"]);
    assert.deepEqual([got.unknown.value, got.unknown.reason, got.unknown.errorCode], [7, "ERROR", "FLAG_NOT_FOUND"]);
    assert.deepEqual((await told()).map(({ event }) => event), ["ready"]);
    assert.equal(site.asked[0].authorization, "Bearer halyard_browser_k");
    assert.deepEqual([await state(), await version()], ["ready", 1]);
    assert.deepEqual(page.said, []);
  });

  test("what the server rendered in is there in the first line, and no later value differs: no flash", async () => {
    site.publish(twoFlags());
    site.thinks = 300;
    const rendered = await renderedBy(site.image, { context: { targetingKey: "u1", name: "</script><script>document.title='broken'</script><!--" } });
    await visit({ initialContext: undefined }, rendered);
    assert.deepEqual(await first(), { banner: true, limit: 10 });
    assert.equal(await page.title(), "A page");
    // It can evaluate before the node has answered.
    await until("an evaluator", () => page.evaluate(() => client.evaluator !== undefined));
    assert.equal(await page.evaluate(() => client.details("banner", false).reason), "STATIC");
    assert.match(await page.evaluate(() => client.context.name), /^<\/script>/);
    await until("the node's answer", () => site.asked.length === 1);
    await page.waitForTimeout(500);
    assert.deepEqual(await told("change"), []);
    assert.deepEqual(page.said, []);
  });

  test("values without an image do until the node's image comes", async () => {
    site.publish(twoFlags());
    site.thinks = 200;
    await visit({}, await renderedBy(site.image, { context: { targetingKey: "u1" }, image: false }));
    assert.deepEqual(await first(), { banner: true, limit: 10 });
    assert.equal(await page.evaluate(() => client.details("banner", false).reason), "CACHED");
    await until("an evaluator", () => page.evaluate(() => client.evaluator !== undefined));
    assert.deepEqual(await told("change"), []);
  });

  test("a page that comes back has what it kept in the first line, also while the node is away", async () => {
    site.publish(twoFlags());
    await visit();
    site.down = true;
    await visit();
    assert.deepEqual(await first(), { banner: true, limit: 10 });
    await seen("stale");
    assert.equal(await state(), "stale");
    assert.equal(await page.evaluate(() => client.details("limit", 1).variant), "few");
  });

  test("what was kept for somebody else is evaluated anew, and never shown", async () => {
    site.publish(documentOf({ mine: toggle({ rules: [{ id: "ann", when: { attribute: "targetingKey", is: ["ann"] }, serve: "on" }] }) }));
    await visit({ initialContext: { targetingKey: "ann" } });
    assert.deepEqual(await all(), { mine: true });
    site.down = true;
    await visit({ initialContext: { targetingKey: "bob" } });
    assert.deepEqual(await first(), {});
    await until("bob's own", async () => (await all()).mine === false);
    assert.doesNotMatch(await page.evaluate(() => JSON.stringify(localStorage)), /ann/, "no attribute is kept");
  });

  test("a damaged copy is as none", async () => {
    site.publish(twoFlags());
    await visit();
    const [name, good] = await page.evaluate(() => Object.entries(localStorage)[0]);
    const broken = JSON.parse(good);
    const bad = ["", "{", "[]", "null", good.slice(0, -20), JSON.stringify({ ...broken, format: 2 }), JSON.stringify({ ...broken, image: "%%%" }), JSON.stringify({ ...broken, image: broken.image.slice(0, 200) })];
    // Words of the image that contradict each other, under a name and an ETag that are right.
    const bytes = Buffer.from(broken.image, "base64");
    for (let at = 48; at < 160; at += 4) bytes.writeUInt32LE(0xffffffff, at);
    bad.push(JSON.stringify({ ...broken, image: bytes.toString("base64") }));
    for (const text of bad) {
      await page.evaluate(([name, text]) => localStorage.setItem(name, text), [name, text]);
      await visit();
      await until("the node's values", async () => (await page.evaluate(() => client.evaluator !== undefined)) && (await all()).limit === 10);
      assert.equal(await state(), "ready", text.slice(0, 80));
    }
    assert.deepEqual(page.said, []);
  });

  test("without a place to keep anything, a page does without", async () => {
    site.publish(twoFlags());
    await page.addInitScript(() => {
      Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("denied", "SecurityError"); } });
    });
    await visit();
    assert.deepEqual(await all(), { banner: true, limit: 10 });
    assert.deepEqual(page.said, []);
  });
});

describe("what is new", () => {
  test("takes effect at once, and tells the flags whose values changed", async () => {
    site.publish(twoFlags({ same: flag({ variants: { a: { deep: [1, { x: null }] } }, otherwise: "a" }) }));
    await visit();
    await page.evaluate(() => { window.object = client.object("same", {}); });
    site.publish(documentOf({ limit: flag({ variants: { few: 10, many: 100 }, otherwise: "many" }), fresh: toggle(), same: flag({ variants: { a: { deep: [1, { x: null }] } }, otherwise: "a" }) }));
    await refresh();
    const [change, ...more] = await told("change");
    assert.deepEqual([change.flags, change.because, more], [["banner", "fresh", "limit"], "version", []]);
    assert.deepEqual(await all(), { limit: 100, fresh: false, same: { deep: [1, { x: null }] } });
    assert.ok(await page.evaluate(() => client.object("same", {}) === window.object && Object.isFrozen(window.object.deep[1])), "what is the same stays the same object, frozen");
    assert.equal(await version(), 2);
  });

  test("an answer without news changes nothing", async () => {
    site.publish(twoFlags());
    await visit();
    await refresh();
    assert.match(site.asked.at(-1).etag, /^"v1-/);
    assert.deepEqual((await told()).map(({ event }) => event), ["ready"]);
  });

  test("can wait for the next load, or until the page says so", async () => {
    site.publish(twoFlags());
    await visit({ apply: "next-load" });
    site.publish(documentOf({ limit: flag({ variants: { few: 10, many: 100 }, otherwise: "many" }) }));
    await refresh();
    assert.deepEqual([await all(), await version(), await told("change")], [{ banner: true, limit: 10 }, 1, []]);
    await page.reload();
    assert.deepEqual(await first(), { limit: 100 }, "the next load has it in its first line");
    // It settled with what it had kept: its own look is over when this is, which would otherwise be that look.
    await refresh();
    site.publish(documentOf({ limit: flag({ variants: { few: 10, many: 100 }, otherwise: "few" }) }));
    await refresh();
    assert.deepEqual(await all(), { limit: 100 });
    await page.evaluate(() => client.apply());
    assert.deepEqual([await all(), (await told("change")).at(-1).flags], [{ limit: 10 }, ["limit"]]);
  });

  test("is looked for when somebody comes back to the page, at most every so often", async () => {
    site.publish(twoFlags());
    await visit({ minInterval: 400 });
    const come = (event) => page.evaluate((event) => (event === "visibilitychange" ? document : window).dispatchEvent(new Event(event)), event);
    assert.equal(site.looks(), 1);
    for (let nth = 0; nth < 5; nth++) await come("focus");
    await page.waitForTimeout(200);
    assert.equal(site.looks(), 1, "too soon");
    for (const event of ["focus", "visibilitychange"]) {
      await page.waitForTimeout(450);
      const before = site.looks();
      for (let nth = 0; nth < 5; nth++) await come(event);
      await until("a look", () => site.looks() > before);
      await page.waitForTimeout(150);
      assert.equal(site.looks(), before + 1, `once for each return: ${event}`);
    }
  });

  test("is looked for now and then in a page that stays in view", async () => {
    site.publish(twoFlags());
    await visit({ every: 100 });
    await until("three looks", () => site.looks() >= 3);
  });

  test("is not looked for in a page that nobody sees, but at the return to it", async () => {
    site.publish(twoFlags());
    await visit({ every: 100 });
    const show = (state) =>
      page.evaluate((state) => {
        Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
        document.dispatchEvent(new Event("visibilitychange"));
      }, state);
    await show("hidden");
    await page.waitForTimeout(250);
    const before = site.looks();
    await page.waitForTimeout(500);
    assert.equal(site.looks(), before);
    await show("visible");
    await until("a look", () => site.looks() > before);
  });

  test("comes at once where the server tells of it", async () => {
    site.publish(twoFlags());
    await visit({ events: `${site.url}/events` });
    await until("a listener", () => site.streams.size === 1);
    site.publish(documentOf({ banner: toggle() }));
    site.send();
    assert.deepEqual((await seen("change")).flags, ["banner", "limit"]);
    await page.evaluate(() => client.close());
    await until("nobody listens", () => site.streams.size === 0);
  });

  test("an older version is a node that has not caught up, and changes nothing", async () => {
    site.publish(twoFlags());
    site.publish(documentOf({ limit: flag({ variants: { few: 10, many: 100 }, otherwise: "many" }) }));
    await visit();
    const { image } = site;
    site.publish(twoFlags());
    site.version = 1;
    await refresh();
    assert.deepEqual([await all(), await version(), await state()], [{ limit: 100 }, 2, "ready"]);
    Object.assign(site, { image, version: 2 });
  });
});

describe("whatever is wrong", () => {
  test("the last good stays", async () => {
    site.publish(twoFlags());
    await visit();
    const good = site.image;
    const bad = {
      "it is away": { down: true },
      "it refuses": { status: 401 },
      "it fails": { status: 500 },
      "nothing": { image: Buffer.alloc(0) },
      "a page": { image: Buffer.from("<!doctype html>") },
      "half of it": { image: good.subarray(0, good.length / 2) },
      "a byte more": { image: Buffer.concat([good, Buffer.alloc(1)]) },
      "another format": { image: Buffer.concat([good.subarray(0, 4), Buffer.from([255, 0, 0, 0]), good.subarray(8)]) },
      "offsets that lead out": { image: Buffer.concat([good.subarray(0, 48), Buffer.alloc(64, 0xff), good.subarray(112)]) },
    };
    for (const [what, wrong] of Object.entries(bad)) {
      await page.evaluate(() => { window.told.length = 0; });
      Object.assign(site, { version: 2 }, wrong);
      await refresh();
      assert.deepEqual([await all(), await state(), await version()], [{ banner: true, limit: 10 }, "stale", 1], what);
      assert.deepEqual((await told()).map(({ event }) => event), ["stale", "error"], what);
      assert.ok((await told("error"))[0].error.length > 5);
      Object.assign(site, { down: false, status: undefined, image: good, version: 1 });
      await refresh();
      assert.deepEqual([await state(), (await told()).at(-1).event], ["ready", "ready"], what);
    }
    await page.reload();
    assert.deepEqual(await first(), { banner: true, limit: 10 });
    assert.deepEqual(page.said, []);
  });

  test("with nothing to serve there are defaults, a reason, and no end of trying", async () => {
    site.publish(twoFlags());
    site.down = true;
    await visit();
    assert.deepEqual([await state(), await all()], ["error", {}]);
    assert.equal(await page.evaluate(() => client.boolean("banner", true)), true);
    assert.equal(await page.evaluate(() => client.details("banner", true).errorCode), "PROVIDER_NOT_READY");
    await until("another try", () => site.looks() >= 2);
    site.down = false;
    await until("values", async () => (await all()).limit === 10);
    assert.equal(await state(), "ready");
    assert.equal((await told("ready")).length, 1);
  });

  test("tries come at longer and longer intervals, and not all pages try at once", async () => {
    site.publish(twoFlags());
    // Browsers themselves try again where a connection breaks.
    site.status = 503;
    await visit();
    await until("four tries", () => site.looks() >= 4, { within: 12_000 });
    const waits = site.asked.slice(1).map(({ at }, nth) => at - site.asked[nth].at);
    // Half to all of 1, 2, 4 s.
    [1, 2, 4].forEach((most, nth) => assert.ok(waits[nth] >= most * 500 - 20 && waits[nth] <= most * 1000 + 400, `${waits}`));
  });

  test("a listener that throws stops no other", async () => {
    site.publish(twoFlags());
    await visit();
    await page.evaluate(() => {
      client.on("change", () => { throw new Error("a listener's own"); });
      client.on("change", () => { window.later = true; });
    });
    site.publish(documentOf({ banner: toggle() }));
    await refresh();
    assert.ok(await page.evaluate(() => window.later));
    assert.deepEqual(page.said, ["error: a listener's own"]);
  });
});

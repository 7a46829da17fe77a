// Who asks: contexts that change, anonymous ids, and testers with variants of their own.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { until } from "../support/place.mjs";
import { documentOf, flag, toggle } from "./support.mjs";
import { eachSite, visitor } from "./visitor.mjs";

let site, person;
eachSite(async (own, browser) => {
  site = own;
  person = await visitor(browser, site);
});

const layouts = { a: "classic", b: "story", c: "gallery" };
const thirds = (by) => ({ split: [{ variant: "a", weight: 1 }, { variant: "b", weight: 1 }, { variant: "c", weight: 1 }], ...(by ? { by } : {}) });

test("another context has its own values in the next line, and tells which changed", async () => {
  site.publish(documentOf({ dutch: toggle({ rules: [{ id: "nl", when: { attribute: "country", is: ["NL"] }, serve: "on" }] }), other: toggle() }));
  await person.visit();
  const now = await person.page.evaluate(() => (client.setContext({ targetingKey: "u1", country: "NL" }), client.boolean("dutch", false)));
  assert.equal(now, true);
  assert.deepEqual((await person.told("change")).map(({ flags, because }) => ({ flags, because })), [{ flags: ["dutch"], because: "context" }]);
  assert.equal(site.looks(), 1, "nobody is asked");
});

test("an anonymous id is made once, is a cookie that servers see, and is theirs if they set it", async () => {
  site.publish(documentOf({}));
  await person.visit();
  const [one, again] = await person.page.evaluate(() => [anonymousId(), anonymousId()]);
  assert.match(one, /^[0-9a-f]{32}$/);
  assert.equal(again, one);
  await person.page.reload();
  await person.page.waitForFunction(() => window.settled);
  assert.equal(await person.page.evaluate(() => anonymousId()), one);
  const [cookie] = await person.page.context().cookies();
  assert.deepEqual([cookie.name, cookie.value, cookie.sameSite], ["halyard-id", one, "Lax"]);
  assert.ok(cookie.expires > Date.now() / 1000 + 300 * 86_400);
  await person.page.context().addCookies([{ name: "visitor", value: "from%20the%20server", url: site.url }]);
  assert.equal(await person.page.evaluate(() => anonymousId({ cookie: "visitor" })), "from the server");
});

test("a split by the anonymous id keeps its people when they sign in; one by the targeting key moves most of them", async () => {
  site.publish(documentOf({ kept: flag({ variants: layouts, otherwise: thirds("anonymousId") }), moved: flag({ variants: layouts, otherwise: thirds() }) }));
  await person.visit();
  const moved = await person.page.evaluate(() => {
    const moved = { kept: 0, moved: 0 };
    for (let nth = 0; nth < 60; nth++) {
      const id = `anonymous-${nth}`;
      client.setContext({ targetingKey: id, anonymousId: id });
      const before = client.all();
      client.setContext({ targetingKey: `user-${nth}`, anonymousId: id });
      for (const flag of ["kept", "moved"]) moved[flag] += before[flag] !== client.all()[flag];
    }
    return moved;
  });
  assert.equal(moved.kept, 0);
  assert.ok(moved.moved > 20, `${moved.moved} of 60`);
});

describe("a tester's link", () => {
  const soon = (ms) => ({ variants: { layout: "c", "no-such-flag": "on", switch: "no-such-variant" }, until: Date.now() + ms });
  beforeEach(() => site.publish(documentOf({ layout: flag({ variants: layouts, otherwise: "a" }), switch: toggle() })));
  /** The overrides come when there are values already, so that they change them. */
  const link = async (token) => {
    let go;
    site.afterwards = new Promise((resolve) => (go = resolve));
    await person.visit({}, "", `/?a=1&halyard-override=${token}#there`);
    go();
  };

  test("lays its variants over the answers of this tab, until it ends, and says so", async () => {
    site.overrides["t1"] = soon(60_000);
    await link("t1");
    await until("the override", async () => (await person.all()).layout === "gallery");
    const { value, variant, reason, errorCode } = await person.details("layout", "x");
    assert.deepEqual({ value, variant, reason, errorCode }, { value: "gallery", variant: "c", reason: "OVERRIDE", errorCode: undefined });
    assert.equal((await person.details("layout", 7)).errorCode, "TYPE_MISMATCH");
    assert.equal((await person.details("switch", true)).reason, "STATIC", "it has no such variant");
    assert.equal((await person.details("no-such-flag", true)).errorCode, "FLAG_NOT_FOUND");
    assert.equal(person.page.url(), `${site.url}/?a=1#there`, "the token is not passed on with the address");
    assert.deepEqual((await person.told("change")).map(({ flags, because }) => [flags, because]), [[["layout"], "override"]]);
    await person.page.reload();
    await person.page.waitForFunction(() => window.settled);
    await until("it is still there", async () => (await person.all()).layout === "gallery");
    assert.equal(site.asked.filter(({ path }) => path.startsWith("/v1/overrides/")).length, 1);
    assert.equal(await person.page.evaluate(() => client.overrides.token), "t1");
  });

  test("is no other tab's, and is not kept among what everybody sees", async () => {
    site.overrides["t1"] = soon(60_000);
    await link("t1");
    await until("the override", async () => (await person.all()).layout === "gallery");
    // A new version is kept, and with it the values of this moment.
    site.publish(documentOf({ layout: flag({ variants: layouts, otherwise: "a" }), switch: toggle({ otherwise: "on" }) }));
    await person.refresh();
    const other = await person.page.context().newPage();
    await other.goto(site.url);
    await other.waitForFunction(() => window.settled);
    assert.deepEqual(await other.evaluate(() => [window.first.layout, client.all().layout, client.overrides ?? null]), ["classic", "classic", null]);
  });

  test("ends by the server's clock", async () => {
    site.overrides["t1"] = soon(1_500);
    await link("t1");
    await until("the override", async () => (await person.all()).layout === "gallery");
    await until("its end", async () => (await person.all()).layout === "classic");
    assert.deepEqual((await person.told("change")).map(({ because }) => because), ["override", "time"]);
    assert.equal(await person.page.evaluate(() => sessionStorage.length), 0);
  });

  test("can be changed and taken back by the page's own toolbar, while it is good", async () => {
    await person.visit();
    await person.page.evaluate(() => client.override("switch", "on"));
    assert.equal((await person.all()).switch, false, "no link, no overrides");
    site.overrides["t1"] = soon(60_000);
    await link("t1");
    await until("the override", async () => (await person.all()).layout === "gallery");
    await person.page.evaluate(() => (client.override("switch", "on"), client.override("layout", null)));
    assert.deepEqual(await person.all(), { layout: "classic", switch: true });
    await person.page.evaluate(() => client.endOverrides());
    assert.deepEqual([await person.all(), await person.page.evaluate(() => client.overrides ?? null)], [{ layout: "classic", switch: false }, null]);
  });

  test("that nobody signed does nothing", async () => {
    await link("forged");
    assert.match((await person.seen("error")).error, /404/);
    assert.equal((await person.all()).layout, "classic");
    assert.equal(await person.state(), "ready");
  });
});

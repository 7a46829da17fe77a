// Time alone changes answers in an open page: punctually, by the server's clock, whatever the device says.
import assert from "node:assert/strict";
import { test } from "node:test";
import { documentOf, load, toggle } from "./support.mjs";
import { eachSite, visitor } from "./visitor.mjs";

/** How late a page may be, in ms: a busy machine's timers, and half of a short way to the node and back. */
const PUNCTUAL = 250;
const YEAR = 365 * 86_400_000;
let site, person;

eachSite(async (own, browser) => {
  site = own;
  person = await visitor(browser, site);
});

const from = (time) => toggle({ rules: [{ id: "launched", when: { after: new Date(time).toISOString() }, serve: "on" }] });
/** The device's clock is wrong by so much. */
const shift = (ms) =>
  person.page.addInitScript((ms) => {
    const real = Date.now.bind(Date);
    Date.now = () => real() + ms;
  }, ms);

for (const [what, wrong] of [["right", 0], ["a year fast", YEAR], ["a year slow", -YEAR]]) {
  test(`a launch is punctual in an open page whose device is ${what}`, async () => {
    // By the server's clock, which is not this machine's either.
    site.ahead = 3_600_000;
    const at = Date.now() + site.ahead + 2_500;
    site.publish(documentOf({ launch: from(at), later: from(at + YEAR / 2) }));
    await shift(wrong);
    await person.visit();
    assert.deepEqual(await person.all(), { launch: false, later: false });
    const change = await person.seen("change");
    assert.deepEqual([change.flags, change.because], [["launch"], "time"]);
    // Both are read from this machine's clock, so the difference is the page's own.
    assert.ok(change.at >= at, `${at - change.at} ms early`);
    assert.ok(change.at - at < PUNCTUAL, `${change.at - at} ms late`);
    const off = Math.abs(change.at - (Date.now() + site.ahead));
    assert.ok(off < 1_000, `the page's clock is ${off} ms off`);
    assert.deepEqual(await person.all(), { launch: true, later: false });
  });
}

test("a device that is set forward while the page is open opens nothing early", async () => {
  const at = Date.now() + 60_000;
  site.publish(documentOf({ launch: from(at) }));
  await person.visit();
  await person.page.evaluate((ms) => {
    const real = Date.now.bind(Date);
    Date.now = () => real() + ms;
    // What a page does when somebody comes back to it.
    dispatchEvent(new Event("focus"));
    client.setContext({ targetingKey: "u2" });
  }, YEAR);
  assert.deepEqual(await person.all(), { launch: false });
  assert.ok((await person.page.evaluate(() => client.now())) < at);
});

test("a page that finds the node away opens nothing early by a fast device: its clock goes on from what the server last said", async () => {
  const at = Date.now() + 3_000;
  site.publish(documentOf({ launch: from(at) }));
  await person.visit();
  await person.page.evaluate(() => client.close());
  site.down = true;
  await shift(YEAR);
  await person.page.reload();
  await person.page.waitForFunction(() => window.settled && client.evaluator);
  assert.deepEqual(await person.all(), { launch: false });
  const { at: changed } = await person.seen("change");
  assert.ok(changed >= at);
});

test("what the server rendered in is evaluated at the server's time until the node is heard", async () => {
  const { createEvaluator, renderIn } = { ...(await load()), ...(await load("client")) };
  site.publish(documentOf({ launch: from(Date.now() + YEAR) }));
  const rendered = renderIn(await createEvaluator(site.image), { context: {} });
  await shift(2 * YEAR);
  site.down = true;
  await person.visit({}, rendered);
  await person.page.waitForFunction(() => client.evaluator);
  assert.deepEqual([await person.all(), await person.told("change")], [{ launch: false }, []]);
});

test("a launch in a month is waited for by timers as long as a browser has them, not by one that fires at once", async () => {
  await person.page.addInitScript(() => {
    window.waits = [];
    const real = window.setTimeout;
    window.setTimeout = (work, ms, ...rest) => (window.waits.push(ms), real(work, ms, ...rest));
  });
  site.publish(documentOf({ launch: from(Date.now() + 40 * 86_400_000) }));
  await person.visit();
  await person.page.waitForTimeout(300);
  const waits = await person.page.evaluate(() => window.waits);
  assert.ok(waits.some((ms) => ms === 2 ** 31 - 1), `${waits}`);
  assert.ok(waits.length < 10 && Math.max(...waits) < 2 ** 31, `${waits}`);
  assert.deepEqual(await person.told("change"), []);
});

test("a steady ramp lets people in one after another without the page asking anybody", async () => {
  const now = Date.now();
  const ramp = { ramp: [{ at: new Date(now - 1_000).toISOString(), percent: 0 }, { at: new Date(now + 4_000).toISOString(), percent: 100 }], shape: "linear" };
  const flags = Object.fromEntries(Array.from({ length: 12 }, (_, nth) => [`f${nth}`, toggle({ rules: [{ id: "r", when: ramp, serve: "on" }] })]));
  site.publish(documentOf(flags));
  await person.visit();
  await person.page.waitForFunction(() => Object.values(client.all()).every(Boolean));
  assert.equal(site.looks(), 1);
  const changes = await person.told("change");
  assert.ok(changes.length > 3, `they come in ${changes.length} steps`);
  assert.ok(changes.every(({ because }) => because === "time"));
});

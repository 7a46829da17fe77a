// The app over a document of 2,000 flags, one of which has 100 rules: it can be worked in. How long things took is told, not judged.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { admin } from "../support/admin.mjs";
import { api } from "../support/client.mjs";
import { large } from "../support/large.mjs";
import { until } from "../support/place.mjs";

const AT = "/environments/production";
const { served, page, visit } = await admin({ demo: false });

before(async () => {
  const production = api(served.url, served.token).environment("production");
  const published = await production.edit((document) => Object.assign(document, large()));
  assert.equal(published.status, 200, published.text);
  await page.addInitScript(watch);
});

/** In the page: from a key or a press to the picture after it, and what kept the page busy for long. */
function watch() {
  const times = (window.times = { painted: [], long: [] });
  const channel = new MessageChannel();
  const waiting = [];
  channel.port1.onmessage = () => times.painted.push(performance.now() - waiting.shift());
  const note = (event) => {
    const begun = event.timeStamp;
    requestAnimationFrame(() => {
      waiting.push(begun);
      channel.port2.postMessage(0);
    });
  };
  for (const kind of ["keydown", "pointerup"]) addEventListener(kind, note, true);
  new PerformanceObserver((list) => times.long.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask", buffered: true });
}

/** Does something and tells how long keys took to be seen, and the longest stretch in which nothing else could happen. */
async function timed(told, what, work) {
  await page.evaluate(() => Object.assign(window.times, { painted: [], long: [] }));
  const begun = performance.now();
  await work();
  const took = performance.now() - begun;
  await page.waitForTimeout(800);
  const { painted, long } = await page.evaluate(() => window.times);
  const sorted = painted.map(Math.round).sort((a, b) => a - b);
  const keys = sorted.length ? `; ${sorted.length} inputs, to paint: median ${sorted[sorted.length >> 1]} ms, worst ${sorted.at(-1)} ms` : "";
  told.diagnostic(`${what}: ${Math.round(took)} ms${keys}; longest task ${Math.round(Math.max(0, ...long))} ms`);
}
async function load(told, path, ready) {
  const begun = performance.now();
  await visit(path);
  await ready().waitFor();
  told.diagnostic(`loading ${path}: ${Math.round(performance.now() - begun)} ms`);
}
const rule = (number) => page.locator(".rule-rows > li").nth(number - 1);

test("the list is narrowed as one types, and leads to a flag", async (told) => {
  await load(told, `${AT}/flags`, () => page.getByText("2000 flags"));
  await timed(told, "typing into the filter", () => page.locator("#search").pressSequentially("search 0042", { delay: 100 }));
  await page.locator("#search").fill("flag-0000");
  await page.getByText("1 of 2000 flags").waitFor();
  await timed(told, "from the list to the flag with 100 rules", async () => {
    await page.getByRole("link", { name: "flag-0000" }).click();
    await rule(100).waitFor();
  });
});

test("a rule among a hundred is written, moved and undone", async (told) => {
  await load(told, `${AT}/flags/flag-0000`, () => rule(100));
  await timed(told, "opening a rule", () => rule(50).locator(".sentence").click());
  const about = page.getByLabel("What it is for");
  await about.focus();
  await timed(told, "typing into a rule", () => page.keyboard.type("written among a hundred", { delay: 100 }));
  await timed(told, "typing with pauses", () => page.keyboard.type("and more", { delay: 400 }));
  await rule(50).getByText("written among a hundred").waitFor();
  await page.getByRole("region", { name: "Draft" }).getByText("1 change").waitFor();
  await rule(50).getByRole("button", { name: "Done" }).click();
  await rule(60).locator(".handle").focus();
  await timed(told, "moving a rule up ten places by keys", async () => {
    for (let step = 0; step < 10; step += 1) await page.keyboard.press("Alt+ArrowUp", { delay: 60 });
  });
  await rule(50).getByText("rule-60", { exact: true }).waitFor();
  await timed(told, "dragging a rule", () => rule(50).locator(".handle").dragTo(rule(47)));
  await rule(47).getByText("rule-60", { exact: true }).waitFor();
  await timed(told, "undoing", () => page.getByRole("button", { name: /^Undo ?:/ }).click());
  await until("it is back", async () => (await rule(47).textContent()).includes("rule-47"));
  assert.deepEqual(page.said, []);
});

test("what was written there is published", async () => {
  await visit(`${AT}/review`);
  await page.getByLabel("Message for the history").fill("A rule among a hundred");
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await page.getByText(/Version 3 is live/).first().waitFor();
});

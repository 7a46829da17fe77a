// The hooks, in React 19: rendered by a server, hydrated without a difference, and rendered again only when a value is another.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { build } from "esbuild";
import { createElement as h } from "react";
import { renderToString } from "react-dom/server";
import { open } from "../support/browser.mjs";
import { until } from "../support/place.mjs";
import { appOf } from "./react/app.mjs";
import { documentOf, flag, load, PACKAGE, toggle } from "./support.mjs";
import { eachSite } from "./visitor.mjs";

let site, page, script, packaged;
before(async () => {
  packaged = { ...(await load()), ...(await load("client")), hooks: await load("react") };
  const alias = Object.fromEntries(["client", "react"].map((name) => [`halyard-flags/${name}`, join(PACKAGE, `${name}.js`)]));
  const entryPoints = [fileURLToPath(new URL("react/main.mjs", import.meta.url))];
  const built = await build({ entryPoints, bundle: true, format: "esm", write: false, alias, define: { "process.env.NODE_ENV": '"development"' } });
  script = built.outputFiles[0].text;
});
eachSite(async (own, browser) => {
  site = own;
  page = await open(browser);
});

const colours = (first, second) => ({ colours: [first, second] });
const shop = ({ banner = "on", limit = "few", theme = "warm" } = {}) =>
  documentOf({
    banner: toggle({ otherwise: banner }),
    limit: flag({ variants: { few: 10, many: 100 }, otherwise: limit }),
    layout: flag({ variants: { classic: "classic", story: "story" }, rules: [{ id: "ann", when: { attribute: "targetingKey", is: ["ann"] }, serve: "story" }], otherwise: "classic" }),
    theme: flag({ variants: { warm: colours("red", "orange"), cold: colours("blue", "green") }, otherwise: theme }),
  });
const pageOf = (body, head = "") =>
  `<!doctype html><meta charset="utf-8"><title>React</title>${head}<div id="root">${body}</div><script type="module">${script.replaceAll("</script", "<\\/script")}</script>`;
/** What a server answers: the application rendered for this person, and what the page needs to go on from there. */
async function rendered(context) {
  const evaluator = await packaged.createEvaluator(site.image);
  const App = appOf(packaged.hooks);
  const body = renderToString(h(packaged.hooks.HalyardProvider, { flags: evaluator.withContext(context) }, h(App)));
  return pageOf(body, packaged.renderIn(evaluator, { context }));
}
const text = (id) => page.locator(id).textContent();
const renders = () => page.evaluate(() => window.renders);
const refresh = () => page.evaluate(() => client.refresh());

test("without a server it begins with the defaults, and has the values when they come", async () => {
  site.publish(shop());
  site.thinks = 300;
  site.pages["/"] = pageOf("");
  await page.goto(site.url);
  assert.equal(await text("#limit"), "1 items, classic, classic");
  await until("the values", async () => (await text("#limit")) === "10 items, classic, classic");
  assert.deepEqual([await text("#banner"), await text("#theme")], ["Sale!", "red and orange"]);
  assert.deepEqual(page.said, []);
});

test("what a server rendered is hydrated as it is", async () => {
  site.publish(shop());
  site.pages["/"] = await rendered({ targetingKey: "ann" });
  assert.match(site.pages["/"], /10 items, (<!-- -->)?story/);
  site.thinks = 300;
  await page.goto(site.url);
  await until("the node's answer", () => site.looks() === 1 && page.evaluate(() => client.evaluator !== undefined));
  await page.waitForTimeout(400);
  assert.deepEqual(await page.evaluate(() => [window.wrong, window.changes ?? []]), [[], []]);
  assert.deepEqual([await text("#limit"), await text("#banner"), await text("#theme")], ["10 items, story, story", "Sale!", "red and orange"]);
  assert.deepEqual(page.said, []);
});

test("and so is one that a cache kept while this browser knows a newer version: it hydrates, then goes on", async () => {
  site.publish(shop());
  const old = await rendered({ targetingKey: "ann" });
  site.publish(shop({ limit: "many" }));
  site.pages["/"] = await rendered({ targetingKey: "ann" });
  await page.goto(site.url);
  await until("it is kept", () => page.evaluate(() => localStorage.length > 0));
  site.pages["/"] = old.replace("<title>", "<script>window.late = true</script><title>");
  await page.reload();
  await until("the newer value", async () => (await text("#limit")) === "100 items, story, story");
  assert.deepEqual(await page.evaluate(() => window.wrong), []);
  assert.deepEqual(page.said, []);
});

test("a component is rendered again when a value that it uses is another, and no other is", async () => {
  site.publish(shop());
  site.pages["/"] = await rendered({ targetingKey: "bob" });
  await page.goto(site.url);
  await until("the node's answer", () => site.looks() === 1);
  await page.waitForTimeout(200);
  const before = await renders();
  site.publish(shop({ banner: "off" }));
  await refresh();
  await until("no banner", async () => (await page.locator("#banner").count()) === 0);
  assert.deepEqual(await renders(), { ...before, Banner: before.Banner + 1 });
  // Another version in which nothing that it shows is different: an object that is made anew is the same object.
  site.publish({ ...shop({ banner: "off" }), segments: { s: { when: { all: [] } } } });
  await refresh();
  await page.waitForTimeout(100);
  assert.deepEqual(await renders(), { ...before, Banner: before.Banner + 1 });
  await page.getByRole("button", { name: "Sign in" }).click();
  await until("ann's layout", async () => (await text("#limit")) === "10 items, story, story");
  assert.equal((await renders()).Theme, before.Theme);
  assert.deepEqual(page.said, []);
});

test("hooks outside of a provider say so", () => {
  assert.throws(() => renderToString(h(appOf(packaged.hooks))), /outside of a HalyardProvider/);
});

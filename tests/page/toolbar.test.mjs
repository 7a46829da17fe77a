// The toolbar in Chromium, in a page whose policy forbids what a guest might do: it shows flags and why, and lets a tester choose.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { look, PHONE, WIDE } from "../support/browser.mjs";
import { until } from "../support/place.mjs";
import { documentOf, flag, toggle } from "./support.mjs";
import { eachSite, visitor } from "./visitor.mjs";

/** No styles of others, no texts taken for HTML, no script from elsewhere. */
const POLICY = `<meta http-equiv="content-security-policy" content="default-src 'none'; connect-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'none'; require-trusted-types-for 'script'">`;
const SHOP = `${POLICY}<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><main><h1>A shop</h1><p>Things that are sold here are good.</p></main>`;
const NL = { attribute: "country", is: ["NL"] };
let browser, site, page, visit;

const shop = () =>
  documentOf(
    {
      "checkout-copy": flag({ variants: { short: "Pay", long: "Pay, and finish your order now: with a long text that hardly anybody reads to its end" }, otherwise: "long" }),
      "left-to-the-code": toggle({ otherwise: null }),
      "max-cart-items": flag({ variants: { few: 20, many: 100 }, otherwise: "few" }),
      "new-checkout": toggle({ description: "The checkout on one page" }),
      "product-page-layout": flag({
        description: "How a product is shown",
        variants: { classic: "classic", grid: "grid", story: "story" },
        rules: [{ id: "dutch", when: { all: [NL, { attribute: "plan", is: ["pro", "team"] }] }, serve: "grid" }],
        otherwise: "classic",
      }),
      "recommendations-enabled": toggle({ otherwise: "on" }),
      "search-autocomplete": toggle({ enabled: false, offVariant: "off" }),
      "shipping-rates": flag({ variants: { standard: { standard: 5.95, freeFrom: 60 }, summer: { standard: 0, freeFrom: 0 } }, rules: [{ id: "benelux", when: NL, serve: "summer" }], otherwise: "standard" }),
    },
    {
      releases: {
        "checkout-revamp": {
          title: "Checkout revamp", owner: "team", flags: [{ flag: "new-checkout", variant: "on" }], stage: "everyone",
          stages: [{ name: "canary", audience: { percent: 0 } }, { name: "everyone", audience: { all: [] } }],
        },
      },
    },
  );

eachSite(
  (own, launched) => {
    [site, browser] = [own, launched];
    site.publish(shop());
    site.overrides.t0ken = { variants: { "product-page-layout": "story" }, until: Date.now() + 3_600_000 };
  },
  { quiet: true },
);

/** Opens the shop, with a tester's link or without, and waits for what the toolbar's first part does. */
async function enter({ query = "", options = {}, viewport = WIDE, theme = "light" } = {}) {
  const person = await visitor({ newContext: (rest) => browser.newContext({ ...rest, viewport, colorScheme: theme, permissions: ["clipboard-read", "clipboard-write"] }) }, site);
  ({ page, visit } = person);
  page.setDefaultTimeout(5_000);
  await visit({ every: 0, storage: null, initialContext: { targetingKey: "u1", country: "NL", plan: "pro" } }, SHOP, query);
  await page.evaluate(async (options) => {
    const { toolbar } = await import("/page/toolbar.js");
    window.end = toolbar(client, options);
  }, options);
}

const bar = () => page.locator("halyard-toolbar");
const opener = () => page.getByRole("button", { name: /^Feature flags/ });
const panel = () => page.getByRole("dialog", { name: "Feature flags" });
const row = (key) => panel().getByRole("button", { name: key });
const fetched = () => page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name.replace(/.*\/page\//, "")));
const openRow = async (key) => {
  await row(key).click();
  await panel().locator(".summary").first().waitFor();
};
const TESTER = { query: "/?halyard-override=t0ken" };
const ASKED = { query: "/?halyard-toolbar" };

describe("when it comes", () => {
  test("nobody who has not asked for it loads more than the part that waits", async () => {
    await enter();
    await page.waitForTimeout(300);
    assert.equal(await bar().count(), 0);
    assert.deepEqual((await fetched()).filter((name) => /element|explain/.test(name)), []);
  });

  test("a tester's link brings it, and so does a link that comes to an open page", async () => {
    await enter(TESTER);
    await opener().waitFor();
    assert.equal(await opener().textContent(), "1");
    assert.doesNotMatch(page.url(), /t0ken/);
  });

  test("who asks for it has it, and an application may take it away again", async () => {
    await enter(ASKED);
    await opener().waitFor();
    await page.evaluate(() => window.end());
    assert.equal(await bar().count(), 0);
    await enter({ options: { show: true, corner: "top-left" } });
    await opener().waitFor();
    assert.deepEqual(await page.evaluate(() => { const { left, top } = document.querySelector("halyard-toolbar").getBoundingClientRect(); return [left, top]; }), [16, 16]);
  });
});

describe("what it shows", () => {
  test("every flag, its variant and why, in words", async () => {
    await enter(ASKED);
    await opener().click();
    const lines = await panel().locator(".row").evaluateAll((rows) => rows.map((row) => [...row.children].map(({ textContent }) => textContent)));
    assert.deepEqual(lines, [
      ["checkout-copy", "long", "the same for everyone"],
      ["left-to-the-code", "the application's own", "no rule applies"],
      ["max-cart-items", "few", "the same for everyone"],
      ["new-checkout", "on", "release checkout-revamp, stage everyone"],
      ["product-page-layout", "grid", "rule dutch"],
      ["recommendations-enabled", "on", "the same for everyone"],
      ["search-autocomplete", "off", "switched off"],
      ["shipping-rates", "summer", "rule benelux"],
    ]);
    assert.equal(await panel().locator(".state").textContent(), "Version 1 · up to date");
    assert.match(await panel().locator(".notice").textContent(), /ask for a tester's link/);
  });

  test("an opened flag says why, in full, and what else there is; nothing can be chosen without a link", async () => {
    await enter(ASKED);
    await opener().click();
    assert.deepEqual((await fetched()).filter((name) => name.includes("explain")), [], "nobody has asked why");
    await openRow("product-page-layout");
    assert.equal(await panel().locator(".summary").textContent(), "grid, because rule dutch holds");
    assert.deepEqual(await panel().locator(".steps li").allTextContents(), [
      "✓rule dutch (holds)",
      "✓all of these (holds)",
      "✓country is NL — it is NL (holds)",
      "✓plan is any of pro, team — it is pro (holds)",
    ]);
    assert.deepEqual(await panel().locator(".variants li").allTextContents(), ["classic", "grid", "story"]);
    assert.equal(await panel().locator(".variants [aria-current]").textContent(), "grid");
    assert.equal(await panel().getByRole("radio").count(), 0);
  });

  test("without the document it says what the answer itself tells", async () => {
    await enter(ASKED);
    site.status = 403;
    await opener().click();
    await row("product-page-layout").click();
    await until("the reason", async () => /^Rule dutch\. More cannot be told now/.test(await panel().locator(".why:visible").textContent()));
  });

  test("it follows a new version, a new context and a node that goes away, and keeps the keyboard's place", async () => {
    await enter(ASKED);
    await opener().click();
    await row("new-checkout").focus();
    const next = shop();
    next.flags["max-cart-items"].otherwise = "many";
    next.flags["a-new-one"] = toggle();
    delete next.flags["checkout-copy"];
    site.publish(next);
    await page.evaluate(() => client.refresh());
    await row("max-cart-items").filter({ hasText: "many" }).waitFor();
    assert.deepEqual([await row("a-new-one").count(), await row("checkout-copy").count()], [1, 0]);
    assert.equal(await row("new-checkout").evaluate((row) => row.getRootNode().activeElement === row), true);
    await page.evaluate(() => client.setContext({ country: "DE" }));
    await row("shipping-rates").filter({ hasText: "standard" }).waitFor();
    site.down = true;
    await page.evaluate(() => client.refresh());
    await until("stale", async () => /could not be asked/.test(await panel().locator(".state").textContent()));
  });

  test("a flag is found by a part of its name", async () => {
    await enter(ASKED);
    await opener().click();
    await panel().getByRole("searchbox").fill("PAGE");
    assert.deepEqual(await panel().locator(".row:visible .key").allTextContents(), ["product-page-layout"]);
    await panel().getByRole("searchbox").fill("nothing such");
    assert.equal(await panel().locator(".empty").textContent(), "No flag has nothing such in its name.");
  });
});

describe("what a tester may do", () => {
  test("what the link overrides comes first, and says what would be served", async () => {
    await enter(TESTER);
    await opener().click();
    assert.equal(await panel().locator(".key").first().textContent(), "product-page-layout");
    assert.match(await panel().locator(".notice").textContent(), /^1 flag overridden in this tab, until .*\d/);
    await openRow("product-page-layout");
    assert.equal(await panel().locator(".summary").textContent(), "Without the override: grid, because rule dutch holds");
    assert.equal(await panel().getByRole("radio", { checked: true }).inputValue(), "=story");
  });

  test("they choose another variant, one for another flag, and what is served again, by keyboard", async () => {
    await enter(TESTER);
    await opener().focus();
    await page.keyboard.press("Enter");
    const served = () => page.evaluate(() => [client.string("product-page-layout", ""), client.details("product-page-layout", "").reason, client.boolean("new-checkout", false)]);
    await openRow("product-page-layout");
    await panel().getByRole("radio", { checked: true }).focus();
    await page.keyboard.press("ArrowUp");
    assert.deepEqual(await served(), ["grid", "OVERRIDE", true]);
    await page.keyboard.press("ArrowUp");
    assert.deepEqual(await served(), ["classic", "OVERRIDE", true]);
    await page.keyboard.press("ArrowUp");
    assert.deepEqual(await served(), ["grid", "TARGETING_MATCH", true], "as served");
    await openRow("new-checkout");
    await panel().getByRole("radio", { name: /^off/ }).check();
    assert.deepEqual(await served(), ["grid", "TARGETING_MATCH", false]);
    assert.equal(await opener().getAttribute("aria-label"), "Feature flags, 1 overridden");
    await page.reload();
    await page.waitForFunction(() => window.settled);
    await until("kept in this tab", () => page.evaluate(() => client.boolean("new-checkout", true) === false));
  });

  test("they pass the link on, and take everything away", async () => {
    await enter(TESTER);
    await opener().click();
    await panel().getByRole("button", { name: "Copy link" }).click();
    await until("copied", async () => /^Link copied/.test(await panel().getByRole("status").textContent()));
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${site.url}/?halyard-override=t0ken`);
    await panel().getByRole("button", { name: "Clear all" }).click();
    assert.equal(await page.evaluate(() => client.string("product-page-layout", "")), "grid");
    assert.equal(await page.evaluate(() => client.overrides), undefined);
    assert.equal(await panel().getByRole("radio").count(), 0);
    assert.match(await panel().getByRole("status").textContent(), /taken away/);
  });

  test("where the clipboard is forbidden, the link is there to be copied by hand", async () => {
    await enter(TESTER);
    await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: { writeText: () => Promise.reject(new Error("no")) } }));
    await opener().click();
    await panel().getByRole("button", { name: "Copy link" }).click();
    assert.equal(await panel().getByRole("textbox", { name: "Link" }).inputValue(), `${site.url}/?halyard-override=t0ken`);
  });
});

test("Escape closes it and gives the keyboard back; what is typed in it is not the page's", async () => {
  await enter(ASKED);
  await page.evaluate(() => { window.keys = 0; addEventListener("keydown", () => (window.keys += 1)); });
  await opener().click();
  assert.equal(await opener().getAttribute("aria-expanded"), "true");
  await panel().getByRole("searchbox").fill("a");
  await page.keyboard.type("bc");
  await page.keyboard.press("Escape");
  assert.equal(await panel().count(), 0);
  assert.deepEqual(await page.evaluate(() => [document.activeElement.tagName, window.keys]), ["HALYARD-TOOLBAR", 0]);
});

describe("how it looks", () => {
  for (const [name, how] of [["light", {}], ["dark", { theme: "dark" }], ["phone", { viewport: PHONE }], ["phone-dark", { viewport: PHONE, theme: "dark" }]]) {
    test(`${name}: closed, open and with a flag opened, for a tester and for others`, async () => {
      await enter({ ...TESTER, ...how });
      await opener().waitFor();
      await look(page, `toolbar-${name}-closed`);
      await opener().click();
      await look(page, `toolbar-${name}-open`);
      await openRow("product-page-layout");
      await look(page, `toolbar-${name}-flag`);
      await panel().getByRole("button", { name: "Copy link" }).click();
      await panel().getByRole("button", { name: "Clear all" }).click();
      await look(page, `toolbar-${name}-cleared`);
    });
  }
});

// A release opened in the browser changes what the edge serves: to whom it should, within six seconds.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { arrived, launch, open, signIn } from "../support/browser.mjs";
import { api, ofrep } from "../support/client.mjs";
import { folder, HALYARD, until } from "../support/place.mjs";
import { serve } from "../support/served.mjs";

const run = promisify(execFile);
const cleanup = [];
const STAFF = { targetingKey: "ann", email: "ann@acme.example" };
const SHOPPER = { targetingKey: "shopper-7", email: "somebody@elsewhere.example" };
const RELEASE = "/environments/production/releases/checkout-revamp";
const SIX_SECONDS = { within: 6000, every: 100 };
let served, browser, page, flags;

before(async () => {
  served = await serve(await folder((work) => cleanup.push(work)));
  flags = ofrep(served.url, served.sdkKeys.production.server);
  browser = await launch();
  page = await open(browser);
  await signIn(page, served.adminLink);
});
after(async () => {
  await browser?.close();
  await served?.stop();
  for (const work of cleanup) await work();
});

const value = async (flag, context) => (await flags.flag(flag, context)).json.value;
const live = () => page.getByRole("status").getByText(/Version \d+ is live/).last();
const records = async () => (await api(served.url, served.token).environment("production").records("?limit=1")).json.records;
const visit = async (path) => {
  await page.goto(served.url + path);
  await arrived(page);
};
const confirm = async () => {
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Publish", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await live().waitFor();
};

test("opened to its first stage, staff get it and nobody else", async (t) => {
  assert.equal(await value("new-checkout", STAFF), false);
  assert.equal(await value("new-cart", STAFF), "v1");
  await visit(RELEASE);
  await page.getByRole("button", { name: "Open to internal" }).click();
  const dialog = page.getByRole("dialog", { name: /Open Checkout revamp to internal/ });
  await dialog.getByText("staff").first().waitFor();
  const began = performance.now();
  await confirm();
  await until("staff get the new checkout", () => value("new-checkout", STAFF), SIX_SECONDS);
  t.diagnostic(`served ${Math.round(performance.now() - began)} ms after the click`);
  assert.equal(await value("new-cart", STAFF), "v2", "both flags move together");
  assert.equal(await value("new-checkout", SHOPPER), false);
  assert.equal(await value("new-cart", SHOPPER), "v1");
  const { json } = await flags.flag("new-checkout", STAFF);
  assert.equal(json.reason, "TARGETING_MATCH");
  assert.deepEqual({ release: json.metadata.release, stage: json.metadata.stage }, { release: "checkout-revamp", stage: "internal" });
  const [record] = await records();
  assert.equal(record.by, "ann@acme.example");
  assert.equal(record.via, "app");
  assert.equal(record.changes.length, 1);
  await page.getByRole("button", { name: "Open to beta" }).waitFor();
});

test("the command line tells who did it", async () => {
  const log = await run(HALYARD, ["log", "--store", served.url, "--env", "production"], { env: { ...process.env, HALYARD_TOKEN: served.token } });
  const [newest] = log.stdout.split(/\n(?=\S)/);
  assert.match(newest, /ann@acme\.example/);
  assert.match(newest, /Open checkout-revamp to internal/);
});

test("rolled back, nobody has it, within six seconds", async () => {
  await visit(RELEASE);
  await page.getByRole("button", { name: "Roll back" }).click();
  await page.getByRole("dialog", { name: "Roll back Checkout revamp" }).waitFor();
  await confirm();
  await until("staff have the old checkout", async () => (await value("new-checkout", STAFF)) === false, SIX_SECONDS);
  await until("and the old cart", async () => (await value("new-cart", STAFF)) === "v1", SIX_SECONDS);
  await page.getByRole("button", { name: "Put back" }).waitFor();
});

test("a ramp that is held stands still, and resumes", async () => {
  await visit("/environments/production/releases/search-relevance");
  await page.getByRole("button", { name: "Hold", exact: true }).click();
  await confirm();
  const production = api(served.url, served.token).environment("production");
  assert.ok((await production.document()).document.releases["search-relevance"].hold, "there is a hold");
  await page.getByRole("button", { name: "Resume", exact: true }).click();
  await confirm();
  assert.equal((await production.document()).document.releases["search-relevance"].hold ?? null, null);
});

test("a release is opened by keyboard alone", async () => {
  await visit(RELEASE);
  await page.getByRole("button", { name: "Put back" }).waitFor();
  const tabTo = async (name) => {
    for (let presses = 0; presses < 80; presses += 1) {
      await page.keyboard.press("Tab");
      const focused = await page.evaluate(() => {
        const element = document.activeElement;
        const style = element && getComputedStyle(element);
        return element && { name: element.getAttribute("aria-label") ?? element.textContent.trim(), ring: style.outlineStyle !== "none" || style.boxShadow !== "none" };
      });
      if (focused?.name === name) {
        assert.ok(focused.ring, `the focus on "${name}" is visible`);
        return;
      }
    }
    assert.fail(`"${name}" is not reached by Tab`);
  };
  await tabTo("Put back");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await until("the focus comes back", () => page.evaluate(() => document.activeElement.textContent.trim() === "Put back"), { within: 1000 });
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Publish", exact: true }).waitFor();
  await tabTo("Publish");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await until("staff have it again", () => value("new-checkout", STAFF), SIX_SECONDS);
});

describe("a kill switch", () => {
  const FLAG = "search-autocomplete";
  test("is two clicks and a confirmation from any page", async () => {
    assert.equal(await value(FLAG, SHOPPER), true);
    for (const [path, expected] of [["/environments/production/history", false], ["/environments/production/flags/shipping-rates", true]]) {
      await visit(path);
      await page.getByRole("button", { name: "Kill switches" }).click();
      await page.getByRole("switch", { name: FLAG }).click();
      await confirm();
      await until(`it is ${expected}`, async () => (await value(FLAG, SHOPPER)) === expected, SIX_SECONDS);
    }
  });
});

test("no page has complained: no policy was violated, nothing broke", () => {
  assert.deepEqual(page.said, []);
});

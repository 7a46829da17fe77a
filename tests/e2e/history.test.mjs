// Rolling back to a version, two people at once, and a draft that nothing takes away.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { arrived, launch, open, signIn } from "../support/browser.mjs";
import { api, ofrep } from "../support/client.mjs";
import { folder, until } from "../support/place.mjs";
import { serve } from "../support/served.mjs";

const cleanup = [];
const SHOPPER = { targetingKey: "shopper-7" };
const FLAG = "/environments/production/flags/max-cart-items";
let served, browser, page, production, flags;

before(async () => {
  served = await serve(await folder((work) => cleanup.push(work)));
  production = api(served.url, served.token).environment("production");
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

const visit = async (path) => {
  await page.goto(served.url + path);
  await arrived(page);
};
const variant = async (flag) => (await flags.flag(flag, SHOPPER)).json.variant;
const area = () => page.getByRole("textbox", { name: "The flag’s JSON" });
/** Edits the flag's JSON and puts it on the draft. */
async function draft(change) {
  await visit(FLAG);
  const json = JSON.parse(await area().inputValue());
  change(json);
  await area().fill(JSON.stringify(json, null, 2));
  await page.getByRole("button", { name: "Apply to draft" }).click();
  await page.getByRole("region", { name: "Draft" }).waitFor();
}

test("a version of the past is published anew, as the next one", async () => {
  const { version: live } = await production.document();
  const changed = await production.edit((document) => {
    document.flags["max-cart-items"].otherwise = "large";
  }, "Large carts for everyone");
  assert.equal(changed.status, 200, changed.text);
  await until("large carts", async () => (await variant("max-cart-items")) === "large", { within: 6000 });
  await visit(`/environments/production/history/${live}`);
  await page.getByRole("button", { name: `Roll back to version ${live}` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("max-cart-items").first().waitFor();
  await dialog.getByRole("button", { name: "Roll back", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await until("the usual carts", async () => (await variant("max-cart-items")) === "usual", { within: 6000 });
  assert.equal((await production.document()).version, live + 2);
  const { records } = (await production.records("?limit=1")).json;
  assert.equal(records[0].by, "ann@acme.example");
  await visit("/environments/production/history");
  await page.getByText(`Roll back to version ${live}`).first().waitFor();
});

test("a mistake in a flag's JSON is told at its line, and cannot be put on the draft", async () => {
  await visit(FLAG);
  const text = await area().inputValue();
  await area().fill(text.replace(/"otherwise": "[^"]*"/, '"otherwise": "huge"'));
  await page.locator(".problems").getByText("huge").first().waitFor();
  await page.locator(".problems").getByRole("button", { name: /^line \d+$/ }).first().waitFor();
  assert.equal(await page.getByRole("button", { name: "Apply to draft" }).isDisabled(), true);
  await area().fill("{");
  await page.getByText(/\d+ errors?/).first().waitFor();
  assert.equal(await page.getByRole("button", { name: "Apply to draft" }).isDisabled(), true);
});

test("a draft outlives a reload, and is published with its message", async () => {
  await draft((flag) => {
    flag.otherwise = "emergency";
  });
  await page.reload();
  await arrived(page);
  await page.getByRole("region", { name: "Draft" }).getByRole("link", { name: "Review" }).click();
  await page.getByRole("heading", { name: "Review", level: 1 }).waitFor();
  await page.getByLabel("Message for the history").fill("Small carts while the warehouse moves");
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await page.getByText(/Version \d+ is live\./).first().waitFor();
  await until("small carts", async () => (await variant("max-cart-items")) === "emergency", { within: 6000 });
  assert.equal((await production.records("?limit=1")).json.records[0].message, "Small carts while the warehouse moves");
});

test("whoever comes second is told what the first one changed, and loses nothing", async () => {
  await draft((flag) => {
    flag.otherwise = "large";
  });
  await visit("/environments/production/review");
  await page.getByLabel("Message for the history").fill("Large carts again");
  const other = await production.edit((document) => {
    document.flags["gift-wrapping"].description = "Offer gift wrapping, ribbons too";
  }, "Ribbons");
  assert.equal(other.status, 200, other.text);
  const publish = page.getByRole("button", { name: "Publish", exact: true });
  // Either the page has seen the newer version by itself, or the node says so.
  if (await publish.isEnabled()) await publish.click();
  await page.getByText(new RegExp(`version ${other.json.version}`, "i")).first().waitFor();
  assert.notEqual(await variant("max-cart-items"), "large", "nothing went out");
  await page.getByRole("button", { name: `Put my draft onto version ${other.json.version}` }).first().click();
  await page.getByText(`Your draft is now on version ${other.json.version}`).waitFor();
  const message = page.getByLabel("Message for the history");
  if ((await message.inputValue()) === "") await message.fill("Large carts again");
  await publish.click();
  await until("large carts", async () => (await variant("max-cart-items")) === "large", { within: 6000 });
  const { document } = await production.document();
  assert.equal(document.flags["gift-wrapping"].description, "Offer gift wrapping, ribbons too", "both changes are there");
});

test("why a user gets what they get is told in words", async () => {
  await visit("/environments/production/flags/bulk-export");
  await page.getByRole("heading", { name: /why/i }).first().waitFor();
});

test("no page has complained", () => {
  assert.deepEqual(page.said, []);
});

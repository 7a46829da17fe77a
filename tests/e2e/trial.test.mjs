// "Try it in your browser": a link for testers, where the project allows it, for public flags only.
import assert from "node:assert/strict";
import { test } from "node:test";
import { admin } from "../support/admin.mjs";
import { look, PHONE } from "../support/browser.mjs";

const AT = "/environments/production/flags";
const { served, page, visit, another } = await admin();
const button = (name, on = page) => on.getByRole("button", { name });

test("no link is made before the project allows it", async () => {
  await visit(`${AT}/search-autocomplete`);
  await page.locator("#trial-variant").selectOption("off");
  await page.getByLabel("Address of your page").fill("https://shop.example/cart?page=1#top");
  await button("Make a link").click();
  await page.getByText("does not allow overrides").waitFor();
});

test("one is good for that variant, in whose browser it is opened", async () => {
  await visit("/project/settings");
  await button("Allow testers’ links in production").click();
  await button("Publish", page.getByRole("dialog")).click();
  await page.getByText("testers’ links allowed").waitFor();
  await visit(`${AT}/search-autocomplete`);
  await page.locator("#trial-variant").selectOption("off");
  await page.getByLabel("Address of your page").fill("https://shop.example/cart?page=1#top");
  const made = page.locator(".secret code");
  // The node may go on with an older copy of the project for ten seconds.
  for (let tries = 0; tries < 15 && !(await made.count()); tries += 1) {
    await button("Make a link").click();
    await page.waitForTimeout(1000);
  }
  const link = new URL(await made.innerText());
  assert.equal(`${link.origin}${link.pathname}${link.hash}`, "https://shop.example/cart#top");
  assert.equal(link.searchParams.get("page"), "1");
  const asked = await fetch(`${served.url}/v1/overrides/${link.searchParams.get("halyard-override")}`, { headers: { "x-api-key": served.sdkKeys.production.browser } });
  assert.equal(asked.status, 200);
  assert.deepEqual((await asked.json()).variants, { "search-autocomplete": "off" });
  await look(page, "trial-light-wide");
});

test("a private flag has no such thing", async () => {
  await visit(`${AT}/shipping-rates`);
  assert.equal(await button("Make a link").count(), 0);
});

test("on a phone, in the dark", async () => {
  const on = await another({ viewport: PHONE, theme: "dark" });
  await visit(`${AT}/search-autocomplete`, on);
  await on.getByLabel("Address of your page").fill("https://shop.example/");
  await button("Make a link", on).click();
  await on.locator(".secret code").waitFor();
  await look(on, "trial-dark-phone");
  await visit("/project/settings", on);
  await look(on, "trial-settings-dark-phone");
  await on.context().close();
});

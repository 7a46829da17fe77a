// Every page, in both themes, wide and on a phone: axe finds nothing serious, nothing sticks out, nothing complains. Leaves pictures.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { admin } from "../support/admin.mjs";
import { axe, look, open, PHONE, WIDE } from "../support/browser.mjs";

const AT = "/environments/production";
const PAGES = {
  overview: AT,
  flags: `${AT}/flags`,
  "flag-release": `${AT}/flags/new-checkout`,
  "flag-rules": `${AT}/flags/bulk-export`,
  "flag-json": `${AT}/flags/shipping-rates`,
  "flag-experiment": `${AT}/flags/product-page-layout`,
  releases: `${AT}/releases`,
  "release-planned": `${AT}/releases/checkout-revamp`,
  "release-ramp": `${AT}/releases/search-relevance`,
  "release-rolled-back": `${AT}/releases/gift-wrapping`,
  "kill-switches": `${AT}/kill-switches`,
  segments: `${AT}/segments`,
  review: `${AT}/review`,
  history: `${AT}/history`,
  version: `${AT}/history/3`,
  staging: "/environments/staging",
  lost: `${AT}/nowhere`,
  "lost-flag": `${AT}/flags/no-such-flag`,
};
const { served, browser, visit, another } = await admin();

test("what these tests look for would be found", async () => {
  const page = await open(browser);
  await page.goto(`${served.url}/sign-in`);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.evaluate(() => {
    document.body.insertAdjacentHTML("beforeend", '<button></button><p style="color: red">x</p>');
    document.body.append(Object.assign(document.createElement("script"), { textContent: "window.ran = true" }));
  });
  assert.ok((await axe(page)).some((line) => line.includes("button-name")));
  assert.equal(await page.evaluate(() => window.ran), undefined, "the policy stops a script that was put in");
  assert.ok(page.said.some((line) => line.includes("Content Security Policy")), page.said.join());
  await page.context().close();
});

for (const theme of ["light", "dark"]) {
  for (const [width, viewport] of Object.entries({ wide: WIDE, phone: PHONE })) {
    describe(`${theme}, ${width}`, () => {
      let page;
      before(async () => {
        page = await another({ viewport, theme });
      });
      after(() => page?.context().close());

      for (const [name, path] of Object.entries(PAGES)) {
        test(name, async () => {
          await visit(path, page);
          await look(page, `${name}-${theme}-${width}`);
        });
      }

      test("the kill switches' panel", async () => {
        await visit(AT, page);
        await page.getByRole("button", { name: "Kill switches" }).click();
        await page.getByRole("dialog").waitFor();
        await look(page, `panel-${theme}-${width}`);
      });

      test("the confirmation of an action", async () => {
        await visit(`${AT}/releases/checkout-revamp`, page);
        await page.getByRole("button", { name: "Open to internal" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Publish", exact: true }).waitFor();
        await page.getByRole("dialog").getByText("Checks").waitFor();
        await look(page, `confirm-${theme}-${width}`);
      });

      test("signing in", async () => {
        const stranger = await open(browser, { viewport, theme });
        await stranger.goto(`${served.url}/sign-in`);
        await stranger.getByRole("heading", { name: "Sign in" }).waitFor();
        await look(stranger, `sign-in-${theme}-${width}`);
        await stranger.context().close();
      });
    });
  }
}

// What is made in the app: releases, plans, scenarios, variants; by keys alone where that is what the test says.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { admin } from "../support/admin.mjs";
import { look, PHONE } from "../support/browser.mjs";
import { api } from "../support/client.mjs";
import { json } from "../support/form.mjs";
import { until } from "../support/place.mjs";

const WIDE = { width: 1440, height: 900 };
const AT = "/environments/production";
const { served, page, visit, fresh, another } = await admin({ viewport: WIDE });

before(async () => {
  // An environment that has nothing yet of what is made here.
  const emptied = await api(served.url, served.token).environment("staging").edit((document) => Object.assign(document, { plans: {}, scenarios: [] }));
  assert.equal(emptied.status, 200, emptied.text);
});

const button = (name, on = page) => on.getByRole("button", { name, exact: true });
const changes = (number) => page.getByRole("region", { name: "Draft" }).getByText(number === 1 ? "1 change" : `${number} changes`).waitFor();
const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent);
/** The draft as the app keeps it. */
const draft = () =>
  page.evaluate(() => {
    const name = Object.keys(localStorage).find((key) => key.startsWith("halyard-draft-"));
    return name ? JSON.parse(localStorage.getItem(name)).document : null;
  });
/** Goes on with Tab until what has the focus is called so. */
async function tabTo(name) {
  for (let step = 0; step < 80; step += 1) {
    await page.keyboard.press("Tab");
    const now = await focused();
    if (typeof name === "string" ? now === name : name.test(now)) return;
  }
  assert.fail(`no way to ${name} by Tab; at ${await focused()}`);
}

test("a release is made by keys alone, from a plan", async () => {
  await fresh(`${AT}/releases`);
  await tabTo("New release");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await tabTo("Title");
  await page.keyboard.type("Order notes, for everybody");
  assert.equal(await page.getByLabel("Key", { exact: true }).inputValue(), "order-notes-for-everybody");
  await tabTo("Flag");
  await page.keyboard.type("order-notes");
  await tabTo("Add to draft");
  await page.keyboard.press("Enter");
  // It says what is missing, and stays.
  await page.getByRole("dialog").getByText("Choose a variant").waitFor();
  await look(page, "create-release-missing");
  await page.getByRole("dialog").getByLabel("Variant").focus();
  await page.keyboard.type("on");
  await tabTo("Add to draft");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Order notes, for everybody" }).waitFor();
  await changes(1);
  const release = (await draft()).releases["order-notes-for-everybody"];
  assert.deepEqual(release.flags, [{ flag: "order-notes", variant: "on" }]);
  assert.equal(release.plan, "quick");
  assert.ok(release.stages.length > 1 && release.readiness.every(({ done }) => done === false));
  // Its other fields.
  await page.getByLabel("If it goes wrong").fill("Switch it off, and tell support");
  await button("Item").click();
  await page.keyboard.type("Contrast checked");
  await until("all of it is on the draft", async () => (await draft()).releases["order-notes-for-everybody"].readiness.at(-1).item === "Contrast checked");
  assert.equal((await draft()).releases["order-notes-for-everybody"].contingency, "Switch it off, and tell support");
  await look(page, "create-release-made");
  await button("Delete this release").click();
  await page.getByRole("heading", { level: 1, name: "Releases" }).waitFor();
  assert.equal(await draft(), null, "what was only on the draft is just gone");
});

test("a scenario is written by keys alone, fails, says why, and leads there", async () => {
  await fresh(`${AT}/scenarios`);
  await tabTo("New scenario");
  await page.keyboard.type("Visitors from Belgium have order notes");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Visitors from Belgium have order notes" }).waitFor();
  await tabTo("Another attribute");
  await page.keyboard.type("contry");
  await page.getByRole("button", { name: "country", exact: true }).waitFor();
  await tabTo("country");
  await page.keyboard.press("Enter");
  await page.getByLabel("Another attribute").focus();
  await page.keyboard.press("Enter");
  await until("the cursor is at the value", async () => (await focused()) === "Value of country");
  await page.keyboard.type("BE");
  await tabTo("Another flag");
  await page.keyboard.type("order-notes");
  await page.keyboard.press("Enter");
  await until("the cursor is at the variant", async () => (await focused()) === "What order-notes is");
  await page.keyboard.type("on");
  const row = page.locator("li.section").filter({ hasText: "Visitors from Belgium" });
  const expected = async () => (await draft())?.scenarios.find(({ name }) => name.startsWith("Visitors"));
  await until("it is on the draft", async () => (await expected())?.expect["order-notes"] === "on");
  assert.equal((await expected()).context.country, "BE");
  await look(page, "scenario-form");
  await page.keyboard.press("Escape");
  await row.getByRole("button", { name: /^Done/ }).click();
  const failing = page.getByText("fails", { exact: true });
  if (await row.getByText("holds", { exact: true }).count()) {
    await row.getByRole("button", { name: /^Edit/ }).click();
    await page.getByLabel("What order-notes is").selectOption("off");
    await row.getByRole("button", { name: /^Done/ }).click();
  }
  await failing.first().waitFor();
  await look(page, "scenarios-failing");
  await row.getByRole("link", { name: "Why?" }).click();
  await page.getByRole("heading", { name: "Why does this user get this?" }).waitFor();
  assert.match(await page.getByLabel("Evaluation context (JSON)").inputValue(), /"country": "BE"/);
});

test("a plan is made, edited and removed; a segment that is used is not", async () => {
  await fresh(`${AT}/plans`);
  await page.getByLabel("New plan").fill("careful");
  await page.keyboard.press("Enter");
  await page.getByLabel("What it is for").fill("For what could hurt");
  await page.getByLabel("Add to Must be ready").fill("Runbook reviewed");
  await page.keyboard.press("Enter");
  await button("Stage").click();
  await page.keyboard.type("x");
  await until("it is on the draft", async () => (await draft())?.plans.careful?.stages.length === 2);
  assert.deepEqual((await draft()).plans.careful.readiness, ["Runbook reviewed"]);
  await look(page, "plan-form");
  const area = await json(page);
  assert.equal(JSON.parse(await area.inputValue()).description, "For what could hurt");
  await button("Remove this plan").click();
  await until("it is gone", async () => (await draft()) === null);
  await visit(`${AT}/segments`);
  await page.locator("#staff").getByRole("button", { name: "Edit staff" }).click();
  await button("Remove this segment").click();
  await page.getByText("out of these first").waitFor();
  await look(page, "segment-used");
});

test("a variant gets another name everywhere in one step, another is made, and one in use stays", async () => {
  await fresh(`${AT}/flags/bulk-export`);
  const name = page.getByLabel("Name of on", { exact: true });
  await name.fill("enabled");
  await name.press("Enter");
  await page.getByLabel("Name of enabled", { exact: true }).waitFor();
  const flag = async () => (await draft())?.flags["bulk-export"];
  await until("its rules say so too", async () => JSON.stringify((await flag())?.rules ?? "").includes('"serve":"enabled"'));
  assert.ok(!JSON.stringify((await flag()).rules).includes('"serve":"on"'));
  await button("Remove enabled").click();
  await page.getByText("out of these first").waitFor();
  await look(page, "variant-used");
  await page.locator("h1").click();
  await page.keyboard.press("Control+z");
  await until("one step back", async () => (await draft()) === null);
  await page.getByLabel("Another variant").fill("maybe");
  await page.keyboard.press("Enter");
  await until("it is made", async () => (await flag())?.variants.maybe === false);
  await page.getByLabel("Type of the variants’ values").selectOption("number");
  await page.getByLabel("Value of maybe").fill("1.05");
  await until("it is a number", async () => (await flag())?.variants.maybe === 1.05);
  assert.equal(await page.getByLabel("Value of maybe").inputValue(), "1.05");
  await page.getByText("Describe it").click();
  await page.getByLabel("Add to Tags").fill("exports");
  await page.keyboard.press("Enter");
  await page.getByLabel("Expires").fill("2027-01-31");
  await page.getByLabel("Seen by").selectOption("servers and pages");
  await until("its fields are on the draft", async () => (await flag())?.visibility === "public" || (await page.getByText("What you typed is kept here").count()) > 0);
  await look(page, "flag-described");
});

test("a flag that nothing needs is deleted, and one that is needed says by what", async () => {
  await fresh(`${AT}/flags/new-checkout`);
  await page.getByText("Describe it").click();
  await button("Delete this flag").click();
  await page.getByText("out of these first").waitFor();
  await look(page, "flag-used");
  const production = api(served.url, served.token).environment("production");
  await production.edit((document) => {
    document.flags["of-no-use"] = { ...document.flags["order-notes"], rules: [] };
  });
  await visit(`${AT}/flags/of-no-use`);
  await page.getByText("Describe it").click();
  await button("Delete this flag").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Its key is retired").waitFor();
  await dialog.getByRole("button", { name: "Publish", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  const { document } = await production.document();
  assert.ok(!document.flags["of-no-use"] && document.retired.includes("of-no-use"));
});

for (const theme of ["light", "dark"]) {
  for (const [width, viewport] of Object.entries({ wide: WIDE, phone: PHONE })) {
    describe(`${theme}, ${width}`, () => {
      test("the pages on which things are made", async () => {
        const on = await another({ viewport, theme });
        await visit(`${AT}/scenarios`, on);
        await look(on, `scenarios-${theme}-${width}`);
        await on.getByRole("button", { name: /^Edit/ }).first().click();
        await on.getByLabel("Another flag").waitFor();
        await look(on, `scenario-${theme}-${width}`);
        await visit(`${AT}/plans`, on);
        await on.getByRole("button", { name: /^Edit/ }).first().click();
        await look(on, `plan-${theme}-${width}`);
        await visit(`${AT}/releases`, on);
        await on.getByRole("button", { name: "New release" }).click();
        await on.getByLabel("Title").waitFor();
        await look(on, `release-new-${theme}-${width}`);
        await visit(`${AT}/flags/shipping-rates`, on);
        await on.getByText("Describe it").click();
        await look(on, `flag-fields-${theme}-${width}`);
        await visit(`${AT}/releases/checkout-revamp`, on);
        await look(on, `release-fields-${theme}-${width}`);
        await visit("/environments/staging/plans", on);
        await look(on, `plans-none-${theme}-${width}`);
        await visit("/environments/staging/scenarios", on);
        await look(on, `scenarios-none-${theme}-${width}`);
        await on.context().close();
      });

      test("the same for somebody who may only look", async () => {
        const on = await another({ viewport, theme });
        await on.route("**/api/session", async (route) => {
          const response = await route.fetch();
          const session = await response.json();
          for (const environment of session.environments) Object.assign(environment, { mayPublish: false, roles: ["viewer"], authority: [] });
          await route.fulfill({ response, json: session });
        });
        for (const [name, path] of Object.entries({ scenarios: "scenarios", plans: "plans", flag: "flags/shipping-rates", release: "releases/checkout-revamp" })) {
          await visit(`${AT}/${path}`, on);
          const more = on.getByRole("button", { name: /^Look/ });
          if (await more.count()) await more.first().click();
          await on.getByText("may look at this environment").waitFor();
          assert.equal(await on.getByRole("button", { name: /^(Add|Remove|Delete|New|Rule$|Stage$|Item$)/ }).count(), 0, name);
          await look(on, `${name}-locked-${theme}-${width}`);
        }
        await on.context().close();
      });
    });
  }
}

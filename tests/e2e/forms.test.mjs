// Rules, splits, segments and stages by forms: what is typed reads as a sentence, is checked as it is typed, and is the JSON.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { admin } from "../support/admin.mjs";
import { arrived, look, PHONE, WIDE } from "../support/browser.mjs";
import { json } from "../support/form.mjs";
import { until } from "../support/place.mjs";

const AT = "/environments/production";
const FLAG = `${AT}/flags/bulk-export`;
const { page, visit, fresh, another } = await admin();

const button = (name, on = page) => on.getByRole("button", { name, exact: true });
const rule = (number, on = page) => on.locator(".rule-rows > li").nth(number - 1);
const changes = (on = page) => on.getByRole("region", { name: "Draft" });
/** Writes a rule with a version and a split, by keys and choices. */
async function write(on = page) {
  await button("Rule", on).click();
  // The cursor stands where the sentence begins.
  await on.waitForTimeout(100);
  await on.keyboard.type("contry");
  await on.keyboard.press("Tab");
  await button("country", on).click();
  await on.getByLabel("Add to Values of country").fill("NL");
  await on.keyboard.press("Enter");
  await on.keyboard.type("BE,");
  await button("And …", on).click();
  await on.waitForTimeout(100);
  await on.keyboard.type("appVersion");
  await on.keyboard.press("Tab");
  await on.getByLabel("How it is compared").nth(1).selectOption("is a version in");
}

test("a rule is written without JSON, and is the JSON", async () => {
  await fresh(FLAG);
  await write();
  await page.getByLabel("Range of versions").fill(">=2.1 <");
  await page.getByText("has no version after").waitFor();
  await page.getByText("What you typed is kept here").waitFor();
  await look(page, "form-error");
  await page.getByLabel("Range of versions").fill(">=2.1");
  await page.getByText("What you typed is kept here").waitFor({ state: "detached" });
  await page.getByLabel("What rule 3 serves").selectOption({ label: "on" });
  await changes().getByText("1 change").waitFor();
  assert.match(await rule(3).textContent(), /country is any of NL, BE, and appVersion is a version in >=2\.1/);
  const flag = JSON.parse(await (await json(page)).inputValue());
  assert.deepEqual(flag.rules[2], {
    id: "rule-1",
    when: { all: [{ attribute: "country", is: ["NL", "BE"] }, { attribute: "appVersion", version: ">=2.1" }] },
    serve: "on",
  });
});

test("what is typed as JSON is in the form at once, and what is no JSON is kept", async () => {
  const area = await json(page);
  const flag = JSON.parse(await area.inputValue());
  flag.rules[2].when.all.push({ not: { any: [{ segment: "staff" }, { percent: 10 }] } });
  await area.fill(JSON.stringify(flag));
  await button("Form").click();
  await rule(3).locator(".sentence").click();
  assert.equal(await page.getByLabel("Percentage", { exact: true }).inputValue(), "10");
  await look(page, "form-nested");
  await (await json(page)).fill("{ half a flag");
  await page.getByText("What you typed is kept here").waitFor();
  await page.waitForTimeout(400);
  await page.reload();
  await arrived(page);
  assert.equal(await (await json(page)).inputValue(), "{ half a flag", "after a reload too");
});

test("a click from an attribute straight into its values stays there", async () => {
  await fresh(FLAG);
  await button("Rule").click();
  await page.waitForTimeout(100);
  await page.keyboard.type("country");
  await page.locator(".rule-rows .tokens input").last().click();
  await page.keyboard.type("NL");
  await page.keyboard.press("Enter");
  await until("the value is in", async () => /"country"[^]*"NL"/.test(await (await json(page)).inputValue()));
  assert.deepEqual(page.said, []);
});

test("the lines that let a user in say so", async () => {
  await fresh(FLAG);
  const pro = page.getByLabel("plan", { exact: true });
  await pro.fill("pro");
  await rule(2).getByText("holds for this user", { exact: true }).waitFor({ state: "attached" });
  await pro.fill("free");
  await rule(2).getByText("does not hold for this user").waitFor({ state: "attached" });
});

test("a user is asked for what the rules look at, though the context does not have it", async () => {
  await fresh(FLAG);
  const plan = page.getByLabel("plan", { exact: true });
  const email = page.getByLabel("email", { exact: true });
  await plan.fill("free");
  await email.fill("ann@acme.example");
  await rule(1).getByText("holds for this user", { exact: true }).waitFor({ state: "attached" });
  await plan.focus();
  assert.deepEqual(await page.locator("#attribute-values option").evaluateAll((options) => options.map(({ value }) => value)), ["enterprise", "free", "pro"]);
  await email.fill("");
  await rule(1).getByText("does not hold for this user").waitFor({ state: "attached" });
  assert.doesNotMatch(await page.locator("#context").inputValue(), /email/);
});

test("where there is room, the question stands beside the rules", async () => {
  const on = await another({ viewport: { width: 1600, height: 900 } });
  await visit(FLAG, on);
  const rules = await on.getByRole("region", { name: "Who gets what" }).boundingBox();
  const question = await on.getByRole("region", { name: "Why does this user get this?" }).boundingBox();
  assert.ok(question.x >= rules.x + rules.width && Math.abs(question.y - rules.y) < 20, JSON.stringify({ rules, question }));
  await look(on, "form-beside");
  await on.context().close();
});

test("stages and conditions are put in order in the same ways", async () => {
  await fresh(`${AT}/releases/checkout-revamp`);
  const stages = async () => (await page.locator(".rule-head strong").allTextContents()).slice(0, 3);
  const stage = (number) => page.getByRole("button", { name: new RegExp(`^Stage ${number} of 4`) });
  assert.deepEqual(await stages(), ["internal", "beta", "canary"]);
  await stage(3).dragTo(stage(2));
  await until("it was dragged", async () => (await stages())[1] === "canary");
  await stage(2).press("Alt+ArrowDown");
  await until("it was moved by keys", async () => (await stages())[2] === "canary");

  await fresh(FLAG);
  await write();
  const names = async () => page.getByLabel("Attribute", { exact: true }).evaluateAll((fields) => fields.map(({ value }) => value));
  const second = page.getByRole("button", { name: /^and, condition 2 of 2/ });
  await second.dragTo(page.getByRole("button", { name: /^Condition 1 of 2/ }));
  await until("it was dragged", async () => (await names())[0] === "appVersion");
  await page.getByLabel("Add to Values of country").waitFor();
  await page.getByRole("button", { name: /^Condition 1 of 2/ }).press("Alt+ArrowDown");
  await until("it was moved by keys", async () => (await names())[0] === "country");
  await until("the cursor goes along", () => page.evaluate(() => document.activeElement.getAttribute("aria-label")?.startsWith("and, condition 2 of 2")));
});

test("rules are put in order with a finger", async () => {
  const on = await another({ viewport: PHONE });
  await visit(FLAG, on);
  const middle = async (number) => {
    const box = await rule(number, on).locator(".handle").first().boundingBox();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  await rule(2, on).scrollIntoViewIfNeeded();
  const [from, to] = [await middle(1), await middle(2)];
  const devtools = await on.context().newCDPSession(on);
  const touch = (type, ...touchPoints) => devtools.send("Input.dispatchTouchEvent", { type, touchPoints });
  await touch("touchStart", from);
  for (let step = 1; step <= 5; step += 1) await touch("touchMove", { x: from.x, y: from.y + ((to.y - from.y) * step) / 5 });
  await touch("touchEnd");
  await until("it was dragged", async () => /in-the-plan/.test(await rule(1, on).textContent()));
  await on.context().close();
});

test("rules are put in order by keys and by dragging, and undone in one step", async () => {
  await fresh(FLAG);
  const order = async () => (await page.locator(".rule-rows > li").allTextContents()).map((text) => text.match(/staff-may|in-the-plan/)?.[0]);
  await rule(2).waitFor();
  assert.deepEqual(await order(), ["staff-may", "in-the-plan"]);
  await rule(1).getByRole("button", { name: /^Rule 1 of 2/ }).focus();
  await page.keyboard.press("Alt+ArrowDown");
  await until("it has moved", async () => (await order())[0] === "in-the-plan");
  await until("the cursor goes along", () => page.evaluate(() => document.activeElement.getAttribute("aria-label")?.startsWith("Rule 2 of 2")));
  await changes().getByText("1 change").waitFor();
  await page.getByRole("button", { name: /^Undo ?:/ }).click();
  await until("it is back", async () => (await order())[0] === "staff-may");
  await rule(2).locator(".handle").dragTo(rule(1));
  await until("it was dragged", async () => (await order())[0] === "in-the-plan");
});

test("a split is moved by the arrow keys and by the pointer, and always sums to the whole", async () => {
  await fresh(FLAG);
  await page.getByLabel("What everyone else gets").selectOption("=split");
  const border = page.getByRole("slider");
  await border.focus();
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("ArrowRight");
  const weights = async () => [await page.getByLabel("Weight of part 1").inputValue(), await page.getByLabel("Weight of part 2").inputValue()];
  assert.deepEqual(await weights(), ["61", "39"]);
  assert.equal(await border.getAttribute("aria-valuetext"), "61%");
  const bar = await page.locator(".bar").boundingBox();
  const grip = await border.boundingBox();
  await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
  await page.mouse.down();
  await page.mouse.move(bar.x + bar.width / 4, bar.y + 5, { steps: 5 });
  await page.mouse.up();
  assert.deepEqual(await weights(), ["25", "75"]);
  await look(page, "form-split");
});

test("a segment is made, filled and used; a stage gets its audience", async () => {
  await fresh(`${AT}/segments`);
  await page.getByLabel("New segment").fill("pilots");
  await page.keyboard.press("Enter");
  await page.locator("#pilots").getByRole("button", { name: "Condition", exact: true }).click();
  await page.waitForTimeout(100);
  await page.keyboard.type("plan");
  await page.keyboard.press("Tab");
  await page.getByLabel("Add to Values of plan").fill("enterprise");
  await page.keyboard.press("Enter");
  await look(page, "form-segment");
  await visit(`${AT}/releases/checkout-revamp`);
  await page.locator(".rule-head .sentence").nth(2).click();
  await page.getByLabel("What this is about").selectOption({ label: "in segment" });
  await page.getByLabel("Segment", { exact: true }).selectOption("pilots");
  await look(page, "form-stage");
  await until("both are on the draft", async () => /2 changes/.test(await changes().textContent()));
  await visit(`${AT}/review`);
  await page.getByText(/segment pilots is/i).first().waitFor();
});

for (const theme of ["light", "dark"]) {
  for (const [width, viewport] of Object.entries({ wide: WIDE, phone: PHONE })) {
    describe(`${theme}, ${width}`, () => {
      test("a rule while it is written", async () => {
        const on = await another({ viewport, theme });
        await visit(FLAG, on);
        await write(on);
        await look(on, `form-rule-${theme}-${width}`);
        await on.context().close();
      });
    });
  }
}

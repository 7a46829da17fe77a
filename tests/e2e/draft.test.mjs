// One person's draft: undo and redo, taking out a change, what outlives a reload, and two tabs.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { arrived, look, open, PHONE, WIDE } from "../support/browser.mjs";
import { api } from "../support/client.mjs";
import { edit, json } from "../support/form.mjs";
import { until } from "../support/place.mjs";
import { team } from "../support/team.mjs";

const cleanup = [];
const AT = "/environments/production";
const FLAG = `${AT}/flags/max-cart-items`;
let acme, page, production;

before(async () => {
  acme = await team((work) => cleanup.push(work));
  production = api(acme.url, acme.token).environment("production");
  page = await acme.enter("ben@acme.example");
});
after(async () => {
  await acme?.stop();
  for (const work of cleanup) await work();
});

const visit = async (path, on = page) => {
  await on.goto(acme.url + path);
  await arrived(on);
};
const bar = (on = page) => on.getByRole("region", { name: "Draft" });
const step = (verb, on = page) => on.getByRole("button", { name: new RegExp(`^${verb} ?: `) });
const write = (change, on = page) => edit(on, change);
const flag = async (on = page) => JSON.parse(await (await json(on)).inputValue());
const otherwise = async (on = page) => (await flag(on)).otherwise;

test("what was done is undone and done again, by buttons that say what, and by keys", async () => {
  await visit(FLAG);
  await write((flag) => {
    flag.otherwise = "large";
  });
  await write((flag) => {
    flag.description = "Fewer items, more carts";
  });
  assert.match(await step("Undo").textContent(), /description/);
  await step("Undo").click();
  assert.match(await step("Undo").textContent(), /serves otherwise/);
  assert.match(await step("Redo").textContent(), /description/);
  await step("Redo").click();
  await page.locator("h1").click();
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await bar().getByText("Your draft is empty").waitFor();
  assert.equal(await otherwise(), "usual");
  await page.keyboard.press("Control+Shift+z");
  assert.equal(await otherwise(), "large");
  // In a text the browser's own undo holds.
  await (await json(page)).focus();
  await page.keyboard.press("Control+z");
  assert.equal(await bar().getByText("1 change in your draft").count(), 1);
  const typed = page.getByRole("button", { name: "Undo my typing" });
  if (await typed.count()) await typed.click();
});

test("typing in a field is one step", async () => {
  await page.getByText("Describe it").click();
  const field = page.getByRole("textbox", { name: "What it is" });
  await field.fill("");
  await field.pressSequentially("Carts, and what fits into them", { delay: 5 });
  await bar().getByText("2 changes in your draft").waitFor();
  assert.equal((await flag()).description, "Carts, and what fits into them");
  await page.locator("h1").click();
  await page.keyboard.press("Control+z");
  await bar().getByText("1 change in your draft").waitFor();
});

test("a reload keeps the draft, the message, and what was typed but not applied", async () => {
  await visit(`${AT}/review`);
  await page.getByLabel("Message for the history").fill("Because of Monday");
  await visit(FLAG);
  await (await json(page)).fill('{ "half": ');
  await page.reload();
  await arrived(page);
  assert.equal(await (await json(page)).inputValue(), '{ "half": ');
  await bar().getByRole("link", { name: "Review" }).click();
  assert.equal(await page.getByLabel("Message for the history").inputValue(), "Because of Monday");
  await page.getByText("not on your draft yet").waitFor();
  await page.getByText(/1 change on top of version \d+, published .* ago by /).waitFor();
  await visit(FLAG);
  await page.getByRole("button", { name: "Undo my typing" }).click();
});

test("a change is taken out of the draft, and put back by undo", async () => {
  await write((flag) => {
    flag.rules.push({ id: "pilots", when: { segment: "staff" }, serve: "large" });
  });
  await visit(`${AT}/review`);
  await page.getByText("2 changes on top of version").waitFor();
  await look(page, "review-by-change");
  const take = page.getByRole("button", { name: /^Take out: .*pilots/ });
  await take.click();
  await page.getByText("1 change on top of version").waitFor();
  await step("Undo").click();
  await page.getByText("2 changes on top of version").waitFor();
  await page.getByText("As JSON").first().click();
  await page.getByText("Before", { exact: true }).first().waitFor();
  await look(page, "review-json");
});

test("what is left says so when it rests on what was taken out", async () => {
  await page.evaluate(() => localStorage.clear());
  await visit(FLAG);
  const { document } = await production.document();
  // A segment and a rule that uses it, as a draft that was kept.
  const { version, etag } = await production.document();
  document.segments.pilots = { when: { attribute: "pilot", is: [true] } };
  document.flags["max-cart-items"].rules.push({ id: "pilots", when: { segment: "pilots" }, serve: "large" });
  await page.evaluate(([kept]) => localStorage.setItem("halyard-draft-ben@acme.example-production", kept), [JSON.stringify({ version, etag, document })]);
  await visit(`${AT}/review`);
  await page.getByText("2 changes on top of version").waitFor();
  await page.getByRole("button", { name: /^Take out: segment/ }).click();
  await page.getByText(/what is left rests on it: 1 problem/).waitFor();
  await page.getByText("This cannot be published yet").waitFor();
  assert.equal(await page.getByRole("button", { name: "Publish", exact: true }).isEnabled(), false);
  await look(page, "review-rests-on-it");
  await step("Undo").click();
  await page.getByText("2 changes on top of version").waitFor();
});

test("a draft that was thrown away comes back by undo", async () => {
  await visit(FLAG);
  await write((flag) => {
    flag.otherwise = "large";
  });
  await bar().getByRole("button", { name: "Discard" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await bar().getByText("Your draft is empty").waitFor();
  await step("Undo").click();
  await bar().getByRole("link", { name: "Review" }).waitFor();
  assert.equal(await otherwise(), "large");
});

test("two tabs of one person have one draft", async () => {
  const other = await page.context().newPage();
  await visit(FLAG, other);
  await until("the other tab has the draft", async () => (await otherwise(other)) === "large");
  await write((flag) => {
    flag.otherwise = "emergency";
  }, other);
  await until("this tab follows", async () => (await otherwise()) === "emergency");
  // Both at once: the last one's stands, the other one's is said and can be undone to.
  const name = "halyard-draft-ben@acme.example-production";
  const theirs = await other.evaluate((name) => localStorage.getItem(name), name);
  await write((flag) => {
    flag.description = "Mine";
  });
  await page.evaluate(
    ([name, now]) => {
      localStorage.setItem(name, now);
      dispatchEvent(new StorageEvent("storage", { key: name, newValue: now, oldValue: now }));
    },
    [name, theirs],
  );
  await page.getByText("You edited this in two tabs at once").waitFor();
  await step("Undo").click();
  assert.equal((await flag()).description, "Mine");
  await other.close();
});

test("a browser without room says so, and stops who leaves", async () => {
  await page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await write((flag) => {
    flag.description = "Too much";
  });
  await page.getByText("no room left to keep your draft").waitFor();
  await look(page, "no-room");
  let asked = false;
  page.once("dialog", (dialog) => {
    asked = dialog.type() === "beforeunload";
    dialog.accept();
  });
  await page.reload();
  assert.ok(asked);
  await arrived(page);
});

test("another person in the same browser sees nothing of it", async () => {
  await visit(FLAG);
  await bar().waitFor();
  await acme.signInAgain(page, "chloe@acme.example");
  await visit(FLAG);
  assert.equal(await bar().count(), 0);
  assert.equal(await otherwise(), "usual");
  await acme.signInAgain(page, "ben@acme.example");
  await visit(FLAG);
  await bar().waitFor();
});

for (const theme of ["light", "dark"]) {
  for (const [width, viewport] of Object.entries({ wide: WIDE, phone: PHONE })) {
    describe(`${theme}, ${width}`, () => {
      test("a draft in every state", async () => {
        const on = await open(acme.browser, { viewport, theme });
        await on.context().addCookies((await page.context().storageState()).cookies);
        await visit(FLAG, on);
        await write((flag) => {
          flag.otherwise = "large";
          flag.rules.push({ id: "pilots", when: { segment: "staff" }, serve: "emergency" });
        }, on);
        await write((flag) => {
          flag.description = "Fewer items, more carts";
        }, on);
        await look(on, `draft-bar-${theme}-${width}`);
        await visit(`${AT}/review`, on);
        await on.getByText("As JSON").first().click();
        await look(on, `review-draft-${theme}-${width}`);
        await on.getByRole("button", { name: /^Take out: / }).first().click();
        await on.getByRole("button", { name: "Discard draft" }).click();
        await on.getByRole("dialog").waitFor();
        await look(on, `discard-${theme}-${width}`);
        assert.deepEqual(on.said, []);
        await on.context().close();
      });
    });
  }
}

test("no page has complained", () => {
  assert.deepEqual(page.said, []);
});

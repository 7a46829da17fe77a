// People, roles, SDK keys, tokens, limits: made in the app, and good for exactly what they say.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { arrived, axe, open, PHONE, WIDE } from "../support/browser.mjs";
import { api, ofrep } from "../support/client.mjs";
import { ROOT, until } from "../support/place.mjs";
import { team } from "../support/team.mjs";

const cleanup = [];
const SHOTS = join(ROOT, "tests/e2e/shots");
/** A node goes on for this long at most with a project that is older than the store's. */
const STALE = 20_000;
let acme, page, client;

before(async () => {
  await mkdir(SHOTS, { recursive: true });
  acme = await team((work) => cleanup.push(work));
  client = api(acme.url, acme.token);
  page = await acme.enter("ann@acme.example");
});
after(async () => {
  await acme?.stop();
  for (const work of cleanup) await work();
});

const visit = async (path, on = page) => {
  await on.goto(acme.url + path);
  await arrived(on);
};
const project = async () => (await client.call("GET", "/api/project/document")).json;
const button = (name, on = page) => on.getByRole("button", { name, exact: true });
/** The dialog on top: a form that has gone on to be confirmed lies under it. */
const top = (on = page) => on.getByRole("dialog").last();

async function changeProject(change) {
  const got = await client.call("GET", "/api/project/document");
  change(got.json);
  const put = await client.call("PUT", "/api/project/document?message=a+test", { body: got.json, headers: { "if-match": got.headers.get("etag") } });
  assert.equal(put.status, 200, put.text);
}

/** Confirms what a form has proposed. */
async function publish(on = page) {
  const dialog = top(on);
  await until("the node has looked at it", () => button("Publish", dialog).isEnabled());
  await button("Publish", dialog).click();
  await on.getByRole("status").getByText(/Version \d+ of the project is live\./).last().waitFor();
  await until("the dialogs close", async () => (await on.getByRole("dialog").filter({ has: on.getByRole("button", { name: "Publish", exact: true }) }).count()) === 0);
}

async function look(on, name) {
  await on.waitForTimeout(200);
  const fullPage = (await on.locator("dialog[open]").count()) === 0;
  await on.screenshot({ path: join(SHOTS, `${name}.png`), fullPage });
  const sideways = await on.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(sideways <= 0, `${name} is ${sideways} pixels wider than the window`);
  assert.deepEqual(await axe(on), [], name);
  assert.deepEqual(on.said, [], name);
}

describe("a role of the project's own", () => {
  test("is made from kinds of change, and said as a sentence", async () => {
    await visit("/project/roles");
    await look(page, "roles-none");
    await button("New role").click();
    await top().getByLabel("Name", { exact: true }).fill("admin");
    await top().getByText("A built-in role has this name.").waitFor();
    await top().getByLabel("Name", { exact: true }).fill("cart-lead");
    await top().getByLabel("For whom it is").fill("Looks after carts");
    assert.equal(await button("Continue", top()).isDisabled(), true, "a role without any kind of change is none");
    await top().getByLabel("Switch on", { exact: true }).check();
    await top().getByLabel("Switch off", { exact: true }).check();
    await top().getByLabel("Operational", { exact: true }).check();
    await top().getByText("Flags: switch on and switch off — only for flags of purpose operational.").waitFor();
    await look(page, "role-form");
    await button("Continue", top()).click();
    await top().getByText("Role cart-lead is added").waitFor();
    await look(page, "role-confirm");
    await publish();
    await page.getByRole("heading", { name: "cart-lead" }).waitFor();
    await page.getByText("Nobody has it.").first().waitFor();
    const { may } = (await project()).roles["cart-lead"];
    assert.deepEqual(may, [{ changes: ["flag.enable", "flag.disable"], purposes: ["operational"] }]);
  });

  test("is given to a new person, in one environment", async () => {
    await visit("/project/people");
    await look(page, "people");
    await button("Add a person").click();
    await top().getByLabel("E-mail address").fill("Zoe@acme.example");
    await top().getByText("Write it in small letters.").waitFor();
    await top().getByLabel("E-mail address").fill("zoe@acme.example");
    await top().getByLabel("Name", { exact: true }).fill("Zoe Zander");
    await top().getByLabel("cart-lead, Production").check();
    await top().getByRole("heading", { name: "What Zoe Zander may do" }).waitFor();
    await top().getByText(/only for flags of purpose operational/).last().waitFor();
    await look(page, "person-form");
    await button("Continue", top()).click();
    await publish();
    await page.getByText("zoe@acme.example").waitFor();
    assert.deepEqual((await project()).people["zoe@acme.example"], { name: "Zoe Zander", roles: { production: ["cart-lead"] } });
  });

  test("lets that person do just that in the app", async () => {
    // On a busy machine the node may answer from before she was added, for as long as it may be stale.
    let zoe;
    await until("the node knows her", async () => {
      zoe = await acme.enter("zoe@acme.example");
      if (!zoe.url().includes("/sign-in")) return true;
      await zoe.context().close();
    }, { within: STALE, every: 500 });
    const options = zoe.getByLabel("Environment").first().locator("option");
    await options.first().waitFor({ state: "attached" });
    assert.deepEqual(await options.allInnerTexts(), ["Production"], "other environments are hidden");
    await visit("/environments/production/flags/max-cart-items", zoe);
    await zoe.getByRole("switch", { name: "max-cart-items is enabled" }).click();
    await until("it may go out", () => button("Publish", top(zoe)).isEnabled());
    await button("Publish", top(zoe)).click();
    await zoe.getByText(/Version \d+ is live\./).first().waitFor();
    const production = client.environment("production");
    const { records } = (await production.records("?limit=1")).json;
    assert.equal(records[0].by, "zoe@acme.example");
    const refused = await zoe.evaluate(async () => {
      const got = await fetch("/api/environments/production/document");
      const document = await got.json();
      document.flags["new-checkout"].enabled = false;
      const put = await fetch("/api/environments/production/document?message=x", { method: "PUT", body: JSON.stringify(document), headers: { "if-match": got.headers.get("etag"), "x-halyard": "app", "content-type": "application/json" } });
      return { status: put.status, ...(await put.json()) };
    });
    assert.equal(refused.status, 403);
    assert.match(refused.refusals[0].why, /operational/);
    assert.ok(refused.refusals[0].who.some((name) => name.startsWith("ann@acme.example")), JSON.stringify(refused.refusals));
    // What is not hers to change is there to be looked at, and says who may.
    await visit("/project/people", zoe);
    await zoe.getByText("You may look, but not change people.").waitFor();
    await zoe.getByText(/Who may: ann@acme.example/).waitFor();
    assert.equal(await zoe.getByRole("button", { name: "Add a person" }).count(), 0);
    assert.equal(await zoe.getByRole("navigation", { name: "Project" }).getByRole("link", { name: "Tokens" }).count(), 0);
    await look(zoe, "people-not-mine");
    await visit("/project/tokens", zoe);
    await zoe.getByText("You may look, but not change tokens.").waitFor();
    assert.deepEqual(zoe.said, []);
    await zoe.context().close();
  });

  test("is taken from everybody when it is deleted, and that is said beforehand", async () => {
    await visit("/project/roles");
    await button("Delete cart-lead").click();
    await top().getByText(/It is taken from/).waitFor();
    await top().getByText("zoe@acme.example").first().waitFor();
    await look(page, "role-delete");
    await publish();
    assert.deepEqual((await project()).people["zoe@acme.example"], { name: "Zoe Zander" });
    await visit("/project/people");
    await page.getByText("No role: they see nothing.").waitFor();
  });
});

describe("two admins at once", () => {
  test("disjoint changes are both kept, without asking", async () => {
    await visit("/project/people");
    await button("Change Zoe Zander").click();
    await top().getByLabel("viewer, Staging").check();
    await button("Continue", top()).click();
    await until("it has been looked at", () => button("Publish", top()).isEnabled());
    await changeProject((next) => {
      next.people["yan@acme.example"] = { name: "Yan", roles: { staging: ["viewer"] } };
    });
    await publish();
    const { people } = await project();
    assert.deepEqual(people["zoe@acme.example"].roles, { staging: ["viewer"] });
    assert.equal(people["yan@acme.example"].name, "Yan");
    await page.getByText("yan@acme.example").waitFor();
  });

  test("where both changed the same, the second is shown the first one's before anything happens", async () => {
    await visit("/project/people");
    await button("Change Zoe Zander").click();
    await top().getByLabel("editor, Staging").check();
    await button("Continue", top()).click();
    await until("it has been looked at", () => button("Publish", top()).isEnabled());
    await changeProject((next) => {
      next.people["zoe@acme.example"].roles = { production: ["releaser"] };
    });
    await button("Publish", top()).click();
    await top().getByText(/Somebody changed the same thing/).waitFor();
    assert.deepEqual((await project()).people["zoe@acme.example"].roles, { production: ["releaser"] }, "nothing was published");
    await look(page, "project-overtaken");
    await button("Cancel", top()).click();
    // What was ticked is still there, under it.
    assert.equal(await top().getByLabel("editor, Staging").isChecked(), true);
    await button("Cancel", top()).click();
    await page.getByText(/releaser/).first().waitFor();
  });
});

describe("an SDK key", () => {
  let old, fresh;
  const answers = async (key) => (await ofrep(acme.url, key).flag("max-cart-items", { targetingKey: "u" })).status;

  test("is made in the app, shown once, and answers", async () => {
    await visit("/project/keys");
    await look(page, "keys");
    await button("New key").click();
    await top().getByLabel("Name", { exact: true }).fill("warehouse");
    await top().getByLabel("Environment").selectOption("production");
    await look(page, "key-form");
    await button("Continue", top()).click();
    await publish();
    await top().getByText("It is shown this once.").waitFor();
    old = await page.locator("#the-secret").innerText();
    assert.match(old, /^halyard_server_production_[\w-]{43}$/);
    await top().getByText("Try it from a terminal").click();
    await look(page, "key-made");
    assert.equal((await project()).keys.warehouse.hash, createHash("sha256").update(old).digest("hex"), "the project has its hash and nothing else");
    await button("I have it", top()).click();
    await top().getByText("You have not copied it.").waitFor();
    await button("I have it", top()).click();
    await until("closed", async () => (await page.getByRole("dialog").count()) === 0);
    assert.ok(!(await page.content()).includes(old), "it is nowhere on the page any more");
    await until("it answers", async () => (await answers(old)) === 200, { within: STALE });
  });

  test("is rotated: both secrets answer", async () => {
    await visit("/project/keys");
    await button("Rotate warehouse").click();
    await publish();
    await top().getByText("It is shown this once.").waitFor();
    fresh = await page.locator("#the-secret").innerText();
    assert.notEqual(fresh, old);
    await button("I have it", top()).click();
    await button("I have it", top()).click();
    await page.getByText(/Rotated: the secret of/).waitFor();
    await look(page, "keys-rotated");
    await until("the new one answers", async () => (await answers(fresh)) === 200, { within: STALE });
    assert.equal(await answers(old), 200, "and the old one");
  });

  test("its old secret is removed: it is refused, and the new one goes on", async () => {
    await button("Remove the old secret").click();
    await top().getByText(/Applications that still use the old secret/).waitFor();
    await publish();
    await until("the old one is refused", async () => (await answers(old)) === 401, { within: STALE });
    assert.equal(await answers(fresh), 200);
  });

  test("is revoked with a warning of what stops", async () => {
    await button("Revoke warehouse").click();
    await top().getByText(/gets no flags any more/).waitFor();
    await look(page, "key-revoke");
    await publish();
    await until("it is refused", async () => (await answers(fresh)) === 401, { within: STALE });
  });
});

describe("a token", () => {
  let secret;
  const asks = (path) => api(acme.url, secret).call("GET", path);

  test("is made with roles of its own, and does what they allow", async () => {
    await visit("/project/tokens");
    await button("New token").click();
    await top().getByLabel("Name", { exact: true }).fill("nightly");
    await top().getByLabel("What it is for").fill("The nightly report");
    assert.equal(await button("Continue", top()).isDisabled(), true, "without a role it could do nothing");
    await top().getByLabel("viewer, Staging").check();
    await top().getByRole("button", { name: "30 days" }).click();
    await look(page, "token-form");
    await button("Continue", top()).click();
    await publish();
    secret = await page.locator("#the-secret").innerText();
    assert.match(secret, /^halyard_token_/);
    await button("I have it", top()).click();
    await button("I have it", top()).click();
    await page.getByText("nightly", { exact: true }).waitFor();
    await until("it is let in", async () => (await asks("/api/environments/staging/document")).status === 200, { within: STALE });
    assert.equal((await asks("/api/environments/production/document")).status, 404, "production is hidden from it");
    const staging = api(acme.url, secret).environment("staging");
    const { status, json } = await staging.edit((document) => {
      document.retired = [...(document.retired ?? []), "never"];
    });
    assert.equal(status, 403, JSON.stringify(json));
    await until("its use is noted", async () => (await client.call("GET", "/api/project/tokens")).json.find(({ name }) => name === "nightly")?.lastUsed);
    await visit("/project/tokens");
    await page.getByText(/last used on/).first().waitFor();
    await look(page, "tokens");
  });

  test("is refused from its last instant on", async () => {
    await changeProject((next) => {
      next.tokens.nightly.expires = new Date(Date.now() - 1000).toISOString().replace(/\.\d+/, "");
    });
    await until("it is refused", async () => (await asks("/api/environments")).status === 401, { within: STALE });
    assert.match((await asks("/api/environments")).json.detail, /expired/);
    await visit("/project/tokens");
    await page.getByText("expired").first().waitFor();
  });

  test("is revoked", async () => {
    await button("Revoke nightly").click();
    await publish();
    assert.equal((await project()).tokens?.nightly, undefined);
  });
});

describe("the project itself", () => {
  test("gets an environment, which is there at once", async () => {
    await visit("/project/settings");
    await look(page, "settings");
    await button("Add an environment").click();
    await top().getByLabel("Key", { exact: true }).fill("test");
    await top().getByLabel("Name", { exact: true }).fill("Testing");
    await button("Continue", top()).click();
    await publish();
    await until("it can be chosen", async () => (await page.getByLabel("Environment").first().locator("option").allInnerTexts()).includes("Testing"), { within: STALE });
    await button("Rename test").click();
    await top().getByLabel("Name", { exact: true }).fill("Test");
    await button("Continue", top()).click();
    await publish();
    assert.deepEqual((await project()).environments.test, { name: "Test" });
  });

  test("has limits, which are numbers", async () => {
    await visit("/project/settings");
    await page.getByLabel("Live releases").fill("many");
    await page.getByText("A whole number from 1 to 10000, or nothing for the default.").waitFor();
    assert.equal(await button("Continue").isDisabled(), true);
    await page.getByLabel("Live releases").fill("7");
    await button("Continue").click();
    await top().getByText(/live releases 7/).waitFor();
    await publish();
    assert.deepEqual((await project()).limits, { liveReleases: 7 });
  });

  test("keeps its last admin, and says why", async () => {
    await visit("/project/people");
    await button("Change Ann Vermeer").click().catch(async () => page.getByRole("button", { name: /^Change Ann/ }).first().click());
    await top().getByLabel("admin, Everywhere").uncheck();
    await top().getByLabel("viewer, Everywhere").check();
    await button("Continue", top()).click();
    await top().getByText(/Nobody is an admin of the project/).waitFor();
    assert.equal(await button("Publish", top()).isDisabled(), true);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
  });

  test("cannot be reached, or refuses: nothing is lost, and trying again is safe", async () => {
    await visit("/project/settings");
    await page.getByRole("button", { name: "Rename the project" }).click();
    await top().getByLabel("Name", { exact: true }).fill("Acme Shop");
    await button("Continue", top()).click();
    await until("it has been looked at", () => button("Publish", top()).isEnabled());
    await page.route("**/api/project/document?message=*", (route) => route.abort());
    await button("Publish", top()).click();
    await top().getByText(/Trying again is safe/).waitFor();
    await look(page, "project-unreachable");
    await page.unroute("**/api/project/document?message=*");
    await publish();
    assert.equal((await project()).name, "Acme Shop");
    await page.route("**/api/project/document", (route) => route.fulfill({ status: 500, contentType: "application/problem+json", body: '{"title":"oops","detail":"the store has a bad day"}' }));
    await page.goto(`${acme.url}/project/people`);
    await page.getByText("The store has a bad day.").waitFor();
    await look(page, "project-failing");
    await page.unroute("**/api/project/document");
    await button("Try again").click();
    await page.getByRole("heading", { name: "People", level: 1 }).waitFor();
  });
});

describe("a project that is full", () => {
  before(async () => {
    const hash = () => randomBytes(32).toString("hex");
    await changeProject((next) => {
      for (let number = 1; number <= 200; number += 1) {
        next.people[`person-${number}@acme.example`] = { name: `Person Number ${number}`, roles: number % 3 ? { production: ["viewer"], staging: ["editor", "operator"] } : { "*": ["viewer"] } };
      }
      for (let number = 1; number <= 60; number += 1) {
        next.keys[`key-${number}`] = { environment: number % 2 ? "production" : "staging", kind: number % 3 ? "server" : "browser", hash: hash(), created: "2026-10-01" };
      }
      next.roles = Object.fromEntries(["checkout-lead", "search-lead", "on-call"].map((name) => [name, { description: `The ${name} of the shop`, may: [{ changes: ["flag.*", "release.open"], tags: ["checkout"] }, { changes: ["key.*"] }] }]));
      next.tokens["ci-deploy"] = { description: "The pipeline", roles: { staging: ["editor"] }, hash: hash(), created: "2026-10-01", createdBy: "ann@acme.example", expires: "2027-05-22T00:00:00Z" };
    });
  });

  for (const [name, viewport, theme] of [["wide-light", WIDE, "light"], ["wide-dark", WIDE, "dark"], ["phone-light", PHONE, "light"], ["phone-dark", PHONE, "dark"]]) {
    test(name, async () => {
      const own = await open(acme.browser, { viewport, theme });
      await own.context().addCookies(await page.context().cookies());
      for (const what of ["people", "roles", "keys", "tokens", "settings"]) {
        await visit(`/project/${what}`, own);
        await look(own, `full-${what}-${name}`);
      }
      await visit("/project/people", own);
      await own.getByLabel("Search").fill("person-77@");
      await until("one is left", async () => (await own.locator("li.person").count()) === 1);
      await own.getByLabel("Search").fill("nobody like this");
      await own.getByRole("heading", { name: "Nobody matches" }).waitFor();
      await own.getByRole("button", { name: "Show everybody" }).click();
      await own.getByRole("button", { name: "Change Person Number 1", exact: true }).click();
      await look(own, `person-form-${name}`);
      await own.keyboard.press("Escape");
      await visit("/project/roles", own);
      await own.getByRole("button", { name: "Change on-call" }).click();
      await look(own, `role-form-${name}`);
      assert.deepEqual(own.said, []);
      await own.context().close();
    });
  }
});

test("no page has complained", () => {
  assert.deepEqual(page.said, []);
});

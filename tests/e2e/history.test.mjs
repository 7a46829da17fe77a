// The history: pages of records, filters that a link carries, two versions compared, the way back (whole or in part), files to take along.
import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { arrived, axe, open, PHONE, WIDE } from "../support/browser.mjs";
import { api, ofrep } from "../support/client.mjs";
import { ROOT, until } from "../support/place.mjs";
import { team } from "../support/team.mjs";

const cleanup = [];
const SHOTS = join(ROOT, "tests/e2e/shots");
const HISTORY = "/environments/production/history";
const SHOPPER = { targetingKey: "shopper-7" };
/** How many versions the tests add to the demo's. */
const MORE = 70;
let acme, page, production, flags, first;

before(async () => {
  await mkdir(SHOTS, { recursive: true });
  acme = await team((work) => cleanup.push(work));
  production = api(acme.url, acme.token).environment("production");
  flags = ofrep(acme.url, acme.sdkKeys.production.server);
  first = (await production.document()).version;
  for (let number = 1; number <= MORE; number += 1) {
    const { status, text } = await production.edit((document) => {
      document.flags["gift-wrapping"].description = `Offer gift wrapping, text ${number}`;
    }, `Text number ${number}`);
    assert.equal(status, 200, text);
  }
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
const rows = (on = page) => on.locator("ol.log > li");
const versions = async (on = page) => (await rows(on).locator(".version").allInnerTexts()).map((text) => Number(/v(\d+)/.exec(text)[1]));
const variant = async (flag) => (await flags.flag(flag, SHOPPER)).json.variant;
const status = (on = page) => on.getByRole("region", { name: "Records" }).getByRole("status").first();

test("older records load on, until all are there", async () => {
  await visit(HISTORY);
  await until("the first page", async () => (await rows().count()) >= 25);
  const before = await versions();
  assert.equal(before[0], first + MORE);
  for (let presses = 0; presses < 10 && (await page.getByRole("button", { name: "Show older" }).count()); presses += 1) {
    const had = await rows().count();
    await page.getByRole("button", { name: "Show older" }).click();
    await until("more of them", async () => (await rows().count()) > had);
    await page.getByRole("button", { name: "Stop looking" }).waitFor({ state: "detached" });
  }
  const all = await versions();
  assert.deepEqual(all, Array.from({ length: first + MORE }, (_, index) => first + MORE - index), "each version once, newest first");
  assert.match(await status().innerText(), new RegExp(`${first + MORE} versions, which is all`));
});

test("a filter is in the address, and whoever is sent it sees the same", async () => {
  await visit(HISTORY);
  await page.getByLabel("Kind of change").selectOption("release.*");
  await until("the address", () => page.url().endsWith("/history?kind=release.*"));
  await until("only those", async () => /\d+ versions? found in the whole history/.test(await status().innerText()));
  const found = await versions();
  assert.ok(found.length > 0 && found.length < first, `${found}`);
  await page.getByLabel("Flag", { exact: true }).fill("gift-wrapping");
  await page.getByLabel("Flag", { exact: true }).press("Enter");
  await until("both in the address", () => /kind=release\.\*/.test(page.url()) && /flag=gift-wrapping/.test(page.url()));
  await until("fewer", async () => (await versions()).join() !== found.join() && /whole history/.test(await status().innerText()));
  const narrowed = await versions();
  assert.ok(narrowed.length > 0 && narrowed.every((version) => found.includes(version)), "what makes a release is found by a flag that it moves");
  const other = await acme.enter("ben@acme.example");
  await visit(new URL(page.url()).pathname + new URL(page.url()).search, other);
  await until("the same", async () => (await versions(other)).join() === narrowed.join());
  assert.equal(await other.getByLabel("Kind of change").inputValue(), "release.*");
  await other.context().close();
  await page.goBack();
  await until("back to the wider one", async () => (await versions()).join() === found.join());
});

test("by person and by day; where nothing is left, it says how to widen", async () => {
  await visit(`${HISTORY}?by=chloe@acme.example`);
  await until("chloe's", async () => /in the whole history/.test(await status().innerText()));
  const hers = await rows().count();
  assert.ok(hers > 0 && hers < first);
  await page.getByLabel("To, inclusive").fill("2020-01-01");
  await page.getByLabel("To, inclusive").dispatchEvent("change");
  await page.getByRole("heading", { name: "No version matches" }).waitFor();
  await look(page, "history-none");
  await page.getByRole("button", { name: "Any time" }).click();
  await until("hers again", async () => (await rows().count()) === hers);
});

test("two picked versions are compared, grouped by what differs", async () => {
  await visit(HISTORY);
  await until("rows", async () => (await rows().count()) >= 25);
  await page.getByRole("button", { name: `Compare version ${first + MORE}` }).click();
  await page.getByRole("button", { name: `Compare version ${first + MORE - 5}` }).click();
  await page.getByRole("region", { name: "Comparison" }).getByRole("link", { name: "Compare" }).click();
  await page.getByRole("heading", { name: `Version ${first + MORE - 5} to version ${first + MORE}` }).waitFor();
  const differences = page.getByRole("region", { name: "Differences" });
  await differences.getByRole("heading", { name: "Flag gift-wrapping" }).waitFor();
  await differences.getByText(`text ${MORE}`).first().waitFor();
  await differences.getByText("As JSON").click();
  await differences.getByText('"kind": "flag.describe"').waitFor();
  await look(page, "history-compare");
  await page.getByLabel("From version").fill(String(first + MORE));
  await page.getByLabel("From version").press("Enter");
  await page.getByRole("heading", { name: "They say the same" }).waitFor();
});

test("a version shows who, how and why, and its document, to read and as JSON", async () => {
  await visit(`${HISTORY}/${first}`);
  await page.getByText(/^Published .* by .*, in this app\.$/).waitFor();
  await page.getByText("To read").click();
  await page.getByText(/\d+ flags, \d+ releases/).waitFor();
  await page.locator("details summary", { hasText: "max-cart-items" }).click();
  await page.getByText(/Everyone (else )?gets/).first().waitFor();
  await page.locator("details > summary", { hasText: "As JSON" }).last().click();
  await page.getByText('"format": 1').waitFor();
  await look(page, "history-version");
});

test("a version of the past is published anew, as the next one", async () => {
  const { version: live } = await production.document();
  const changed = await production.edit((document) => {
    document.flags["max-cart-items"].otherwise = "large";
  }, "Large carts for everyone");
  assert.equal(changed.status, 200, changed.text);
  await until("large carts", async () => (await variant("max-cart-items")) === "large", { within: 15_000 });
  await visit(`${HISTORY}/${live}`);
  await page.getByRole("button", { name: "Roll back to this" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("heading", { name: "Flag max-cart-items" }).waitFor();
  await look(page, "history-roll-back");
  await dialog.getByRole("button", { name: "Roll back", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await until("the usual carts", async () => (await variant("max-cart-items")) === "usual", { within: 15_000 });
  assert.equal((await production.document()).version, live + 2);
  const { records } = (await production.records("?limit=1")).json;
  assert.deepEqual([records[0].by, records[0].via, records[0].message], ["ann@acme.example", "app", `Roll back to version ${live}`]);
});

test("only one flag of a version is taken back; what else changed since stays", async () => {
  const { version: live, document: before } = await production.document();
  const changed = await production.edit((document) => {
    document.flags["max-cart-items"].otherwise = "large";
    document.flags["gift-wrapping"].description = "Ribbons too";
  }, "Large carts, and ribbons");
  assert.equal(changed.status, 200, changed.text);
  await visit(`${HISTORY}/${live}`);
  await page.getByRole("button", { name: "Roll back to this" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("heading", { name: "Flag gift-wrapping" }).waitFor();
  await dialog.getByLabel("Take back").selectOption({ label: "Only flag max-cart-items" });
  await dialog.getByRole("heading", { name: "Flag gift-wrapping" }).waitFor({ state: "detached" });
  await dialog.getByRole("heading", { name: "Flag max-cart-items" }).waitFor();
  assert.equal(await dialog.getByLabel("Message for the history").inputValue(), `Roll flag max-cart-items back to version ${live}`);
  await look(page, "history-roll-back-part");
  await dialog.getByRole("button", { name: "Roll back", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  const { document } = await production.document();
  assert.deepEqual(document.flags["max-cart-items"], before.flags["max-cart-items"]);
  assert.equal(document.flags["gift-wrapping"].description, "Ribbons too");
});

test("somebody who publishes while the roll back is being looked at is not overwritten unseen", async () => {
  const { version: live } = await production.document();
  await visit(`${HISTORY}/${live - 1}`);
  await page.getByRole("button", { name: "Roll back to this" }).click();
  const dialog = page.getByRole("dialog");
  const go = dialog.getByRole("button", { name: "Roll back", exact: true });
  await until("the preview", () => go.isEnabled());
  await production.edit((document) => {
    document.flags["new-cart"].description = "A cart that nobody has seen";
  }, "In between");
  await go.click();
  await dialog.getByText("Somebody published in the meantime.").waitFor();
  assert.equal((await production.document()).version, live + 1, "nothing was rolled back");
  await dialog.getByRole("button", { name: "Look again" }).click();
  await dialog.getByRole("heading", { name: "Flag new-cart" }).waitFor();
  await page.keyboard.press("Escape");
});

test("whoever may not is told what is refused, and who may", async () => {
  const { version: live } = await production.document();
  await production.edit((document) => {
    document.flags["max-cart-items"].rules = [];
    document.flags["max-cart-items"].description = "No rules";
  }, "No rules");
  const operator = await acme.enter("dev@acme.example");
  const session = await operator.evaluate(() => fetch("/api/session").then((answer) => answer.json()));
  const roles = session.environments.find(({ key }) => key === "production")?.roles ?? [];
  if (roles.includes("editor") || roles.includes("admin")) {
    // The demo's people may all publish: take the right away for this test.
    await changeProject((project) => {
      project.people["dev@acme.example"].roles = { production: ["operator"] };
    });
    await until("the node knows", async () => {
      const now = await operator.evaluate(() => fetch("/api/session").then((answer) => answer.json()));
      return now.environments[0]?.roles.join() === "operator";
    }, { within: 15_000 });
  }
  await visit(`${HISTORY}/${live}`, operator);
  await operator.getByRole("button", { name: "Roll back to this" }).click();
  const dialog = operator.getByRole("dialog");
  await dialog.getByText(/ann@acme\.example/).first().waitFor();
  assert.equal(await dialog.getByRole("button", { name: "Roll back", exact: true }).isDisabled(), true);
  await look(operator, "history-refused");
  assert.deepEqual(operator.said, []);
  await operator.context().close();
});

async function changeProject(change) {
  const client = api(acme.url, acme.token);
  const got = await client.call("GET", "/api/project/document");
  change(got.json);
  const put = await client.call("PUT", "/api/project/document?message=a+test", { body: got.json, headers: { "if-match": got.headers.get("etag") } });
  assert.equal(put.status, 200, put.text);
}

test("what is filtered is exported, and no cell of it is a formula", async () => {
  await production.edit((document) => {
    document.flags["max-cart-items"].description = "=cmd|'/c calc'!A1";
  }, '=HYPERLINK("http://evil.example","click")');
  await visit(`${HISTORY}?flag=max-cart-items`);
  await until("all found", async () => /whole history/.test(await status().innerText()));
  const found = await versions();
  await page.getByRole("button", { name: "Export" }).click();
  const dialog = page.getByRole("dialog");
  const download = async (format) => {
    await dialog.getByLabel(format).check();
    const [file] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("button", { name: /^Export( again)?$/ }).click()]);
    return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
  };
  const csv = await download("CSV");
  assert.equal(csv.name, "production-history.csv");
  const [head, ...lines] = csv.text.trimEnd().split("\r\n");
  assert.equal(head, "version,at,by,via,message,kind,path,sentence,marks");
  assert.deepEqual([...new Set(lines.map((line) => Number(line.split(",")[0])))], found);
  assert.ok(lines[0].includes(`"'=HYPERLINK(""http://evil.example"",""click"")"`), lines[0]);
  assert.ok(lines.every((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).every((cell) => !/^"?[=+@-]/.test(cell))), csv.text);
  await dialog.getByText(`${found.length} version`).first().waitFor();
  await look(page, "history-export");
  const ndjson = await download("NDJSON");
  assert.equal(ndjson.name, "production-history.ndjson");
  const records = ndjson.text.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(records.map(({ version }) => version), found);
  const told = (await production.records(`/${found[0]}`)).json;
  assert.deepEqual(records[0], told, "as the API tells it");
});

test("the way to the node is cut: it says so, and goes on when it is back", async () => {
  await visit(HISTORY);
  await until("rows", async () => (await rows().count()) >= 25);
  const had = await rows().count();
  await page.route("**/records*", (route) => route.abort());
  await page.getByRole("button", { name: "Show older" }).click();
  await page.getByRole("alert").getByText("The node cannot be reached just now.").waitFor();
  assert.equal(await rows().count(), had, "what was there stays");
  await page.unroute("**/records*");
  await page.getByRole("button", { name: "Try again" }).click();
  await until("more", async () => (await rows().count()) > had);
  await page.route("**/records*", (route) => route.fulfill({ status: 500, contentType: "application/problem+json", body: '{"title":"oops","detail":"the store has a bad day"}' }));
  await page.reload();
  await page.getByRole("alert").getByText("The store has a bad day.").waitFor();
  await page.unroute("**/records*");
  await page.getByRole("button", { name: "Try again" }).click();
  await until("rows again", async () => (await rows().count()) >= 25);
});

test("the project has a history of the same kind", async () => {
  await changeProject((project) => {
    project.limits = { ...project.limits, variants: 9 };
  });
  await visit("/project/history");
  await until("its records", async () => (await rows().count()) > 0);
  await page.getByText(/variants 9/).first().waitFor();
  await page.getByLabel("Kind of change").selectOption("project.limits");
  await until("only the limits", async () => /1 version found/.test(await status().innerText()));
  await look(page, "project-history");
});

async function look(on, name) {
  await on.waitForTimeout(150);
  const fullPage = (await on.locator("dialog[open]").count()) === 0;
  await on.screenshot({ path: join(SHOTS, `${name}.png`), fullPage });
  assert.deepEqual(await axe(on), [], name);
  assert.deepEqual(on.said, [], name);
}

describe("on a phone and in the dark", () => {
  for (const [name, viewport, theme] of [["phone-light", PHONE, "light"], ["phone-dark", PHONE, "dark"], ["wide-dark", WIDE, "dark"]]) {
    test(name, async () => {
      const own = await open(acme.browser, { viewport, theme });
      await own.context().addCookies(await page.context().cookies());
      for (const [what, path] of [["history", HISTORY], ["history-compared", `${HISTORY}/3-6`], ["history-one", `${HISTORY}/6`], ["project-history", "/project/history"]]) {
        await visit(path, own);
        await own.waitForTimeout(300);
        const sideways = await own.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(sideways <= 0, `${what} is ${sideways} pixels wider than the window`);
        await look(own, `${what}-${name}`);
      }
      assert.deepEqual(own.said, []);
      await own.context().close();
    });
  }
});

test("no page has complained", () => {
  assert.deepEqual(page.said, []);
});

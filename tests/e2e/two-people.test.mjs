// Two people edit one document at once: what is disjoint is merged, what clashes is chosen, and nothing that was typed is lost.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { arrived, look, open, PHONE, WIDE } from "../support/browser.mjs";
import { api, ofrep } from "../support/client.mjs";
import { edit, json } from "../support/form.mjs";
import { until } from "../support/place.mjs";
import { team } from "../support/team.mjs";

const cleanup = [];
const AT = "/environments/production";
const SHOPPER = { targetingKey: "shopper-7" };
const CARTS = `${AT}/flags/max-cart-items`;
const WRAPPING = `${AT}/flags/gift-wrapping`;
let acme, ben, chloe, production, flags;

before(async () => {
  acme = await team((work) => cleanup.push(work));
  production = api(acme.url, acme.token).environment("production");
  flags = ofrep(acme.url, acme.sdkKeys.production.server);
  ben = await acme.enter("ben@acme.example");
  chloe = await acme.enter("chloe@acme.example");
});
after(async () => {
  await acme?.stop();
  for (const work of cleanup) await work();
});

const visit = async (page, path) => {
  await page.goto(acme.url + path);
  await arrived(page);
};
const message = (page) => page.getByLabel("Message for the history");
const publish = (page) => page.getByRole("button", { name: "Publish", exact: true });
const live = (page) => page.getByRole("status").getByText(/Version \d+ is live/).last();
const version = async () => (await production.document()).version;
const flag = async (key) => (await production.document()).document.flags[key];
const records = async (limit) => (await production.records(`?limit=${limit}`)).json.records;

async function draft(page, path, change) {
  await visit(page, path);
  await edit(page, change);
  await page.getByRole("region", { name: "Draft" }).waitFor();
}
const serves = (variant) => (json) => {
  json.otherwise = variant;
};
async function review(page, why) {
  await page.getByRole("region", { name: "Draft" }).getByRole("link", { name: /Review|Settle/ }).click();
  await arrived(page);
  if (why) await message(page).fill(why);
}
async function publishNow(page, path, change, why) {
  await draft(page, path, change);
  await review(page, why);
  await publish(page).click();
  await live(page).waitFor();
}
const says = (page, text) => page.getByText(text).first().waitFor({ timeout: 20_000 });

describe("different flags", () => {
  test("are merged while one of them still edits", async () => {
    await draft(ben, CARTS, serves("large"));
    await publishNow(chloe, WRAPPING, (json) => {
      json.description = "Ribbons, too";
    }, "Ribbons");
    await says(ben, /chloe@acme\.example published version \d+ meanwhile: 1 change, which touches none of yours/);
    await look(ben, "merged-notice");
    await review(ben, "Large carts");
    await look(ben, "merged-review");
    await publish(ben).click();
    await live(ben).waitFor();
    assert.equal((await flag("max-cart-items")).otherwise, "large");
    assert.equal((await flag("gift-wrapping")).description, "Ribbons, too");
  });

  test("are merged where the race is only seen at Publish, and go out under the same name", async () => {
    await draft(ben, CARTS, serves("usual"));
    await review(ben, "The usual carts");
    await publish(ben).waitFor();
    const ids = [];
    ben.on("request", (request) => {
      if (request.method() === "PUT") ids.push(new URL(request.url()).searchParams.get("publish"));
    });
    const other = await production.edit((document) => {
      document.flags["gift-wrapping"].description = "Ribbons and bows";
    }, "Bows");
    assert.equal(other.status, 200, other.text);
    await publish(ben).click();
    await says(ben, new RegExp(`published version ${other.json.version} meanwhile: 1 change`));
    assert.equal(await message(ben).inputValue(), "The usual carts");
    await publish(ben).click();
    await live(ben).waitFor();
    assert.ok(ids.length === 1 || (ids.length === 2 && ids[0] === ids[1]), ids.join());
    assert.equal(await version(), other.json.version + 1);
    assert.equal((await flag("gift-wrapping")).description, "Ribbons and bows");
    assert.equal((await flag("max-cart-items")).otherwise, "usual");
  });
});

describe("the same thing", () => {
  test("is a conflict in plain words, chosen by keyboard, and published", async () => {
    await draft(ben, CARTS, (json) => {
      json.otherwise = "large";
      json.description = "Ben’s words";
    });
    await review(ben, "Large carts, as agreed");
    await publishNow(chloe, CARTS, serves("emergency"), "Small carts while the warehouse moves");
    await says(ben, "Two of you changed the same thing");
    await says(ben, /chloe@acme\.example published version \d+ meanwhile: 1 change, and 1 of yours clashes with them/);
    await says(ben, "Small carts while the warehouse moves");
    const settle = ben.getByRole("button", { name: /^Put my draft onto version/ });
    assert.equal(await settle.isEnabled(), false);
    await look(ben, "conflict");

    // Leaving, a reload, and one more publish in between: nothing that was typed or chosen is lost.
    const mine = ben.getByRole("radio", { name: /Take yours instead/ });
    const theirs = ben.getByRole("radio", { name: /Keep what is live/ });
    await theirs.focus();
    await ben.keyboard.press("ArrowDown");
    assert.ok(await mine.isChecked());
    await visit(ben, WRAPPING);
    await says(ben, "1 of your changes clashes with it");
    const other = await production.edit((document) => {
      document.flags["gift-wrapping"].description = "Bows only";
    }, "No ribbons left");
    assert.equal(other.status, 200, other.text);
    await visit(ben, `${AT}/review`);
    await ben.reload();
    await says(ben, "Two of you changed the same thing");
    await says(ben, new RegExp(`versions \\d+ to ${other.json.version} meanwhile`));
    assert.ok(await mine.isChecked(), "what was chosen is still chosen");

    // Somebody changes that very thing again: the choice was about something else.
    const again = await production.edit((document) => {
      document.flags["max-cart-items"].otherwise = { split: [{ variant: "emergency", weight: 1 }, { variant: "usual", weight: 1 }], by: "targetingKey" };
      document.flags["max-cart-items"].offVariant = "emergency";
    }, "On second thoughts");
    assert.equal(again.status, 200, again.text);
    await says(ben, new RegExp(`Put my draft onto version ${again.json.version}`));
    assert.equal(await mine.isChecked(), false);
    assert.equal(await settle.isEnabled(), false);
  });

  test("goes on being edited, and comes out as it was chosen", async () => {
    const { version: now } = await production.edit((document) => {
      document.flags["max-cart-items"].otherwise = "emergency";
    }, "Small again").then((answer) => answer.json);
    await says(ben, new RegExp(`Put my draft onto version ${now}`));
    await ben.getByRole("radio", { name: /Take yours instead/ }).check();
    await says(ben, "Everything is chosen");
    await look(ben, "conflict-chosen");
    await ben.getByRole("button", { name: `Put my draft onto version ${now}` }).click();
    await ben.getByRole("heading", { name: "Review", level: 1 }).waitFor();
    assert.equal(await message(ben).inputValue(), "Large carts, as agreed");
    // Undo goes back to the choice, redo to what was chosen.
    await ben.getByRole("button", { name: /^Undo ?: bringing the draft onto version/ }).click();
    await says(ben, "Two of you changed the same thing");
    await ben.getByRole("button", { name: /^Redo/ }).click();
    await ben.getByRole("heading", { name: "Review", level: 1 }).waitFor();
    await publish(ben).click();
    await live(ben).waitFor();
    const carts = await flag("max-cart-items");
    assert.equal(carts.otherwise, "large");
    assert.equal(carts.description, "Ben’s words");
    assert.equal(carts.offVariant, "emergency", "what the others did stands");
    assert.equal((await flag("gift-wrapping")).description, "Bows only");
    assert.equal((await flags.flag("max-cart-items", SHOPPER)).status, 200);
  });

  test("does not hold up a kill switch", async () => {
    await draft(ben, CARTS, serves("usual"));
    await publishNow(chloe, CARTS, serves("emergency"), "Small once more");
    await says(ben, "1 of your changes clashes with it");
    await ben.getByRole("button", { name: "Kill switches" }).click();
    await ben.getByRole("switch", { name: "search-autocomplete" }).click();
    const dialog = ben.getByRole("dialog");
    await dialog.getByRole("button", { name: "Publish", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    await live(ben).waitFor();
    assert.equal((await flag("search-autocomplete")).enabled ?? true, false);
    assert.equal((await flag("max-cart-items")).otherwise, "emergency");
    await says(ben, "1 of your changes clashes with it");
    // Theirs stands: nothing is left of the draft.
    await review(ben);
    await ben.getByRole("radio", { name: /Keep what is live/ }).check();
    await ben.getByRole("button", { name: /^Put my draft onto version/ }).click();
    await says(ben, "Nothing to review");
  });
});

describe("the way there", () => {
  test("signing out in the middle loses nothing", async () => {
    await draft(ben, CARTS, serves("large"));
    await review(ben, "Large carts, for good");
    await ben.locator("summary[aria-label^='Account']").click();
    await ben.getByRole("button", { name: "Sign out" }).click();
    await ben.getByRole("heading", { name: "Sign in" }).waitFor();
    const other = await production.edit((document) => {
      document.flags["gift-wrapping"].description = "Paper";
    }, "Paper");
    assert.equal(other.status, 200, other.text);
    await acme.signInAgain(ben, "ben@acme.example");
    await says(ben, /none of yours/);
    await review(ben);
    assert.equal(await message(ben).inputValue(), "Large carts, for good");
    await ben.getByText("1 change on top of version").waitFor();
  });

  test("a session that ends in the middle of a publish loses nothing", async () => {
    await ben.context().clearCookies();
    await publish(ben).click();
    await ben.getByRole("heading", { name: "Your session ended" }).waitFor();
    await acme.signInAgain(ben, "ben@acme.example");
    await review(ben);
    assert.equal(await message(ben).inputValue(), "Large carts, for good");
    const before = await version();
    await publish(ben).click();
    await live(ben).waitFor();
    assert.equal(await version(), before + 1);
  });

  /** Loses the answer of the next publish, which the node carries out. */
  async function loseTheAnswer(page) {
    const wire = await page.context().newCDPSession(page);
    await wire.send("Fetch.enable", { patterns: [{ urlPattern: "*/document?message=*", requestStage: "Response" }] });
    wire.once("Fetch.requestPaused", async ({ requestId }) => {
      await wire.send("Fetch.failRequest", { requestId, errorReason: "ConnectionReset" });
      await wire.send("Fetch.disable");
    });
  }
  const named = (page) => {
    const ids = [];
    page.on("request", (request) => {
      if (request.method() === "PUT") ids.push(new URL(request.url()).searchParams.get("publish"));
    });
    return ids;
  };

  test("a network that is cut in the middle of a publish makes exactly one version", async () => {
    const before = await version();
    await draft(ben, CARTS, serves("usual"));
    await review(ben, "Cut off");
    const ids = named(ben);
    await loseTheAnswer(ben);
    await publish(ben).click();
    await says(ben, "Nobody knows yet whether it was published");
    await look(ben, "unknown-outcome");
    await publish(ben).click();
    await live(ben).waitFor();
    assert.equal(ids.length, 2);
    assert.equal(ids[0], ids[1]);
    assert.equal(await version(), before + 1);
    assert.equal((await records(1))[0].message, "Cut off");
  });

  test("a publish whose answer was lost is known again, though the page was reloaded and others went on", async () => {
    const before = await version();
    await draft(ben, CARTS, serves("large"));
    await review(ben, "Lost on the way");
    await loseTheAnswer(ben);
    await publish(ben).click();
    await says(ben, "Nobody knows yet whether it was published");
    const other = await production.edit((document) => {
      document.flags["max-cart-items"].otherwise = "emergency";
    }, "Small, after that");
    assert.equal(other.status, 200, other.text);
    await ben.reload();
    await says(ben, `it is version ${before + 1}`);
    await says(ben, "Nothing to review");
    assert.equal(await version(), before + 2);
    assert.deepEqual((await records(2)).map(({ message }) => message), ["Small, after that", "Lost on the way"]);
  });
});

describe("who may not", () => {
  test("a viewer sees why, and who may", async () => {
    const eva = await acme.enter("eva@acme.example");
    await visit(eva, `${AT}/releases/checkout-revamp`);
    await says(eva, "may look at this environment, but not publish to it");
    await eva.getByRole("button", { name: /^Open to/ }).click();
    const dialog = eva.getByRole("dialog");
    await dialog.getByText("You may not do this").waitFor();
    await dialog.getByText(/Who may: ann@acme\.example \(admin\)/).waitFor();
    assert.equal(await dialog.getByRole("button", { name: "Publish", exact: true }).count(), 0);
    await look(eva, "viewer-locked");
    assert.deepEqual(eva.said, []);
    await eva.context().close();
  });
});

describe("a releaser", () => {
  let eva;
  const makeEva = async (role) => {
    const { call } = api(acme.url, acme.token);
    const project = await call("GET", "/api/project/document");
    const people = { ...project.json.people, "eva@acme.example": { name: "Eva Lindqvist", roles: { production: [role] } } };
    const put = await call("PUT", "/api/project/document?message=Eva", { body: { ...project.json, people }, headers: { "if-match": project.headers.get("etag") } });
    assert.equal(put.status, 200, put.text);
    const hers = async () => (await (await eva.request.get(`${acme.url}/api/session`)).json()).environments[0].roles;
    // A node may know of it only when its copy is older than maxStale.
    await until(`the node knows that she is ${role}`, async () => (await hers()).join() === role, { within: 20_000, every: 250 });
  };
  before(async () => {
    eva = await acme.enter("eva@acme.example");
    await makeEva("releaser");
  });
  after(() => eva?.context().close());

  test("reads flags, and is told why they are to read", async () => {
    await visit(eva, CARTS);
    await says(eva, "You are releaser here: you may look at flags, but not change them.");
    assert.equal(await eva.getByRole("button", { name: "Rule", exact: true }).count(), 0);
    assert.ok(await eva.getByLabel("What everyone else gets").isDisabled());
    assert.ok(await (await json(eva)).evaluate((field) => field.readOnly));
    assert.equal(await eva.getByText("Describe it").count(), 0);
    await look(eva, "releaser-flag");
  });

  test("opens a release", async () => {
    await visit(eva, `${AT}/releases/checkout-revamp`);
    await look(eva, "releaser-release");
    await eva.getByRole("button", { name: /^Open to/ }).click();
    const dialog = eva.getByRole("dialog");
    await dialog.getByRole("button", { name: "Publish", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    await live(eva).waitFor();
    assert.equal((await records(1))[0].by, "eva@acme.example");
  });

  test("does not turn a kill switch, and learns who does", async () => {
    const before = await version();
    await visit(eva, `${AT}/kill-switches`);
    await eva.getByRole("switch", { name: "search-autocomplete" }).click();
    const dialog = eva.getByRole("dialog");
    await dialog.getByText("You may not do this").waitFor();
    await dialog.getByText(/Who may: .*ben@acme\.example \(editor\)/).waitFor();
    assert.equal(await dialog.getByRole("button", { name: "Publish", exact: true }).count(), 0);
    await look(eva, "releaser-locked");
    assert.equal(await version(), before);
  });

  test("is told in the review which change is not theirs, and takes it out", async () => {
    await visit(eva, `${AT}/releases/checkout-revamp`);
    await eva.getByRole("checkbox", { name: /Load test passed/ }).check();
    await edit(eva, (release) => {
      release.title = "Checkout at last";
    });
    await says(eva, "This is on your draft, but you may not publish it");
    await review(eva, "Load tested");
    await says(eva, "One of these changes is not yours to make");
    await says(eva, /Who may: .*ann@acme\.example \(admin\)/);
    assert.equal(await publish(eva).isEnabled(), false);
    await look(eva, "releaser-review");
    await eva.getByRole("button", { name: /^Take out: release checkout-revamp: title/ }).click();
    await until("it may go out", () => publish(eva).isEnabled());
  });

  test("whose right is taken away in the middle is refused in words, and loses nothing", async () => {
    const before = await version();
    await makeEva("viewer");
    await publish(eva).click();
    await says(eva, "The node refused this");
    await says(eva, /Who may: .*ben@acme\.example \(editor\)/);
    await look(eva, "refused-review");
    assert.equal(await version(), before);
    assert.equal(await message(eva).inputValue(), "Load tested");
    await eva.getByText("1 change on top of version").waitFor();
    assert.deepEqual(eva.said, []);
  });
});

for (const theme of ["light", "dark"]) {
  for (const [width, viewport] of Object.entries({ wide: WIDE, phone: PHONE })) {
    test(`a conflict, ${theme}, ${width}`, async () => {
      const on = await open(acme.browser, { viewport, theme });
      await acme.signInAgain(on, "chloe@acme.example");
      await draft(on, CARTS, (json) => {
        json.otherwise = "usual";
        json.owner = "team-carts";
        json.rules = [{ id: "pilots", when: { attribute: "plan", is: ["pro"] }, serve: "large" }];
      });
      const other = await production.edit((document) => {
        const carts = document.flags["max-cart-items"];
        carts.otherwise = carts.otherwise === "large" ? "emergency" : "large";
        carts.rules = [{ id: "pilots", when: { attribute: "country", is: ["NL"] }, serve: "emergency" }];
        document.flags["gift-wrapping"].description = `Wrapped, ${theme}, ${width}`;
      }, "Small carts in the Netherlands while the warehouse moves");
      assert.equal(other.status, 200, other.text);
      await says(on, "of your changes clash with it");
      await look(on, `conflict-notice-${theme}-${width}`);
      await review(on);
      await on.getByRole("radio", { name: /Take yours instead/ }).first().check();
      await on.getByText("As JSON").first().click();
      await look(on, `conflict-${theme}-${width}`);
      assert.deepEqual(on.said, []);
      await on.evaluate(() => localStorage.clear());
      await on.context().close();
      await production.edit((document) => {
        document.flags["max-cart-items"].rules = [];
      }, "As before");
    });
  }
}

test("no page has complained", () => {
  assert.deepEqual(ben.said, []);
  assert.deepEqual(chloe.said, []);
});

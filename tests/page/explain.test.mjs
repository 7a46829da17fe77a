// `halyard-flags/explain`: why a flag has its value, said by core's own explanation, in Node and in a page that loads it when asked.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { before, describe, test } from "node:test";
import { ANSWERS } from "../clients/answers.mjs";
import { HALYARD, until } from "../support/place.mjs";
import { documentOf, imageOf, load, toggle } from "./support.mjs";
import { eachSite, visitor } from "./visitor.mjs";

const flags = JSON.parse(await readFile(new URL("../clients/flags.json", import.meta.url), "utf8"));
const bytes = (document) => new TextEncoder().encode(JSON.stringify(document));
const NL = { attribute: "country", is: ["NL"] };
let createEvaluator, createExplainer;

before(async () => {
  ({ createEvaluator } = await load());
  ({ createExplainer } = await load("explain"));
});

describe("an explanation", () => {
  test("has the answer that the page's evaluator gives, for every kind of flag", async () => {
    const explainer = await createExplainer(bytes(flags));
    const evaluator = await createEvaluator(imageOf(flags));
    for (const { flag, context, fallback } of ANSWERS) {
      const own = { targetingKey: "user-1", ...context };
      const { answer, summary, steps } = explainer.explain(flag, own);
      const { value, variant, reason, flagMetadata } = evaluator.withContext(own).details(flag, fallback);
      assert.deepEqual({ value: answer.value, variant: answer.variant, reason: answer.reason, metadata: answer.metadata ?? {} }, { value, variant, reason, metadata: flagMetadata }, flag);
      assert.ok(summary.length > 10 && steps.length > 0, flag);
    }
  });

  test("says what the command line says", async () => {
    const explainer = await createExplainer(bytes(flags));
    const context = { targetingKey: "user-1", country: "BE" };
    const said = execFileSync(HALYARD, ["explain", "-", "a-boolean", "--context", JSON.stringify(context), "--json"], { input: JSON.stringify(flags), encoding: "utf8" });
    const explanation = explainer.explain("a-boolean", context);
    assert.deepEqual(explanation, JSON.parse(said));
    assert.deepEqual(explanation.steps.map(({ depth, outcome }) => [depth, outcome]), [[0, "fails"], [1, "fails"], [2, "fails"], [0, "note"]]);
  });

  test("reads a context as the evaluator does: Dates, halves of surrogate pairs, what JSON has no form for", async () => {
    const when = (attribute, operator) => toggle({ rules: [{ id: "it", when: { attribute, ...operator }, serve: "on" }] });
    const document = documentOf({ date: when("date", { before: "2020-01-01T00:00:00Z" }), half: when("half", { is: ["a\ufffdb"] }), none: when("none", { exists: true }) });
    const explainer = await createExplainer(bytes(document));
    const evaluator = await createEvaluator(imageOf(document));
    for (const context of [
      { date: new Date("2019-12-31T23:59:59.999Z"), half: "a\ud800b", none: NaN },
      { date: new Date("2020-01-01T00:00:00Z"), half: "a\udc00b", none: 10n },
      { date: new Date(NaN), half: "a😀b", none: () => {} },
      { none: Symbol("none") },
      { none: undefined },
      { none: null },
      { none: 0 },
    ]) {
      for (const flag of ["date", "half", "none"]) {
        assert.equal(explainer.explain(flag, context).answer.value, evaluator.withContext(context).boolean(flag, false), `${flag} ${String(context[flag])}`);
      }
    }
  });

  test("is of a time, and of no time that is none", async () => {
    const document = documentOf({ launch: toggle({ rules: [{ id: "open", when: { after: "2026-12-01T09:00:00Z" }, serve: "on" }] }) });
    const explainer = await createExplainer(bytes(document));
    const opens = Date.parse("2026-12-01T09:00:00Z");
    assert.deepEqual([opens - 1, opens].map((now) => explainer.explain("launch", {}, now).answer.value), [false, true]);
    assert.throws(() => explainer.explain("launch", {}, NaN), { message: /milliseconds/ });
  });

  test("cannot be had of what is no document, or of a context in circles, and says so in an error", async () => {
    await assert.rejects(createExplainer(bytes({ format: 99 })), { name: "Error", message: /the document cannot be read: \/format/ });
    const circle = {};
    circle.self = circle;
    const explainer = await createExplainer(bytes(flags));
    assert.throws(() => explainer.explain("a-boolean", circle), /circular/);
    assert.match(explainer.explain("no-such-flag", {}).summary, /there is no flag/);
  });
});

describe("in a page", () => {
  let site, page, visit;
  eachSite(async (own, browser) => {
    site = own;
    site.publish(documentOf({ banner: toggle({ rules: [{ id: "dutch", when: NL, serve: "on" }] }) }));
    ({ page, visit } = await visitor(browser, site));
    await visit({ initialContext: { targetingKey: "u1", country: "NL" }, every: 0, storage: null });
  });

  const words = () => site.asked.filter(({ query }) => query.includes("as=json")).length;
  const explain = (flag) => page.evaluate(async (flag) => (await import("/page/explain.js")).explain(client, flag).catch((error) => ({ error: error.message })), flag);

  test("it comes when somebody asks, for the client's context, and once", async () => {
    const fetched = () => page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.includes("explain")));
    assert.deepEqual([await fetched(), words()], [[], 0]);
    assert.equal((await explain("banner")).summary, "`on`, because rule `dutch` holds");
    await page.evaluate(() => client.setContext({ targetingKey: "u1", country: "DE" }));
    const { summary, steps } = await explain("banner");
    assert.equal(summary, "`off`, because no rule or release applies");
    assert.deepEqual(steps.map(({ text }) => text), ["rule `dutch`", "`country` is `NL` — it is `DE`", "everyone else gets `off`"]);
    assert.deepEqual([(await fetched()).filter((name) => name.endsWith(".wasm")).length, words()], [1, 1]);
    assert.deepEqual(page.said, []);
  });

  test("a new version is explained by its own document", async () => {
    await explain("banner");
    site.publish(documentOf({ banner: toggle({ otherwise: "on" }) }));
    await page.evaluate(() => client.refresh());
    assert.equal((await explain("banner")).summary, "`on`, because everyone gets it");
    assert.equal(words(), 2);
  });

  test("without the document there is an error, and later an explanation", async () => {
    site.status = 403;
    assert.match((await explain("banner")).error, /could not be had \(403\)/);
    site.status = undefined;
    await until("an explanation", async () => (await explain("banner")).summary);
  });
});

// OpenFeature's web SDK over our provider, in Chromium: flags are evaluated in the page.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { ANSWERS, HOOKED } from "../clients/answers.mjs";
import { open } from "../support/browser.mjs";
import { until } from "../support/place.mjs";
import { documentOf, load, toggle } from "./support.mjs";
import { eachSite } from "./visitor.mjs";

const flags = JSON.parse(await readFile(new URL("../clients/flags.json", import.meta.url), "utf8"));
const USER = { targetingKey: "user-1" };
const DUTCH = { ...USER, country: "NL" };
const [READY, ERROR, STALE, CHANGED, CONTEXT, RECONCILING] = ["READY", "ERROR", "STALE", "CONFIGURATION_CHANGED", "CONTEXT_CHANGED", "RECONCILING"].map((name) => `PROVIDER_${name}`);
let site, page, script;

before(async () => {
  const harness = fileURLToPath(new URL("openfeature-page.js", import.meta.url));
  const { outputFiles } = await build({ entryPoints: [harness], bundle: true, format: "esm", write: false, external: ["/page/*"] });
  script = outputFiles[0].text;
});
eachSite(
  async (own, browser) => {
    site = own;
    site.publish(flags);
    page = await open(browser);
    await visit();
  },
  { quiet: true },
);

/** Opens the page, with what a server rendered in. */
async function visit(rendered = "", query = "") {
  site.pages["/"] = `<!doctype html><meta charset="utf-8"><title>A page</title>${rendered}<script type="module">${script.replaceAll("</script", "<\\/script")}</script>`;
  await page.goto(site.url + query);
  await page.waitForFunction(() => window.statusOf);
}

const options = (rest = {}) => ({ url: site.url, key: "halyard_browser_k", jitter: 10, every: 100, storage: null, ...rest });
const withContext = (context, domain) => page.evaluate(([context, domain]) => (domain ? OpenFeature.setContext(domain, context) : OpenFeature.setContext(context)), [context, domain]);
/** Sets the context and a provider; what went wrong, or null. */
async function start(rest, { context = USER, ...how } = {}) {
  if (context) await withContext(context, how.domain);
  return page.evaluate(([options, how]) => window.start(options, how), [options(rest), how]);
}
const details = (key, fallback, domain) => page.evaluate(([key, fallback, domain]) => window.details(key, fallback, domain), [key, fallback, domain]);
const value = async (...asked) => (await details(...asked)).value;
const status = (domain) => page.evaluate((domain) => window.statusOf(domain), domain);
const told = (event) => page.evaluate((event) => window.told.filter((one) => !event || one.event === event), event);
const forget = () => page.evaluate(() => void (window.told.length = 0));
const seen = (event) => until(event, async () => (await told(event))[0]);

describe("values", () => {
  for (const { name, flag: key, context, fallback, value, variant, reason, metadata } of ANSWERS) {
    test(name, async () => {
      assert.equal(await start({}, { context: { ...USER, ...context } }), null);
      const got = await details(key, fallback);
      assert.deepEqual({ ...got, errorMessage: undefined }, { value, variant, reason, errorCode: undefined, errorMessage: undefined, metadata: metadata ?? {} });
    });
  }

  test("a Date in the context is the time that a rule compares with", async () => {
    await start({}, { context: null });
    const small = (time) => page.evaluate(async (time) => (await OpenFeature.setContext({ joined: new Date(time) }), window.details("a-float", 0).value), time);
    assert.deepEqual([await small("2019-12-31T23:59:59Z"), await small("2020-01-01T00:00:00Z")], [1e-9, 0.25]);
  });

  test("errors give the application's default and say why", async () => {
    await start();
    const cases = [
      ["no-such-flag", true, "FLAG_NOT_FOUND"],
      ["an-integer", true, "TYPE_MISMATCH"],
      ["a-boolean", "fallback", "TYPE_MISMATCH"],
      ["a-string", { own: 1 }, "TYPE_MISMATCH"],
      ["an-object", -1, "TYPE_MISMATCH"],
    ];
    for (const [key, fallback, errorCode] of cases) {
      const got = await details(key, fallback);
      assert.deepEqual([got.value, got.reason, got.errorCode], [fallback, "ERROR", errorCode]);
      assert.ok(got.errorMessage.length > 10);
    }
    await withContext({ country: "NL" });
    const got = await details("needs-a-key", "fallback");
    assert.deepEqual([got.value, got.reason, got.errorCode], ["fallback", "ERROR", "TARGETING_KEY_MISSING"]);
    assert.equal(await value("a-boolean", false), true, "flags that need no key are not hurt");
  });

  test("a flag that is for servers only is not there, in words or otherwise", async () => {
    await start();
    assert.equal((await details("for-servers-only", false)).errorCode, "FLAG_NOT_FOUND");
  });

  test("hooks see the variant, the reason and the flag's metadata, and an error hook the error's code", async () => {
    await start({}, { context: DUTCH });
    const seen = await page.evaluate(() => {
      const seen = [];
      const client = OpenFeature.getClient();
      client.addHooks(hookInto(seen));
      client.getBooleanValue("a-boolean", false);
      client.getBooleanValue("no-such-flag", false);
      return seen;
    });
    assert.deepEqual(seen, HOOKED);
  });
});

describe("the context", () => {
  test("a new one counts at once: nothing is asked, and nothing reconciles", async () => {
    await start();
    assert.equal(await value("a-boolean", true), false);
    const asked = site.looks();
    await forget();
    assert.equal(await page.evaluate((context) => (void OpenFeature.setContext(context), window.details("a-boolean", false).value), DUTCH), true);
    await seen(CONTEXT);
    assert.deepEqual([await told(RECONCILING), await told(CHANGED), site.looks() - asked <= 1], [[], [], true]);
    assert.equal(await status(), "READY");
  });

  test("it reconciles only while there is nothing to evaluate by: rendered-in values of somebody else are not taken for theirs", async () => {
    const { createEvaluator } = await load();
    const { renderIn } = await load("client");
    await visit(renderIn(await createEvaluator(site.image), { context: DUTCH, image: false }));
    site.thinks = 300;
    assert.equal(await start({}, { context: null }), null);
    assert.deepEqual([await status(), await value("a-boolean", false), (await details("a-boolean", false)).reason], ["READY", true, "CACHED"]);
    await page.evaluate((context) => void OpenFeature.setContext(context), { ...USER, country: "BE" });
    await seen(RECONCILING);
    assert.equal(await status(), "RECONCILING");
    await seen(CONTEXT);
    assert.deepEqual([await status(), await value("a-boolean", true)], ["READY", false]);
  });

  test("a domain has a context and a provider of its own, and one provider serves no two", async () => {
    await start();
    assert.equal(await start({}, { context: DUTCH, domain: "checkout" }), null);
    assert.deepEqual([await value("a-boolean", true), await value("a-boolean", false, "checkout")], [false, true]);
    await withContext({ ...USER, country: "BE" }, "checkout");
    assert.equal(await value("a-boolean", true, "checkout"), false);
    const refused = await page.evaluate(() => OpenFeature.setProviderAndWait("other", window.providers.checkout).catch((error) => error.message));
    assert.match(refused, /domain-scoped/);
  });

  test("an API without a context leaves the client its own", async () => {
    assert.equal(await start({ initialContext: DUTCH }, { context: null }), null);
    assert.equal(await value("a-boolean", false), true);
  });
});

describe("the provider's life", () => {
  test("it is ready when the first flags are there, and not before", async () => {
    site.thinks = 200;
    // Before the context: the SDK takes the provider that does nothing for ready when that has a new one.
    await page.evaluate(() => window.listen());
    await withContext(USER);
    await page.evaluate((options) => void (window.started = window.start(options)), options());
    assert.deepEqual([await status(), (await details("a-boolean", true)).errorCode], ["NOT_READY", "PROVIDER_NOT_READY"]);
    assert.equal(await page.evaluate(() => window.started), null);
    assert.equal(await status(), "READY");
    await seen(READY);
    assert.equal((await told(READY)).length, 1, "once");
  });

  test("without a node it is in error with its defaults, goes on trying, and is ready when that has come up", async () => {
    site.status = 503;
    assert.match(await start(), /503/);
    assert.equal(await status(), "ERROR");
    const got = await details("a-boolean", true);
    assert.deepEqual([got.value, got.reason, got.errorCode], [true, "ERROR", "PROVIDER_NOT_READY"]);
    await seen(ERROR);
    site.status = undefined;
    await until("ready", async () => (await status()) === "READY");
    assert.equal((await details("a-boolean", true)).value, false);
  });

  test("a node that goes away makes it stale with the last good flags, through changes of context too, and its return ready again", async () => {
    await start();
    site.down = true;
    await seen(STALE);
    assert.equal(await status(), "STALE");
    await withContext(DUTCH);
    assert.equal(await value("a-boolean", false), true);
    await until("the SDK has heard it again", async () => (await status()) === "STALE");
    await forget();
    site.down = false;
    await seen(READY);
    assert.equal(await status(), "READY");
  });

  test("with the node away, a page that kept its flags begins stale rather than without", async () => {
    const kept = { storage: undefined };
    const begin = (rest) => page.evaluate(([options, context]) => (OpenFeature.setContext(context), window.start({ ...options, storage: undefined })), [options(rest), DUTCH]);
    assert.equal(await begin(kept), null);
    await until("they are kept", () => page.evaluate(() => localStorage.length > 0));
    site.down = true;
    await page.route("**/v1/document**", (route) => route.abort());
    site.down = false;
    await visit();
    assert.equal(await begin(kept), null);
    assert.equal(await value("a-boolean", false), true);
    await until("stale", async () => (await status()) === "STALE");
  });

  test("a new version is told with the flags that it changed for this user", async () => {
    const nl = { attribute: "country", is: ["NL"] };
    const document = documentOf({
      everybody: toggle(),
      dutch: toggle({ rules: [{ id: "nl", when: nl, serve: "off" }] }),
      others: toggle({ rules: [{ id: "nl", when: { not: nl }, serve: "off" }] }),
      gone: toggle(),
    });
    site.publish(document);
    await start({}, { context: DUTCH });
    await forget();
    const next = structuredClone(document);
    next.flags.everybody.otherwise = "on";
    next.flags.dutch.rules[0].serve = "on";
    next.flags.others.rules[0].serve = "on";
    delete next.flags.gone;
    site.publish(next);
    const { flagsChanged, message } = await seen(CHANGED);
    assert.deepEqual([flagsChanged, message], [["dutch", "everybody", "gone"], "a new version"]);
    assert.deepEqual([await value("everybody", false), await value("dutch", false), await value("others", true)], [true, true, false]);
  });

  test("what the clock changes is told when it does", async () => {
    const soon = new Date(Date.now() + 1_500).toISOString();
    site.publish(documentOf({ launch: toggle({ rules: [{ id: "soon", when: { after: soon }, serve: "on" }] }), other: toggle() }));
    await start();
    assert.equal(await value("launch", true), false);
    const { flagsChanged, message } = await seen(CHANGED);
    assert.deepEqual([flagsChanged, message, await value("launch", false)], [["launch"], "the clock", true]);
  });

  test("a tester's override is told, and its reason says so", async () => {
    site.overrides.t0ken = { variants: { "a-boolean": "on" }, until: Date.now() + 60_000 };
    await visit("", "/?halyard-override=t0ken");
    // What comes before the first values is no change of them.
    let arrives;
    const held = new Promise((resolve) => (arrives = resolve));
    await page.route("**/v1/overrides/**", async (route) => (await held, route.continue()));
    await start();
    arrives();
    await until("the override", async () => (await details("a-boolean", false)).reason === "OVERRIDE");
    const got = await details("a-boolean", false);
    assert.deepEqual([got.value, got.variant, got.errorCode], [true, "on", undefined]);
    assert.deepEqual((await told(CHANGED)).map(({ flagsChanged, message }) => [flagsChanged, message]), [[["a-boolean"], "a tester's overrides"]]);
  });

  test("closed it asks no more, and set again it is as new", async () => {
    await start();
    await page.evaluate(() => OpenFeature.clearProviders());
    await page.waitForTimeout(150);
    const asked = site.asked.length;
    await page.waitForTimeout(300);
    assert.equal(site.asked.length, asked);
    assert.equal(await page.evaluate(() => window.providers[""].client), undefined);
    site.publish(documentOf({ "a-boolean": toggle({ otherwise: "on" }) }));
    assert.equal(await page.evaluate(() => window.again()), null);
    assert.deepEqual([await status(), await value("a-boolean", false)], ["READY", true]);
  });

  test("a provider that is closed before it is ready is not ready afterwards", async () => {
    site.thinks = 300;
    const outcome = await page.evaluate(async (options) => {
      const outcome = window.start(options);
      await OpenFeature.clearProviders();
      return outcome;
    }, options());
    assert.match(outcome, /closed/);
  });

  test("a client that the application gave goes on when the provider is closed", async () => {
    await withContext(DUTCH);
    const outcome = await page.evaluate(async (options) => {
      window.own = createClient(options);
      const { HalyardWebProvider } = await import("/page/openfeature/web.js");
      await OpenFeature.setProviderAndWait(new HalyardWebProvider(window.own));
      return [OpenFeature.getClient().getBooleanValue("a-boolean", false), window.own.boolean("a-boolean", false)];
    }, options());
    assert.deepEqual(outcome, [true, true]);
    await page.evaluate(() => OpenFeature.clearProviders());
    site.publish(documentOf({ "a-boolean": toggle() }));
    await until("the client goes on", () => page.evaluate(() => own.boolean("a-boolean", true) === false));
  });
});

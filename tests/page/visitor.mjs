// Somebody who opens a page with a client in it, and what tests in a browser begin and end with.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach } from "node:test";
import { launch, open } from "../support/browser.mjs";
import { until } from "../support/place.mjs";
import { startSite } from "./support.mjs";

/**
 * One browser for a file's tests, or a suite's, and for each test a site of its own, with which `begin` gets it ready. Pages that it
 * opens are closed behind it; where it is `quiet`, nothing may have gone wrong in them.
 */
export function eachSite(begin, { quiet = false } = {}) {
  let browser, site;
  before(async () => {
    browser = await launch();
  });
  beforeEach(async () => {
    site = await startSite();
    await begin(site, browser);
  });
  afterEach(async () => {
    const contexts = browser.contexts();
    const said = contexts.flatMap((context) => context.pages()).flatMap((page) => page.said ?? []);
    for (const context of contexts) await context.close();
    await site.stop();
    if (quiet) assert.deepEqual(said, []);
  });
  after(() => browser?.close());
}

/** A page that makes a client at once, and writes down what it has in its first line, and all that it tells. */
function pageOf(options, rendered) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>${rendered}
    <script type="module">
      import { anonymousId, createClient } from "/page/client.js";
      Object.assign(window, { anonymousId, createClient, told: [] });
      window.client = createClient(${JSON.stringify(options).replaceAll("<", "\\u003c")});
      window.first = client.all();
      for (const event of ["ready", "change", "stale", "error"]) client.on(event, (it) => told.push({ event, ...it, error: it.error?.message, at: client.now(), values: client.all() }));
      client.ready.then(() => { window.settled = true; });
    </script>`;
}

/** A browser context of their own, on a site. */
export async function visitor(browser, site) {
  const page = await open(browser);
  const person = {
    page,
    /** Opens the page and waits until its client has settled. */
    async visit(options = {}, rendered = "", query = "") {
      site.pages["/"] = pageOf({ url: site.url, key: "halyard_browser_k", jitter: 20, initialContext: { targetingKey: "u1" }, ...options }, rendered);
      await page.goto(site.url + query);
      await page.waitForFunction(() => window.settled);
    },
    first: () => page.evaluate(() => window.first),
    all: () => page.evaluate(() => client.all()),
    state: () => page.evaluate(() => client.state),
    version: () => page.evaluate(() => client.version),
    refresh: () => page.evaluate(() => client.refresh()),
    details: (key, fallback) => page.evaluate(([key, fallback]) => client.details(key, fallback), [key, fallback]),
    told: async (event) => (await page.evaluate(() => window.told)).filter((one) => !event || one.event === event),
    seen: (event, within) => until(event, async () => (await person.told(event))[0], { within }),
    gone: () => page.context().close(),
  };
  return person;
}

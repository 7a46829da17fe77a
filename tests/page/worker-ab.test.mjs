// examples/worker-ab, bundled by wrangler as its README says and run in workerd: an A/B test at the edge.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { promisify } from "node:util";
import { Log, LogLevel, Miniflare } from "miniflare";
import { launch, open } from "../support/browser.mjs";
import { folder, ROOT, until } from "../support/place.mjs";
import { documentOf, flag, PACKAGE, startSite } from "./support.mjs";

const EXAMPLE = join(ROOT, "examples/worker-ab");
const VARIANTS = ["classic", "gallery", "story"];
const cleanup = [];
let bundle, site, worker, url, shop, shopAsked;

const experiment = (rest) => documentOf({ "product-page-layout": flag({ variants: Object.fromEntries(VARIANTS.map((name) => [name, name])), offVariant: "classic", ...rest }) });
const THIRDS = { otherwise: { split: VARIANTS.map((variant) => ({ variant, weight: 1 })) } };

before(async () => {
  bundle = await bundled();
  shop = await readFile(join(EXAMPLE, "public/index.html"), "utf8");
});
beforeEach(async () => {
  site = await startSite();
  site.publish(experiment(THIRDS));
  shopAsked = 0;
  worker = await run();
  url = (await worker.ready).href;
});
afterEach(async () => {
  await worker.dispose();
  await site.stop();
});
after(async () => {
  for (const work of cleanup.reverse()) await work();
});

/** What `wrangler deploy` would upload: the folder of it. */
async function bundled() {
  const at = await folder((work) => cleanup.push(work));
  await cp(EXAMPLE, join(at, "example"), { recursive: true, filter: (path) => !/node_modules|\.wrangler|\.dev\.vars/.test(path) });
  // As `npm install` does it for a dependency that is a folder.
  await mkdir(join(at, "example/node_modules"));
  await symlink(PACKAGE, join(at, "example/node_modules/halyard-flags"));
  const wrangler = join(ROOT, "node_modules/.bin/wrangler");
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_LOG_PATH: join(at, "logs"), CI: "true" };
  await promisify(execFile)(wrangler, ["deploy", "--dry-run", "--outdir", join(at, "out")], { cwd: join(at, "example"), env, timeout: 120_000 });
  return join(at, "out");
}

class Quiet extends Log {
  log() {}
}

async function run() {
  const names = await readdir(bundle);
  const type = (name) => (name.endsWith(".wasm") ? "CompiledWasm" : "ESModule");
  const modules = await Promise.all(names.filter((name) => /\.(js|wasm)$/.test(name)).map(async (name) => ({ type: type(name), path: join(bundle, name), contents: await readFile(join(bundle, name)) })));
  // The entry comes first.
  modules.sort((a, b) => Number(b.path.endsWith("worker.js")) - Number(a.path.endsWith("worker.js")));
  assert.deepEqual(modules.map(({ type }) => type), ["ESModule", "CompiledWasm"]);
  const text = (module) => (module.type === "ESModule" ? { ...module, contents: module.contents.toString("utf8") } : module);
  return new Miniflare({
    modules: modules.map(text),
    modulesRoot: bundle,
    compatibilityDate: "2026-04-21",
    bindings: { HALYARD_URL: site.url, HALYARD_KEY: "halyard_server_k" },
    serviceBindings: { SHOP: () => ((shopAsked += 1), new Response(shop, { headers: { "content-type": "text/html; charset=utf-8", etag: '"shop-1"' } })) },
    cf: false,
    log: new Quiet(LogLevel.NONE),
  });
}

const CHROME = { accept: "text/html,application/xhtml+xml" };
/** Asks for the page: which variants are in it, its cookie, and the answer. */
async function visit(cookie, headers = {}) {
  const response = await fetch(url, { headers: { ...CHROME, ...(cookie ? { cookie } : {}), ...headers } });
  const text = await response.text();
  return {
    response,
    text,
    variants: [...text.matchAll(/data-variant="(\w+)"/g)].map(([, variant]) => variant),
    layout: /data-layout="(\w+)"/.exec(text)?.[1],
    cookie: response.headers.get("set-cookie")?.split(";")[0],
  };
}

describe("a visitor", () => {
  test("gets one variant, whole, and a cookie by which they keep it", async () => {
    const { variants, layout, cookie, response, text } = await visit();
    assert.equal(variants.length, 1);
    assert.equal(layout, variants[0]);
    assert.ok(text.includes("Add to cart") && text.endsWith("</html>\n"));
    assert.match(response.headers.get("set-cookie"), /^halyard-id=[\w-]{16,}; Path=\/; Max-Age=31536000; SameSite=Lax$/);
    for (let again = 0; again < 5; again += 1) {
      const next = await visit(`theme=dark; ${cookie}`);
      assert.deepEqual([next.variants, next.cookie], [variants, undefined]);
    }
  });

  test("is one of thirds", async () => {
    const counts = {};
    const seen = await Promise.all(Array.from({ length: 150 }, () => visit()));
    for (const { variants } of seen) counts[variants[0]] = (counts[variants[0]] ?? 0) + 1;
    assert.equal(new Set(seen.map(({ cookie }) => cookie)).size, 150);
    for (const name of VARIANTS) assert.ok(counts[name] > 25, JSON.stringify(counts));
  });

  test("with an id that somebody else gave is welcome, and sees a decision within seconds", async () => {
    const { cookie } = await visit("halyard-id=visitor-number-0001");
    assert.equal(cookie, undefined);
    site.publish(experiment({ enabled: false, otherwise: "story" }));
    await until("the classic one", async () => (await visit("halyard-id=visitor-number-0001")).layout === "classic", { within: 12_000, every: 500 });
  });

  test("with a cookie that is no id gets one that is", async () => {
    for (const bad of ["halyard-id=", "halyard-id=x", "halyard-id=<script>alert(1)</script>", `halyard-id=${"a".repeat(500)}`]) assert.match((await visit(bad)).cookie, /^halyard-id=[\w-]{16,}/);
  });
});

describe("the cache", () => {
  const people = Array.from({ length: 30 }, (_, nth) => `halyard-id=visitor-number-${nth + 1000}`);

  test("has the page once for each variant, not for each visitor, and nobody's cookie", async () => {
    for (const cookie of people) await visit(cookie);
    assert.equal(shopAsked, VARIANTS.length);
    const [one, two] = [await visit(), await visit()];
    assert.notEqual(one.cookie, two.cookie);
    assert.equal(shopAsked, VARIANTS.length);
  });

  test("of a browser is its own: it asks, and what is still good is not sent again; another variant is", async () => {
    const seen = new Map();
    for (const cookie of people) {
      const { response, layout } = await visit(cookie);
      assert.deepEqual([response.headers.get("cache-control"), response.headers.get("vary")], ["private, no-cache", "cookie"]);
      seen.set(layout, { cookie, etag: response.headers.get("etag") });
    }
    assert.deepEqual(new Set([...seen.values()].map(({ etag }) => etag)), new Set(VARIANTS.map((name) => `"shop-1-${name}"`)));
    for (const [layout, { cookie, etag }] of seen) {
      const again = await visit(cookie, { "if-none-match": etag });
      assert.deepEqual([again.response.status, again.text], [304, ""]);
      const other = [...seen].find(([name]) => name !== layout)[1];
      assert.equal((await visit(other.cookie, { "if-none-match": etag })).response.status, 200);
    }
  });
});

test("what is no page goes through untouched, and is nobody's experiment", async () => {
  const response = await fetch(`${url}logo.svg`, { headers: { accept: "image/*" } });
  assert.deepEqual([response.headers.get("set-cookie"), await response.text()], [null, shop]);
  assert.equal(site.asked.length, 0);
});

test("without a node everybody gets the shop's own choice, and the page is never late", async () => {
  await worker.dispose();
  site.thinks = 5_000;
  worker = await run();
  url = (await worker.ready).href;
  const began = Date.now();
  assert.equal((await visit()).layout, "classic");
  assert.ok(Date.now() - began < 3_000);
});

test("in a browser nothing flickers: the first paint has the one variant, without a script, and a reload the same", async () => {
  const browser = await launch();
  try {
    const page = await open(browser);
    await page.goto(url);
    const shown = () => page.locator("[data-variant]").evaluateAll((parts) => parts.map((part) => part.dataset.variant));
    const first = await shown();
    assert.equal(first.length, 1);
    assert.equal(await page.locator("script").count(), 0);
    for (let again = 0; again < 3; again += 1) {
      await page.reload();
      assert.deepEqual(await shown(), first);
    }
    assert.deepEqual(page.said, []);
  } finally {
    await browser.close();
  }
});

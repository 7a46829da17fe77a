// The same document, context and time give the same answer from the package, in Node and in Chromium, and from the native command line.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { launch, open } from "../support/browser.mjs";
import { canonical } from "../support/inside.mjs";
import { CONFORMANCE, folder, HALYARD, ROOT } from "../support/place.mjs";
import { imageOf, load, startSite } from "./support.mjs";

const VECTORS = join(ROOT, "tests/vectors");
const cleanup = [];
let room, site, page, evaluator;

before(async () => {
  evaluator = await load();
  room = await folder((work) => cleanup.push(work));
  site = await startSite();
  cleanup.push(site.stop);
  const browser = await launch();
  cleanup.push(() => browser.close());
  page = await open(browser);
  site.pages["/"] = "<!doctype html><title>Vectors</title>";
  await page.goto(site.url);
});
after(async () => {
  for (const work of cleanup.reverse()) await work();
});

/** What the command line answers, a line for each request, byte for byte. */
function native(path, requests) {
  const out = execFileSync(HALYARD, ["eval", path, "--requests", "-"], { input: requests.map((request) => JSON.stringify(request)).join("\n"), maxBuffer: 1 << 28 });
  return out.toString().trimEnd().split("\n");
}

/**
 * All answers of the package, shaped as docs/evaluation.md's; runs in Node and, as text, in the page. The clock jumps between requests,
 * so each request sees a clock of its own.
 */
async function packaged({ createEvaluator }, image, requests) {
  let now = 0;
  const all = await createEvaluator(image, { now: () => now });
  return requests.map(({ flag, context, at }) => {
    now = Date.parse(at);
    const who = all.withContext(context);
    const { flagKey, value, variant, reason, errorCode, flagMetadata } = who.details(flag, null);
    // The fast way gives the same value.
    const typed = { boolean: who.boolean(flag, "none"), string: who.string(flag, 0), number: who.number(flag, "none"), object: who.object(flag, "none") }[typeof (value ?? true)];
    const fast = value === null ? "none" : value;
    if (JSON.stringify(typed) !== JSON.stringify(fast)) throw new Error(`${flag}: ${JSON.stringify(typed)} by its getter, ${JSON.stringify(fast)} by details`);
    if (JSON.stringify(who.all()[flag]) !== (value === null ? undefined : JSON.stringify(value))) throw new Error(`${flag}: all() has another value`);
    if (errorCode) return { flag: flagKey, reason, errorCode };
    return { flag: flagKey, ...(variant === undefined ? {} : { variant, value }), reason, ...(Object.keys(flagMetadata).length ? { metadata: flagMetadata } : {}) };
  });
}

async function compare(t, groups) {
  let compared = 0;
  for (const { document, requests } of groups) {
    const image = imageOf(document);
    const path = join(room, "document.json");
    await writeFile(path, JSON.stringify(document));
    const lines = native(path, requests);
    assert.equal(lines.length, requests.length);
    const inNode = await packaged(evaluator, image, requests);
    const inPage = await page.evaluate(
      async ([code, image, requests]) => {
        const bytes = Uint8Array.from(atob(image), (unit) => unit.charCodeAt(0));
        return (0, eval)(`(${code})`)(await import("/page/index.js"), bytes, requests);
      },
      [packaged.toString(), image.toString("base64"), requests],
    );
    requests.forEach((request, place) => {
      assert.equal(canonical(inNode[place]), lines[place], `Node: ${JSON.stringify(request)}`);
      assert.equal(canonical(inPage[place]), lines[place], `Chromium: ${JSON.stringify(request)}`);
      compared += 1;
    });
  }
  assert.ok(compared > 0);
  t.diagnostic(`${compared} answers`);
}

describe("promise 9: the page and native answer alike", async () => {
  const groupsOf = async (file) => JSON.parse(await readFile(file, "utf8")).map(({ document, cases }) => ({ document, requests: cases.map(({ request }) => request) }));
  for (const file of (await readdir(VECTORS)).filter((name) => name.endsWith(".json"))) {
    test(`the project's vectors: ${file}`, async (t) => compare(t, await groupsOf(join(VECTORS, file))));
  }
  test("the conformance vectors", async (t) => {
    const file = join(process.env.HALYARD_CONFORMANCE ?? CONFORMANCE, "evaluation/vectors.json");
    if (!existsSync(file)) return t.skip("skipped: ../shared/conformance/evaluation/vectors.json is not here");
    await compare(t, await groupsOf(file));
  });
});

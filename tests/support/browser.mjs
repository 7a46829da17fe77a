// Headless Chromium on the served app: signing in, what the console said, axe.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import { ROOT } from "./place.mjs";

const require = createRequire(import.meta.url);
const SHOTS = join(ROOT, "tests/e2e/shots");
const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
export const WIDE = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

function executable() {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
  const onPath = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const found = [process.env.HALYARD_CHROMIUM, ...onPath].find((path) => path && existsSync(path));
  if (!found) throw new Error("no Chromium: run `cargo xtask setup`, or name one in HALYARD_CHROMIUM");
  return found;
}

/** Starts a browser, with more flags of Chromium's if need be. */
export const launch = (...more) => chromium.launch({ executablePath: executable(), headless: true, args: [...QUIET, ...more] });

/** A context of its own, as one person's browser; `page.said` is what went wrong in it so far. */
export async function open(browser, { viewport = WIDE, theme = "light" } = {}) {
  const context = await browser.newContext({ viewport, colorScheme: theme, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.said = [];
  page.on("pageerror", (error) => page.said.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // A refused request is logged by the browser itself; tests that provoke one look at its outcome.
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) page.said.push(`console: ${message.text()}`);
  });
  return page;
}

/** Signs in by a one-time link and waits for the first page. */
export async function signIn(page, link) {
  await page.goto(link);
  await arrived(page);
}

/** The frame is there and the page in it has loaded. A page that has nothing to show may begin with a heading of the second level. */
export async function arrived(page) {
  await page.locator("main#main :is(h1, h2)").first().waitFor();
  await page.locator("[role=status][aria-label=Loading]:visible").first().waitFor({ state: "detached" });
}

/** What axe finds to be serious or critical, one line each. */
export async function axe(page) {
  if (!(await page.evaluate(() => "axe" in window))) {
    // Not as a script tag: the page's own policy forbids that.
    await page.evaluate(await readFile(require.resolve("axe-core/axe.min.js"), "utf8"));
  }
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, impact, nodes }) => nodes.map((node) => `${impact} ${id}: ${node.target.join(" ")} — ${node.failureSummary?.replaceAll("\n", " ")}`));
}

/** Leaves a picture of a state, in which nothing sticks out, axe finds nothing, and nothing has complained. */
export async function look(page, name) {
  // Longer than any animation that is left.
  await page.waitForTimeout(150);
  await mkdir(SHOTS, { recursive: true });
  const fullPage = (await page.locator("dialog[open]").count()) === 0;
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage });
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(sideways <= 0, `${name} is ${sideways} pixels wider than the window`);
  assert.deepEqual(await axe(page), [], name);
  assert.deepEqual(page.said, [], name);
}

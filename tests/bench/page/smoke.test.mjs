// Our own part of `cargo xtask bench page` still runs, in Node, Chromium and workerd. The peers are not installed for a test, and what
// is found on a machine that is testing means nothing: only that it is found.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { folder, HALYARD, ROOT } from "../../support/place.mjs";
import { ASKED, asker } from "./flags.mjs";

const run = promisify(execFile);
const FEW = 300;

function flag(number) {
  return {
    purpose: "operational", owner: "team-shop", created: "2026-11-01", variants: { on: true, off: false }, offVariant: "off", otherwise: "off",
    rules: [
      { id: "testers", when: { attribute: "targetingKey", is: Array.from({ length: 100 }, (_, place) => `user-${number}-${place}`) }, serve: "on" },
      { id: "dutch", when: { all: [{ attribute: "country", is: ["NL", "BE"] }, { attribute: "app", version: ">=2.1" }] }, serve: "on" },
      { id: "rollout", when: { percent: 20 }, serve: "on" },
    ],
  };
}

/** The document with its image, and what is told of them; one kind of rule, and one person whom every flag is on for. */
async function world(t) {
  const at = await folder((work) => t.after(work));
  const keep = async (name, text) => {
    await writeFile(join(at, name), text);
    return join(at, name);
  };
  const key = (number) => `flag-${String(number).padStart(5, "0")}`;
  const flags = Object.fromEntries(Array.from({ length: FEW }, (_, place) => [key(500 - FEW / 2 + place), flag(500 - FEW / 2 + place)]));
  const document = await keep("document.json", JSON.stringify({ format: 1, flags }));
  const image = join(at, "document.image");
  await run(HALYARD, ["image", document, "--output", image]);
  const kind = { name: "three rules", flag: ASKED, context: { targetingKey: "user-500-7" }, variant: "on", reason: "TARGETING_MATCH" };
  return {
    sizes: [FEW],
    smoke: true,
    files: { [FEW]: { document, image }, kinds: image },
    kinds: await keep("kinds.json", JSON.stringify({ now: Date.UTC(2026, 11, 1), kinds: [kind] })),
    answers: (on = "1".repeat(FEW)) => keep("answers.json", JSON.stringify({ askers: [asker("guest-00001", { country: "NL" })], on: [on] })),
  };
}

const bench = (options) => run(process.execPath, [join(ROOT, "tests/bench/page.mjs"), JSON.stringify(options)]);

test("the page's evaluator is measured where it runs, once it has answered rightly", async (t) => {
  const { answers, ...options } = await world(t);
  const { stdout } = await bench({ ...options, answers: await answers() });
  const { rows, notes, tools } = JSON.parse(stdout);
  assert.deepEqual(notes, []);
  assert.match(tools, /^workerd \d.*, Node \d.*, Chromium \d.*; ours \d/);
  assert.deepEqual(
    rows.map(({ group, figures }) => [group, Object.keys(figures).length]),
    [["one evaluation, Node", 12], ["loading, Node", 2], ["each kind of rule", 4], ["one evaluation, Chromium", 12], ["loading, Chromium", 2], ["beside it", 5]],
  );
  for (const { name, figures } of rows) for (const [column, figure] of Object.entries(figures)) assert.ok(Number.isFinite(figure), `${name}: ${column} is ${figure}`);
});

test("an answer that is not the native evaluator's stops the bench", async (t) => {
  const { answers, ...options } = await world(t);
  await assert.rejects(bench({ ...options, answers: await answers(`0${"1".repeat(FEW - 1)}`) }), /1 answers are not the native evaluator's/);
});

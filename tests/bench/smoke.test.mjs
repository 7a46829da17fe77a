// The benches that go through workerd still run. What they find on a machine that is testing means nothing: only that they find it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { folder, ROOT } from "../support/place.mjs";

const FLAG = { purpose: "operational", owner: "team-shop", created: "2026-11-01", variants: { on: true, off: false }, otherwise: "off" };

async function bench(name, options) {
  const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, "tests/bench", `${name}.mjs`), JSON.stringify(options)]);
  const found = JSON.parse(stdout);
  assert.match(found.tools, /^workerd \d.*, Node \d/);
  for (const { name, figures } of found.rows) {
    for (const [column, figure] of Object.entries(figures)) assert.ok(Number.isFinite(figure), `${name}: ${column} is ${figure}`);
  }
  return found;
}

test("requests through workerd are measured, warm and cold", async (t) => {
  const file = join(await folder((work) => t.after(work)), "document.json");
  await writeFile(file, JSON.stringify({ format: 1, flags: { one: FLAG, two: FLAG } }));
  const { rows } = await bench("edge", { documents: { production: file, staging: file }, single: "one", sets: 1, warm: 0, rounds: 1, times: 8, colds: 1 });
  assert.equal(rows.length, 4);
  assert.ok(rows.every(({ figures }) => Object.values(figures)[0] > 0));
});

test("a publish is seen by the other process, and the seconds are kept", async () => {
  const { rows, samples } = await bench("reliability", { publishes: 1, every: 50, spread: 0, refresh: 500 });
  assert.equal(samples.seen.length, 1);
  assert.equal(rows[0].figures.failed, 0);
  assert.ok(samples.seen[0] < 10, `seen after ${samples.seen[0]} s`);
});

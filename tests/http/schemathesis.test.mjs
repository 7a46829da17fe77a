// OFREP's own description, turned into thousands of requests by schemathesis: what it allows, what it forbids, and much
// between. No server error, and no answer that the description does not know. `HALYARD_SEED` repeats or varies a run.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startWorld } from "../clients/world.mjs";
import { api } from "../support/client.mjs";
import { description } from "../support/openapi.mjs";
import { folder } from "../support/place.mjs";

const PROGRAM = process.env.HALYARD_SCHEMATHESIS;
const SEED = process.env.HALYARD_SEED ?? "1";
const cleanup = [];
let world, document, described;

before(async () => {
  if (!PROGRAM) return;
  described = await description();
  if (described === null) return;
  world = await startWorld();
  cleanup.push(world.stop);
  const { document: flags } = await api(world.url, world.token).environment("production").document();
  // Made-up keys are all unknown: half of the questions are about flags that there are.
  const path = described.paths["/ofrep/v1/evaluate/flags/{key}"].post;
  path.parameters[0].schema = { anyOf: [{ type: "string", enum: Object.keys(flags.flags) }, { type: "string" }] };
  document = join(await folder((work) => cleanup.push(work)), "openapi.json");
  await writeFile(document, JSON.stringify(described));
});
after(async () => {
  for (const work of cleanup.reverse()) await work();
});

/** Asks for `seconds` at most: how many cases there were, or what it found. */
function run(key, seconds) {
  const options = ["--url", world.url, "--header", `Authorization: Bearer ${key}`, "--seed", SEED, "--max-time", String(seconds)];
  const checks = ["--phases", "examples,coverage,fuzzing", "--checks", "all", "--continue-on-failure", "--suppress-health-check", "all", "--no-color"];
  return new Promise((resolve, reject) => {
    execFile(PROGRAM, ["run", document, ...options, ...checks], { cwd: join(document, ".."), maxBuffer: 1 << 26 }, (error, out, complaint) => {
      if (error) reject(new Error(`seed ${SEED}:\n${out.slice(-12_000)}\n${complaint.slice(-2000)}`));
      else resolve(Number(/(\d+) generated/.exec(out)?.[1]));
    });
  });
}

for (const [kind, seconds, least] of [["server", 25, 100], ["browser", 15, 50]]) {
  test(`with a ${kind} key`, async (t) => {
    if (!PROGRAM) return t.skip("skipped: HALYARD_SCHEMATHESIS names no schemathesis; `cargo xtask test` sees to it");
    if (!world) return t.skip("skipped: ../shared/conformance/ofrep/openapi.yaml is not here");
    const cases = await run(world.key(kind), seconds);
    t.diagnostic(`${cases} cases`);
    assert.ok(cases >= least, `only ${cases} cases`);
    assert.equal((await fetch(`${world.url}/health`)).status, 200);
  });
}

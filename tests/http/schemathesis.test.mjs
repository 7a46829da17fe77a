// Descriptions, turned into thousands of requests by schemathesis: what they allow, what they forbid, and much between. OFREP's
// own, and ours of everything. No server error, and no answer that the description does not know. `HALYARD_SEED` repeats or
// varies a run; `HALYARD_SECONDS` gives each more time than a test may take.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import Ajv from "ajv/dist/2020.js";
import { startWorld } from "../clients/world.mjs";
import { api, ofrep } from "../support/client.mjs";
import { description } from "../support/openapi.mjs";
import { folder, ROOT, until } from "../support/place.mjs";

const PROGRAM = process.env.HALYARD_SCHEMATHESIS;
const SEED = process.env.HALYARD_SEED ?? "1";
const SECONDS = process.env.HALYARD_SECONDS;
/** The environment that is there to be published into. */
const SCRATCH = "scratch";
const cleanup = [];
let world;

before(async () => {
  if (!PROGRAM) return;
  world = await startWorld();
  cleanup.push(world.stop);
  const ann = api(world.url, world.token);
  const { json: project, headers } = await ann.call("GET", "/api/project/document");
  project.environments[SCRATCH] = { name: "Scratch" };
  const made = await ann.call("PUT", "/api/project/document?message=Somewhere+to+publish", { body: project, headers: { "if-match": headers.get("etag") } });
  assert.equal(made.status, 200, made.text);
  await until("the node knows of it", async () => (await ann.call("GET", `/api/environments/${SCRATCH}/document`)).status === 200);
});
after(async () => {
  for (const work of cleanup.reverse()) await work();
});

/** Asks for `seconds` at most: how many cases there were, or what it found. */
async function run(described, key, seconds, ...more) {
  const work = await folder((after) => cleanup.push(after));
  const document = join(work, "openapi.json");
  await writeFile(document, JSON.stringify(described));
  // A publish that begins with no version, or another's, is refused by other statuses than schemathesis expects of bad requests.
  const refused = '["400", "401", "403", "404", "405", "412", "413", "422", "428"]';
  // That the project is published on trial only is what this test asks, not the node: with the right version and without `dryRun` it
  // may well say yes.
  const trial = ["PUT /api/project/document", "POST /api/project/rollback"];
  const own = trial.map((name) => `[[operations]]\ninclude-name = "${name}"\nphases.stateful.enabled = false\n`).join("");
  await writeFile(join(work, "schemathesis.toml"), `[checks]\nnegative_data_rejection.expected-statuses = ${refused}\nmissing_required_header.expected-statuses = ${refused}\n${own}`);
  const options = ["--url", world.url, "--header", `Authorization: Bearer ${key}`, "--seed", SEED, "--max-time", SECONDS ?? String(seconds)];
  // Only an answer that never comes is at fault: the machine may be busy.
  const checks = ["--checks", "all", "--max-response-time", "60", "--request-timeout", "90", "--continue-on-failure", "--suppress-health-check", "all", "--no-color"];
  return new Promise((resolve, reject) => {
    execFile(PROGRAM, ["run", document, ...options, ...checks, ...more], { cwd: work, maxBuffer: 1 << 26 }, (error, out, complaint) => {
      if (error) reject(new Error(`seed ${SEED}:\n${out.slice(-24_000)}\n${complaint.slice(-2000)}`));
      else resolve(Number(/(\d+) generated/.exec(out)?.[1]));
    });
  });
}

/** Made-up keys are all unknown: half of the questions are about flags that there are. */
async function keys() {
  const { document } = await api(world.url, world.token).environment("production").document();
  return { anyOf: [{ type: "string", enum: Object.keys(document.flags) }, { type: "string" }] };
}

async function asked(t, least, cases) {
  t.diagnostic(`${cases} cases`);
  assert.ok(cases >= least, `only ${cases} cases`);
  assert.equal((await fetch(`${world.url}/health`)).status, 200);
  assert.equal((await ofrep(world.url, world.key("server")).all({ targetingKey: "u1" })).status, 200);
}

const NO_PROGRAM = "skipped: HALYARD_SCHEMATHESIS names no schemathesis; `cargo xtask test` sees to it";

for (const [kind, seconds, least] of [["server", 20, 50], ["browser", 10, 20]]) {
  test(`OFREP's description, with a ${kind} key`, async (t) => {
    if (!PROGRAM) return t.skip(NO_PROGRAM);
    const described = await description();
    if (described === null) return t.skip("skipped: ../shared/conformance/ofrep/openapi.yaml is not here");
    described.paths["/ofrep/v1/evaluate/flags/{key}"].post.parameters[0].schema = await keys();
    await asked(t, least, await run(described, world.key(kind), seconds, "--phases", "examples,coverage,fuzzing"));
  });
}

/** Our description, as strict as a test can be. */
async function ours() {
  const described = JSON.parse(await readFile(join(ROOT, "schemas/openapi.json"), "utf8"));
  // Clients pass over fields of answers that they do not know; here there are none. OFREP lets requests have more as well.
  for (const [name, schema] of Object.entries(described.components.schemas)) {
    if (schema.properties && !("additionalProperties" in schema) && name !== "EvaluationRequest") schema.additionalProperties = false;
  }
  return described;
}

test("our description's examples are what it says of them", async () => {
  const described = await ours();
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema(described, "api");
  const followed = (part) => (part?.$ref ? part.$ref.slice(2).split("/").reduce((at, name) => at[name], described) : part);
  const used = new Set();
  const look = (where, content) => {
    for (const { schema, examples } of Object.values(content ?? {})) {
      for (const [name, example] of Object.entries(examples ?? {})) {
        used.add(name);
        const place = schema.$ref ? `api${schema.$ref}` : null;
        const validate = place ? ajv.getSchema(place) : ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')));
        assert.ok(validate(followed(example).value), `${where}, ${name}: ${ajv.errorsText(validate.errors)}`);
      }
    }
  };
  for (const [path, methods] of Object.entries(described.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      look(`${method} ${path}`, operation.requestBody?.content);
      for (const [status, response] of Object.entries(operation.responses)) look(`${method} ${path} ${status}`, followed(response).content);
    }
  }
  assert.deepEqual([...used].sort(), Object.keys(described.components.examples).sort(), "each is used");
  assert.ok(used.size > 20);
});

test("our description, with an admin's token", async (t) => {
  if (!PROGRAM) return t.skip(NO_PROGRAM);
  const described = await ours();
  const { env, dryRun } = described.components.parameters;
  env.schema = { anyOf: [{ enum: [SCRATCH] }, { enum: [SCRATCH] }, env.schema] };
  env.example = SCRATCH;
  // The project is published on trial only: the token that asks is in it.
  described.components.parameters.trial = { ...dryRun, required: true, schema: { enum: [true] }, example: true };
  for (const path of ["/api/project/document", "/api/project/rollback"]) {
    const { put, post } = described.paths[path];
    const { parameters } = put ?? post;
    parameters.find((parameter) => parameter.$ref.endsWith("/dryRun")).$ref = "#/components/parameters/trial";
  }
  // No schema says what `check` knows: docs/api.md.
  const excluded = ["--exclude-checks", "positive_data_acceptance", "--exclude-path-regex", "^/ofrep/"];
  await asked(t, 200, await run(described, world.token, 60, ...excluded));
});

test("our description of OFREP, with a server key", async (t) => {
  if (!PROGRAM) return t.skip(NO_PROGRAM);
  const described = await ours();
  described.components.parameters.key.schema = await keys();
  await asked(t, 10, await run(described, world.key("server"), 15, "--include-path-regex", "^/ofrep/", "--phases", "examples,coverage,fuzzing"));
});

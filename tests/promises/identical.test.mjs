// The same document, context and time give the same answer from the wasm that is deployed and from the native command line.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { canonical, inside } from "../support/inside.mjs";
import { built, CONFORMANCE, folder, HALYARD, ROOT } from "../support/place.mjs";

const cleanup = [];
let node, room;
before(async () => {
  built();
  node = await inside();
  room = await folder((work) => cleanup.push(work));
});
after(async () => {
  for (const work of cleanup) await work();
});

/** What the command line answers, a line for each request, byte for byte. */
async function native(document, requests) {
  const path = join(room, "document.json");
  await writeFile(path, JSON.stringify(document));
  const out = execFileSync(HALYARD, ["eval", path, "--requests", "-"], { input: requests.map((request) => JSON.stringify(request)).join("\n"), maxBuffer: 1 << 28 });
  return out.toString().trimEnd().split("\n");
}

/** What the edge answers over OFREP, as docs/evaluation.md writes it. */
function edge({ flag, context, at }) {
  const { text } = node.ask("POST", `/ofrep/v1/evaluate/flags/${encodeURIComponent(flag)}`, JSON.stringify({ context }), Date.parse(at));
  // Both sides write RFC 8785's one text for a value, so answers that are alike are the same bytes, but for `key` and `flag`.
  assert.equal(text, canonical(JSON.parse(text)));
  const { key, errorDetails: _, ...rest } = JSON.parse(text);
  return rest.errorCode ? { flag: key, reason: "ERROR", errorCode: rest.errorCode } : { flag: key, ...rest };
}

async function compare(t, groups) {
  let compared = 0;
  for (const { document, requests: all } of groups) {
    // An empty key has no address in OFREP.
    const requests = all.filter(({ flag }) => flag !== "");
    node.serve(document);
    const lines = await native(document, requests);
    assert.equal(lines.length, requests.length);
    requests.forEach((request, place) => {
      assert.equal(canonical(edge(request)), lines[place], JSON.stringify(request));
      compared += 1;
    });
  }
  assert.ok(compared > 0);
  t.diagnostic(`${compared} answers`);
}

const VECTORS = join(ROOT, "tests/vectors");
describe("promise 9: wasm and native answer alike", async () => {
  for (const file of (await readdir(VECTORS)).filter((name) => name.endsWith(".json"))) {
    test(`the project's vectors: ${file}`, async (t) => {
      const groups = JSON.parse(await readFile(join(VECTORS, file), "utf8"));
      await compare(t, groups.map(({ document, cases }) => ({ document, requests: cases.map(({ request }) => request) })));
    });
  }
  test("the conformance vectors", async (t) => {
    const file = join(process.env.HALYARD_CONFORMANCE ?? CONFORMANCE, "evaluation/vectors.json");
    if (!existsSync(file)) return t.skip("skipped: ../shared/conformance/evaluation/vectors.json is not here");
    const groups = JSON.parse(await readFile(file, "utf8"));
    await compare(t, groups.map(({ document, cases }) => ({ document, requests: cases.map(({ request }) => request) })));
  });
});

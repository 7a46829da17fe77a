// docs/document.md: the document that it shows is one, and every condition that it lists can be written so.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { HALYARD } from "../support/place.mjs";
import { read } from "./reader.mjs";

const page = await read("docs/document.md");
const shown = JSON.parse(page.match(/^```json document\n([^]*?)^```$/m)[1]);

/** What `halyard` says of a document on its stdin. */
function halyard(command, document) {
  return new Promise((resolve) => {
    const child = execFile(HALYARD, [command, "-"], (error, out, err) => resolve({ code: error ? (error.code ?? -1) : 0, said: out + err }));
    child.stdin.on("error", () => {}).end(JSON.stringify(document));
  });
}

test("the document that it shows passes its checks and its scenarios", async () => {
  const checked = await halyard("check", shown);
  assert.equal(checked.said, "fine: no errors, no warnings\n");
  const { code, said } = await halyard("test", shown);
  assert.equal(code, 0, said);
});

test("every condition that it lists is one", async () => {
  const rows = page.match(/^\| `\{"[^|]*\|/gm);
  const whole = rows.flatMap((row) => [...row.matchAll(/`(\{[^`]*\})`/g)].map(([, text]) => text)).filter((text) => !text.includes("…"));
  assert.ok(whole.length >= 6, `only ${whole.length} stand there`);
  const operators = [...page.matchAll(/^\| `(?:contains`, `startsWith`, `)?(\w+): ([^`]*)`/gm)].map(([, name, example]) => {
    const value = example.replace("[values]", '["a"]').replace("[texts]", '["a"]').replace('"pattern"', '"^a"');
    return `{"attribute": "x", "${name}": ${value}}`;
  });
  assert.ok(operators.length >= 7, `only ${operators.length} operators stand there`);
  for (const text of [...whole, ...operators]) {
    const document = structuredClone(shown);
    document.segments.tried = { when: JSON.parse(text) };
    const { code, said } = await halyard("check", document);
    assert.equal(code, 0, `${text}: ${said}`);
  }
});

// README.md and the guides, word for word, against the demo that `cargo xtask serve` runs: what they tell their reader, happens.
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ROOT } from "../support/place.mjs";
import { isAnswer, partsOf } from "./page.mjs";
import { read, reader } from "./reader.mjs";

const guides = (await readdir(join(ROOT, "docs/guides"))).filter((name) => name.endsWith(".md"));

for (const path of ["README.md", ...guides.map((name) => `docs/guides/${name}`)]) {
  test(`${path} can be followed`, async (t) => {
    const parts = partsOf(await read(path));
    assert.ok(parts.length > 0, "it has nothing to follow");
    const cleanup = [];
    try {
      const person = await reader((work) => cleanup.push(work));
      cleanup.push(() => person.stop());
      let lost = false;
      for (const part of parts) {
        // Who is stuck reads no further.
        if (lost) break;
        const told = part.run === undefined ? part.steps.map((step) => step.said).join(" ") : part.run.split("\n")[0];
        await t.test(`line ${part.line}: ${told.slice(0, 100)}`, async () => {
          lost = true;
          await (part.run === undefined ? person.steps(part) : person.run(part));
          lost = false;
        });
      }
    } finally {
      for (const work of cleanup.reverse()) await work();
    }
  });
}

describe("a page", () => {
  test("is read as commands, answers and steps", () => {
    const page = ["```sh", "a", "```", "It says:", "```text", "x … z", "```", "<!-- not run: no -->", "```sh", "b", "```"];
    const app = ["<!-- in the app -->", "1. Press **Go**, type `me` into **Name**,", "   and see *Well done*.", "", "**Not** this."];
    assert.deepEqual(partsOf([...page, ...app].join("\n")), [
      { line: 1, run: "a", answer: "x … z" },
      {
        line: 13,
        steps: [
          { said: "**Go**", press: "Go" },
          { said: "`me` into **Name**", type: "me", field: "Name" },
          { said: "*Well done*", see: "Well done" },
        ],
      },
    ]);
  });

  test("shows an answer whole, but for what it leaves open", () => {
    assert.ok(isAnswer("x … z", "x y\n z\n"));
    assert.ok(!isAnswer("x … z", "x y z and more"));
    assert.ok(!isAnswer("a.c", "abc"));
  });
});

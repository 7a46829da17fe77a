import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJsonc } from "./jsonc.mjs";

test("comments and trailing commas go, and what looks like them inside a string stays", () => {
  const text = `{
    // a line, with "quotes"
    "url": "https://example.org/*not a comment*/", /* a
    block */ "list": [1, 2, ],
    "odd": "a \\" // , ]",
  }`;
  assert.deepEqual(parseJsonc(text), { url: "https://example.org/*not a comment*/", list: [1, 2], odd: 'a " // , ]' });
});

test("what is broken is refused", () => {
  assert.throws(() => parseJsonc('{ "a": 1,, }'), SyntaxError);
});

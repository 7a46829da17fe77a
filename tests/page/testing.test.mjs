// What applications' own tests get: fixed flags, what was asked for, and the configurations that are worth a test.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { documentOf, imageOf, load, toggle } from "./support.mjs";

let fixedFlags, recordedFlags, configurations, eachConfiguration;
before(async () => {
  ({ fixedFlags, recordedFlags, configurations, eachConfiguration } = await load("testing"));
});

describe("fixed flags", () => {
  test("answer with what they were given, and with the default for anything else", () => {
    const flags = fixedFlags({ banner: true, limit: 10, theme: { dark: true } });
    assert.deepEqual([flags.boolean("banner", false), flags.number("limit", 1), flags.object("theme", {})], [true, 10, { dark: true }]);
    assert.deepEqual([flags.boolean("limit", true), flags.boolean("none", true), flags.string("toString", "d")], [true, true, "d"]);
    assert.deepEqual(flags.all(), { banner: true, limit: 10, theme: { dark: true } });
    assert.deepEqual([flags.details("limit", 1).reason, flags.details("limit", "x").errorCode, flags.details("none", 1).errorCode], ["STATIC", "TYPE_MISMATCH", "FLAG_NOT_FOUND"]);
    assert.equal(flags.withContext({ targetingKey: "ann" }).number("limit", 1), 10);
  });

  test("change when a test says so, and tell it", () => {
    const flags = fixedFlags({ a: 1, b: 2 });
    const told = [];
    const end = flags.on("change", ({ flags }) => told.push(flags));
    flags.set({ a: 3, b: undefined });
    assert.deepEqual([flags.all(), told], [{ a: 3 }, [["a", "b"]]]);
    end();
    flags.set({ a: 4 });
    assert.equal(told.length, 1);
  });

  test("have everything that an evaluator has", async () => {
    const { createEvaluator } = await load();
    const real = await createEvaluator(imageOf(documentOf({ a: toggle() })));
    const methods = (of) => Object.getOwnPropertyNames(Object.getPrototypeOf(of)).filter((name) => name !== "constructor");
    const fixed = fixedFlags({});
    for (const name of [...methods(real), "version", "etag", "context"]) assert.ok(name in fixed, name);
  });
});

test("what was asked for can be asserted, of flags of any kind", async () => {
  const { createEvaluator } = await load();
  const real = await createEvaluator(imageOf(documentOf({ a: toggle({ otherwise: "on" }), b: toggle() })));
  for (const of of [fixedFlags({ a: true, b: false }), real]) {
    const recorded = recordedFlags(of);
    assert.throws(() => recorded.assertEvaluated("a"), /`a` was not asked for; no flag was asked for/);
    recorded.flags.boolean("a", false);
    recorded.flags.withContext({ targetingKey: "ann" }).details("b", true);
    assert.deepEqual(recorded.evaluations, [
      { flag: "a", value: true, fallback: false, context: undefined },
      { flag: "b", value: false, fallback: true, context: { targetingKey: "ann" } },
    ]);
    recorded.assertEvaluated("a");
    recorded.assertEvaluated("a", true);
    recorded.assertNotEvaluated("c");
    recorded.assertOnly("b", "a");
    assert.throws(() => recorded.assertEvaluated("a", false), /`a` was never false, but true/);
    assert.throws(() => recorded.assertNotEvaluated("a"), /`a` was asked for/);
    assert.throws(() => recorded.assertOnly("a", "c"), /`c` was not asked for; `b` was/);
    recorded.clear();
    recorded.assertOnly();
  }
});

describe("configurations", () => {
  const switches = (count, values = [false, true]) => Object.fromEntries(Array.from({ length: count }, (_, nth) => [`f${nth}`, values]));

  test("begin with the first of everything, and hold each pair of values", () => {
    for (const dimensions of [switches(2), switches(10), switches(7, ["a", "b", "c"]), { x: [1, 2, 3, 4], y: [true], z: ["p", "q"] }]) {
      const all = configurations(dimensions);
      const names = Object.keys(dimensions);
      assert.deepEqual(all[0], Object.fromEntries(names.map((name) => [name, dimensions[name][0]])));
      for (const a of names) {
        for (const b of names) {
          if (a === b) continue;
          for (const x of dimensions[a]) for (const y of dimensions[b]) assert.ok(all.some((one) => one[a] === x && one[b] === y), `${a}=${x}, ${b}=${y}`);
        }
      }
      assert.ok(all.every((one) => Object.keys(one).length === names.length));
    }
  });

  test("are few: ten switches take about ten, not a thousand", () => {
    const { length } = configurations(switches(10));
    assert.ok(length <= 12, `${length}`);
    assert.equal(configurations(switches(1)).length, 2);
    assert.deepEqual(configurations({}), [{}]);
  });

  test("move together what a release moves together", () => {
    const before = { "new-checkout": false, "new-cart": "v1" };
    const after = { "new-checkout": true, "new-cart": "v2" };
    const all = configurations({ "checkout-revamp": [{ together: before }, { together: after }], banner: [true, false] });
    assert.deepEqual(all[0], { ...before, banner: true });
    assert.equal(all.length, 4);
    assert.ok(all.every((one) => one["new-checkout"] === (one["new-cart"] === "v2")));
  });

  test("run a test each, and say in which one it failed", async () => {
    const seen = [];
    await eachConfiguration({ a: [1, 2], b: [true] }, (flags, configuration) => seen.push([flags.number("a", 0), configuration.a]));
    assert.deepEqual(seen, [[1, 1], [2, 2]]);
    const failing = eachConfiguration({ a: [1, 2] }, (flags) => {
      if (flags.number("a", 0) === 2) throw new Error("it breaks");
    });
    await assert.rejects(failing, /with \{"a":2\}: it breaks/);
  });
});

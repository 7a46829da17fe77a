// The evaluator by itself, in Node: where it comes from, what it takes, and what it never does.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { folder } from "../support/place.mjs";
import { documentOf, flag, imageOf, load, PACKAGE, startSite, toggle } from "./support.mjs";

const cleanup = [];
let createEvaluator, createEvaluatorSync, loadModule;
before(async () => {
  ({ createEvaluator, createEvaluatorSync, loadModule } = await load());
});
after(async () => {
  for (const work of cleanup.reverse()) await work();
});

const when = (condition) => toggle({ rules: [{ id: "r", when: condition, serve: "on" }] });
const evaluatorOf = (flags, options, rest) => createEvaluator(imageOf(documentOf(flags, rest)), options);

describe("where it comes from", () => {
  test("bytes of any kind, a response, an address, a file", async () => {
    const image = imageOf(documentOf({ a: toggle({ otherwise: "on" }) }));
    const site = await startSite();
    cleanup.push(site.stop);
    Object.assign(site, { image, version: 7 });
    const room = await folder((work) => cleanup.push(work));
    const file = pathToFileURL(join(room, "flags.image"));
    await (await import("node:fs/promises")).writeFile(file, image);
    const address = `${site.url}/v1/document?format=2`;
    const sources = {
      "a buffer within another": image,
      "an array": new Uint8Array(image),
      "an array buffer": new Uint8Array(image).buffer,
      "a response": await fetch(address),
      "an address": address,
      "a URL": new URL(address),
      "a file": file,
      "a file as text": String(file),
    };
    for (const [what, source] of Object.entries(sources)) {
      const flags = await createEvaluator(source, { key: "k" });
      assert.equal(flags.boolean("a", false), true, what);
      const told = /respon|address|URL/.test(what) && what !== "an array buffer";
      assert.equal(flags.version, told ? 7 : undefined, what);
      assert.equal(typeof flags.etag, told ? "string" : "undefined", what);
      assert.match(flags.digest, /^sha256-[0-9a-f]{64}$/);
      assert.deepEqual(Buffer.from(flags.image()), image, "it gives back what it was given");
    }
    assert.equal(site.asked.at(-1).authorization, "Bearer k");
  });

  test("its wasm is given in any form as well", async () => {
    const image = imageOf(documentOf({ a: toggle({ otherwise: "on" }) }));
    const wasm = await readFile(join(PACKAGE, "page.wasm"));
    const compiled = await WebAssembly.compile(wasm);
    const { module } = await load("inline");
    assert.deepEqual(Buffer.from(module), wasm);
    for (const module of [wasm, compiled, new Response(wasm, { headers: { "content-type": "application/wasm" } }), pathToFileURL(join(PACKAGE, "page.wasm"))]) {
      assert.equal((await createEvaluator(image, { module })).boolean("a", false), true);
    }
    assert.equal(createEvaluatorSync(image, { module: compiled }).boolean("a", false), true);
    assert.equal(await loadModule(), await loadModule(), "its own is compiled once");
  });

  test("what is no image is refused in plain words", async () => {
    const image = imageOf(documentOf({ a: toggle() }));
    const changed = (at, byte) => Object.assign(Uint8Array.from(image), { [at]: byte });
    for (const [bytes, words] of [
      [new Uint8Array(), /this is no image of format 2/],
      [Buffer.from("{}"), /no image/],
      [Buffer.alloc(100), /no image/],
      [changed(4, 9), /no image of format 2/],
      [image.subarray(0, -1), /damaged/],
      [Buffer.concat([image, Buffer.from([0])]), /damaged/],
      [Uint8Array.from(image).fill(255, 52, 120), /damaged/],
    ]) {
      await assert.rejects(createEvaluator(bytes), words);
    }
    const site = await startSite();
    cleanup.push(site.stop);
    Object.assign(site, { image, status: 403 });
    await assert.rejects(createEvaluator(`${site.url}/v1/document`), /answered 403/);
  });
});

describe("values", () => {
  const flags = {
    yes: toggle({ otherwise: "on" }),
    text: flag({ variants: { a: "á🚀\u0000", empty: "" }, otherwise: "a" }),
    empty: flag({ variants: { a: "x", empty: "" }, otherwise: "empty" }),
    number: flag({ variants: { n: 1.5, zero: 0 }, otherwise: "n" }),
    zero: flag({ variants: { n: 1.5, zero: 0 }, otherwise: "zero" }),
    thing: flag({ variants: { t: { list: [1, { deep: null }], "": "x" } }, otherwise: "t" }),
    list: flag({ variants: { l: [1, [2]] }, otherwise: "l" }),
    none: flag({ variants: { on: true } }),
    off: toggle({ enabled: false, offVariant: "off", otherwise: "on", metadata: { jira: "X-1" } }),
    keyed: flag({ variants: { a: "a" }, otherwise: { split: [{ variant: "a", weight: 1 }] } }),
  };

  test("come by their types, and defaults where there is none of that type", async () => {
    const of = await evaluatorOf(flags);
    assert.deepEqual([of.boolean("yes", false), of.boolean("off", true)], [true, false]);
    assert.deepEqual([of.string("text", "x"), of.string("empty", "x")], ["á🚀\u0000", ""]);
    assert.deepEqual([of.number("number", 9), of.number("zero", 9)], [1.5, 0]);
    assert.deepEqual([of.object("thing", {}), of.object("list", [])], [{ list: [1, { deep: null }], "": "x" }, [1, [2]]]);
    const getters = { boolean: true, string: "d", number: 9, object: { d: 1 } };
    const types = { yes: "boolean", text: "string", number: "number", thing: "object" };
    for (const [getter, fallback] of Object.entries(getters)) {
      for (const [key, type] of Object.entries(types)) if (type !== getter) assert.equal(of[getter](key, fallback), fallback, `${getter} ${key}`);
      for (const key of ["none", "keyed", "no-such-flag", "", "é", "x".repeat(1000), undefined, null, 7, {}]) assert.equal(of[getter](key, fallback), fallback);
    }
  });

  test("are frozen, all the way down, and the same object each time", async () => {
    const of = await evaluatorOf(flags);
    const thing = of.object("thing", {});
    assert.equal(of.object("thing", {}), thing);
    assert.equal(of.all().thing, thing);
    assert.throws(() => (thing.list[1].deep = 1), TypeError);
  });

  test("come with their reasons as OpenFeature has them", async () => {
    const of = await evaluatorOf(flags);
    assert.deepEqual(of.details("yes", false), { flagKey: "yes", value: true, variant: "on", reason: "STATIC", flagMetadata: {} });
    assert.deepEqual(of.details("off", true), { flagKey: "off", value: false, variant: "off", reason: "DISABLED", flagMetadata: { jira: "X-1" } });
    assert.deepEqual(of.details("none", true), { flagKey: "none", value: true, reason: "DEFAULT", flagMetadata: {} });
    const errors = [["no-such-flag", true, "FLAG_NOT_FOUND"], ["keyed", "d", "TARGETING_KEY_MISSING"], ["yes", "d", "TYPE_MISMATCH"]];
    for (const [key, fallback, code] of errors) {
      const { value, reason, errorCode, errorMessage, variant } = of.details(key, fallback);
      assert.deepEqual([value, reason, errorCode, variant], [fallback, "ERROR", code, undefined]);
      assert.match(errorMessage, /^[a-z`].{10,}/);
    }
    assert.equal(of.details("yes", null).value, true, "a default of no type takes any");
  });

  test("of all flags, without those that leave it to the application", async () => {
    const of = await evaluatorOf(flags);
    assert.deepEqual(Object.keys(of.all()), ["empty", "list", "number", "off", "text", "thing", "yes", "zero"]);
    assert.deepEqual(of.keys(), Object.keys(flags).sort());
    assert.deepEqual(of.variants("number"), { n: 1.5, zero: 0 });
    assert.deepEqual(of.variants("no-such-flag"), {});
  });

  test("of many flags, whose values do not all fit into memory at first", async () => {
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, nth) => [`f${nth}`, flag({ variants: { v: `value ${nth} ${"é".repeat(nth % 50)}` }, otherwise: "v" })]));
    const of = await evaluatorOf(many);
    const all = of.all();
    for (let nth = 0; nth < 3000; nth++) {
      assert.equal(all[`f${nth}`], `value ${nth} ${"é".repeat(nth % 50)}`);
      assert.equal(of.string(`f${nth}`, ""), all[`f${nth}`]);
    }
  });

  test("say who may know them", async () => {
    const of = await evaluatorOf({ open: toggle(), secret: toggle({ visibility: "private" }) });
    assert.deepEqual(["open", "secret", "no-such-flag"].map((key) => of.isPublic(key)), [true, false, false]);
  });
});

describe("contexts", () => {
  test("are read as JSON would bring them", async () => {
    const of = await evaluatorOf({
      there: when({ attribute: "a", exists: true }),
      one: when({ attribute: "a", is: [1, "x", true] }),
      time: when({ attribute: "a", after: "2026-11-01T00:00:00Z" }),
      text: when({ attribute: "a", is: ["\ufffd"] }),
      deep: when({ attribute: "a.b.c", is: ["x"] }),
      dotted: when({ attribute: "toString.length", exists: true }),
      constructor: when({ attribute: "constructor", exists: true }),
      proto: when({ attribute: "__proto__", exists: true }),
      length: when({ attribute: "a.length", exists: true }),
    });
    const on = (context) => Object.entries(of.withContext(context).all()).filter(([, value]) => value).map(([key]) => key).sort();
    for (const nothing of [undefined, null, NaN, Infinity, -Infinity, () => 1, Symbol("a"), 1n]) assert.deepEqual(on({ a: nothing }), [], String(nothing));
    assert.deepEqual(on({ a: 1 }), ["one", "there"]);
    assert.deepEqual(on({ a: [1n, NaN, "x"] }), ["one", "there"]);
    assert.deepEqual(on({ a: [] }), ["there"]);
    assert.deepEqual(on({ a: {} }), ["there"]);
    assert.deepEqual(on({ a: new Date("2026-11-02T00:00:00Z") }), ["there", "time"]);
    assert.deepEqual(on({ a: [new Date("2026-11-02T00:00:00Z")] }), ["there", "time"]);
    assert.deepEqual(on({ a: new Date(NaN) }), []);
    assert.deepEqual(on({ a: "\ud800" }), ["text", "there"], "half of a pair is U+FFFD");
    assert.deepEqual(on({ "a.b.c": null, a: { b: { c: "x" } } }), ["deep", "there"]);
    assert.deepEqual(on({ "a.b.c": NaN, a: { b: { c: "x" } } }), ["deep", "there"]);
    assert.deepEqual(on({ a: { b: [{ c: "x" }] } }), ["there"]);
    assert.deepEqual(on({}), [], "what every object has is no attribute");
    assert.deepEqual(on({ a: "text" }), ["there"]);
    assert.deepEqual(on({ constructor: "x", toString: { length: 1 } }), ["constructor", "dotted"]);
    assert.deepEqual(on(Object.assign(Object.create(null), { a: 1 })), ["one", "there"]);
  });

  test("that throw, or are none, are nobody's", async () => {
    const of = await evaluatorOf({ a: when({ attribute: "a", is: ["x"] }), b: when({ attribute: "b", is: ["x"] }) });
    const hostile = { b: "x", get a() { throw new Error("mine"); } };
    const loop = { toJSON: () => loop };
    for (const context of [hostile, new Proxy({}, { get() { throw new Error("mine"); } }), { a: loop }, null, undefined, 7, "x"]) {
      assert.deepEqual(of.withContext(context).all(), { a: false, b: false });
      of.setContext(context);
      assert.equal(of.boolean("a", true), false);
    }
    assert.equal(of.withContext({ a: "x" }).boolean("a", false), true, "and the next one is well");
  });

  test("of any size are taken, one after another", async () => {
    const of = await evaluatorOf({ long: when({ attribute: "a", endsWith: ["end"] }), listed: when({ attribute: "l", is: ["last", 77] }), cased: when({ attribute: "a", contains: ["É"], ignoreCase: true }) });
    const on = (context) => Object.values(of.withContext(context).all());
    for (const size of [0, 1, 100, 10_000, 1_000_000, 5, 3_000_000, 0]) {
      // In the order of the keys: cased, listed, long.
      assert.deepEqual(on({ a: `${"x".repeat(size)}end` }), [false, false, true], `${size}`);
      assert.deepEqual(on({ a: `${"é".repeat(size)}end` }), [size > 0, false, true], `${size}`);
      assert.deepEqual(on({ a: `${"🚀".repeat(size / 4)}en`, l: [...Array(Math.min(size, 100_000)).fill("no"), "last"] }), [false, true, false]);
      assert.deepEqual(on({ l: [...Array(Math.min(size, 100_000)).fill(1.5), 77] }), [false, true, false]);
      assert.deepEqual(on({ l: ["no", 7] }), [false, false, false]);
    }
  });

  test("of many users share one image and do not mix", async () => {
    const of = await evaluatorOf({ mine: flag({ variants: { a: "ann's", b: "bob's", c: "nobody's" }, rules: [{ id: "a", when: { attribute: "targetingKey", is: ["ann"] }, serve: "a" }, { id: "b", when: { attribute: "targetingKey", is: ["bob"] }, serve: "b" }], otherwise: "c" }) });
    const [ann, bob] = [of.withContext({ targetingKey: "ann" }), of.withContext({ targetingKey: "bob" })];
    for (let nth = 0; nth < 5; nth++) {
      assert.equal(ann.string("mine", ""), "ann's");
      assert.equal(bob.details("mine", "").variant, "b");
      assert.equal(of.all().mine, "nobody's");
      assert.equal(ann.withContext({ targetingKey: "bob" }).string("mine", ""), "bob's");
    }
    ann.setContext({ targetingKey: "bob" });
    assert.equal(ann.string("mine", ""), "bob's");
    of.setContext({ targetingKey: "ann" });
    assert.deepEqual([of.string("mine", ""), bob.string("mine", "")], ["ann's", "bob's"]);
  });
});

describe("time", () => {
  const at = Date.parse("2026-12-01T09:00:00Z");
  const launch = () => ({ launch: when({ after: "2026-12-01T09:00:00Z" }) });

  test("is whatever clock is given, and the next change is known", async () => {
    let now = at - 1;
    const of = await evaluatorOf(launch(), { now: () => now });
    assert.deepEqual([of.boolean("launch", true), of.nextChange()], [false, at]);
    now = at;
    assert.deepEqual([of.boolean("launch", false), of.nextChange()], [true, undefined]);
  });

  test("is the device's by default: one time within one turn of the event loop, and no longer", async () => {
    const real = Date.now;
    try {
      Date.now = () => at - 1;
      const of = await evaluatorOf(launch());
      assert.equal(of.boolean("launch", true), false);
      Date.now = () => at;
      assert.equal(of.boolean("launch", true), false);
      await Promise.resolve();
      assert.equal(of.boolean("launch", false), true);
    } finally {
      Date.now = real;
    }
  });
});

// `halyard-flags/worker` in a real workerd, and in Node: one image, many contexts, and a node that comes and goes.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { until } from "../support/place.mjs";
import { documentOf, flag, imageOf, load, startSite, toggle } from "./support.mjs";
import { startWorker } from "./worker.mjs";

const cleanup = [];
let site;

beforeEach(async () => {
  site = await startSite();
  cleanup.push(() => site.stop());
  site.publish(shop("classic"));
});
afterEach(async () => {
  for (const work of cleanup.splice(0).reverse()) await work();
});

/** Everybody gets `layout`, but people of a country get the country's, and halves are halves. */
const shop = (layout) =>
  documentOf({
    layout: flag({
      variants: { classic: "classic", grid: "grid", NL: "NL", BE: "BE" },
      rules: ["NL", "BE"].map((country) => ({ id: country, when: { attribute: "country", is: [country] }, serve: country })),
      otherwise: layout,
    }),
    half: flag({ variants: { left: "left", right: "right" }, otherwise: { split: [{ variant: "left", weight: 1 }, { variant: "right", weight: 1 }] } }),
    private: toggle({ visibility: "private", otherwise: "on" }),
  });

const options = (rest = {}) => ({ url: site.url, key: "halyard_server_k", refresh: 100, patience: 2_000, ...rest });
const LAYOUT = [["layout", "fallback"]];

/** A worker over the site; `ask` is for the layout unless it says otherwise. */
async function worker(rest, how) {
  const made = await startWorker(how);
  cleanup.push(made.stop);
  const ask = (question = {}) => made.ask({ options: options(rest), asked: LAYOUT, ...question });
  const value = async (question) => (await ask(question)).last[0].value;
  return { ...made, ask, value };
}

describe("in workerd", () => {
  test("the first request waits for the flags, has all of them, and asks with the key", async () => {
    const { ask } = await worker();
    const { first, version, state } = await ask({ asked: [...LAYOUT, ["private", false], ["none", 7]] });
    assert.deepEqual(first.map(({ value, reason }) => [value, reason]), [["classic", "DEFAULT"], [true, "STATIC"], [7, "ERROR"]]);
    assert.deepEqual([version, state], [1, "ready"]);
    assert.deepEqual([site.asked[0].query, site.asked[0].authorization], ["?all=true&format=2", "Bearer halyard_server_k"]);
  });

  test("requests that run at once do not see each other's people, and those that come cold each find the flags themselves", async () => {
    site.thinks = 100;
    const { ask, said } = await worker();
    const people = Array.from({ length: 60 }, (_, nth) => ({ targetingKey: `u${nth}`, country: ["NL", "BE", "DE"][nth % 3] }));
    const asked = [...LAYOUT, ["half", ""]];
    const together = await Promise.all(people.map((context, nth) => ask({ context, asked, pause: 20 + (nth % 7) * 15 })));
    assert.deepEqual(together.map(({ first }) => first[0].value), people.map(({ country }) => (country === "DE" ? "classic" : country)));
    for (const { first, last } of together) assert.deepEqual(last, first);
    for (const [nth, context] of people.entries()) assert.deepEqual((await ask({ context, asked })).first, together[nth].first);
    assert.deepEqual(new Set(together.map(({ first }) => first[1].value)), new Set(["left", "right"]));
    assert.doesNotMatch(said.join(""), /request context|cannot perform I\/O/i);
  });

  test("an old copy is refreshed behind the answer, and a request stays in its version until it ends", async () => {
    const { ask, value } = await worker();
    assert.equal(await value(), "classic");
    site.publish(shop("grid"));
    site.thinks = 200;
    const slow = ask({ pause: 700 });
    await new Promise((resolve) => setTimeout(resolve, 150));
    const began = Date.now();
    assert.equal(await value(), "classic", "the old one, at once");
    assert.ok(Date.now() - began < 180, "nobody waits for the node");
    await until("the new one", async () => (await value()) === "grid");
    const { first, last } = await slow;
    assert.deepEqual([first[0].value, last[0].value], ["classic", "classic"]);
  });

  test("a fresh copy is not asked for again, and of many requests to an old one, one asks", async () => {
    const { ask } = await worker({ refresh: 400 });
    await ask();
    await Promise.all(Array.from({ length: 20 }, () => ask()));
    assert.equal(site.looks(), 1);
    await new Promise((resolve) => setTimeout(resolve, 450));
    site.thinks = 100;
    await Promise.all(Array.from({ length: 20 }, () => ask()));
    assert.equal(site.looks(), 2);
    assert.ok(site.asked[1].etag, "by what it has");
  });

  test("with the node away the last good is served, told as stale, and the new one when it is back", async () => {
    const { ask, value } = await worker({ staleAfter: 200 });
    await ask();
    site.down = true;
    await until("stale", async () => (await ask()).state === "stale");
    assert.equal(await value(), "classic");
    site.down = false;
    site.publish(shop("grid"));
    await until("the new one", async () => (await value()) === "grid");
    assert.equal((await ask()).state, "ready");
  });

  test("a node that is away from the start leaves the code its defaults, and not every request waits for it", async () => {
    site.status = 503;
    const { ask } = await worker();
    const [{ value, reason, errorCode }] = (await ask()).last;
    assert.deepEqual([value, reason, errorCode], ["fallback", "ERROR", "PROVIDER_NOT_READY"]);
    assert.equal((await ask()).state, "error");
    assert.equal(site.looks(), 1);
    site.status = undefined;
    await until("the flags", async () => (await ask()).last[0].value === "classic");
  });

  test("a node that thinks too long keeps a request waiting no longer than it has patience, and serves the next", async () => {
    site.thinks = 1_000;
    const { ask } = await worker({ patience: 100 });
    const began = Date.now();
    assert.equal((await ask()).last[0].value, "fallback");
    assert.ok(Date.now() - began < 800);
    await until("the flags", async () => (await ask()).last[0].value === "classic");
  });

  test("what is no image is refused, an older version is taken for a node that lags, and the last good stays", async () => {
    const { ask, value } = await worker();
    site.publish(shop("grid"));
    assert.equal(await value(), "grid");
    const whole = site.whole;
    for (const bad of [Buffer.from("<html>"), whole.subarray(0, whole.length - 9), Buffer.concat([whole, whole])]) {
      const looks = site.looks();
      site.whole = bad;
      site.version += 1;
      await until("a look", async () => (await ask(), site.looks() > looks));
      assert.equal(await value(), "grid");
    }
    site.version = 1;
    site.whole = imageOf(shop("classic"));
    const looks = site.looks();
    await until("a look", async () => (await ask(), site.looks() > looks));
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.deepEqual([await value(), (await ask()).version], ["grid", 2]);
  });

  test("a service binding is asked instead of the net", async () => {
    const asked = [];
    const NODE = async (request) => (asked.push(request.url), fetch(request.url.replace("https://halyard.internal", site.url), { headers: Object.fromEntries(request.headers) }));
    const { value } = await worker({ url: "https://halyard.internal" }, { serviceBindings: { NODE } });
    assert.equal(await value(), "classic");
    assert.deepEqual(asked, ["https://halyard.internal/v1/document?all=true&format=2"]);
  });

  test("with the bucket bound, no node is asked: head, then the image that it names", async () => {
    const { ask, value, miniflare } = await worker({ url: undefined }, { r2Buckets: ["BUCKET"] });
    const bucket = await miniflare.getR2Bucket("BUCKET");
    const publish = async (version, document) => {
      const image = imageOf(document);
      const digest = `sha256-${image.subarray(8, 40).toString("hex")}`;
      // Behind an image in the store lies its seal.
      await bucket.put(`environments/production/images/${digest}.2.all`, new Uint8Array(Buffer.concat([image, Buffer.alloc(16, 7)])));
      await bucket.put("environments/production/head.json", JSON.stringify({ format: 1, lineage: "a", version, record: "r", document: digest }));
    };
    assert.equal(await value(), "fallback", "there is nothing yet");
    await publish(4, shop("classic"));
    await until("the flags", async () => (await value()) === "classic");
    assert.equal((await ask()).version, 4);
    await publish(5, shop("grid"));
    await until("the new ones", async () => (await value()) === "grid");
    assert.equal(site.asked.length, 0);
  });

  test("an image that comes with the program serves until the node is heard", async () => {
    site.status = 503;
    const { ask } = await worker({}, { image: imageOf(shop("NL")) });
    const began = Date.now();
    assert.equal((await ask()).first[0].value, "NL");
    assert.ok(Date.now() - began < 1_500, "nobody waits");
    site.status = undefined;
    await until("the node's", async () => (await ask()).first[0].value === "classic");
  });
});

describe("elsewhere", () => {
  test("in Node the same follower starts, follows and stops", async () => {
    const { createFlags } = await load("worker/default");
    const flags = createFlags(options());
    const told = [];
    for (const event of ["ready", "change", "stale", "error"]) flags.on(event, ({ version }) => told.push([event, version]));
    await flags.start();
    cleanup.push(() => flags.stop());
    assert.equal((await flags.withContext({ country: "NL" })).string("layout", ""), "NL");
    site.publish(shop("grid"));
    await until("the new version", () => flags.version === 2);
    assert.equal((await flags.withContext({})).string("layout", ""), "grid");
    assert.deepEqual(told, [["ready", 1], ["change", 2]]);
    flags.stop();
    const looks = site.looks();
    await new Promise((resolve) => setTimeout(resolve, 250));
    assert.ok(site.looks() - looks <= 1);
  });

  test("nobody is told of a version that is the same, and a listener that throws keeps nobody from hearing", async () => {
    const { createFlags } = await load("worker/default");
    const flags = createFlags(options());
    const told = [];
    const { error } = console;
    console.error = () => {};
    cleanup.push(() => (console.error = error));
    flags.on("ready", () => {
      throw new Error("mine");
    });
    flags.on("ready", () => told.push("ready"));
    flags.on("change", () => told.push("change"));
    await flags.refresh();
    site.version += 1;
    await flags.refresh();
    assert.deepEqual(told, ["ready"]);
  });

  test("without a node or another way to look there is nothing to follow, and it says so", async () => {
    const { createFlags } = await load("worker/default");
    assert.throws(() => createFlags({ key: "k" }), /nothing to follow/);
  });
});

// OFREP 0.3 as applications see it: every shape of answer, every way to ask badly. One server for all; nothing here changes anything.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { api, ofrep } from "../support/client.mjs";
import { folder } from "../support/place.mjs";
import { schemas } from "../support/openapi.mjs";
import { serve } from "../support/served.mjs";

const cleanup = [];
let served, server, browser, valid;
const ANN = { targetingKey: "ann", email: "ann@acme.example", country: "NL" };
const PUBLIC = "search-autocomplete";
const PRIVATE = "max-cart-items";

before(async () => {
  served = await serve(await folder((work) => cleanup.push(work)));
  server = ofrep(served.url, served.sdkKeys.production.server);
  browser = ofrep(served.url, served.sdkKeys.production.browser);
  valid = await schemas();
});
after(async () => {
  await served?.stop();
  for (const work of cleanup) await work();
});

describe("answers", () => {
  test("a flag's answer has its key, value, variant and reason", async () => {
    const { status, json, headers } = await server.flag(PUBLIC, ANN);
    assert.equal(status, 200);
    assert.match(headers.get("content-type"), /^application\/json/);
    assert.deepEqual({ key: json.key, value: json.value, variant: json.variant }, { key: PUBLIC, value: true, variant: "on" });
    assert.ok(["STATIC", "DEFAULT", "TARGETING_MATCH", "SPLIT", "DISABLED"].includes(json.reason), json.reason);
  });

  test("both ways to show a key are taken", async () => {
    const response = await fetch(`${served.url}/ofrep/v1/evaluate/flags/${PUBLIC}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": served.sdkKeys.production.server },
      body: JSON.stringify({ context: ANN }),
    });
    assert.equal(response.status, 200);
  });

  test("in bulk each flag is answered as it is alone", async () => {
    const bulk = await server.all(ANN);
    assert.equal(bulk.status, 200);
    assert.ok(bulk.json.flags.length >= 10, `${bulk.json.flags.length} flags`);
    for (const flag of bulk.json.flags) assert.deepEqual((await server.flag(flag.key, ANN)).json, flag);
  });

  // The host hands a short body over as a text, and a long one as bytes.
  test("a person is who they are in a short request and in a long one, whatever their name is written with", async () => {
    const names = ["ann", "Ærø", "日本", "𝄞🎈", "a\ufffdb", "a\n\nb", "\u0000"].flatMap((name) => [1, 2, 3].map((number) => `${name}${number}`));
    const seen = new Set();
    for (const targetingKey of names) {
      const [short, long] = [await server.all({ targetingKey }), await server.all({ targetingKey, pad: "é".repeat(40_000) })];
      assert.equal(short.status, 200, short.text.slice(0, 300));
      assert.deepEqual(long.json, short.json, targetingKey);
      seen.add(short.text);
    }
    assert.ok(seen.size > 1, "the flags tell nobody from anybody");
  });

  test("each environment has its own flags behind its own key", async () => {
    const staging = ofrep(served.url, served.sdkKeys.staging.server);
    assert.equal((await staging.flag("new-checkout", ANN)).json.value, true);
    assert.equal((await server.flag("new-checkout", ANN)).json.value, false);
  });

  test("the bulk ETag saves the body for as long as the answer is the same, and follows the context", async () => {
    const context = { targetingKey: "shopper-1", country: "DE" };
    const first = await server.all(context);
    const etag = first.headers.get("etag");
    assert.ok(etag, "no ETag");
    // A ramp moves in between at most once in a while; then there is a new answer, never a wrong 304.
    const again = await server.all(context, { "if-none-match": etag });
    if (again.status === 304) assert.equal(again.text, "");
    else assert.notEqual(again.headers.get("etag"), etag);
    const other = await server.all({ targetingKey: "shopper-1", country: "NL" }, { "if-none-match": etag });
    assert.equal(other.status, 200, "another context has another answer");
  });
});

describe("answers fit the protocol's own description", () => {
  const held = (t, schema, json) => {
    if (!valid) return t.skip("skipped: ../shared/conformance/ofrep/openapi.yaml is not here");
    assert.deepEqual(valid(schema, json), []);
  };
  test("a flag", async (t) => held(t, "serverEvaluationSuccess", (await server.flag("shipping-rates", ANN)).json));
  test("all flags", async (t) => held(t, "bulkEvaluationSuccess", (await server.all(ANN)).json));
  test("all flags of a page", async (t) => held(t, "bulkEvaluationSuccess", (await browser.all(ANN)).json));
  test("an unknown flag", async (t) => held(t, "flagNotFound", (await server.flag("no-such-flag", ANN)).json));
  test("a failed evaluation", async (t) => held(t, "evaluationFailure", (await server.post(`/${PUBLIC}`, "{")).json));
  test("a failed bulk evaluation", async (t) => held(t, "bulkEvaluationFailure", (await server.post("", "{")).json));
  test("a failed bulk evaluation for want of a context", async (t) => held(t, "bulkEvaluationFailure", (await server.post("", { context: [] })).json));
});

describe("who may ask", () => {
  const key = (text) => ofrep(served.url, text);
  const refused = async (who, status) => {
    for (const got of [await who.flag(PUBLIC, ANN), await who.all(ANN)]) {
      assert.equal(got.status, status, got.text);
      assert.ok(!got.text.includes("value"), got.text);
    }
  };
  test("nobody without a key", () => refused(key(null), 401));
  test("nobody with a key that is none of ours", () => refused(key("halyard_server_" + "A".repeat(43)), 401));
  test("nobody with a key that is cut short", () => refused(key(served.sdkKeys.production.server.slice(0, -1)), 401));
  test("nobody with a key in capitals", () => refused(key(served.sdkKeys.production.server.toUpperCase()), 401));
  test("no person's token", () => refused(key(served.token), 403));
  test("nobody with an empty key", () => refused(key(""), 401));

  test("a browser key sees public flags and no sign of the others", async () => {
    const open = await browser.flag(PUBLIC, ANN);
    assert.equal(open.status, 200);
    const closed = await browser.flag(PRIVATE, ANN);
    const unknown = await browser.flag("no-such-flag", ANN);
    assert.equal(closed.status, 404);
    assert.deepEqual({ ...closed.json, key: "x", errorDetails: "" }, { ...unknown.json, key: "x", errorDetails: "" }, "a private flag looks like one that is not there");
    const keys = (await browser.all(ANN)).json.flags.map((flag) => flag.key);
    assert.ok(keys.includes(PUBLIC) && !keys.includes(PRIVATE), keys.join());
  });

  test("an SDK key is no person", async () => {
    for (const sdk of [served.sdkKeys.production.server, served.sdkKeys.production.browser]) {
      for (const path of ["/api/session", "/api/environments", "/api/environments/production/document", "/api/environments/production/records", "/api/project/document"]) {
        const { status } = await api(served.url, sdk).call("GET", path);
        assert.equal(status, 403, path);
      }
    }
  });

  test("a page may ask from another origin with a browser key, and may not read a server key's answers", async () => {
    const preflight = await fetch(`${served.url}/ofrep/v1/evaluate/flags`, {
      method: "OPTIONS",
      headers: { origin: "https://shop.example", "access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type,if-none-match" },
    });
    assert.ok(preflight.ok, `${preflight.status}`);
    const allowed = (preflight.headers.get("access-control-allow-headers") ?? "").toLowerCase();
    for (const header of ["authorization", "content-type", "if-none-match"]) assert.ok(allowed.includes(header), allowed);
    const page = await browser.all(ANN, { origin: "https://shop.example" });
    assert.ok(["*", "https://shop.example"].includes(page.headers.get("access-control-allow-origin")));
    assert.match(page.headers.get("access-control-expose-headers") ?? "", /etag/i);
    assert.equal(page.headers.get("access-control-allow-credentials"), null);
    const leaked = await server.all(ANN, { origin: "https://shop.example" });
    assert.equal(leaked.headers.get("access-control-allow-origin"), null);
  });
});

describe("bad requests are told what is wrong, and the next one is answered", () => {
  const deep = (levels) => `${'{"context":{"targetingKey":"a","x":'}${"[".repeat(levels)}${"]".repeat(levels)}}}`;
  const bytes = (...parts) => Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))));
  const cases = [
    ["a truncated body", '{"context":{"targetingKey":"a"', 400, "PARSE_ERROR"],
    ["an empty body", "", 400, "PARSE_ERROR"],
    ["a body that is no JSON", "context=a", 400, "PARSE_ERROR"],
    ["something behind the body", '{"context":{"targetingKey":"a"}} x', 400, "PARSE_ERROR"],
    ["a doubled key", '{"context":{"targetingKey":"a","email":"x","email":"ann@acme.example"}}', 400, "PARSE_ERROR"],
    ["nesting of 100,000 levels", deep(100_000), 400, "PARSE_ERROR"],
    ["invalid UTF-8", bytes('{"context":{"targetingKey":"', [0xff, 0xfe], '"}}'), 400, "PARSE_ERROR"],
    ["invalid UTF-8 beside what stands for it", bytes('{"context":{"targetingKey":"\ufffd', [0xc3], '"}}'), 400, "PARSE_ERROR"],
    ["invalid UTF-8 in a long body", bytes('{"context":{"targetingKey":"', [0xff], '","pad":"', "x".repeat(70_000), '"}}'), 400, "PARSE_ERROR"],
    ["a mark of byte order", '\ufeff{"context":{"targetingKey":"a"}}', 400, "PARSE_ERROR"],
    ["a mark of byte order before a long body", `\ufeff{"context":{"targetingKey":"a","pad":"${"x".repeat(70_000)}"}}`, 400, "PARSE_ERROR"],
    ["half a surrogate pair", '{"context":{"targetingKey":"\\ud800"}}', 400, "PARSE_ERROR"],
    ["a list", "[]", 400, "INVALID_CONTEXT"],
    ["null", "null", 400, "INVALID_CONTEXT"],
    ["no context", "{}", 400, "INVALID_CONTEXT"],
    ["a context that is a list", '{"context":[]}', 400, "INVALID_CONTEXT"],
    ["a context that is a text", '{"context":"a"}', 400, "INVALID_CONTEXT"],
    ["a context that is null", '{"context":null}', 400, "INVALID_CONTEXT"],
  ];
  for (const [name, body, status, code] of cases) {
    test(name, async () => {
      for (const path of [`/${PUBLIC}`, ""]) {
        const got = await server.post(path, body);
        assert.equal(got.status, status, `${path}: ${got.text.slice(0, 300)}`);
        assert.match(got.headers.get("content-type"), /^application\/json/);
        // Which of the two words fits is the node's to say where the body is JSON of another kind.
        assert.ok(code === got.json.errorCode || (code === "INVALID_CONTEXT" && got.json.errorCode === "PARSE_ERROR"), got.text.slice(0, 300));
        assert.ok(got.json.errorDetails.length > 10 && got.json.errorDetails.length < 500, "the details are for a person");
        if (path) assert.equal(got.json.key, PUBLIC);
      }
      assert.equal((await server.flag(PUBLIC, ANN)).status, 200);
    });
  }

  test("a body of 9 MiB", async () => {
    const body = JSON.stringify({ context: { targetingKey: "a", pad: "x".repeat(9 << 20) } });
    for (const path of [`/${PUBLIC}`, ""]) {
      const got = await server.post(path, body);
      assert.equal(got.status, 413);
      assert.ok(got.json.errorCode && got.json.errorDetails);
    }
    assert.equal((await server.flag(PUBLIC, ANN)).status, 200);
  });

  test("a stream that goes on for long after it was refused", async () => {
    const chunk = new Uint8Array(1 << 16).fill(0x20);
    let left = 1 << 12; // 256 MiB: far more than is read, and an end in case nobody stops it.
    const enough = new AbortController();
    const body = new ReadableStream({
      pull: (controller) => (left-- > 0 ? controller.enqueue(chunk) : controller.close()),
    });
    const answered = await fetch(`${served.url}/ofrep/v1/evaluate/flags`, {
      method: "POST",
      headers: { authorization: `Bearer ${served.sdkKeys.production.server}` },
      body,
      duplex: "half",
      signal: enough.signal,
    }).then(
      (response) => response.status,
      () => "closed",
    );
    enough.abort();
    assert.ok([413, "closed"].includes(answered), `${answered}`);
    assert.equal((await server.flag(PUBLIC, ANN)).status, 200);
  });

  test("other methods", async () => {
    for (const method of ["GET", "PUT", "DELETE", "PATCH"]) {
      const response = await fetch(`${served.url}/ofrep/v1/evaluate/flags/${PUBLIC}`, { method, headers: { authorization: `Bearer ${served.sdkKeys.production.server}` } });
      assert.equal(response.status, 405, method);
      assert.match(response.headers.get("allow") ?? "", /POST/);
    }
  });

  test("an unknown flag", async () => {
    const { status, json } = await server.flag("no-such-flag", ANN);
    assert.equal(status, 404);
    assert.equal(json.errorCode, "FLAG_NOT_FOUND");
    assert.equal(json.key, "no-such-flag");
  });

  test("paths that try to be clever", async () => {
    for (const path of ["/..%2f..%2fapi%2fproject", "/%00", "/%ff", "/a/b", `/${"k".repeat(5000)}`, "/__proto__", "/constructor", "/%2e%2e", "/\u{1f6a9}"]) {
      const got = await server.post(path, { context: ANN });
      assert.ok(got.status === 404 || got.status === 400 || got.status === 414, `${path.slice(0, 40)}: ${got.status}`);
      assert.ok(!got.text.includes("hash"), "no project document");
    }
    assert.equal((await server.flag(PUBLIC, ANN)).status, 200);
  });

  test("contexts that try to be clever are only contexts", async () => {
    for (const context of [
      { targetingKey: "a", __proto__: null, constructor: { prototype: 1 } },
      JSON.parse('{"targetingKey":"a","__proto__":{"email":"ann@acme.example"},"hasOwnProperty":1}'),
      { targetingKey: "a", email: ["ann@acme.example", ["x"], {}, null, 1e308] },
      { targetingKey: "", country: "NL" },
      { targetingKey: 5, country: "NL" },
      { targetingKey: "x".repeat(100_000) },
    ]) {
      const { status, json } = await server.all(context);
      assert.equal(status, 200, JSON.stringify(context).slice(0, 100));
      assert.ok(json.flags.length >= 10);
    }
  });
});

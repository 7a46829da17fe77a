// The API under bad input: each mistake is told with the right status, nothing changes, and the node goes on answering.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { api, ofrep } from "../support/client.mjs";
import { folder } from "../support/place.mjs";
import { serve } from "../support/served.mjs";

const cleanup = [];
let served, ann, production, began, answers;
const SHOPPER = { targetingKey: "shopper-1", country: "DE" };

/** What is served, but for what a ramp moves while we look. */
async function observed() {
  const { version, etag, text } = await production.document();
  const { json } = await ofrep(served.url, served.sdkKeys.production.server).flag("max-cart-items", SHOPPER);
  return { version, etag, text, answer: json };
}

before(async () => {
  served = await serve(await folder((work) => cleanup.push(work)));
  ann = api(served.url, served.token);
  production = ann.environment("production");
  began = await observed();
});
afterEach(async () => {
  assert.deepEqual(await observed(), began, "nothing has changed, and the node answers");
});
after(async () => {
  await served?.stop();
  for (const work of cleanup) await work();
});

/** An error for people: RFC 9457, with words in it. */
function trouble(got, ...statuses) {
  assert.ok(statuses.includes(got.status), `${got.status}: ${got.text.slice(0, 400)}`);
  assert.match(got.headers.get("content-type") ?? "", /^application\/problem\+json/);
  assert.equal(got.json.status, got.status);
  assert.ok(got.json.title.length > 0 && got.json.detail.length > 10, got.text.slice(0, 300));
  assert.doesNotMatch(got.text, /halyard_[a-z]+_[\w-]{20}|RuntimeError|panicked|\bserde\b|Option</);
  return got.json;
}

const deep = (levels) => '{"not":'.repeat(levels) + '{"all":[]}' + "}".repeat(levels);
const withSegment = (when) => `{"format":1,"segments":{"s":{"when":${when}}}}`;

describe("documents that cannot be published", () => {
  const put = (text, query = "") => production.publish(text, { etag: began.etag, query });

  const unreadable = [
    ["cut short", () => began.text.slice(0, began.text.length / 2)],
    ["empty", () => ""],
    ["no JSON", () => "format: 1"],
    ["with something behind it", () => `${began.text} {}`],
    ["of invalid UTF-8", () => Buffer.concat([Buffer.from('{"format":1,"retired":["'), Buffer.from([0xc3, 0x28]), Buffer.from('"]}')])],
    ["with a doubled key", () => '{"format":1,"flags":{},"flags":{}}'],
    ["nested 100,000 levels deep", () => withSegment(deep(100_000))],
  ];
  for (const [name, text] of unreadable) {
    test(`one that is ${name}`, async () => {
      trouble(await put(text()), 400, 422);
    });
  }

  const wrong = [
    ["null", "null", ""],
    ["a list", "[]", ""],
    ["without a format", "{}", ""],
    ["of a newer format", '{"format":2}', "/format"],
    ["with an unknown field", '{"format":1,"flagz":{}}', "/flagz"],
    ["with flags that are a list", '{"format":1,"flags":[]}', "/flags"],
    ["with a flag that is a number", '{"format":1,"flags":{"a":1}}', "/flags/a"],
    ["with an unknown operator", withSegment('{"attribute":"a","resembles":"b"}'), "/segments/s/when"],
    ["with a segment that does not exist", withSegment('{"segment":"nope"}'), "/segments/s/when/segment"],
    ["nested 30 levels deep", withSegment(deep(30)), "/segments/s/when"],
    ["with a percentage of 101", withSegment('{"percent":101}'), "/segments/s/when/percent"],
  ];
  for (const [name, text, pointer] of wrong) {
    test(`one ${name}: the problem is told with its place`, async () => {
      const { problems } = trouble(await put(text), 422);
      const error = problems.find((problem) => problem.level === "error" && problem.pointer.startsWith(pointer));
      assert.ok(error, JSON.stringify(problems));
      assert.ok(error.code && error.message, JSON.stringify(error));
    });
  }

  test("one with several problems: all of them at once", async () => {
    const { problems } = trouble(await put('{"format":1,"flagz":{},"segments":{"s":{"when":{"segment":"nope"}},"t":{"when":{"percent":101}}}}'), 422);
    assert.ok(problems.filter((problem) => problem.level === "error").length >= 3, JSON.stringify(problems));
  });

  test("one of 9 MiB", async () => {
    trouble(await put(`{"format":1,"retired":["${"x".repeat(9 << 20)}"]}`), 413);
  });

  test("one of 5 MiB: it could be read, but not be published", async () => {
    const big = JSON.parse(began.text);
    for (let i = 0; i < 80; i += 1) big.flags["max-cart-items"].variants[`v${i}`] = 1;
    big.releases["search-relevance"].announcement = "x".repeat(5 << 20);
    trouble(await put(JSON.stringify(big)), 413, 422);
  });

  test("one that fails a scenario", async () => {
    const changed = JSON.parse(began.text);
    changed.flags["bulk-export"].otherwise = "on";
    const { scenarios } = trouble(await put(JSON.stringify(changed)), 422);
    assert.ok(JSON.stringify(scenarios).includes("Bulk export is for those who pay for it"));
  });

  test("a good one without a message", async () => {
    const got = await ann.call("PUT", `${production.base}/document`, { body: began.text.replace('"benelux":{"description":"', '"benelux":{"description":"!'), headers: { "if-match": began.etag } });
    trouble(got, 400, 422);
  });

  test("a good one on trial (dryRun) changes nothing and says what it would", async () => {
    const changed = JSON.parse(began.text);
    changed.flags["gift-wrapping"].description = "Another description";
    const got = await put(JSON.stringify(changed), "&dryRun=true");
    assert.equal(got.status, 200, got.text);
    assert.equal(got.json.changes.length, 1);
    assert.match(got.json.changes[0].sentence, /gift-wrapping/);
  });
});

describe("publishing against another head", () => {
  const changed = () => began.text.replace('"gift-wrapping":{', '"gift-wrapping":{"description":"other",').replace(/("gift-wrapping":\{"description":"other",.*?),?"description":"Offer gift wrapping in the cart"/, "$1");
  const put = (headers) => ann.call("PUT", `${production.base}/document?message=x`, { body: changed(), headers });
  test("without If-Match", async () => trouble(await put({}), 428));
  test("with an If-Match that never was", async () => trouble(await put({ "if-match": '"00000000000000000000000000000000"' }), 412));
  test("with an If-Match that is no ETag", async () => trouble(await put({ "if-match": "latest" }), 400, 412));
  test("with If-Match: *", async () => trouble(await put({ "if-match": "*" }), 400, 412, 428));
  test("rolling back without If-Match", async () => trouble(await ann.call("POST", `${production.base}/rollback`, { body: { version: 1, message: "x" } }), 428));
  test("rolling back with a wrong If-Match", async () => trouble(await production.rollback(1, "x", '"nope"'), 400, 412));
  test("rolling back to a version that never was", async () => trouble(await production.rollback(999, "x", began.etag), 404, 422));
  test("rolling back with a body that is none", async () => {
    for (const body of ["{", "[]", '{"version":"1","message":"x"}', '{"version":-1,"message":"x"}', '{"version":1}', '{"version":1.5,"message":"x"}']) {
      trouble(await ann.call("POST", `${production.base}/rollback`, { body, headers: { "if-match": began.etag } }), 400, 422);
    }
  });
});

describe("a history", () => {
  test("what became of a release is found by each flag that it moves", async () => {
    const versions = async (query) => (await production.records(`?${query}`)).json.records.map((record) => record.version);
    const { document } = await production.document();
    for (const [release, { flags }] of Object.entries(document.releases)) {
      const all = await versions(`release=${release}`);
      assert.ok(all.length > 0, release);
      for (const { flag } of flags) assert.deepEqual(await versions(`release=${release}&flag=${flag}`), all, `${release}, ${flag}`);
    }
    const [last] = (await production.records("?kind=release.open&limit=1")).json.records;
    assert.ok(last.changes.some((change) => change.kind === "release.open" && !JSON.stringify(change).includes('"flag"')), "a change that names no flag");
  });
});

describe("who may ask", () => {
  const paths = [
    ["GET", "/api/session"],
    ["GET", "/api/environments"],
    ["GET", "/api/environments/production/document"],
    ["PUT", "/api/environments/production/document?message=x"],
    ["POST", "/api/environments/production/check"],
    ["GET", "/api/environments/production/diff?from=1&to=2"],
    ["GET", "/api/environments/production/records"],
    ["GET", "/api/environments/production/records/1"],
    ["POST", "/api/environments/production/rollback"],
    ["GET", "/api/project/document"],
    ["PUT", "/api/project/document?message=x"],
    ["GET", "/api/project/records"],
  ];
  const keys = {
    "nobody without a token": [401, () => null],
    "no server key": [403, () => served.sdkKeys.production.server],
    "no browser key": [403, () => served.sdkKeys.production.browser],
    "nobody with a token that is none of ours": [401, () => `halyard_token_${"A".repeat(43)}`],
    "nobody with a one-time link for a token": [401, () => served.adminLink.split("#")[1]],
    "nobody with half a token": [401, () => served.token.slice(0, 40)],
  };
  for (const [name, [status, key]] of Object.entries(keys)) {
    test(name, async () => {
      for (const [method, path] of paths) {
        const body = method === "GET" ? undefined : began.text;
        trouble(await api(served.url, key()).call(method, path, { body, headers: { "if-match": began.etag } }), status);
      }
    });
  }

  test("with a token in the address instead of the header, nobody", async () => {
    trouble(await api(served.url, null).call("GET", `/api/environments?token=${served.token}`), 401);
  });
});

describe("a session's cookie alone does not publish", () => {
  let cookie;
  const call = (method, path, headers, body) => api(served.url, null).call(method, path, { headers: { cookie, ...headers }, body });
  before(async () => {
    const link = served.adminLink.split("#")[1];
    const signIn = (body, headers = { "x-halyard": "app" }) => api(served.url, null).call("POST", "/api/session", { body, headers });
    for (const bad of ["{", "{}", '{"link":""}', '{"link":5}', JSON.stringify({ link: `halyard_link_${"A".repeat(43)}` }), JSON.stringify({ link: served.token })]) {
      trouble(await signIn(bad), 400, 401, 403, 404, 410, 422);
    }
    const signedIn = await signIn({ link });
    assert.equal(signedIn.status, 200, signedIn.text);
    const set = signedIn.headers.get("set-cookie");
    assert.match(set, /^halyard_session=halyard_session_[\w-]{43};/);
    assert.match(set, /HttpOnly/i);
    assert.match(set, /SameSite=Strict/i);
    assert.match(set, /Path=\//i);
    assert.ok(!signedIn.text.includes("halyard_session_"), "the secret is in the cookie alone");
    cookie = set.split(";")[0];
    trouble(await signIn({ link }), 400, 401, 403, 404, 409, 410);
  });

  test("it may read", async () => {
    const { status, json } = await call("GET", "/api/session");
    assert.equal(status, 200);
    assert.equal(json.person, "ann@acme.example");
  });

  const put = (headers) => call("PUT", `${production.base}/document?message=x`, { "if-match": began.etag, "content-type": "application/json", ...headers }, '{"format":1}');
  test("not without the app's header, as a form on another site would send it", async () => {
    trouble(await put({}), 403);
    trouble(await put({ "x-halyard": "" }), 403);
    trouble(await put({ "x-halyard": "yes" }), 403);
    trouble(await call("DELETE", "/api/session", {}), 403);
    trouble(await call("POST", `${production.base}/rollback`, { "if-match": began.etag }, '{"version":1,"message":"x"}'), 403);
  });
  test("not from another site's page", async () => {
    for (const origin of ["https://evil.example", "null", `${served.url}.evil.example`, served.url.replace("http:", "https:"), `http://127.0.0.1:1`]) {
      trouble(await put({ "x-halyard": "app", origin }), 403);
    }
  });
  test("nobody with another session", async () => {
    trouble(await api(served.url, null).call("GET", "/api/session", { headers: { cookie: `halyard_session=halyard_session_${"A".repeat(43)}` } }), 401);
    trouble(await api(served.url, null).call("GET", "/api/session", { headers: { cookie: `halyard_session=${served.token}` } }), 401);
  });
  test("from our own page it works, and signing out ends it", async () => {
    const check = await call("POST", `${production.base}/check`, { "x-halyard": "app", origin: served.url }, began.text);
    assert.equal(check.status, 200, check.text);
    const out = await call("DELETE", "/api/session", { "x-halyard": "app", origin: served.url });
    assert.ok(out.status === 204 || out.status === 200, `${out.status}`);
    trouble(await call("GET", "/api/session"), 401);
  });
});

describe("requests that make no sense", () => {
  test("wrong methods", async () => {
    for (const [method, path] of [["DELETE", "/api/environments/production/document"], ["POST", "/api/environments"], ["PUT", "/api/environments/production/check"], ["PATCH", "/api/project/document"], ["GET", "/api/environments/production/rollback"]]) {
      const got = await ann.call(method, path, method === "GET" ? {} : { body: "{}" });
      trouble(got, 405);
      assert.ok(got.headers.get("allow"), path);
    }
  });
  test("paths that lead nowhere, or try to lead elsewhere", async () => {
    for (const path of ["/api", "/api/", "/api/nope", "/api/environments/nope/document", "/api/environments//document", "/api/environments/..%2f..%2fproject/document", "/api/environments/%2e%2e%2fproject/document", "/api/environments/production%00/document", "/api/environments/%ff/document", "/api/environments/__proto__/document", `/api/environments/${"e".repeat(3000)}/document`, "/api/environments/production/document/", "/api/environments/production/records/../document", "/api//environments", "/v1/nope"]) {
      const got = await ann.call("GET", path);
      // A client may fold `..` away before it asks.
      if (path.includes("records/..")) continue;
      trouble(got, 400, 404, 414);
    }
  });
  test("versions and pages that are none", async () => {
    for (const [path, ...statuses] of [
      ["/document?version=999", 404],
      ["/document?version=abc", 400, 404, 422],
      ["/document?version=-1", 400, 404, 422],
      ["/document?version=99999999999999999999999", 400, 404, 422],
      ["/records/999", 404],
      ["/records/abc", 400, 404],
      ["/records/0", 400, 404],
      ["/records?limit=-1", 400, 422],
      ["/records?limit=abc", 400, 422],
      ["/records?before=abc", 400, 422],
      ["/diff", 400, 422],
      ["/diff?from=1", 400, 422],
      ["/diff?from=1&to=999", 404],
      ["/diff?from=a&to=b", 400, 422],
    ]) {
      trouble(await ann.call("GET", production.base + path), ...statuses);
    }
  });
  test("checking what cannot be read tells the problems, and is no error of the request", async () => {
    for (const text of ["{", '{"format":1,"flags":{},"flags":{}}', '{"format":1,"flagz":{}}', withSegment(deep(100_000))]) {
      const got = await ann.call("POST", `${production.base}/check`, { body: text });
      if (got.status !== 200) trouble(got, 400, 422);
      else assert.equal(got.json.publishable, false, text.slice(0, 50));
      assert.ok(got.json.problems.length > 0, got.text.slice(0, 300));
    }
  });
  test("a project without an admin", async () => {
    const got = await ann.call("GET", "/api/project/document");
    assert.equal(got.status, 200, got.text);
    const project = got.json;
    for (const break_ of [(p) => (p.people = {}), (p) => delete p.environments, (p) => (p.keys = []), (p) => (p.surprise = 1), (p) => (p.people["ann@acme.example"].roles = { "*": ["emperor"] })]) {
      const broken = structuredClone(project);
      break_(broken);
      trouble(await ann.call("PUT", "/api/project/document?message=x", { body: broken, headers: { "if-match": got.headers.get("etag") } }), 400, 422);
    }
  });
});

test("anyone may ask for health and version, and is told no names and no secrets", async () => {
  const health = await api(served.url, null).call("GET", "/health");
  assert.equal(health.status, 200);
  assert.equal(health.json.ready, true);
  assert.ok(health.json.environments.length >= 1);
  assert.doesNotMatch(health.text, /production|staging|acme|halyard_|environments\/|"bucket/i);
  const version = await api(served.url, null).call("GET", "/version");
  assert.equal(version.status, 200);
  assert.ok(version.json.version);
});

test("every answer forbids sniffing and framing, and the app may load nothing from elsewhere", async () => {
  for (const path of ["/", "/sign-in", "/environments/production/flags/a.b", "/health", "/api/session", "/nope.js", "/.env", "/..%2f..%2fCargo.toml"]) {
    const response = await fetch(served.url + path, { headers: { accept: "text/html" } });
    assert.equal(response.headers.get("x-content-type-options"), "nosniff", path);
    const policy = response.headers.get("content-security-policy");
    assert.match(policy, /frame-ancestors 'none'/, path);
    assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|\*/, path);
  }
  const page = await fetch(`${served.url}/environments/production/flags/a.b`, { headers: { accept: "text/html,*/*" } });
  assert.equal(page.status, 200);
  assert.match(page.headers.get("content-type"), /^text\/html/);
  for (const name of ["referrer-policy", "cross-origin-opener-policy"]) assert.equal(page.headers.get(name), "same-origin");
  const script = /from '([^']+\.js)'/.exec(await page.text())?.[1];
  assert.match((await fetch(served.url + script)).headers.get("cache-control"), /immutable/, "what is named by its hash may be kept for ever");
  assert.equal(page.headers.get("cache-control"), "no-cache");
  assert.equal((await fetch(`${served.url}/nope.js`)).status, 404);
  assert.doesNotMatch(await (await fetch(`${served.url}/..%2f..%2fCargo.toml`)).text(), /workspace/);
  assert.equal((await fetch(served.url, { method: "POST", body: "x" })).status, 405);
});

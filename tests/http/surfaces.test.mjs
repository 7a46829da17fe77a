// The two surfaces apart, and a deployment that is configured wrongly: each answers its own paths, and says so where it does not.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { api, ofrep } from "../support/client.mjs";
import { startNode } from "../support/node.mjs";
import { inBucket } from "../support/in-bucket.mjs";

let bucket, project;
const CONTEXT = { targetingKey: "shopper-1" };
const ASSETS = () => new Response("<!doctype html><title>the app</title>", { headers: { "content-type": "text/html; charset=utf-8" } });

inBucket((made) => ({ bucket, project } = made));

function node(vars) {
  let started;
  before(async () => {
    started = await startNode(bucket, { vars, assets: ASSETS });
  });
  after(() => started?.stop());
  return () => started;
}

describe("evaluation", () => {
  const at = node({ HALYARD_SURFACE: "evaluation" });
  test("it evaluates", async () => assert.equal((await ofrep(at().url, project.sdkKeys.production.server).flag("max-cart-items", CONTEXT)).status, 200));
  test("there is no API and no app, not even for an admin", async () => {
    for (const path of ["/api/session", "/api/environments", "/api/environments/production/document", "/", "/sign-in", "/index.html"]) {
      const got = await api(at().url, project.token).call("GET", path);
      assert.equal(got.status, 404, path);
      assert.ok(!got.text.includes("the app"), path);
    }
    assert.equal((await api(at().url, project.token).call("PUT", "/api/environments/production/document?message=x", { body: "{}", headers: { "if-match": "x" } })).status, 404);
  });
  test("it tells its health", async () => assert.equal((await fetch(`${at().url}/health`)).status, 200));
});

describe("administration", () => {
  const at = node({ HALYARD_SURFACE: "administration" });
  test("there is the API and the app", async () => {
    assert.equal((await api(at().url, project.token).call("GET", "/api/environments")).json.length, 2);
    assert.match(await (await fetch(`${at().url}/environments/production/flags`)).text(), /the app/);
  });
  test("it does not evaluate", async () => {
    const got = await ofrep(at().url, project.sdkKeys.production.server).flag("max-cart-items", CONTEXT);
    assert.equal(got.status, 404);
    assert.ok(!("value" in got.json));
  });
});

describe("a surface that there is not", () => {
  const at = node({ HALYARD_SURFACE: "everything" });
  test("nothing is answered, and the log says why", async () => {
    assert.equal((await ofrep(at().url, project.sdkKeys.production.server).flag("max-cart-items", CONTEXT)).status, 500);
    assert.match(at().log(), /configuration cannot be read/);
  });
});

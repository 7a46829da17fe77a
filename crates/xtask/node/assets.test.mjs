import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { answerFrom } from "./assets.mjs";

let folder;
let answer;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "halyard-assets-"));
  await writeFile(join(folder, "secret.txt"), "not for anyone");
  await mkdir(join(folder, "admin"));
  await writeFile(join(folder, "admin/index.html"), "<p>app</p>");
  await writeFile(join(folder, "admin/app-0123456789abcdef_bg.wasm"), "wasm");
  const handler = answerFrom(join(folder, "admin"));
  answer = (path, method = "GET") => handler({ url: `http://localhost${path}`, method });
});
after(() => rm(folder, { recursive: true, force: true }));

test("a route of the app is its index.html, asked for anew each time", async () => {
  for (const path of ["/", "/flags", "/environments/production/flags/new-checkout"]) {
    const response = await answer(path);
    assert.equal(response.status, 200);
    assert.equal(await response.text(), "<p>app</p>");
    assert.equal(response.headers.get("cache-control"), "no-cache");
    assert.match(response.headers.get("content-type"), /^text\/html/);
  }
});

test("wasm has its own type, without which browsers do not compile it while it comes", async () => {
  const response = await answer("/app-0123456789abcdef_bg.wasm");
  assert.equal(response.headers.get("content-type"), "application/wasm");
});

test("a file that is not there is a 404 and not the app", async () => {
  assert.equal((await answer("/gone.js")).status, 404);
});

test("no path leads out of the folder", async () => {
  for (const path of ["/..%2fsecret.txt", "/%2e%2e/secret.txt", "/a/..%2f..%2fsecret.txt", "/%ff"]) {
    const response = await answer(path);
    assert.notEqual(await response.text(), "not for anyone", path);
  }
});

test("only reading is allowed", async () => {
  assert.equal((await answer("/", "POST")).status, 405);
});

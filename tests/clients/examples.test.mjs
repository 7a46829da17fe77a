// The programs in examples/, as they are, against the demo that `cargo xtask serve` runs: what their READMEs say, happens.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { launch, open } from "../support/browser.mjs";
import { api } from "../support/client.mjs";
import { folder, freePort, ROOT, until } from "../support/place.mjs";
import { serve } from "../support/served.mjs";
import { cargo, EXAMPLES, start } from "./programs.mjs";

const cleanup = [];
let served, production, key;

before(async () => {
  served = await serve(await folder((work) => cleanup.push(work)));
  cleanup.push(() => served.stop());
  key = served.sdkKeys.production;
  production = api(served.url, served.token).environment("production");
});
after(async () => {
  for (const work of cleanup.reverse()) await work();
});

const manifest = async (example) => JSON.parse(await readFile(join(EXAMPLES, example, "package.json"), "utf8"));
const publish = async (change) => {
  const got = await production.edit(change);
  assert.equal(got.status, 200, got.text);
};
/** The environment of a shop. */
const shop = (port) => ({ HALYARD_URL: served.url, HALYARD_KEY: key.server, PORT: String(port) });

const SHOPS = [
  ["node-server", async () => start("sh", ["-c", (await manifest("node-server")).scripts.start], { cwd: join(EXAMPLES, "node-server"), env: shop(await freePort()) })],
  ["rust-server", async () => start(await cargo("halyard-example-rust-server"), [], { env: shop(await freePort()) })],
];
for (const [name, open] of SHOPS) {
  describe(name, () => {
    let program;
    before(async () => {
      program = await open();
    });
    after(() => program?.stop());
    const visit = async (query) => (await fetch(`${program.url}/?${query}`)).text();
    const ann = () => visit("user=ann&email=ann@acme.example&country=NL");
    const bob = () => visit("user=bob&country=US");
    const stage = (stage) =>
      publish((document) => {
        document.releases["checkout-revamp"].stage = stage;
      });

    test("a release that opens to staff reaches Ann, who works there, and not Bob", async () => {
      await stage(null);
      await until("nobody has it", async () => (await ann()).startsWith("ann: checkout on four pages, up to 100 items"));
      await stage("internal");
      await until("Ann has it", async () => (await ann()).startsWith("ann: checkout on one page"));
      assert.match(await bob(), /^bob: checkout on four pages, up to 100 items/);
    });

    const alone = async (url) => {
      const command = name === "node-server" ? [process.execPath, [join(EXAMPLES, name, "server.mjs")]] : [await cargo("halyard-example-rust-server"), []];
      const program = await start(...command, { env: { ...shop(await freePort()), HALYARD_URL: url } });
      try {
        const response = await fetch(`${program.url}/?user=ann&email=ann@acme.example`, { signal: AbortSignal.timeout(8_000) });
        assert.match(await response.text(), /^ann: checkout on four pages, up to 50 items/);
      } finally {
        await program.stop();
      }
    };

    test("a shop whose node is away goes on with the defaults in its code", async () => alone(`http://127.0.0.1:${await freePort()}`));

    test("and so does one whose node takes the question and never answers", async () => {
      const silent = createServer(() => {});
      await new Promise((resolve) => silent.listen(0, "127.0.0.1", resolve));
      try {
        await alone(`http://127.0.0.1:${silent.address().port}`);
      } finally {
        silent.closeAllConnections();
        silent.close();
      }
    });
  });
}

describe("web-page", () => {
  let program, browser, page;
  before(async () => {
    const { scripts } = await manifest("web-page");
    program = await start("sh", ["-c", scripts.start.replace("3001", String(await freePort()))], { cwd: join(EXAMPLES, "web-page") });
    browser = await launch();
    page = await open(browser);
  });
  after(async () => {
    await browser?.close();
    await program?.stop();
  });
  const shown = (id) => page.locator(id).textContent();

  test("it shows the visitor's flags, and another layout to somebody else", async () => {
    await page.goto(`${program.url}/?node=${served.url}&key=${key.browser}`);
    await until("its flags", async () => (await shown("#suggestions")) === "with suggestions");
    const layouts = new Set([await shown("#layout")]);
    for (let nth = 0; layouts.size < 3 && nth < 40; nth++) {
      await page.locator("#user").fill(`user-${nth}`);
      const answered = page.waitForResponse((response) => response.url().includes("/ofrep/") && response.request().method() === "POST");
      await page.getByRole("button", { name: "Sign in" }).click();
      await answered;
      layouts.add(await shown("#layout"));
    }
    assert.deepEqual([...layouts].sort(), ["classic", "gallery", "story"]);
    assert.deepEqual(page.said, []);
  });

  test("a flag that is turned off reaches the open page", async () => {
    await publish((document) => {
      document.flags["search-autocomplete"].enabled = false;
    });
    await until("the page knows", async () => (await shown("#suggestions")) === "without suggestions", { within: 20_000, every: 200 });
    assert.deepEqual(page.said, []);
  });

  test("without a key it is as its defaults say", async () => {
    const refused = page.waitForResponse((response) => response.status() === 401);
    await page.goto(`${program.url}/?node=${served.url}&key=none`);
    await refused;
    assert.equal(await shown("#layout"), "classic");
    assert.equal(await shown("#suggestions"), "without suggestions");
  });
});

test("curl.sh", async () => {
  const { stdout } = await promisify(execFile)(join(ROOT, "examples/curl.sh"), { env: { ...process.env, HALYARD_URL: served.url, HALYARD_KEY: key.server } });
  const [one, all, again, none, ...rest] = stdout.trim().split("\n");
  assert.equal(JSON.parse(one).key, "max-cart-items");
  assert.ok(JSON.parse(all).flags.length >= 10);
  assert.equal(again, "304");
  assert.equal(JSON.parse(none).errorCode, "FLAG_NOT_FOUND");
  assert.deepEqual(rest, []);
});

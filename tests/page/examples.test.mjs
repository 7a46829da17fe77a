// The pages in examples/, as they are, against the demo that `cargo xtask serve` runs: what their READMEs say, happens.
import assert from "node:assert/strict";
import { cp, mkdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { start } from "../clients/programs.mjs";
import { launch, open } from "../support/browser.mjs";
import { api } from "../support/client.mjs";
import { folder, freePort, ROOT, until } from "../support/place.mjs";
import { serve } from "../support/served.mjs";
import { PACKAGE } from "./support.mjs";

const cleanup = [];
let served, production, browser;
before(async () => {
  served = await serve(await folder((work) => cleanup.push(work)));
  cleanup.push(() => served.stop());
  production = api(served.url, served.token).environment("production");
  browser = await launch();
  cleanup.push(() => browser.close());
});
after(async () => {
  for (const work of cleanup.reverse()) await work();
});

/** The example in a folder of its own, with what `npm install` would bring, started as its README says. */
async function begin(name, port) {
  const room = join(await folder((work) => cleanup.push(work)), name);
  await cp(join(ROOT, "examples", name), room, { recursive: true });
  await mkdir(join(room, "node_modules"));
  await symlink(PACKAGE, join(room, "node_modules/halyard-flags"));
  for (const dependency of ["react", "react-dom", "scheduler"]) await symlink(join(ROOT, "node_modules", dependency), join(room, "node_modules", dependency));
  const { scripts } = JSON.parse(await readFile(join(room, "package.json"), "utf8"));
  const free = String(await freePort());
  const program = await start("sh", ["-c", scripts.start.replace(port, free)], { cwd: room, env: { HALYARD_URL: served.url, HALYARD_KEY: served.sdkKeys.production.browser, PORT: free } });
  cleanup.push(() => program.stop());
  return program;
}
const publish = async (change) => {
  const got = await production.edit(change);
  assert.equal(got.status, 200, got.text);
};
const suggests = (enabled) =>
  publish((document) => {
    document.flags["search-autocomplete"].enabled = enabled;
  });

const EXAMPLES = [
  ["page-plain", "3003", (program) => program.url],
  ["page-react", "3004", (program) => `${program.url}/?node=${served.url}&key=${served.sdkKeys.production.browser}`],
];
for (const [name, port, address] of EXAMPLES) {
  describe(name, () => {
    let page, program;
    const shown = (id) => page.locator(id).textContent();
    before(async () => {
      program = await begin(name, port);
      page = await open(browser);
    });
    after(() => page?.context().close());

    test("it shows the visitor's flags, and another layout to somebody else, for whom nobody is asked", async () => {
      await page.goto(address(program));
      await until("its flags", async () => (await shown("#suggestions")) === "with suggestions");
      let asked = 0;
      page.on("request", () => (asked += 1));
      const layouts = new Set([await shown("#layout")]);
      for (let nth = 0; layouts.size < 3 && nth < 40; nth++) {
        await page.locator("#user").fill(`user-${nth}`);
        await page.getByRole("button", { name: "Sign in" }).click();
        layouts.add(await shown("#layout"));
      }
      assert.deepEqual([...layouts].sort(), ["classic", "gallery", "story"]);
      assert.equal(asked, 0);
      assert.deepEqual(page.said, []);
    });

    test("nothing is shown and then replaced", async () => {
      await page.addInitScript(() => {
        window.shown = [];
        new MutationObserver(() => {
          const layout = document.querySelector("#layout")?.textContent;
          if (layout && layout !== window.shown.at(-1)) window.shown.push(layout);
        }).observe(document, { subtree: true, childList: true, characterData: true });
      });
      await page.reload();
      await until("its flags", async () => (await shown("#suggestions")) === "with suggestions");
      await page.waitForTimeout(300);
      assert.equal((await page.evaluate(() => window.shown)).length, 1);
    });

    test("a flag that is turned off reaches the page when somebody comes back to it", async () => {
      await suggests(false);
      // Longer than a page takes a version for new, by its own clock; then the return.
      await page.evaluate(() => {
        const real = performance.now.bind(performance);
        performance.now = () => real() + 61_000;
      });
      const comeBack = () => page.evaluate(() => void dispatchEvent(new Event("focus")));
      await until("no suggestions", async () => (await comeBack(), (await shown("#suggestions")) === "without suggestions"), { within: 20_000, every: 500 });
      assert.deepEqual(page.said, []);
      await suggests(true);
    });
  });
}

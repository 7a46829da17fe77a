// The app as its admin has it: the node served, a browser signed in. All of it ends with the test file.
import { after } from "node:test";
import { arrived, launch, open, signIn, WIDE } from "./browser.mjs";
import { folder } from "./place.mjs";
import { serve } from "./served.mjs";

/** Serves the demo, or a project that has nothing yet, and signs its admin in. */
export async function admin({ viewport = WIDE, demo = true } = {}) {
  const ends = [];
  after(async () => {
    for (const end of ends.reverse()) await end();
  });
  const served = await serve(await folder((remove) => ends.push(remove)), { demo });
  ends.push(served.stop);
  const browser = await launch();
  ends.push(() => browser.close());
  const page = await open(browser, { viewport });
  await signIn(page, served.adminLink);
  const { cookies } = await page.context().storageState();
  const visit = async (path, on = page) => {
    await on.goto(served.url + path);
    await arrived(on);
  };
  return {
    served,
    browser,
    page,
    visit,
    /** Without the draft that a test before may have left. */
    async fresh(path) {
      await page.evaluate(() => localStorage.clear());
      await visit(path);
    },
    /** The same person in another browser, signed in. */
    async another(options) {
      const on = await open(browser, options);
      await on.context().addCookies(cookies);
      return on;
    },
  };
}

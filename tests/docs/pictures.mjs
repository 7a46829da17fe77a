// Takes the pictures in docs/images anew, of the demo: node tests/docs/pictures.mjs
import { join } from "node:path";
// It comes with miniflare.
import sharp from "sharp";
import { launch, open, signIn } from "../support/browser.mjs";
import { folder, ROOT } from "../support/place.mjs";
import { serve } from "../support/served.mjs";

const cleanup = [];
const served = await serve(await folder((work) => cleanup.push(work)));
const browser = await launch();
try {
  const page = await open(browser, { viewport: { width: 1440, height: 900 } });
  const take = async (name) => {
    await page.mouse.move(0, 0);
    await page.waitForTimeout(500);
    await sharp(await page.screenshot()).webp({ quality: 82, effort: 6 }).toFile(join(ROOT, "docs/images", `${name}.webp`));
  };
  const press = (name) => page.getByRole("button", { name, exact: true }).or(page.getByRole("link", { name, exact: true })).first().click();
  /** Presses it and publishes, and waits until the window that asks is gone. */
  const publish = async (name) => {
    await press(name);
    await press("Publish");
    await page.locator("dialog[open]").waitFor({ state: "detached" });
  };
  await signIn(page, served.adminLink);
  await press("Releases");
  await press("Search that understands you");
  await take("ramp");
  await press("Releases");
  await press("Checkout revamp");
  await take("release-page");
  await press("Open to internal");
  await page.getByText("scenarios hold").waitFor();
  await take("release");
  await press("Publish");
  await page.locator("dialog[open]").waitFor({ state: "detached" });
  await publish("Open to beta");
  await press("Roll back");
  await page.getByText("scenarios hold").waitFor();
  await take("roll-back");
} finally {
  await browser.close();
  await served.stop();
  for (const work of cleanup) await work();
}

// Signing in and out; what a browser keeps; and a server that is killed.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { arrived, launch, open, signIn } from "../support/browser.mjs";
import { api, ofrep } from "../support/client.mjs";
import { folder, until } from "../support/place.mjs";
import { serve } from "../support/served.mjs";

const cleanup = [];
let served, data, browser, page;

before(async () => {
  data = await folder((work) => cleanup.push(work));
  served = await serve(data);
  browser = await launch();
  page = await open(browser);
});
after(async () => {
  await browser?.close();
  await served?.stop();
  for (const work of cleanup) await work();
});

const version = async () => (await api(served.url, served.token).environment("production").document()).version;

test("without a link there is nothing to see but how to get one", async () => {
  const stranger = await open(browser);
  await stranger.goto(`${served.url}/environments/production/flags`);
  await stranger.getByRole("heading", { name: "Sign in" }).waitFor();
  assert.doesNotMatch(await stranger.content(), /new-checkout|acme\.example/);
  await stranger.context().close();
});

test("a link signs in once", async () => {
  await signIn(page, served.adminLink);
  assert.ok(!page.url().includes("halyard_link_"), "the secret has left the address");
  const second = await open(browser);
  await second.goto(served.adminLink);
  await second.getByRole("heading", { name: /does not work any more/ }).waitFor();
  assert.deepEqual(await second.context().cookies(), []);
  await second.context().close();
});

test("the session is in a cookie that no script can read, and no secret is anywhere else", async () => {
  const [cookie, ...others] = await page.context().cookies();
  assert.deepEqual(others, []);
  assert.equal(cookie.name, "halyard_session");
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, "Strict");
  // With a draft, which the browser does keep.
  await page.goto(`${served.url}/environments/production/flags/new-checkout`);
  await arrived(page);
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, document.documentElement.outerHTML]));
  assert.doesNotMatch(kept, /halyard_(session_|link_|token_|server_|browser_)[\w-]{20}/);
  assert.equal((await page.context().storageState()).origins.flatMap(({ localStorage }) => localStorage).filter(({ value }) => value.includes(cookie.value)).length, 0);
});

test("a server that is killed comes back with its data, its keys and its sessions", async () => {
  const production = api(served.url, served.token).environment("production");
  const published = await production.edit((document) => {
    document.flags["max-cart-items"].otherwise = "large";
  }, "Before the power goes");
  assert.equal(published.status, 200, published.text);
  const before = await version();
  const { token, sdkKeys, port } = served;
  await served.kill();
  served = await serve(data, { port });
  assert.equal(served.token, token);
  assert.deepEqual(served.sdkKeys, sdkKeys);
  assert.equal(await version(), before);
  const flags = ofrep(served.url, sdkKeys.production.server);
  await until("it serves what was published last", async () => (await flags.flag("max-cart-items", { targetingKey: "a" })).json?.variant === "large");
  await page.goto(`${served.url}/environments/production`);
  await arrived(page);
  await page.getByRole("link", { name: "Flags" }).first().waitFor();
});

test("a workerd that is killed alone is started again, and nothing is lost", async (t) => {
  const children = await readFile(`/proc/${served.pid}/task/${served.pid}/children`, "utf8").catch(() => null);
  if (children === null) return t.skip("skipped: there is no /proc here to find workerd by");
  const before = await version();
  for (const pid of children.trim().split(" ")) process.kill(Number(pid), "SIGKILL");
  await until("it answers again", () => version().then((now) => now === before, () => false), { within: 20_000, every: 200 });
  const { json } = await ofrep(served.url, served.sdkKeys.production.server).flag("max-cart-items", { targetingKey: "a" });
  assert.equal(json.variant, "large");
});

test("while the server is away the app says so, and goes on when it is back", async () => {
  const { port } = served;
  await page.goto(`${served.url}/environments/production/flags`);
  await arrived(page);
  await served.stop();
  await page.getByText("The node cannot be reached").waitFor({ timeout: 30_000 });
  served = await serve(data, { port });
  await page.getByText("The node cannot be reached").waitFor({ state: "detached", timeout: 30_000 });
});

test("signing out ends the session for good", async () => {
  const [cookie] = await page.context().cookies();
  await page.goto(`${served.url}/environments/production`);
  await arrived(page);
  await page.locator("summary[aria-label^='Account']").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await until("the session is over", async () => {
    const { status } = await api(served.url, null).call("GET", "/api/session", { headers: { cookie: `halyard_session=${cookie.value}` } });
    return status === 401;
  });
});

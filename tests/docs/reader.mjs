// Somebody who follows a page word for word, in a clone of their own: their shell, and their browser.
import { execFile } from "node:child_process";
import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { launch, open, signIn } from "../support/browser.mjs";
import { DIST, folder, ROOT, until } from "../support/place.mjs";
import { serve } from "../support/served.mjs";
import { isAnswer } from "./page.mjs";

/** What the pages take for the demo's address. */
const ADDRESS = /(127\.0\.0\.1|localhost):8787/g;
/** A node serves what is published within five seconds, and these machines are busy. */
const PATIENCE_MS = 15_000;
/** What is made by running, and not in a clone. */
const NOT_CLONED = [".git", ".halyard", "dist", "target"];

/** Starts the demo and sits down before it: `{ run, steps, stop }`. */
export async function reader(after) {
  const clone = await folder(after);
  for (const name of await readdir(ROOT)) if (!NOT_CLONED.includes(name)) await symlink(join(ROOT, name), join(clone, name));
  await symlink(DIST, join(clone, "dist"));
  const served = await serve(join(clone, ".halyard"));
  const state = join(await folder(after), "state");
  await writeFile(state, "");
  let browser = null;
  let page = null;

  const shell = (commands) =>
    new Promise((resolve) => {
      // What one block sets, the next one has, as in a terminal that stays open.
      const script = `set -eu\nexec 2>&1\n. "$READER_STATE"\n${commands.replace(ADDRESS, `127.0.0.1:${served.port}`)}\nexport -p > "$READER_STATE"\n`;
      const env = { ...process.env, READER_STATE: state };
      execFile("sh", ["-c", script], { cwd: clone, env }, (error, out) => resolve({ code: error ? (error.code ?? -1) : 0, out }));
    });

  return {
    /** Runs a block; where the page shows an answer, it must come, at the latest after what a node may take to see a publish. */
    async run({ run, answer }) {
      const deadline = Date.now() + PATIENCE_MS;
      let wrong = null;
      for (;;) {
        const { code, out } = await shell(run);
        const said = out.replaceAll(`127.0.0.1:${served.port}`, "127.0.0.1:8787");
        if (code === 0 && (answer === undefined || isAnswer(answer, said))) return;
        // Not every command can be given twice: what it said first counts then.
        wrong ??= code === 0 ? `the page says:\n${answer}\nbut it is:\n${said}` : `it ended with ${code}:\n${run}\n${said}`;
        if (code !== 0 || Date.now() > deadline) throw new Error(wrong);
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    },
    /** Does what the page says, in the app. */
    async steps({ steps }) {
      if (!page) {
        browser = await launch();
        page = await open(browser, { viewport: { width: 1440, height: 900 } });
        await signIn(page, served.adminLink);
      }
      for (const step of steps) {
        try {
          await take(page, step);
        } catch (error) {
          const seen = (await page.locator("body").innerText()).replace(/\s+/g, " ");
          throw new Error(`${step.said}: ${error.message.split("\n")[0]}\non ${page.url()}: ${seen.slice(0, 3000)}`);
        }
      }
      if (page.said.length > 0) throw new Error(page.said.join("\n"));
    },
    async stop() {
      await browser?.close();
      await served.stop();
    },
  };
}

/** Where the reader looks: at the dialog, where one is open. */
async function before(page) {
  const dialog = page.locator("dialog[open]").last();
  return (await dialog.count()) > 0 ? dialog : page.locator("body");
}

/** The first of these that is to be seen. */
function visible(what, candidates) {
  return until(what, async () => {
    for (const candidate of await candidates()) {
      const seen = candidate.filter({ visible: true }).first();
      if (await seen.count()) return seen;
    }
    return null;
  });
}

async function take(page, { type, choose, field, press, see }) {
  if (see) {
    await until(`the app says “${see}”`, async () => (await (await before(page)).innerText()).replace(/\s+/g, " ").includes(see));
  } else if (press) {
    const pressed = await visible("nothing has that name", async () => {
      const at = await before(page);
      const named = (role, exact = true) => at.getByRole(role, { name: press, exact });
      return [named("button"), named("link"), named("checkbox", false), named("switch", false), named("radio", false), at.getByText(press, { exact: true })];
    });
    await pressed.click();
  } else {
    const found = await visible("no field has that name", async () => {
      const at = await before(page);
      return [at.getByLabel(field, { exact: true }), at.getByLabel(field), at.getByPlaceholder(field, { exact: true })];
    });
    if (choose) await found.selectOption(choose);
    else {
      await found.fill(type);
      // On to the next field, as people go.
      await found.press("Tab");
    }
    // Longer than the pause after which what was typed is taken.
    await page.waitForTimeout(300);
  }
}

/** A page of the docs. */
export const read = (path) => readFile(join(ROOT, path), "utf8");

// The package, installed, in Node, Deno and Bun: each sees the same.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFile, cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, test } from "node:test";
import { folder, ROOT } from "../support/place.mjs";
import { documentOf, flag, PACKAGE, startSite, toggle } from "./support.mjs";

const cleanup = [];
afterEach(async () => {
  for (const work of cleanup.splice(0).reverse()) await work();
});

const shop = (layout) =>
  documentOf({
    layout: flag({
      variants: { classic: "classic", grid: "grid", NL: "NL" },
      rules: [{ id: "dutch", when: { attribute: "country", is: ["NL"] }, serve: "NL" }],
      otherwise: layout,
    }),
    private: toggle({ visibility: "private", otherwise: "on" }),
  });

const SEEN = [
  ["public", ["layout"], 1],
  ["bucket", "NL", 7],
  ["why", "`NL`, because rule `dutch` holds", 1],
  ["OpenFeature", { flagKey: "layout", flagMetadata: { rule: "dutch" }, reason: "TARGETING_MATCH", value: "NL", variant: "NL" }],
  ["started", "NL", true, 1],
  ["changed", "grid", "NL", 2],
  ["stale", "grid", "stale"],
];

/** A folder as after `npm install`, with the program in it. */
async function installed() {
  const place = await folder((work) => cleanup.push(work));
  // Deno looks into `node_modules` where it finds a manifest.
  await writeFile(join(place, "package.json"), "{}");
  await mkdir(join(place, "node_modules"));
  await cp(PACKAGE, join(place, "node_modules/halyard-flags"), { recursive: true });
  await symlink(join(ROOT, "node_modules/@openfeature"), join(place, "node_modules/@openfeature"));
  await copyFile(fileURLToPath(new URL("installed.mjs", import.meta.url)), join(place, "program.mjs"));
  return place;
}

const RUNTIMES = [
  ["Node", process.execPath, () => []],
  // With no more rights than it needs: the site, and to read the wasm.
  ["Deno", process.env.HALYARD_DENO, (place) => ["run", "--no-prompt", `--allow-net=${new URL(site.url).host}`, `--allow-read=${place}`]],
  ["Bun", process.env.HALYARD_BUN, () => ["run"]],
];
let site;

for (const [name, program, args] of RUNTIMES) {
  const skip = program ? false : `skipped: HALYARD_${name.toUpperCase()} names no ${name}; \`cargo xtask test\` sees to it, and says why where it cannot`;
  test(`in ${name} the package evaluates, follows, explains, and goes on with what it has`, { skip }, async () => {
    site = await startSite();
    cleanup.push(() => site.stop());
    site.publish(shop("classic"));
    const place = await installed();
    const options = { url: site.url, key: "halyard_server_k", refresh: 100, staleAfter: 300 };
    const child = spawn(program, [...args(place), "program.mjs", JSON.stringify(options)], {
      cwd: place,
      env: { ...process.env, DENO_DIR: join(place, "deno"), DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 60_000,
    });
    const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));
    let complaints = "";
    child.stderr.on("data", (bytes) => (complaints += bytes));
    const then = { started: () => site.publish(shop("grid")), changed: () => (site.down = true) };
    const seen = [];
    for await (const line of createInterface({ input: child.stdout })) {
      seen.push(JSON.parse(line));
      then[seen.at(-1)[0]]?.();
    }
    const code = await ended;
    assert.deepEqual([seen, code], [SEEN, 0], complaints);
  });
}

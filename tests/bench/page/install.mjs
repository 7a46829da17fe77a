// Which evaluators are there: the peers are installed when they are measured, and a note tells of each that is not there.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { CACHE, HERE, version } from "./bundle.mjs";
import { EVALUATORS } from "./peers.mjs";

/** The evaluators that are there, ours first: { id, version, …facts }. `only`: ours, and those with this in their name. */
export async function evaluators({ only }) {
  const wanted = Object.entries(EVALUATORS).filter(([id, { ours }]) => ours || !only || id.includes(only));
  const failed = wanted.length > 1 ? await install() : "";
  const [there, notes] = [[], []];
  for (const [id, facts] of wanted) {
    const found = { id, ...facts, version: await version(facts) };
    if (found.version) there.push(found);
    else if (facts.ours) throw new Error("`dist/page` is missing: run `cargo xtask build` first");
    else notes.push(`${facts.name} is not measured: \`${facts.package}\` is not installed${failed && `, ${failed}`}.`);
  }
  return { there, notes };
}

/** Installs the peers as package-lock.json has them, unless that was done; returns why npm could not. They are optional: one that is gone does not keep the others. */
async function install() {
  const stamp = join(CACHE, "node_modules/.halyard-stamp");
  const wanted = createHash("sha256").update(await readFile(join(HERE, "package-lock.json"))).digest("hex");
  if ((await readFile(stamp, "utf8").catch(() => "")) === wanted) return "";
  process.stderr.write("→ installing the peers into the user's cache\n");
  await mkdir(CACHE, { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) await copyFile(join(HERE, name), join(CACHE, name));
  try {
    await promisify(execFile)("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: CACHE });
    await writeFile(stamp, wanted);
    return "";
  } catch (error) {
    const said = String(error.stderr || error.message).split("\n").filter((line) => line.startsWith("npm error"));
    return `npm says: ${said[0] ?? error.message}`;
  }
}

// Puts a project into an empty bucket, and a fresh one-time link for its admin into any.
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const ADMIN = "ann@acme.example";

/** The keys of the project in the bucket; makes the project first where there is none. */
export async function seed(bucket, { data, dist, demo }) {
  const kept = join(data, "seed.json");
  if (await bucket.head("project/head.json")) {
    try {
      return JSON.parse(await readFile(kept, "utf8"));
    } catch {
      return { admin: await firstAdmin(bucket), token: null, sdkKeys: {} };
    }
  }
  const folder = await mkdtemp(join(tmpdir(), "halyard-seed-"));
  try {
    const keys = await init(join(dist, "halyard"), folder, demo);
    // The keys are kept before the project exists: a start that is cut off here makes both anew.
    await writeFile(`${kept}.new`, JSON.stringify(keys, null, 2), { mode: 0o600 });
    await rename(`${kept}.new`, kept);
    await upload(bucket, folder);
    return keys;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function init(halyard, folder, demo) {
  const made = await halyardJson(halyard, [
    "init", "--store", pathToFileURL(folder).href, "--name", "Acme", "--admin", ADMIN,
    "--env", "production", "--env", "staging", ...(demo ? ["--demo"] : []), "--json",
  ]);
  return { admin: ADMIN, token: made.token, sdkKeys: made.sdkKeys };
}

/** Heads go last, the project's at the very end: what is half uploaded counts as empty. */
async function upload(bucket, folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const keys = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith(".") && entry.name.endsWith(".json"))
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join("/"));
  const rank = (key) => (key === "project/head.json" ? 2 : key.endsWith("/head.json") ? 1 : 0);
  keys.sort((a, b) => rank(a) - rank(b));
  for (const key of keys) await bucket.put(key, await readFile(join(folder, key), "utf8"));
}

/** Puts a one-time link for `person` into the bucket and returns its path. */
export async function freshLink(bucket, { dist }, person) {
  const made = await halyardJson(join(dist, "halyard"), ["link", "--person", person, "--json"]);
  const object = typeof made.object === "string" ? made.object : JSON.stringify(made.object);
  await bucket.put(made.key, object);
  return made.link;
}

/** A one-time link for somebody who may release in production and change nothing else there; null where the project has nobody like that. */
export async function releaserLink(bucket, settings) {
  const releaser = (await people(bucket)).find(([, { roles }]) => !roles?.["*"] && roles?.production?.join() === "releaser");
  return releaser ? freshLink(bucket, settings, releaser[0]) : null;
}

/** Somebody who may administrate a project that was not made here. */
async function firstAdmin(bucket) {
  const admin = (await people(bucket)).find(([, person]) => (person.roles?.["*"] ?? []).includes("admin"));
  if (!admin) throw new Error("the project in this folder names no admin");
  return admin[0];
}

async function people(bucket) {
  const head = await (await bucket.get("project/head.json")).json();
  const document = await (await bucket.get(`project/documents/${head.document}.json`)).json();
  return Object.entries(document.people ?? {});
}

async function halyardJson(program, args) {
  try {
    const { stdout } = await run(program, args, { maxBuffer: 1 << 24 });
    return JSON.parse(stdout);
  } catch (error) {
    throw new Error(`\`halyard ${args[0]}\` failed: ${(error.stderr || error.message).trim()}`);
  }
}

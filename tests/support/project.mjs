// A project in a bucket, made by the command line as an operator would.
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { folder, HALYARD } from "./place.mjs";

const run = promisify(execFile);

/** Makes it and uploads it; `demo` fills it. What `halyard init --json` printed comes back. */
export async function makeProject(bucket, after, { demo = true } = {}) {
  const at = await folder(after);
  const store = pathToFileURL(at).href;
  const made = await halyard("init", "--store", store, "--name", "Acme", "--admin", "ann@acme.example", "--env", "production", "--env", "staging", ...(demo ? ["--demo"] : []), "--json");
  const files = (await readdir(at, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && entry.name.endsWith(".json") && !entry.name.startsWith("."));
  for (const file of files) {
    const path = join(file.parentPath ?? file.path, file.name);
    await bucket.put(relative(at, path).split(sep).join("/"), await readFile(path));
  }
  return JSON.parse(made);
}

/** A one-time link for `person`: its path, `/sign-in#…`. */
export async function makeLink(bucket, person) {
  const made = JSON.parse(await halyard("link", "--person", person, "--json"));
  await bucket.put(made.key, typeof made.object === "string" ? made.object : JSON.stringify(made.object));
  return made.link;
}

/** Runs dist/halyard and returns its stdout; throws with its stderr. */
export async function halyard(...args) {
  try {
    return (await run(HALYARD, args, { maxBuffer: 1 << 26 })).stdout;
  } catch (error) {
    throw new Error(`halyard ${args[0]}: ${error.stderr || error.message}`);
  }
}

// docs/ci.md, word for word: its scripts in a repository of their own, over a folder and over a node.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { startBucket } from "../support/bucket.mjs";
import { startNode } from "../support/node.mjs";
import { folder, HALYARD, ROOT } from "../support/place.mjs";
import { halyard, makeProject } from "../support/project.mjs";

const FILE = "flags/production.json";
const VERSION = "flags/production.version";
const scripts = blocks(await readFile(join(ROOT, "docs/ci.md"), "utf8"));

/** The fenced blocks that have a name behind their language: `{ name: text }`. */
function blocks(page) {
  return Object.fromEntries([...page.matchAll(/^```(?:sh|yaml) (\S+)\n([\s\S]*?)^```$/gm)].map(([, name, text]) => [name, text]));
}

/** A clone of a bare repository with the scripts in it, and `halyard` on the path. */
async function repository(cleanup, surroundings) {
  const at = await folder((work) => cleanup.push(work));
  const clone = join(at, "clone");
  await mkdir(join(at, "bin"));
  await symlink(HALYARD, join(at, "bin/halyard"));
  const who = { GIT_AUTHOR_NAME: "Ann", GIT_AUTHOR_EMAIL: "ann@acme.example", GIT_COMMITTER_NAME: "Ann", GIT_COMMITTER_EMAIL: "ann@acme.example" };
  const env = { PATH: `${join(at, "bin")}:${process.env.PATH}`, HOME: at, USER: "pipeline", ...who, ...surroundings };
  const run = (program, args, more = {}) =>
    new Promise((resolve) => {
      execFile(program, args, { cwd: clone, env: { ...env, ...more } }, (error, out, err) => resolve({ code: error ? (error.code ?? -1) : 0, out, err }));
    });
  const git = async (...args) => {
    const ran = await run("git", args);
    assert.equal(ran.code, 0, `git ${args.join(" ")}: ${ran.err}`);
    return ran.out.trim();
  };
  await mkdir(clone);
  await git("init", "--quiet", "--bare", join(at, "origin"));
  await git("init", "--quiet", "--initial-branch=main");
  await git("remote", "add", "origin", join(at, "origin"));
  for (const [name, text] of Object.entries(scripts).filter(([name]) => name.startsWith("ci/"))) {
    await mkdir(dirname(join(clone, name)), { recursive: true });
    await writeFile(join(clone, name), text);
    await chmod(join(clone, name), 0o755);
  }
  await git("add", "ci");
  await git("commit", "--quiet", "--message", "The scripts");
  const document = async () => JSON.parse(await readFile(join(clone, FILE), "utf8"));
  return {
    git,
    document,
    begin: () => run("sh", ["-c", scripts.begin]),
    /** Runs a script of `ci/` with these variables over the others. */
    ci: (name, more) => run(`ci/${name}.sh`, [], more),
    version: async () => (await readFile(join(clone, VERSION), "utf8")).trim(),
    /** Changes the file by a function and commits it. */
    async commit(message, change) {
      const changed = await document();
      change(changed);
      await writeFile(join(clone, FILE), `${JSON.stringify(changed, null, 2)}\n`);
      await git("commit", "--quiet", "--message", message, "--", FILE);
    },
    write: (text) => writeFile(join(clone, FILE), text),
  };
}

const places = {
  async "a folder"(cleanup) {
    const at = await folder((work) => cleanup.push(work));
    const store = pathToFileURL(at).href;
    await halyard("init", "--store", store, "--name", "Acme", "--admin", "ann@acme.example", "--demo");
    return { HALYARD_STORE: store };
  },
  async "a node"(cleanup) {
    const bucket = await startBucket();
    cleanup.push(() => bucket.stop());
    const project = await makeProject(bucket, (work) => cleanup.push(work));
    const node = await startNode(bucket);
    cleanup.push(node.stop);
    return { HALYARD_STORE: node.url, HALYARD_TOKEN: project.token };
  },
};

for (const [name, make] of Object.entries(places)) {
  describe(`the recipe over ${name}`, () => {
    const cleanup = [];
    let at, repo;

    /** Somebody publishes without the repository, as the app does. */
    async function elsewhere(message, change) {
      const run = (args, input) => {
        return new Promise((resolve, reject) => {
          const about = ["--store", at.HALYARD_STORE, "--env", "production"];
          const env = { ...process.env, ...at };
          const child = execFile(HALYARD, [...args, ...about], { env, maxBuffer: 1 << 26 }, (error, out, err) => (error ? reject(new Error(err)) : resolve(out)));
          // A command that wants no input may have ended before it is offered any: what it answered counts.
          child.stdin.on("error", () => {}).end(input);
        });
      };
      const document = JSON.parse(await run(["get"], ""));
      if (!change) return document;
      change(document);
      return run(["publish", "-", "--message", message], JSON.stringify(document));
    }
    const published = () => elsewhere();

    before(async () => {
      at = await make(cleanup);
      repo = await repository(cleanup, at);
    });
    after(async () => {
      for (const work of cleanup.reverse()) await work();
    });

    test("begins with what is published", async () => {
      const ran = await repo.begin();
      assert.equal(ran.code, 0, ran.err);
      assert.deepEqual(await repo.document(), await published());
      assert.match(await repo.version(), /^8$/);
    });

    test("a check says what a pull request changes and what is wrong with it", async () => {
      await repo.commit("Hand the search over", (document) => (document.flags["new-search"].owner = "team-find"));
      for (const surroundings of [{}, { HALYARD_STORE: "" }]) {
        const good = await repo.ci("check", surroundings);
        assert.equal(good.code, 0, good.err);
        assert.match(good.out, /flag `new-search`: owner is now `team-find`/);
      }
      const right = JSON.stringify(await repo.document(), null, 2);
      await repo.write(right.replace(/"otherwise": "off"/, '"otherwise": "of"'));
      const wrong = await repo.ci("check");
      assert.equal(wrong.code, 1);
      assert.match(wrong.out + wrong.err, /otherwise/);
      await repo.write(`${right}\n`);
    });

    test("a publish keeps what others changed meanwhile", async () => {
      await elsewhere("A kill switch", (document) => (document.flags["max-cart-items"].enabled = false));
      const ran = await repo.ci("publish");
      assert.equal(ran.code, 0, ran.err);
      const { flags } = await published();
      assert.equal(flags["new-search"].owner, "team-find");
      assert.equal(flags["max-cart-items"].enabled, false);
      const again = await repo.ci("publish");
      assert.equal(again.code, 0, again.err);
      assert.match(again.err, /nothing changed/);
      assert.equal(await repo.git("rev-parse", "published/production"), await repo.git("rev-parse", "HEAD"));
      // A later commit may change the same thing again.
      await repo.commit("And back", (document) => (document.flags["new-search"].owner = "team-search"));
      assert.equal((await repo.ci("publish")).code, 0);
      assert.equal((await published()).flags["new-search"].owner, "team-search");
    });

    test("what both changed is said, brought back, chosen in git, and published", async () => {
      await elsewhere("Words from the app", (document) => (document.flags["new-search"].description = "From the app"));
      await repo.commit("Words from the repository", (document) => (document.flags["new-search"].description = "From the repository"));
      const clash = await repo.ci("publish");
      assert.equal(clash.code, 3, clash.err);
      assert.match(clash.err, /From the repository[\s\S]*From the app/);
      assert.equal((await published()).flags["new-search"].description, "From the app");

      const back = await repo.ci("bring-back");
      assert.equal(back.code, 0, back.err);
      assert.equal((await repo.document()).flags["max-cart-items"].enabled, false, "the kill switch is in the file");
      await repo.git("switch", "--quiet", "main");
      await repo.git("merge", "--quiet", "--strategy-option=ours", "flags/bring-back");
      assert.equal((await repo.document()).flags["new-search"].description, "From the repository", "a person chose");
      const ran = await repo.ci("publish");
      assert.equal(ran.code, 0, ran.err);
      const { flags } = await published();
      assert.deepEqual([flags["new-search"].description, flags["max-cart-items"].enabled], ["From the repository", false]);

      const nothing = await repo.ci("bring-back");
      assert.equal(nothing.code, 0, nothing.err);
      assert.match(nothing.err, /has everything/);
      await repo.git("checkout", "--quiet", "--force", "main");
    });

    test("an old run that comes late publishes nothing", async () => {
      const now = await published();
      await repo.git("switch", "--quiet", "--detach", "main~1");
      const ran = await repo.ci("publish");
      assert.equal(ran.code, 0, ran.err);
      assert.match(ran.err, /nothing to do/);
      assert.deepEqual(await published(), now);
    });
  });
}

test("the workflow runs these scripts and no others", () => {
  const runs = [...scripts[".github/workflows/flags.yml"].matchAll(/run: sh (\S+)/g)].map(([, script]) => script);
  assert.deepEqual(runs, ["ci/check.sh", "ci/publish.sh", "ci/bring-back.sh"]);
  assert.deepEqual(Object.keys(scripts).filter((name) => name.startsWith("ci/")), runs);
});

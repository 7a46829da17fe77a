// wrangler takes what was built, for each way of deploying it. Nothing is uploaded.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const configurations = (await readdir(join(ROOT, "worker"))).filter((name) => /^wrangler.*\.jsonc$/.test(name));

test("there is a configuration to deploy", () => {
  assert.ok(configurations.includes("wrangler.jsonc"));
});

for (const name of configurations) {
  test(`${name} deploys the built worker with its wasm module and its bucket`, async () => {
    const out = await mkdtemp(join(tmpdir(), "halyard-wrangler-"));
    try {
      const { stdout } = await promisify(execFile)(
        join(ROOT, "node_modules/.bin/wrangler"),
        ["deploy", "--dry-run", "--config", join(ROOT, "worker", name), "--outdir", out],
        { cwd: ROOT, env: { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "true" } },
      );
      assert.match(stdout, /env\.BUCKET/);
      const files = await readdir(out);
      for (const file of ["index.js", "halyard_worker_bg.wasm"]) assert.ok(files.includes(file), `${file} is not among ${files}`);
    } finally {
      await rm(out, { recursive: true, force: true });
    }
  });
}

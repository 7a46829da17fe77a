// The demo as `cargo xtask serve` runs it: real workerd over a folder, in a process of its own.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { built, DIST, freePort, ROOT, WRANGLER } from "./place.mjs";

/** Starts it over `data` and resolves once it answers: `{ url, adminLink, releaserLink, token, sdkKeys, pid, stop, kill }`. */
export async function serve(data, { port, demo = true } = {}) {
  built();
  const settings = { port: port ?? (await freePort()), data, dist: DIST, wrangler: WRANGLER, demo };
  const child = spawn(process.execPath, [join(ROOT, "crates/xtask/node/serve.mjs"), JSON.stringify(settings)], {
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own, so that `kill` reaches workerd too.
    detached: true,
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let said = "";
  child.stderr.on("data", (bytes) => {
    said = (said + bytes).slice(-20_000);
  });
  // A test that dies must not leave a server behind.
  const sweep = () => killGroup(child.pid);
  process.once("exit", sweep);
  const line = await Promise.race([firstLine(child.stdout), ended.then((code) => Promise.reject(new Error(`the server ended with ${code}:\n${said}`)))]);
  return {
    ...JSON.parse(line),
    port: settings.port,
    pid: child.pid,
    /** What it has written to stderr, the newest 20 kB. */
    log: () => said,
    async stop() {
      child.stdin.end();
      await ended;
      process.removeListener("exit", sweep);
    },
    /** SIGKILL for everything, as a machine that loses power does it. */
    async kill() {
      killGroup(child.pid);
      await ended;
    },
  };
}

function killGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}

function firstLine(stream) {
  return new Promise((resolve, reject) => {
    let text = "";
    stream.on("data", (bytes) => {
      text += bytes;
      const end = text.indexOf("\n");
      if (end >= 0) resolve(text.slice(0, end));
    });
    stream.once("error", reject);
  });
}

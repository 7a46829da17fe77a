// The programs in examples/, and the Rust client of these tests: built and run as a person would.
import { execFile, spawn } from "node:child_process";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../support/place.mjs";

export const EXAMPLES = join(ROOT, "examples");
/** Outside the checkout: a clean clone need not compile the SDK's 200 dependencies again. */
const BUILT = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "halyard/examples");

/** Builds examples/Cargo.toml's programs; a minute and a half of processor time, once. Returns the path of `name`. */
export async function cargo(name) {
  const args = ["build", "--quiet", "--locked", "--manifest-path", join(EXAMPLES, "Cargo.toml"), "--package", name];
  await promisify(execFile)("cargo", args, { env: { ...process.env, CARGO_TARGET_DIR: BUILT }, maxBuffer: 1 << 24 });
  return join(BUILT, "debug", name);
}

/** Starts a program that prints a line with its address once it listens: `{ line, stop }`. */
export async function start(command, args, { cwd = EXAMPLES, env = {} } = {}) {
  const path = [join(ROOT, "node_modules/.bin"), process.env.PATH].join(delimiter);
  const child = spawn(command, args, { cwd, env: { ...process.env, PATH: path, ...env }, stdio: ["pipe", "pipe", "pipe"], detached: true });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const end = () => {
    try {
      // The group: npm scripts are run by a shell.
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It is gone already.
    }
  };
  process.once("exit", end);
  let said = "";
  const line = new Promise((resolve) => {
    const hear = (bytes) => {
      said += bytes;
      const address = said.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (address) resolve(address[0]);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
  });
  const url = await Promise.race([line, ended.then((code) => Promise.reject(new Error(`${command} ended with ${code}:\n${said}`)))]);
  return {
    url,
    async stop() {
      end();
      await ended;
      process.removeListener("exit", end);
    },
  };
}

// Runs dist/worker in workerd by miniflare: node serve.mjs SETTINGS
// SETTINGS is JSON: { port, data, dist, wrangler, demo }. Prints one line of JSON on stdout once it answers, and ends with its stdin.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { answerFrom } from "./assets.mjs";
import { freshLink, releaserLink, seed } from "./seed.mjs";
import { keepAlive, untilHealthy } from "./health.mjs";
import { workerOptions } from "./worker.mjs";

const settings = JSON.parse(process.argv[2]);
const url = `http://127.0.0.1:${settings.port}`;
await mkdir(settings.data, { recursive: true });

const options = {
  ...(await workerOptions(settings)),
  host: "127.0.0.1",
  port: settings.port,
  r2Persist: join(settings.data, "r2"),
  cachePersist: join(settings.data, "cache"),
  serviceBindings: { ASSETS: answerFrom(join(settings.dist, "admin")) },
};
const miniflare = new Miniflare(options);
let alive;

let ending = false;
async function end(code) {
  if (ending) return;
  ending = true;
  alive?.stop();
  // The runtime is killed, not asked: R2's files are SQLite's, which survive that.
  await miniflare.dispose().catch(() => {});
  process.exit(code);
}
process.stdin.on("end", () => end(0)).on("error", () => end(0)).resume();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => end(0));

try {
  await miniflare.ready;
  const bucket = await miniflare.getR2Bucket("BUCKET");
  const keys = await seed(bucket, settings);
  const link = await freshLink(bucket, settings, keys.admin);
  const releaser = settings.demo ? await releaserLink(bucket, settings) : null;
  await untilHealthy(url);
  alive = keepAlive(url, () => miniflare.setOptions(options));
  console.log(JSON.stringify({ url, adminLink: url + link, releaserLink: releaser && url + releaser, token: keys.token, sdkKeys: keys.sdkKeys }));
} catch (error) {
  if (!ending) console.error(error.message);
  await end(1);
}

// Seconds from a publish that one workerd process has acknowledged to the changed answer of another over the same bucket, which is
// asked all the while, as traffic would. Options come as one argument of JSON: { publishes, every, spread, refresh? },
// times in milliseconds.
// Writes { rows, samples, tools } to stdout.
import { startBucket } from "../support/bucket.mjs";
import { api, ofrep } from "../support/client.mjs";
import { makeProject } from "../support/project.mjs";
import { node, tools } from "./workerd.mjs";

const FLAG = "max-cart-items";
const CONTEXT = { targetingKey: "shopper-1" };
/** Nobody waits longer: a figure beyond it would be a broken promise, not a slow one. */
const MOST_MS = 60_000;
/** Its multiples' fractions fill an interval evenly: publishes meet every moment between two refreshes alike. */
const GOLDEN = 0.618_033_988_749_895;

const options = JSON.parse(process.argv[2]);
const cleanup = [];
const after = (work) => cleanup.push(work);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
try {
  process.stdout.write(`${JSON.stringify(await measure())}\n`);
} finally {
  for (const work of cleanup.reverse()) await work();
}

async function measure() {
  const bucket = await startBucket();
  after(() => bucket.stop());
  const project = await makeProject(bucket, after);
  const vars = options.refresh === undefined ? {} : { HALYARD_REFRESH_MS: options.refresh };
  const [publisher, reader] = [await node(after, bucket), await node(after, bucket, vars)];
  const production = api(publisher.url, project.token).environment("production");
  const traffic = follow(ofrep(reader.url, project.sdkKeys.production.server));
  const [seen, publishing] = [[], []];
  for (let count = 0; count < options.publishes; count += 1) {
    await wait(((count * GOLDEN) % 1) * options.spread);
    const variant = count % 2 === 0 ? "large" : "usual";
    const began = performance.now();
    const published = await production.edit((document) => {
      document.flags[FLAG].otherwise = variant;
    });
    const acknowledged = performance.now();
    if (published.status !== 200) throw new Error(`not published: ${published.text}`);
    publishing.push((acknowledged - began) / 1000);
    seen.push(((await traffic.until(variant)) - acknowledged) / 1000);
    if (process.stderr.isTTY) process.stderr.write(`\r${count + 1} of ${options.publishes}`);
  }
  const failed = await traffic.end();
  return {
    rows: [
      { group: "publish to seen", name: "seen by another process", figures: { ...spread(seen), failed } },
      { group: "publish to seen", name: "publishing itself", figures: spread(publishing) },
    ],
    samples: { seen },
    tools: tools(),
  };
}

/** Asks for the flag all the while: `until` resolves to the moment of the first answer that is this variant. */
function follow(client) {
  let [going, failed, wanted, found] = [true, 0, null, null];
  const asking = (async () => {
    while (going) {
      const next = wait(options.every);
      const answer = await client.flag(FLAG, CONTEXT);
      if (answer.status !== 200) failed += 1;
      if (answer.json?.variant === wanted) {
        wanted = null;
        found?.(performance.now());
      }
      await next;
    }
  })();
  return {
    until: (variant) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`\`${variant}\` is not seen within ${MOST_MS / 1000} s`)), MOST_MS);
        wanted = variant;
        found = (moment) => {
          clearTimeout(late);
          resolve(moment);
        };
      }),
    async end() {
      going = false;
      await asking;
      return failed;
    },
  };
}

function spread(seconds) {
  const sorted = [...seconds].sort((a, b) => a - b);
  const at = (part) => sorted[Math.ceil(part * sorted.length) - 1];
  return { "p50, s": at(0.5), "p99, s": at(0.99), "worst, s": sorted.at(-1) };
}

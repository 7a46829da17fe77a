// A program with `halyard-flags` installed, as somebody may have it in Node, Deno or Bun. It says a line of JSON for each thing that
// it saw, and ends by itself while it still follows.
import { OpenFeature } from "@openfeature/server-sdk";
import { createEvaluator } from "halyard-flags";
import { createExplainer } from "halyard-flags/explain";
import { module } from "halyard-flags/inline";
import { HalyardServerProvider } from "halyard-flags/openfeature/server";
import { createFlags, inBucket } from "halyard-flags/worker";

const options = JSON.parse(process.argv[2]);
const DUTCH = { targetingKey: "user-1", country: "NL" };
const say = (what, ...seen) => console.log(JSON.stringify([what, ...seen]));
/** What follows keeps no process alive. */
const awake = setInterval(() => {}, 1_000);
const next = (followed, event) => new Promise((resolve) => followed.on(event, resolve));

const evaluator = await createEvaluator(`${options.url}/v1/document?format=2`, { key: options.key, module });
say("public", evaluator.keys(), evaluator.version);

const bytes = evaluator.image();
const head = { version: 7, document: evaluator.digest };
const objects = {
  "environments/production/head.json": new TextEncoder().encode(JSON.stringify(head)),
  [`environments/production/images/${head.document}.2.all`]: new Uint8Array([...bytes, ...new Uint8Array(16)]),
};
const bucket = { get: async (key) => objects[key] && { etag: "e", arrayBuffer: async () => objects[key].buffer } };
const byBucket = createFlags({ look: inBucket(bucket, "production") });
say("bucket", (await byBucket.withContext(DUTCH)).string("layout", ""), byBucket.version);

const explainer = await createExplainer(options);
say("why", explainer.explain("layout", DUTCH).summary, explainer.version);

await OpenFeature.setProviderAndWait(new HalyardServerProvider(options));
say("OpenFeature", await OpenFeature.getClient().getStringDetails("layout", "", DUTCH));

const flags = createFlags(options);
const [change, stale] = [next(flags, "change"), next(flags, "stale")];
await flags.start();
const own = await flags.withContext(DUTCH);
say("started", own.string("layout", ""), own.boolean("private", false), flags.version);
await change;
say("changed", (await flags.withContext({})).string("layout", ""), own.string("layout", ""), flags.version);
await stale;
say("stale", (await flags.withContext({})).string("layout", ""), flags.state);
clearInterval(awake);

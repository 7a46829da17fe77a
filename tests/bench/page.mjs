// The page's evaluator beside its peers, in Node, Chromium and workerd: answers first, then times, in turns over all of them.
// Options come as one argument of JSON: { sizes: [1000, 10000], files: { 1000: { document, image }, 10000, kinds }, kinds, answers, smoke, only }, which
// crates/bench/src/inputs.rs writes. Writes { rows, notes, tools } to stdout.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { folder } from "../support/place.mjs";
import { once, request } from "./load.mjs";
import { bundle, wasmOf, weight } from "./page/bundle.mjs";
import { ASKED, flags } from "./page/flags.mjs";
import { evaluators } from "./page/install.mjs";
import { chromium, inNode } from "./page/runners.mjs";
import { empty, start, tools } from "./workerd.mjs";

const CASES = { list: "in the list of 100", place: "country and version", rollout: "in the rollout", default: "none holds", new: "a new context", all: "all flags" };
const options = JSON.parse(process.argv[2]);
const effort = options.smoke
  ? { rounds: 1, batch: 0, loads: 1, most: 0, colds: 1 }
  : { rounds: 40, batch: 5, within: 60_000, loads: 15, most: 6000, colds: 9 };
/** Evaluations and workers are measured with so many flags, memory with so many. */
const [few, many] = [options.sizes[0], options.sizes.at(-1)];
const cleanup = [];
const after = (work) => cleanup.push(work);
const [rows, notes] = [[], []];
try {
  process.stdout.write(`${JSON.stringify(await measure())}\n`);
} finally {
  for (const work of cleanup.reverse()) await work();
}

async function measure() {
  const found = await evaluators({ only: options.smoke ? "halyard" : options.only });
  notes.push(...found.notes);
  const at = await folder(after);
  const there = [];
  for (const peer of found.there) there.push({ peer, given: { folder: at, files: await configurations(peer, at) } });
  const { open, version } = await chromium(after, at);
  const runtimes = [
    ["Node", (peer, given) => inNode(after, peer, given), there],
    ["Chromium", open, there.filter(({ peer }) => peer.only !== "node")],
  ];
  for (const [name, start, able] of runtimes) await runtime(name, start, able);
  for (const { peer, given } of there) await beside(peer, given);
  return { rows, notes, tools: `${tools()}, Chromium ${version}; ${there.map(({ peer }) => `${peer.package ?? "ours"} ${peer.version}`).join(", ")}` };
}

/** The configuration in an evaluator's own form, as files: ours is an image. */
async function configurations(peer, at) {
  const files = { wasm: wasmOf(peer) };
  if (peer.ours) files.kinds = options.files.kinds;
  for (const size of options.sizes) {
    const { document, image } = options.files[size];
    files[size] = peer.ours ? image : join(at, `${peer.id}.${size}.json`);
    if (!peer.ours) await writeFile(files[size], peer.source(flags(JSON.parse(await readFile(document, "utf8")))));
  }
  return files;
}

/** Everything that is measured both in Node and in Chromium. */
async function runtime(where, start, able) {
  say(`${where}: seeing that the answers are right`);
  const running = [];
  const listed = flags(JSON.parse(await readFile(options.files[few].document, "utf8"))).find(({ key }) => key === ASKED).ids;
  for (const { peer, given } of able) {
    await attempt(peer, ` in ${where}`, async () => {
      const { ask, end } = await start(peer, given);
      refuse(await ask("open", few, [listed[0], listed.at(-1), listed[60]]));
      running.push({ peer, ask, end });
    });
  }
  say(`${where}: one evaluation`);
  for (const [peer, name, { best, median }] of await rounds(running, Object.keys(CASES))) {
    note(`one evaluation, ${where}`, peer.name, `${CASES[name]}, ns`, median * 1e6);
    note(`one evaluation, ${where}`, peer.name, `${CASES[name]}, best ns`, best * 1e6);
  }
  for (const size of options.sizes) {
    say(`${where}: loading ${size} flags`);
    for (const [peer, { best, median }] of await loads(running, size)) {
      note(`loading, ${where}`, peer.name, `${size} flags, ns`, median * 1e6);
      note(`loading, ${where}`, peer.name, `${size} flags, best ns`, best * 1e6);
    }
  }
  for (const { end } of running) await end();
  const ours = able.find(({ peer }) => peer.ours);
  await attempt(ours.peer, `'s answers in ${where}`, () => alike(start, ours));
  await attempt(ours.peer, `'s kinds of rules in ${where}`, () => kinds(where, start, ours));
}

/** Sees that ours answers as the native evaluator does: in a process of its own, for nobody else's compiler sees two evaluators. */
async function alike(start, { peer, given }) {
  const { ask, end } = await start(peer, given);
  const { askers, on } = JSON.parse(await readFile(options.answers, "utf8"));
  const differ = await ask("differences", few, askers, on);
  refuse(differ === 0 ? [] : [`${differ} answers are not the native evaluator's`]);
  await end();
}

/** Each kind of rule, context ready: ours alone. */
async function kinds(where, start, { peer, given }) {
  say(`${where}: each kind of rule`);
  const { ask, end } = await start(peer, given);
  const { now, kinds } = JSON.parse(await readFile(options.kinds, "utf8"));
  const problems = await ask("kinds", "kinds", kinds, now);
  refuse(problems);
  for (const [, name, { best, median }] of await rounds([{ peer, ask }], kinds.map(({ name }) => name))) {
    note("each kind of rule", name, `${where}, ns`, median * 1e6);
    note("each kind of rule", name, `${where}, best ns`, best * 1e6);
  }
  await end();
}

/** Rounds over all of them and all cases in turn: what disturbs one disturbs the others. */
async function rounds(running, names) {
  const plans = [];
  for (const name of names) for (const { peer, ask } of running) plans.push({ peer, ask, name, times: await ask("calibrate", name, effort.batch), seen: [] });
  const began = performance.now();
  for (let round = -3; round < effort.rounds; round += 1) {
    // On a machine that does much else, fewer are better than none.
    if (round > 10 && performance.now() - began > effort.within) break;
    for (const { ask, name, times, seen } of plans) {
      const took = (await ask("round", name, times)) / times;
      // The first rounds are for the compilers to get warm in.
      if (round >= 0) seen.push(took);
    }
  }
  return plans.map(({ peer, name, seen }) => [peer, name, spread(seen)]);
}

/** The same for loading, of which those that are slow get fewer. */
async function loads(running, size) {
  const plans = running.map(({ peer, ask }) => ({ peer, ask, seen: [], spent: 0 }));
  for (let round = 0; round < effort.loads; round += 1) {
    for (const plan of plans) {
      if (plan.seen.length > 1 && plan.spent > effort.most) continue;
      const took = await plan.ask("load", size);
      plan.spent += took;
      plan.seen.push(took);
    }
  }
  return plans.map(({ peer, seen }) => [peer, spread(seen)]);
}

/** What is measured of each for itself: memory, size, and the first request of a worker. */
async function beside(peer, given) {
  say(`${peer.name}: memory, size, a cold worker`);
  await attempt(peer, "'s memory", async () => {
    const { ask, end } = await inNode(after, peer, given);
    note("beside it", peer.name, `memory, ${many} flags, bytes`, await ask("memory", many));
    await end();
  });
  await attempt(peer, "'s size", async () => {
    const { javascript, wasm } = await weight(peer);
    note("beside it", peer.name, "brotli, KB", javascript + wasm);
    note("beside it", peer.name, "JavaScript of it, KB", javascript);
  });
  if (peer.only === "node") return;
  await attempt(peer, " in workerd", async () => {
    const { over, alone } = await cold(peer, given);
    note("beside it", peer.name, "first request of a cold worker, ms", alone);
    note("beside it", peer.name, "over an empty worker, ms", over);
  });
}

/** The first request of a worker that has some flags in it, in milliseconds, and what of it is beyond an empty worker's. */
async function cold(peer, { folder, files }) {
  const file = join(folder, `${peer.id}.worker.js`);
  await bundle(peer.id, "worker", file);
  // An empty module, where an evaluator has none.
  const wasm = files.wasm ? await readFile(files.wasm) : Buffer.from([0, 97, 115, 109, 1, 0, 0, 0]);
  const modules = [["index.js", await readFile(file)], ["given.bin", await readFile(files[few])], ["engine.wasm", wasm]];
  const seen = [];
  for (let run = 0; run < effort.colds; run += 1) {
    const nothing = await first(() => empty(after));
    seen.push({ nothing, alone: await first(() => start(after, { modules, bindings: {} })) });
  }
  return { alone: spread(seen.map(({ alone }) => alone)).median, over: spread(seen.map(({ alone, nothing }) => alone - nothing)).median };
}

async function first(start) {
  const worker = await start();
  const took = await once(worker.port, request(worker.port, { method: "GET", path: "/" }));
  await worker.stop();
  return took;
}

/** An evaluator that answers wrongly is not measured. */
function refuse(problems) {
  if (problems.length > 0) throw new Error(`${problems.slice(0, 3).join("; ")}${problems.length > 3 ? `; and ${problems.length - 3} more` : ""}`);
}

/** What fails of a peer is told and left out, and the others are measured. Nothing of ours may fail. */
async function attempt(peer, what, work) {
  try {
    await work();
  } catch (error) {
    what = `${peer.name}${what}`;
    if (peer.ours) throw new Error(`${what}: ${error.message}`);
    notes.push(`${what} is not measured: ${error.message.split("\n")[0].replace(/\.$/, "")}.`);
    say(`${what}: ${error.message}`);
  }
}

function note(group, name, column, figure) {
  let row = rows.find((row) => row.group === group && row.name === name);
  if (!row) rows.push((row = { group, name, figures: {} }));
  row.figures[column] = figure;
}

function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { best: sorted[0], median: sorted[Math.floor(sorted.length / 2)] };
}

function say(what) {
  if (!options.smoke) process.stderr.write(`→ ${what}\n`);
}

// What a request costs in workerd, beside one that an empty worker answers, and beside one that a worker answers with the same
// bytes: CPU of the process, requests a second, and the first request of a process. Options come as one argument of JSON: { documents: { production, staging }, single,
// sets, warm, rounds, times, colds }.
// Writes { rows, tools } to stdout.
import { readFile } from "node:fs/promises";
import { makeProject } from "../support/project.mjs";
import { api } from "../support/client.mjs";
import { load, once, request } from "./load.mjs";
import { memoryBucket } from "./memory-bucket.mjs";
import { canned, empty, node, tools } from "./workerd.mjs";

const CONTEXT = { targetingKey: "user-4711", country: "FR", plan: "pro", email: "ann@acme.example", app: "2.5.1", ip: "10.1.2.3" };
const OFREP = "/ofrep/v1/evaluate/flags";

const options = JSON.parse(process.argv[2]);
const cleanup = [];
const after = (work) => cleanup.push(work);
try {
  process.stdout.write(`${JSON.stringify(await measure())}\n`);
} finally {
  for (const work of cleanup.reverse()) await work();
}

async function measure() {
  const bucket = await memoryBucket(after);
  const project = await makeProject(bucket, after, { demo: false });
  const publisher = await node(after, bucket);
  for (const [environment, file] of Object.entries(options.documents)) {
    const at = api(publisher.url, project.token).environment(environment);
    const put = await at.publish(await readFile(file, "utf8"), { etag: (await at.document()).etag });
    if (put.status !== 200) throw new Error(`the bench's own document is not published: ${put.text}`);
  }
  const asked = requests(project);
  for (const one of asked) one.answer = await answered(publisher, one.head);
  await publisher.stop();
  const rows = [];
  const warm = await compare(bucket, asked);
  for (const { name } of asked) {
    const rounds = warm.filter((round) => round.name === name);
    const middle = (of) => median(rounds.map(of));
    rows.push({
      group: "a request",
      name,
      figures: {
        "empty worker, CPU µs": middle((round) => round.nothing.cpu),
        "same answer, CPU µs": middle((round) => round.canned.cpu),
        "CPU µs": middle((round) => round.ours.cpu),
        "over empty, µs": middle((round) => round.ours.cpu - round.nothing.cpu),
        "times an empty one": middle((round) => round.ours.cpu / round.nothing.cpu),
        "times the same answer": middle((round) => round.ours.cpu / round.canned.cpu),
        "requests a second": middle((round) => round.ours.persecond),
        "of an empty one's": middle((round) => round.ours.persecond / round.nothing.persecond),
      },
    });
  }
  rows.push(...(await cold(bucket, asked)));
  return { rows, tools: tools() };
}

/** What is asked, in the order of the table. */
function requests(project) {
  const json = { "content-type": "application/json", accept: "*/*" };
  const post = (path, environment) => ({
    method: "POST",
    path,
    headers: { ...json, authorization: `Bearer ${project.sdkKeys[environment].server}` },
    body: JSON.stringify({ context: CONTEXT }),
  });
  return [
    { name: "health", head: { method: "GET", path: "/health", headers: { accept: "*/*" } }, share: 1 },
    { name: "OFREP, one of 1,000 flags", head: post(`${OFREP}/${options.single}`, "production"), share: 1 },
    { name: "OFREP, all of 100 flags", head: post(OFREP, "staging"), share: 0.25 },
  ];
}

/** The answer's bytes, and the headers that the worker gives it. */
async function answered(worker, { path, ...init }) {
  const response = await fetch(`${worker.url}${path}`, { ...init, body: init.body });
  const headers = [...response.headers].filter(([name]) => !["content-length", "transfer-encoding", "content-encoding", "date", "connection"].includes(name));
  return { headers, bytes: new Uint8Array(await response.arrayBuffer()) };
}

/** Sets of rounds, each of processes of its own: two processes of one program differ by some µs a request, for as long as they run. */
async function compare(bucket, asked) {
  const rounds = [];
  for (let set = 0; set < options.sets; set += 1) {
    const workers = { nothing: await empty(after), ours: await node(after, bucket), canned: [] };
    for (const { answer } of asked) workers.canned.push(await canned(after, answer));
    rounds.push(...(await turns(workers, asked)));
    for (const worker of [workers.nothing, workers.ours, ...workers.canned]) await worker.stop();
  }
  return rounds;
}

/** Rounds over all requests, each sent to the workers in turn: what disturbs one disturbs the others. */
async function turns({ nothing, ours, canned }, asked) {
  const rounds = [];
  for (let round = -options.warm; round < options.rounds; round += 1) {
    for (const [place, { name, head, share }] of asked.entries()) {
      const times = Math.max(8, Math.round(options.times * share));
      const seen = { name, nothing: await burden(nothing, head, times), canned: await burden(canned[place], head, times), ours: await burden(ours, head, times) };
      // The first rounds are for the compilers to get warm in.
      if (round >= 0) rounds.push(seen);
    }
  }
  return rounds;
}

async function burden(worker, head, times) {
  const { seconds, cpu } = await load(worker, request(worker.port, head), { times });
  return { cpu: cpu / times / 1000, persecond: times / seconds };
}

/** The first request of a process: both kinds of worker in turn, and what ours took beyond the empty one; and what starting took, before it. */
async function cold(bucket, asked) {
  const rows = [];
  for (const { name, head } of asked.slice(1, 2)) {
    const seen = [];
    for (let run = 0; run < options.colds; run += 1) {
      const [nothing, ours] = [await first(() => empty(after), head), await first(() => node(after, bucket), head)];
      seen.push({ nothing, ours });
    }
    const middle = (of) => median(seen.map(of));
    rows.push({
      group: "the first request of a process",
      name,
      figures: {
        "empty worker, ms": middle((run) => run.nothing.took),
        ms: middle((run) => run.ours.took),
        "over empty, ms": middle((run) => run.ours.took - run.nothing.took),
        "CPU over empty, ms": middle((run) => run.ours.cpu - run.nothing.cpu),
        "CPU of starting over empty, ms": middle((run) => run.ours.starting - run.nothing.starting),
      },
    });
  }
  return rows;
}

async function first(start, head) {
  const worker = await start();
  const before = await worker.cpu();
  const took = await once(worker.port, request(worker.port, head));
  const cpu = ((await worker.cpu()) - before) / 1e6;
  await worker.stop();
  return { took, cpu, starting: before / 1e6 };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

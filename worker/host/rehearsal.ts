// Goes through requests that nobody sent while the isolate starts: an engine compiles what is called first when it is called first, and
// nobody waits for that here. What it is about is the node's: crates/edge/src/rehearsal.rs.
import { rehearsal_object, rehearsal_requests } from "halyard-wasm";
import { type Answer, drive } from "./drive.js";
import type { Surroundings } from "./effects.js";
import { begin, beforehand, describe } from "./instance.js";

/** Turns of the queue that stand in for any time there is to wait: no clock goes yet. The bucket here takes a few. */
const TURNS = 100;
/** Of a bucket the rehearsal's store is as much as is asked of it. There is no cache yet. */
const BUCKET = {
  get: async (key: string) => {
    const bytes = rehearsal_object(key);
    return { etag: "", body: bytes, arrayBuffer: async () => bytes.buffer };
  },
};
const NOWHERE: Surroundings = {
  bucket: BUCKET as unknown as R2Bucket,
  cache: async () => null,
  origin: "https://rehearsal.example",
  waitUntil: () => {},
  later: turnsLater,
};

/** Calls back after so many turns: what waited for ever would keep the isolate from starting. */
function turnsLater(work: () => void): () => void {
  let isWanted = true;
  const wait = async () => {
    for (let turn = 0; isWanted && turn < TURNS; turn += 1) await null;
    if (isWanted) work();
  };
  void wait();
  return () => {
    isWanted = false;
  };
}

/** Does so; each answer is given to `answered`. An isolate starts all the same where it fails. */
export async function rehearse(answered: (answer: Answer) => void): Promise<void> {
  try {
    await beforehand(async () => {
      const parts = rehearsal_requests().split("\n\n");
      for (let at = 0; at < parts.length; at += 2) answered(await answer(parts[at] ?? "", parts[at + 1] ?? ""));
    });
  } catch (error) {
    console.warn(`the rehearsal came to nothing: ${describe(error)}`);
  }
}

function answer(head: string, body: string): Promise<Answer> {
  const [method = "", url = "", ...lines] = head.split("\n");
  const headers = new Headers();
  for (let at = 0; at < lines.length; at += 2) headers.append(lines[at] ?? "", lines[at + 1] ?? "");
  const { origin, pathname } = new URL(url);
  return drive(begin({ method, url, origin, pathname }, headers, body), NOWHERE);
}

// Goes through requests that nobody sent while the isolate starts: an engine compiles what is called first when it is called first, and
// nobody waits for that here. What it is about is the node's: crates/edge/src/rehearsal.rs.
import { rehearsal_object, rehearsal_requests } from "halyard-wasm";
import type { Step } from "./frame.js";
import { begin, beforehand, describe, proceed } from "./instance.js";

const NOTHING = new Uint8Array(0);

type Answer = Extract<Step, { kind: "answer" }>;

/** Does so; each answer is given to `answered`. An isolate starts all the same where it fails. */
export function rehearse(answered: (answer: Answer) => void): void {
  try {
    beforehand(() => {
      const parts = rehearsal_requests().split("\n\n");
      for (let at = 0; at < parts.length; at += 2) answered(answer(parts[at] ?? "", parts[at + 1] ?? ""));
    });
  } catch (error) {
    console.warn(`the rehearsal came to nothing: ${describe(error)}`);
  }
}

function answer(head: string, body: string): Answer {
  const [method = "", url = "", ...lines] = head.split("\n");
  const headers = new Headers();
  for (let at = 0; at < lines.length; at += 2) headers.append(lines[at] ?? "", lines[at + 1] ?? "");
  const { origin, pathname } = new URL(url);
  let step = begin({ method, url, origin, pathname }, headers, new TextEncoder().encode(body));
  while (step.kind === "effect") {
    const place = step.effects.length - 1;
    const effect = step.effects[place];
    if (effect?.kind === "kept") step = proceed(step.continuation, place, { kind: "missing" }, NOTHING);
    else if (effect?.kind === "get") step = proceed(step.continuation, place, { kind: "found", etag: "" }, rehearsal_object(effect.key));
    else throw new Error(`it asks for ${effect?.kind}`);
  }
  return step;
}

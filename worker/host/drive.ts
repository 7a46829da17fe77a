// Carries out what a step asks for, until there is an answer.
import { perform, type Result, type Surroundings } from "./effects.js";
import type { Step } from "./frame.js";
import { proceed } from "./instance.js";

export type Answer = Extract<Step, { kind: "answer" }>;

/** No publish comes near it; a node that asks for ever is stopped here. */
const MOST_EFFECTS = 500;
const NOTHING = new Uint8Array(0);

/** Carries out effects until there is an answer, as many at once as the node names; it hears of each when it is done. */
export async function drive(first: Step, at: Surroundings): Promise<Answer> {
  const running = new Map<string, Promise<{ name: string } & Result>>();
  let step = first;
  for (let results = 0; step.kind === "effect"; results += 1) {
    if (results === MOST_EFFECTS) throw new Error(`more than ${MOST_EFFECTS} effects for one request`);
    const { effects, body, continuation } = step;
    const names = effects.map((effect) => JSON.stringify(effect));
    const wanted = effects.map((effect, place) => {
      const name = names[place] ?? "";
      const work = running.get(name) ?? perform(effect, place === 0 ? body : NOTHING, at).then((result) => ({ name, ...result }));
      running.set(name, work);
      return work;
    });
    const done = await Promise.race(wanted);
    running.delete(done.name);
    step = proceed(continuation, names.indexOf(done.name), done.outcome, done.body);
  }
  return step;
}

// Halyard's own, through its package as an application uses it.
import { createEvaluatorSync } from "halyard-flags";

export function ready(bytes, { wasm: module, now }) {
  const evaluator = createEvaluatorSync(bytes, { module, ...(now && { now }) });
  return {
    context: (targetingKey, country, plan, email, app, ip) => evaluator.withContext({ targetingKey, country, plan, email, app, ip }),
    one: (key, flags) => flags.boolean(key, false),
    all: (flags) => flags.all(),
    // Beside the peers' calls: any context, and what is decided with its reason.
    of: (attributes) => evaluator.withContext(attributes),
    details: (key, flags) => flags.details(key, null),
  };
}

export const on = (all) => Object.values(all).filter((value) => value === true).length;

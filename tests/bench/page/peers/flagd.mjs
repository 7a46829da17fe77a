// flagd's evaluator for JavaScript; rules become functions where code may be made at run time, which workers forbid.
import { FlagdCore } from "@openfeature/flagd-core";
import { text } from "../flags.mjs";

const silent = { error() {}, warn() {}, info() {}, debug() {} };

export function ready(bytes, { mayMakeCode = true } = {}) {
  const core = new FlagdCore(undefined, silent, { disableDynamicCodeGeneration: !mayMakeCode });
  core.setConfigurations(text(bytes));
  return {
    context: (targetingKey, country, plan, email, app, ip) => ({ targetingKey, country, plan, email, app, ip }),
    one: (key, context) => core.resolveBooleanEvaluation(key, false, context).value,
    all: (context) => core.resolveAll(context),
  };
}

export const on = (all) => all.filter(({ value }) => value).length;

// Featurevisor: its datafile with conditions as objects, which spares it parsing them at each evaluation.
import { createInstance } from "@featurevisor/sdk";
import { text } from "../flags.mjs";

export function ready(bytes) {
  const instance = createInstance({ datafile: JSON.parse(text(bytes)), logLevel: "fatal" });
  return {
    context: (userId, country, plan, email, app, ip) => ({ userId, country, plan, email, app, ip }),
    one: (key, context) => instance.isEnabled(key, context),
    all: (context) => instance.getAllEvaluations(context),
  };
}

export const on = (all) => Object.values(all).filter(({ enabled }) => enabled).length;

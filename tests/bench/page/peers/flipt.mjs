// Flipt: Rust as wasm, its slim build.
import { FliptClient } from "@flipt-io/flipt-client-js/slim";
import { versionAsNumber } from "../peers.mjs";

/** An application would know its version as a number. */
const numbers = new Map();
const number = (version) => numbers.get(version) ?? numbers.set(version, String(versionAsNumber(version))).get(version);

export async function ready(bytes, { wasm }) {
  const fetcher = async () => new Response(bytes, { status: 200, headers: { "content-type": "application/json" } });
  const client = await FliptClient.init({ namespace: "default", fetcher }, { wasm });
  let keys;
  return {
    context: (entityId, country, plan, email, app, ip) => ({ entityId, context: { country, plan, email, app: number(app), ip } }),
    one: (flagKey, { entityId, context }) => client.evaluateBoolean({ flagKey, entityId, context }).enabled,
    all: ({ entityId, context }) => client.evaluateBatch((keys ??= client.listFlags().map(({ key }) => key)).map((flagKey) => ({ flagKey, entityId, context }))),
  };
}

export const on = (all) => all.responses.filter(({ booleanEvaluationResponse }) => booleanEvaluationResponse.enabled).length;

// What is compared: Halyard and its peers, and the configuration in each one's own form. How each is asked stands in peers/, under the same name.

/** `shipped` is what an application takes of it; `only`: it runs nowhere else. */
export const EVALUATORS = {
  halyard: {
    name: "Halyard (Rust → wasm)",
    shipped: 'export { createEvaluator } from "halyard-flags";',
    wasm: "page.wasm",
    ours: true,
  },
  growthbook: {
    name: "GrowthBook (JS)",
    package: "@growthbook/growthbook",
    shipped: 'export { GrowthBookClient } from "@growthbook/growthbook";',
    source: growthbook,
  },
  featurevisor: {
    name: "Featurevisor (JS)",
    package: "@featurevisor/sdk",
    shipped: 'export { createInstance } from "@featurevisor/sdk";',
    source: featurevisor,
  },
  configcat: {
    name: "ConfigCat (JS)",
    package: "@configcat/sdk",
    shipped: 'export { PollingMode, User, getClient } from "@configcat/sdk";',
    source: configcat,
  },
  flagd: {
    name: "flagd-core (JS)",
    package: "@openfeature/flagd-core",
    shipped: 'export { FlagdCore } from "@openfeature/flagd-core";',
    source: flagd,
  },
  launchdarkly: {
    name: "LaunchDarkly (JS, Node)",
    package: "@launchdarkly/node-server-sdk",
    shipped: 'export { init } from "@launchdarkly/node-server-sdk";',
    only: "node",
    source: launchdarkly,
  },
  unleash: {
    name: "Unleash (JS, Node)",
    package: "unleash-client",
    shipped: 'export { Unleash } from "unleash-client";',
    only: "node",
    source: unleash,
  },
  flipt: {
    name: "Flipt (Rust → wasm)",
    package: "@flipt-io/flipt-client-js",
    shipped: 'export { FliptClient } from "@flipt-io/flipt-client-js/slim";',
    wasm: "@flipt-io/flipt-client-js/dist/flipt_engine_wasm_js_bg.wasm",
    source: flipt,
  },
};

function growthbook(flags) {
  const features = flags.map(({ key, ids, countries, version, percent }) => [
    key,
    {
      defaultValue: false,
      rules: [
        { condition: { id: { $in: ids } }, force: true },
        { condition: { country: { $in: countries }, app: { $vgte: version } }, force: true },
        { force: true, coverage: percent / 100, hashAttribute: "id" },
      ],
    },
  ]);
  return JSON.stringify({ features: Object.fromEntries(features) });
}

function featurevisor(flags) {
  const [segments, features] = [{}, {}];
  for (const { key, ids, countries, version, percent } of flags) {
    segments[`testers-${key}`] = { key: `testers-${key}`, conditions: { attribute: "userId", operator: "in", value: ids } };
    segments[`dutch-${key}`] = {
      key: `dutch-${key}`,
      conditions: {
        and: [
          { attribute: "country", operator: "in", value: countries },
          { attribute: "app", operator: "semverGreaterThanOrEquals", value: version },
        ],
      },
    };
    features[key] = {
      key,
      bucketBy: "userId",
      traffic: [
        { key: "testers", segments: `testers-${key}`, percentage: 100_000 },
        { key: "dutch", segments: `dutch-${key}`, percentage: 100_000 },
        { key: "rollout", segments: "*", percentage: percent * 1000 },
      ],
    };
  }
  return JSON.stringify({ schemaVersion: "2", revision: "1", segments, features });
}

function configcat(flags) {
  const [oneOf, atLeast] = [0, 9];
  const value = (b) => ({ v: { b } });
  const written = flags.map(({ key, ids, countries, version, percent }) => [
    key,
    {
      t: 0,
      ...value(false),
      r: [
        { c: [{ u: { a: "Identifier", c: oneOf, l: ids } }], s: value(true) },
        { c: [{ u: { a: "Country", c: oneOf, l: countries } }, { u: { a: "app", c: atLeast, s: version } }], s: value(true) },
      ],
      p: [{ p: percent, ...value(true) }, { p: 100 - percent, ...value(false) }],
    },
  ]);
  return JSON.stringify({ p: { u: "", r: 0, s: "salt" }, f: Object.fromEntries(written) });
}

function flagd(flags) {
  const written = flags.map(({ key, ids, countries, version, percent }) => [
    key,
    {
      state: "ENABLED",
      variants: { on: true, off: false },
      defaultVariant: "off",
      targeting: {
        if: [
          { in: [{ var: "targetingKey" }, ids] },
          "on",
          { and: [{ in: [{ var: "country" }, countries] }, { sem_ver: [{ var: "app" }, ">=", version] }] },
          "on",
          { fractional: [["on", percent], ["off", 100 - percent]] },
        ],
      },
    },
  ]);
  return JSON.stringify({ flags: Object.fromEntries(written) });
}

function launchdarkly(flags) {
  const written = flags.map(({ key, ids, countries, version, percent }) => [
    key,
    {
      key,
      version: 1,
      on: true,
      variations: [true, false],
      offVariation: 1,
      salt: key,
      targets: [{ variation: 0, values: ids }],
      rules: [
        {
          id: "dutch",
          variation: 0,
          clauses: [
            { attribute: "country", op: "in", values: countries },
            // It knows no "at least": what is not less.
            { attribute: "app", op: "semVerLessThan", values: [version], negate: true },
          ],
        },
      ],
      fallthrough: { rollout: { variations: [{ variation: 0, weight: percent * 1000 }, { variation: 1, weight: (100 - percent) * 1000 }] } },
    },
  ]);
  return JSON.stringify({ flags: Object.fromEntries(written), segments: {} });
}

function unleash(flags) {
  const everybody = { name: "flexibleRollout", parameters: { rollout: "100", stickiness: "userId", groupId: "all" } };
  const features = flags.map(({ key, ids, countries, version, percent }) => ({
    name: key,
    enabled: true,
    strategies: [
      { ...everybody, constraints: [{ contextName: "userId", operator: "IN", values: ids }] },
      {
        ...everybody,
        constraints: [
          { contextName: "country", operator: "IN", values: countries },
          { contextName: "app", operator: "SEMVER_GTE", value: version, values: [] },
        ],
      },
      { name: "flexibleRollout", parameters: { rollout: String(percent), stickiness: "userId", groupId: key }, constraints: [] },
    ],
  }));
  return JSON.stringify({ version: 2, features });
}

// It has no versions: they are compared as numbers.
function flipt(flags) {
  const constraint = (property, operator, value, type = "STRING") => ({ type: `${type}_CONSTRAINT_COMPARISON_TYPE`, property, operator, value });
  const among = (key, constraints) => ({
    segment: { value: true, segmentOperator: "OR_SEGMENT_OPERATOR", segments: [{ key, matchType: "ALL_SEGMENT_MATCH_TYPE", constraints }] },
  });
  const written = flags.map(({ key, ids, countries, version, percent }) => ({
    key,
    name: key,
    type: "BOOLEAN_FLAG_TYPE",
    enabled: false,
    rollouts: [
      among(`testers-${key}`, [constraint("", "isoneof", JSON.stringify(ids), "ENTITY_ID")]),
      among(`dutch-${key}`, [constraint("country", "isoneof", JSON.stringify(countries)), constraint("app", "gte", String(versionAsNumber(version)), "NUMBER")]),
      { threshold: { percentage: percent, value: true } },
    ],
  }));
  return JSON.stringify({ namespace: { key: "default", name: "default" }, flags: written });
}

/** 2.5.1 as 2005001. */
export const versionAsNumber = (version) => version.split(".").reduce((sum, part) => sum * 1000 + Number(part), 0);

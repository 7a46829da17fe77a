// What flags.json answers, whichever client asks: one row is one evaluation for `user-1`. `fallback` has the type that is asked for.

const TICKET = { ticket: "SHOP-1", weight: 1.5, reviewed: true };
const FULL = { title: "Sale", rows: [1, 2.5, "three", true, { deep: {} }], colors: { ink: "#123", paper: "" }, limit: 25 };

export const ANSWERS = [
  { name: "a boolean, by a segment", flag: "a-boolean", context: { country: "NL" }, fallback: false, value: true, variant: "on", reason: "TARGETING_MATCH", metadata: { ...TICKET, rule: "at-home" } },
  { name: "a boolean that is false is not the default", flag: "a-boolean", context: { country: "BE" }, fallback: true, value: false, variant: "off", reason: "DEFAULT", metadata: TICKET },
  { name: "a text", flag: "a-string", context: {}, fallback: "fallback", value: "plain", variant: "plain", reason: "DEFAULT" },
  { name: "a text beyond ASCII", flag: "a-string", context: { plan: "pro" }, fallback: "fallback", value: "schön & “größer” 🚩", variant: "umlauts", reason: "TARGETING_MATCH", metadata: { rule: "pro" } },
  { name: "an empty text is not the default", flag: "a-string", context: { plan: "trial" }, fallback: "fallback", value: "", variant: "empty", reason: "TARGETING_MATCH", metadata: { rule: "trial" } },
  { name: "a whole number", flag: "an-integer", context: {}, fallback: -1, value: 10, variant: "few", reason: "DEFAULT" },
  { name: "zero is not the default", flag: "an-integer", context: { seats: 0 }, fallback: -1, value: 0, variant: "none", reason: "TARGETING_MATCH", metadata: { rule: "none" } },
  { name: "a negative number", flag: "an-integer", context: { seats: -0.5 }, fallback: -1, value: -7, variant: "below", reason: "TARGETING_MATCH", metadata: { rule: "below" } },
  { name: "the largest safe integer", flag: "an-integer", context: { seats: 1000 }, fallback: -1, value: 9007199254740991, variant: "most", reason: "TARGETING_MATCH", metadata: { rule: "most" } },
  { name: "a fraction", flag: "a-float", context: {}, fallback: -1.5, value: 0.25, variant: "quarter", reason: "DEFAULT" },
  { name: "a whole number among fractions, by a nested attribute", flag: "a-float", context: { app: { version: "2.1.3" } }, fallback: -1.5, value: 2, variant: "whole", reason: "TARGETING_MATCH", metadata: { rule: "new-app" } },
  { name: "a tiny fraction, by a time", flag: "a-float", context: { joined: "2019-06-01T12:00:00+02:00" }, fallback: -1.5, value: 1e-9, variant: "tiny", reason: "TARGETING_MATCH", metadata: { rule: "old-friends" } },
  { name: "an object", flag: "an-object", context: {}, fallback: { own: 1 }, value: FULL, variant: "full", reason: "DEFAULT" },
  { name: "an empty object, by a list", flag: "an-object", context: { groups: ["beta", "staff"] }, fallback: { own: 1 }, value: {}, variant: "empty", reason: "TARGETING_MATCH", metadata: { rule: "beta" } },
  { name: "a list as an object", flag: "a-list", context: {}, fallback: [], value: ["first", "second"], variant: "two", reason: "STATIC" },
  { name: "a split", flag: "split-in-two", context: {}, fallback: "fallback", value: "left", variant: "left", reason: "SPLIT", metadata: { rule: "halves" } },
  { name: "a disabled flag has its off variant", flag: "switched-off", context: {}, fallback: true, value: false, variant: "off", reason: "DISABLED" },
  { name: "a flag whose requirement does not hold is off", flag: "blocked", context: {}, fallback: true, value: false, variant: "off", reason: "DISABLED", metadata: { blockedBy: "switched-off" } },
  { name: "every character that a flag's key may have", flag: "Names.may-have_dots", context: {}, fallback: false, value: true, variant: "on", reason: "STATIC" },
];

/** A hook that writes down what it sees. */
export const hookInto = (seen) => ({
  before: ({ providerMetadata, context }) => void seen.push(["before", providerMetadata.name, context.targetingKey]),
  after: (_, { variant, reason, flagMetadata }) => void seen.push(["after", variant, reason, { ...flagMetadata }]),
  error: (_, error) => void seen.push(["error", error.code]),
  finally: (_, { value }) => void seen.push(["finally", value]),
});

/** What it sees when somebody in the Netherlands is given `a-boolean`, by our own providers, and a flag that is not there. */
export const HOOKED = [
  ["before", "halyard", "user-1"],
  ["after", "on", "TARGETING_MATCH", { ...TICKET, rule: "at-home" }],
  ["finally", true],
  ["before", "halyard", "user-1"],
  ["error", "FLAG_NOT_FOUND"],
  ["finally", false],
];

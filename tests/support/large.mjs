// A document as large as a big company's: thousands of flags, one of which has as many rules as a flag may have. Always the same.

const COUNTRIES = ["NL", "BE", "DE", "FR", "ES", "IT", "PL", "SE", "DK", "FI", "AT", "IE"];
const TEAMS = ["checkout", "search", "payments", "mobile", "growth", "platform", "identity", "support"];
const pick = (list, index) => list[index % list.length];
const number = (index) => String(index).padStart(4, "0");

function rule(index) {
  const when = [
    { attribute: "country", is: [pick(COUNTRIES, index), pick(COUNTRIES, index + 3)] },
    { all: [{ attribute: "plan", is: ["pro"] }, { attribute: "appVersion", version: `>=${1 + (index % 9)}.0` }] },
    { any: [{ segment: `segment-${index % 20}` }, { attribute: "email", endsWith: [`@${pick(TEAMS, index)}.example`] }] },
    { all: [{ percent: 1 + (index % 50) }, { not: { attribute: "country", is: [pick(COUNTRIES, index)] } }] },
  ];
  return { id: `rule-${index + 1}`, description: `For the ${pick(TEAMS, index)} team`, when: pick(when, index), serve: index % 2 ? "off" : "on" };
}

function flag(index, rules) {
  const kinds = [
    { variants: { off: false, on: true }, offVariant: "off", otherwise: "off" },
    { variants: { off: false, on: true }, offVariant: "off", otherwise: { split: [{ variant: "on", weight: 1 + (index % 99) }, { variant: "off", weight: 99 }] } },
  ];
  return {
    description: `What the ${pick(TEAMS, index)} team turns number ${index}`,
    purpose: index % 3 ? "operational" : "permission",
    owner: `team-${pick(TEAMS, index)}`,
    tags: [pick(TEAMS, index), `area-${index % 40}`],
    created: "2026-01-15",
    ...pick(kinds, index),
    rules: Array.from({ length: rules }, (_, at) => rule(index + at)),
  };
}

/** The document. `flag-0000` has `rules` rules, the others three at most. */
export function large({ flags = 2000, rules = 100 } = {}) {
  const all = Array.from({ length: flags }, (_, index) => [`flag-${number(index)}`, flag(index, index === 0 ? rules : index % 4)]);
  const segments = Array.from({ length: 20 }, (_, index) => [`segment-${index}`, { description: `Group ${index}`, when: { attribute: "group", is: [index, index + 100] } }]);
  const scenarios = Array.from({ length: 50 }, (_, index) => ({
    name: `User ${index} has what was promised`,
    context: { targetingKey: `user-${index}`, country: pick(COUNTRIES, index), plan: "free" },
    expect: { [`flag-${number(index * 4 + 4)}`]: "off" },
  }));
  return { format: 1, segments: Object.fromEntries(segments), flags: Object.fromEntries(all), scenarios };
}

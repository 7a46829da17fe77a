// The configuration that every evaluator gets, read from Halyard's own document: each peer's file writes it in its own form.

/** The flag that is asked for, however many there are: in the middle of them. */
export const ASKED = "flag-00500";

/** The flags of a document of `crates/bench/src/configuration.rs`: { key, ids, countries, version, percent } each. */
export function flags(document) {
  return Object.entries(document.flags).map(([key, { rules: [testers, places, rollout] }]) => ({
    key,
    ids: testers.when.is,
    countries: places.when.all[0].is,
    // ">=2.1", which others want as three numbers.
    version: `${places.when.all[1].version.slice(2)}.0`,
    percent: rollout.when.percent,
  }));
}

/** Who asks: six attributes, of which a flag looks at three. Nobody lists a guest. */
export const asker = (id, { country = "FR", app = "2.5.1" } = {}) => [id, country, "pro", "ann@acme.example", app, "10.1.2.3"];
export const guest = (number) => `guest-${String(number).padStart(5, "0")}`;

export const text = (bytes) => new TextDecoder().decode(bytes);

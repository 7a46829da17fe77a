// Which flags differ between two versions, for whoever asks: by what the node says that they are made of (`as=json`), and what they rest on.
import { fingerprint } from "../client/snapshot.js";

type Thing = Record<string, unknown>;
interface Document {
  flags?: Record<string, Thing>;
  segments?: Record<string, Thing>;
  releases?: Record<string, Thing>;
}

const KINDS = ["flags", "segments", "releases"] as const;

/** For each flag the fingerprint of all that its answers rest on. */
export function footprints(json: unknown): Map<string, string> {
  const document = json as Document;
  const things = new Map<string, { own: string; restsOn: Set<string> }>();
  for (const kind of KINDS) {
    for (const [key, thing] of Object.entries(document[kind] ?? {})) {
      const restsOn = new Set<string>();
      const own = JSON.stringify(thing, (name, value: unknown) => {
        if (typeof value === "string" && (name === "segment" || name === "flag")) restsOn.add(`${name}s/${value}`);
        return value;
      });
      things.set(`${kind}/${key}`, { own: fingerprint(own), restsOn });
    }
  }
  // A flag rests on the releases that move it.
  for (const [key, { flags = [] }] of Object.entries(document.releases ?? {})) {
    for (const { flag } of flags as { flag: string }[]) things.get(`flags/${flag}`)?.restsOn.add(`releases/${key}`);
  }
  const reached = (name: string, seen: Set<string>): Set<string> => {
    const thing = things.get(name);
    if (thing && !seen.has(name)) {
      seen.add(name);
      for (const other of thing.restsOn) reached(other, seen);
    }
    return seen;
  };
  const print = (flag: string): string => {
    const all = [...reached(`flags/${flag}`, new Set())].sort();
    return fingerprint(all.map((name) => `${name} ${things.get(name)!.own}`).join("\n"));
  };
  return new Map(Object.keys(document.flags ?? {}).map((flag) => [flag, print(flag)]));
}

/** The flags that are new, gone, or another. */
export function changed(before: Map<string, string>, after: Map<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((flag) => before.get(flag) !== after.get(flag)).sort();
}

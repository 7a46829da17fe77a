// The configurations that an application should be tested in. All combinations of ten flags are a thousand; a mistake is nearly
// always in one flag, or in two together. So: as few configurations as hold each pair of values of any two flags.
import type { Json } from "../types.js";
import { fixedFlags, type FixedFlags } from "./fixed.js";

/**
 * What varies: a flag and the values that it may have; or, under a name of your own, several flags that a release moves together,
 * as what they are together (`{ "checkout-revamp": [{ together: { "new-checkout": false, "new-cart": "v1" } }, { together: { … } }] }`).
 */
export type Dimensions = { readonly [flagOrRelease: string]: readonly (Json | { readonly together: { readonly [flag: string]: Json } })[] };

export type Configuration = { readonly [flag: string]: Json };

/** The configurations: the first has the first value of everything (write today's first), and any two values come together in one. */
export function configurations(dimensions: Dimensions): Configuration[] {
  const names = Object.keys(dimensions).filter((name) => dimensions[name]!.length);
  const sizes = names.map((name) => dimensions[name]!.length);
  const open = pairsOf(sizes);
  const rows = names.length ? [take(names.map(() => 0), open)] : [[]];
  while (open.size) {
    // One pair that is still open is given; the rest is filled in so that as many others as possible come along.
    const [first] = open;
    const [a, va, b, vb] = first!.split(",").map(Number) as [number, number, number, number];
    const row: (number | undefined)[] = names.map(() => undefined);
    [row[a], row[b]] = [va, vb];
    for (const at of names.keys()) if (row[at] === undefined) row[at] = best(row, at, sizes[at]!, open);
    rows.push(take(row as number[], open));
  }
  // With one dimension there are no pairs: its values one by one.
  if (names.length === 1) for (let value = 1; value < sizes[0]!; value++) rows.push([value]);
  return rows.map((row) => Object.assign({}, ...row.map((value, at) => flagsOf(names[at]!, dimensions[names[at]!]![value]!))));
}

const flagsOf = (name: string, value: Dimensions[string][number]): Configuration =>
  typeof value === "object" && "together" in value ? (value["together"] as Configuration) : { [name]: value as Json };

const pair = (a: number, va: number, b: number, vb: number): string => (a < b ? `${a},${va},${b},${vb}` : `${b},${vb},${a},${va}`);

function pairsOf(sizes: number[]): Set<string> {
  const pairs = new Set<string>();
  for (let a = 0; a < sizes.length; a++) {
    for (let b = a + 1; b < sizes.length; b++) {
      for (let va = 0; va < sizes[a]!; va++) for (let vb = 0; vb < sizes[b]!; vb++) pairs.add(pair(a, va, b, vb));
    }
  }
  return pairs;
}

function best(row: (number | undefined)[], at: number, size: number, open: Set<string>): number {
  let [found, most] = [0, -1];
  for (let value = 0; value < size; value++) {
    const gained = row.filter((other, place) => other !== undefined && open.has(pair(place, other, at, value))).length;
    if (gained > most) [found, most] = [value, gained];
  }
  return found;
}

function take(row: number[], open: Set<string>): number[] {
  for (const [a, va] of row.entries()) for (const [b, vb] of row.entries()) if (a < b) open.delete(pair(a, va, b, vb));
  return row;
}

/** Runs `body` for each configuration, one after another, with flags that have its values; an error says in which one it came. */
export async function eachConfiguration(dimensions: Dimensions, body: (flags: FixedFlags, configuration: Configuration) => unknown): Promise<void> {
  for (const configuration of configurations(dimensions)) {
    try {
      await body(fixedFlags(configuration), configuration);
    } catch (error) {
      throw new Error(`with ${JSON.stringify(configuration)}: ${(error as Error)?.message ?? error}`, { cause: error });
    }
  }
}

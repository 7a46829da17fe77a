// A context as JSON that is read as the evaluator reads the context itself.
import type { Context } from "../types.js";

/** Half of a surrogate pair. */
const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** What JSON has no form for is missing; half of a surrogate pair is U+FFFD. @throws when it goes in circles. */
export function written(context: Context): string {
  return JSON.stringify(context ?? {}, (_, value: unknown) => {
    if (typeof value === "bigint") return undefined;
    return typeof value === "string" ? value.replace(HALF, "\ufffd") : value;
  });
}

// What was asked for, and what it gave.
import type { Context, Details, Flags, Json } from "../types.js";

/** One flag that was asked for. */
export interface Evaluated {
  readonly flag: string;
  readonly value: unknown;
  readonly fallback: unknown;
  /** Who asked, where `withContext` said so. */
  readonly context: Context | undefined;
}

export interface RecordedFlags<F extends Flags> {
  /** The flags that were given, listened to. */
  readonly flags: F;
  /** Everything that was asked for, in order. */
  readonly evaluations: readonly Evaluated[];
  /** @throws when the flag was not asked for, or never had that value. */
  assertEvaluated(flag: string, value?: Json): void;
  /** @throws when the flag was asked for. */
  assertNotEvaluated(flag: string): void;
  /** @throws when other flags than these were asked for, or one of these was not. */
  assertOnly(...flags: string[]): void;
  /** Forgets what was asked for so far. */
  clear(): void;
}

const ASKING = new Set(["boolean", "string", "number", "object", "details"]);

/** Listens to flags of any kind: fixed ones, an evaluator, a client. */
export function recordedFlags<F extends Flags>(flags: F): RecordedFlags<F> {
  const evaluations: Evaluated[] = [];
  const listen = <T extends object>(target: T, context: Context | undefined): T =>
    new Proxy(target, {
      get(_, name) {
        const found = Reflect.get(target, name, target);
        if (typeof found !== "function") return found;
        if (name === "withContext") return (own: Context) => listen(found.call(target, own), own);
        if (!ASKING.has(name as string)) return found.bind(target);
        return (flag: string, fallback: unknown) => {
          const answer = found.call(target, flag, fallback);
          evaluations.push({ flag, value: name === "details" ? (answer as Details<unknown>).value : answer, fallback, context });
          return answer;
        };
      },
    });
  const names = (): string[] => [...new Set(evaluations.map(({ flag }) => flag))].sort();
  const said = (): string => (evaluations.length ? `asked for were: ${names().join(", ")}` : "no flag was asked for");
  return {
    flags: listen(flags, undefined),
    evaluations,
    assertEvaluated(flag, ...wanted) {
      const values = evaluations.filter((one) => one.flag === flag).map(({ value }) => JSON.stringify(value));
      if (!values.length) throw new Error(`\`${flag}\` was not asked for; ${said()}`);
      if (wanted.length && !values.includes(JSON.stringify(wanted[0]))) {
        throw new Error(`\`${flag}\` was never ${JSON.stringify(wanted[0])}, but ${[...new Set(values)].join(", ")}`);
      }
    },
    assertNotEvaluated(flag) {
      if (evaluations.some((one) => one.flag === flag)) throw new Error(`\`${flag}\` was asked for`);
    },
    assertOnly(...wanted) {
      const missing = wanted.filter((flag) => !names().includes(flag));
      const more = names().filter((flag) => !wanted.includes(flag));
      if (missing.length || more.length) throw new Error([...missing.map((flag) => `\`${flag}\` was not asked for`), ...more.map((flag) => `\`${flag}\` was`)].join("; "));
    },
    clear() {
      evaluations.length = 0;
    },
  };
}

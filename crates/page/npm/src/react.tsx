// `halyard-flags/react`: flags in components, which render again when a value that they use has changed, and only then.
import { createContext, useCallback, useContext, useRef, useSyncExternalStore, type ReactNode } from "react";
import type { Client } from "./client/types.js";
import type { Flags, Json } from "./types.js";

/** A page's client; on a server, where nothing changes while it renders, an evaluator with the request's context. */
export type Source = Flags & Partial<Pick<Client, "on" | "rendered">>;

const Halyard = createContext<Source | undefined>(undefined);

/** Gives the flags to what is in it. */
export function HalyardProvider({ flags, children }: { flags: Source; children?: ReactNode }) {
  return <Halyard.Provider value={flags}>{children}</Halyard.Provider>;
}

/** The flags themselves: for event handlers, `setContext`, `details`. */
export function useFlags<S extends Source = Client>(): S {
  const source = useContext(Halyard);
  if (!source) throw new Error("flags are used outside of a HalyardProvider");
  return source as S;
}

/** What `read` gives of the flags; rendered again only when that is another value. */
function useValue<T>(read: (source: Source) => T, hydrate: (source: Source) => T): T {
  const source = useFlags<Source>();
  const subscribe = useCallback(
    (changed: () => void) => {
      // `ready` brings the first values, where there were none to change.
      const ends = [source.on?.("change", changed), source.on?.("ready", changed)];
      return () => ends.forEach((end) => end?.());
    },
    [source],
  );
  // A client that has been made before, and has gone on since, must still hydrate what the server rendered.
  return useSyncExternalStore(
    subscribe,
    () => read(source),
    () => (source.rendered ? hydrate(source) : read(source)),
  );
}

/** A default that is written in the component is a new object at each rendering; the first one stays. */
function useFirst<T>(value: T): T {
  return useRef(value).current;
}

/** A boolean flag's value, or the default. */
export function useBoolean(key: string, fallback: boolean): boolean {
  return useValue(
    (flags) => flags.boolean(key, fallback),
    (flags) => flags.rendered!(key, fallback),
  );
}

/** A string flag's value, or the default. */
export function useString<T extends string = string>(key: string, fallback: T): T {
  return useValue<T>(
    (flags) => flags.string(key, fallback),
    (flags) => flags.rendered!(key, fallback),
  );
}

/** A number flag's value, or the default. */
export function useNumber<T extends number = number>(key: string, fallback: T): T {
  return useValue<T>(
    (flags) => flags.number(key, fallback),
    (flags) => flags.rendered!(key, fallback),
  );
}

/** An object flag's value, or the default. */
export function useObject<T extends object = { readonly [name: string]: Json | null }>(key: string, fallback: T): T {
  const first = useFirst(fallback);
  return useValue<T>(
    (flags) => flags.object(key, first),
    (flags) => flags.rendered!(key, first as unknown as Json) as unknown as T,
  );
}

/** A flag's value, of the type that the default has. */
export function useFlag<T extends Json>(key: string, fallback: T): Widened<T> {
  const first = useFirst(fallback);
  const value = useValue(
    (flags) => {
      if (typeof first === "boolean") return flags.boolean(key, first);
      if (typeof first === "number") return flags.number(key, first as number);
      return typeof first === "string" ? flags.string(key, first as string) : flags.object(key, first as object);
    },
    (flags) => flags.rendered!(key, first),
  );
  return value as Widened<T>;
}

/** `true` stands for a boolean, `"a"` for a string, 1 for a number. */
type Widened<T> = T extends boolean ? boolean : T extends string ? string : T extends number ? number : T;

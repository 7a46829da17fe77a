// Flags while there is nothing to evaluate by: every answer is the application's own default.
import type { Details, Flags } from "../types.js";

export const NOTHING: Flags = {
  boolean: (_, fallback) => fallback,
  string: (_, fallback) => fallback,
  number: (_, fallback) => fallback,
  object: (_, fallback) => fallback,
  details: <T>(flagKey: string, value: T): Details<T> => ({
    flagKey,
    value,
    reason: "ERROR",
    errorCode: "PROVIDER_NOT_READY",
    errorMessage: "the flags have not come yet",
    flagMetadata: {},
  }),
  all: () => ({}),
  keys: () => [],
  variants: () => ({}),
};

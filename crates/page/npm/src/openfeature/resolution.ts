// An answer of the evaluator as OpenFeature's SDKs take it.
import type { ErrorCode, ResolutionDetails } from "@openfeature/core";
import type { Flags, Json } from "../types.js";

/** The type that the application asks for, as `typeof` names it. */
export type Type = "boolean" | "string" | "number" | "object";

/** The flag's value, or the application's own and why. `flags` is undefined while there is nothing to evaluate by. */
export function resolution<T>(flags: Pick<Flags, "details"> | undefined, type: Type, key: string, fallback: T): ResolutionDetails<T> {
  if (!flags) return failed(fallback, "PROVIDER_NOT_READY", "there are no flags yet");
  // By a default of no type: the SDK's method names the type, whatever the default is.
  const { value, variant, reason, errorCode, errorMessage = "", flagMetadata } = flags.details<Json | undefined>(key, undefined);
  if (errorCode) return { ...failed(fallback, errorCode, errorMessage), flagMetadata };
  if (value === undefined) return { value: fallback, reason, flagMetadata };
  if (typeof value !== type) {
    return { ...failed(fallback, "TYPE_MISMATCH", `\`${key}\` is of type ${typeof value}, and it was asked for as ${type}`), flagMetadata };
  }
  return { value: value as T, ...(variant === undefined ? {} : { variant }), reason, flagMetadata };
}

function failed<T>(value: T, errorCode: string, errorMessage: string): ResolutionDetails<T> {
  return { value, reason: "ERROR", errorCode: errorCode as ErrorCode, errorMessage };
}

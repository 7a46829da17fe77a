// What the toolbar says of an answer, in few words.
import type { Details, Json } from "../types.js";

/** Why a flag is what it is, as far as the answer itself tells. */
export function reason({ reason, errorMessage, flagMetadata: { rule, release, stage, blockedBy } }: Details<unknown>): string {
  if (reason === "OVERRIDE") return "overridden in this tab";
  if (rule !== undefined) return `rule \`${rule}\``;
  if (release !== undefined) return `release \`${release}\`, stage \`${stage}\``;
  if (blockedBy !== undefined) return `blocked by \`${blockedBy}\``;
  switch (reason) {
    case "STATIC":
      return "the same for everyone";
    case "SPLIT":
      return "by a split";
    case "DISABLED":
      return "switched off";
    case "CACHED":
      return "kept from before";
    case "ERROR":
      return errorMessage ?? "an error";
    default:
      return "no rule applies";
  }
}

/** A value in one line. */
export function value(value: Json | undefined): string {
  if (value === undefined) return "the application's own";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** Whether a value is like on, like off, or neither. */
export function tone(value: Json | undefined): "on" | "off" | "other" | "none" {
  if (value === undefined) return "none";
  return value === true ? "on" : value === false ? "off" : "other";
}

export const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

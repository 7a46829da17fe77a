// Why a flag has its value, generated from the Rust types in crates/core/src/explain.rs:
// `cargo xtask tidy --fix`. Not to be edited.
import type { ErrorCode, Json, Reason } from "../types.js";

/** An answer, as the node gives it. */
export type Answer = { flag: string; variant?: string; value?: Json; reason: Reason; errorCode?: ErrorCode; metadata?: { [name: string]: string | number | boolean } };

export type Explanation = {
/**
 * The answer, as [`crate::Evaluation::to_json`] writes it.
 */
answer: Answer,
/**
 * One sentence that sums it up: "`on`, because rule `half-of-nl` holds".
 */
summary: string,
/**
 * What was looked at, in order.
 */
steps: Array<Step>, };

export type Step = {
/**
 * How deep it is nested: 0 for what stands on the flag itself.
 */
depth: number,
/**
 * How it came out.
 */
outcome: Outcome,
/**
 * A sentence: "`country` is any of `NL`, `BE` — it is `DE`".
 */
text: string,
/**
 * Where in the document it is written (JSON pointer).
 */
pointer: string, };

export type Outcome = "holds" | "fails" | "note";

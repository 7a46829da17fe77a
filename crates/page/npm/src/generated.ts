// The words of answers, generated from the Rust types in crates/core: `cargo run -p halyard-page --example page-types`. Not to be edited.

/** OpenFeature's reasons. */
export type Reason = "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED" | "ERROR";

/** OpenFeature's error codes, as far as evaluating can give them. */
export type ErrorCode = "FLAG_NOT_FOUND" | "TARGETING_KEY_MISSING";

/** As an answer in one number counts them: first these. */
export const REASONS: readonly Reason[] = ["STATIC", "DEFAULT", "TARGETING_MATCH", "SPLIT", "DISABLED"];

/** And behind them these. */
export const ERRORS: readonly ErrorCode[] = ["FLAG_NOT_FOUND", "TARGETING_KEY_MISSING"];

/** The format of images that the evaluator reads. */
export const FORMAT = 1;

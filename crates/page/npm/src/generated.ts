// The words of answers and of images, generated from the Rust types in crates/core: `cargo xtask tidy --fix`. Not to be edited.

/** OpenFeature's reasons. */
export type Reason = "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED" | "ERROR";

/** OpenFeature's error codes, as far as evaluating can give them. */
export type ErrorCode = "FLAG_NOT_FOUND" | "TARGETING_KEY_MISSING";

/** As an answer in one number counts them: first these. */
export const REASONS: readonly Reason[] = ["STATIC", "DEFAULT", "TARGETING_MATCH", "SPLIT", "DISABLED"];

/** And behind them these. */
export const ERRORS: readonly ErrorCode[] = ["FLAG_NOT_FOUND", "TARGETING_KEY_MISSING"];

/** The format of images that the evaluator reads. */
export const FORMAT = 2;

/** Words of an image's rows, as `halyard_core::image::layout` says: section × 256 + words of a row × 16 + the word. */
export const enum Word {
  Text = 6928,
  Key = 352,
  IsPublic = 353,
  Variants = 354,
  VariantCount = 355,
  Metadata = 356,
  MetadataCount = 357,
  VariantName = 544,
  VariantValue = 545,
  MetadataName = 4896,
  MetadataValue = 4897,
  Path = 4384,
  Needs = 4385,
  RuleId = 1088,
  ReleaseKey = 2160,
  StageName = 2416,
}

// Generated from the Rust types.
export type Reason = "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED" | "ERROR";
export type ErrorCode = "FLAG_NOT_FOUND" | "TARGETING_KEY_MISSING";

// What crosses the wasm border, generated from the Rust types in crates/edge/src/frame.rs:
// `cargo xtask tidy --fix`. Not to be edited.

export type ResultMeta = { "kind": "found",
/**
 * Its ETag, as the store writes it.
 */
etag: string, } | { "kind": "notModified" } | { "kind": "missing" } | { "kind": "stored",
/**
 * Its new ETag.
 */
etag: string, } | { "kind": "conflict" } | { "kind": "listed",
/**
 * In order.
 */
keys: Array<string>,
/**
 * Whether there are further ones.
 */
more: boolean, } | { "kind": "done" } | { "kind": "timedOut" } | { "kind": "failed",
/**
 * What the host knows about it; for logs.
 */
message: string, } | { "kind": "begin" };

export type Afterwards = {
/**
 * The length of the background's continuation, in bytes; none: nothing is to be started.
 */
background: number | null,
/**
 * The names of what is to be kept.
 */
keep: Array<string>, };

export type EffectHead = {
/**
 * What to do, and then what may be done beside it.
 */
effects: Array<EffectMeta>,
/**
 * The lengths of the blobs, in bytes.
 */
blobs: Array<number>, };

export type EffectMeta = { "kind": "get",
/**
 * The object's key.
 */
key: string,
/**
 * Answer `notModified` where the object still has this ETag.
 */
ifNoneMatch: string | null,
/**
 * The object never changes: a cache may keep it for ever.
 */
immutable: boolean,
/**
 * How long to wait, in milliseconds, before `timedOut`.
 */
deadlineMs: number, } | { "kind": "put",
/**
 * The object's key.
 */
key: string,
/**
 * Write only where this holds, else `conflict`.
 */
condition: ConditionMeta, } | { "kind": "list",
/**
 * What the keys begin with.
 */
prefix: string,
/**
 * Only keys behind this one.
 */
after: string | null,
/**
 * At most so many.
 */
limit: number, } | { "kind": "kept",
/**
 * What they are of.
 */
name: string, } | { "kind": "sleep",
/**
 * Milliseconds.
 */
ms: number, };

export type ConditionMeta = {
/**
 * Always true.
 */
ifAbsent: boolean, } | {
/**
 * The ETag, as the store wrote it.
 */
ifMatch: string, };

export type Surface = "all" | "evaluation" | "administration";

export type Config = {
/**
 * Which routes it answers.
 */
surface?: Surface,
/**
 * Origins, beside the request's own, from which the admin app may be used: `https://flags.example`.
 */
origins?: Array<string>,
/**
 * What a cold node serves when neither the store nor a kept copy is there: names to [`crate::follow::pack`]ed text.
 */
snapshots?: { [key in string]: string },
/**
 * How old a copy may be, in milliseconds, before the head is looked at in the background; 5000 where it is not said.
 */
refreshMs?: number,
/**
 * How old a copy may be, in milliseconds, before a request waits (300 ms at most) for the head; 10000 where it is not said.
 */
maxStaleMs?: number,
/**
 * What `GET /version` says beside the version of the code: a commit, as a rule.
 */
build?: string, };

//! The wasm border: what crosses between the node and a host that is not Rust, as a small JSON header and raw blobs.
//!
//! A frame is the length of a JSON header (`u32`, little-endian), the header, then the blobs that it lists. The header types carry
//! into TypeScript by the feature `ts` (`cargo run -p halyard-edge --features ts --example wire-types`).

use halyard_core::Timestamp;
use serde::{Deserialize, Serialize};

use crate::effect::{Condition, Effect, EffectResult, Moment, Step};
use crate::http::{Request, to_json};

/// What the host says of a request to start.
///
/// ```
/// use halyard_edge::frame::{StartMeta, start};
/// let meta = StartMeta { method: "GET".into(), url: "https://flags.example/health".into(), headers: vec![], now: 1_500, random: "07".repeat(32) };
/// let (request, moment) = start(&serde_json::to_string(&meta).unwrap(), b"").unwrap();
/// assert_eq!((request.path(), moment.now.0), ("/health", 1_500));
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct StartMeta {
    /// The method, in capitals.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// Header lines.
    pub headers: Vec<(String, String)>,
    /// Milliseconds since 1970.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub now: i64,
    /// 32 random bytes as 64 hex digits.
    pub random: String,
}

/// What the host says when an effect is done.
///
/// ```
/// use halyard_edge::{EffectResult, frame::{ResultMeta, ResumeMeta, resume}};
/// let meta = ResumeMeta { now: 1_500, random: "07".repeat(32), result: ResultMeta::Found { etag: "e1".into() } };
/// let (result, _) = resume(&serde_json::to_string(&meta).unwrap(), b"{}").unwrap();
/// assert_eq!(result, EffectResult::Found { etag: "e1".into(), body: b"{}".to_vec() });
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ResumeMeta {
    /// Milliseconds since 1970.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub now: i64,
    /// 32 random bytes as 64 hex digits.
    pub random: String,
    /// What became of the effect; a body that was found goes beside it.
    pub result: ResultMeta,
}

/// What became of an effect, but for the body.
///
/// ```
/// use halyard_edge::frame::ResultMeta;
/// assert_eq!(serde_json::to_string(&ResultMeta::Stored { etag: "e1".into() }).unwrap(), r#"{"kind":"stored","etag":"e1"}"#);
/// assert_eq!(serde_json::from_str::<ResultMeta>(r#"{"kind": "notModified"}"#).unwrap(), ResultMeta::NotModified);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum ResultMeta {
    /// The object is there; its body goes beside this.
    Found {
        /// Its ETag, as the store writes it.
        #[serde(default)]
        etag: String,
    },
    /// The object still has the ETag that was named.
    NotModified,
    /// There is no such object.
    Missing,
    /// The object was written.
    Stored {
        /// Its new ETag.
        etag: String,
    },
    /// The condition of a put did not hold; nothing was written.
    Conflict,
    /// Keys.
    Listed {
        /// In order.
        keys: Vec<String>,
        /// Whether there are further ones.
        #[serde(default)]
        more: bool,
    },
    /// It is done: a sleep is over.
    Done,
    /// No answer within the deadline.
    TimedOut,
    /// The store or the way to it is at fault.
    Failed {
        /// What the host knows about it; for logs.
        #[serde(default)]
        message: String,
    },
    /// Start a background task.
    Begin,
}

impl ResultMeta {
    /// The result, with the body that goes with it.
    ///
    /// ```
    /// use halyard_edge::{EffectResult, frame::ResultMeta};
    /// let found = EffectResult::Found { etag: "e1".into(), body: b"{}".to_vec() };
    /// let (meta, body) = ResultMeta::split(&found);
    /// assert_eq!(meta.with_body(body.to_vec()), found);
    /// ```
    pub fn with_body(self, body: Vec<u8>) -> EffectResult {
        match self {
            ResultMeta::Found { etag } => EffectResult::Found { etag, body },
            ResultMeta::NotModified => EffectResult::NotModified,
            ResultMeta::Missing => EffectResult::Missing,
            ResultMeta::Stored { etag } => EffectResult::Stored { etag },
            ResultMeta::Conflict => EffectResult::Conflict,
            ResultMeta::Listed { keys, more } => EffectResult::Listed { keys, more },
            ResultMeta::Done => EffectResult::Done,
            ResultMeta::TimedOut => EffectResult::TimedOut,
            ResultMeta::Failed { message } => EffectResult::Failed { message },
            ResultMeta::Begin => EffectResult::Begin,
        }
    }

    /// The result without its body, and the body.
    ///
    /// ```
    /// use halyard_edge::{EffectResult, frame::ResultMeta};
    /// assert_eq!(ResultMeta::split(&EffectResult::Conflict), (ResultMeta::Conflict, &b""[..]));
    /// ```
    pub fn split(result: &EffectResult) -> (ResultMeta, &[u8]) {
        let meta = match result {
            EffectResult::Found { etag, body } => return (ResultMeta::Found { etag: etag.clone() }, body),
            EffectResult::NotModified => ResultMeta::NotModified,
            EffectResult::Missing => ResultMeta::Missing,
            EffectResult::Stored { etag } => ResultMeta::Stored { etag: etag.clone() },
            EffectResult::Conflict => ResultMeta::Conflict,
            EffectResult::Listed { keys, more } => ResultMeta::Listed { keys: keys.clone(), more: *more },
            EffectResult::Done => ResultMeta::Done,
            EffectResult::TimedOut => ResultMeta::TimedOut,
            EffectResult::Failed { message } => ResultMeta::Failed { message: message.clone() },
            EffectResult::Begin => ResultMeta::Begin,
        };
        (meta, &[])
    }
}

/// The header of a frame.
///
/// ```
/// use halyard_edge::{Effect, Step, frame};
/// let step = Step::Effect { effect: Effect::Sleep { ms: 25 }, continuation: b"all that it needs".to_vec() };
/// let bytes = frame::write(step);
/// let (header, blobs) = frame::read(&bytes).unwrap();
/// assert_eq!(serde_json::to_string(&header).unwrap(), r#"{"effect":{"kind":"sleep","ms":25},"blobs":[17]}"#);
/// assert_eq!(blobs, [b"all that it needs"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum FrameHeader {
    /// The request has its answer. Blobs: the body, the background's continuation if there is one, then each kept.
    Answer {
        /// Status and header lines.
        answer: AnswerMeta,
        /// Whether there is a background task.
        background: bool,
        /// The names of what is to be kept.
        keep: Vec<String>,
        /// The lengths of the blobs, in bytes.
        blobs: Vec<u32>,
    },
    /// The host has something to do. Blobs: the continuation, then a put's body.
    Effect {
        /// What.
        effect: EffectMeta,
        /// The lengths of the blobs, in bytes.
        blobs: Vec<u32>,
    },
}

/// A response without its body.
///
/// ```
/// use halyard_edge::frame::AnswerMeta;
/// let meta = AnswerMeta { status: 200, headers: vec![("content-type".into(), "application/json".into())] };
/// assert_eq!(serde_json::to_string(&meta).unwrap(), r#"{"status":200,"headers":[["content-type","application/json"]]}"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AnswerMeta {
    /// The status.
    pub status: u16,
    /// Header lines.
    pub headers: Vec<(String, String)>,
}

/// An effect without a put's body.
///
/// ```
/// use halyard_edge::frame::EffectMeta;
/// let text = r#"{"kind":"get","key":"project/head.json","ifNoneMatch":"e1","immutable":false,"deadlineMs":300}"#;
/// assert!(matches!(serde_json::from_str(text).unwrap(), EffectMeta::Get { deadline_ms: 300, .. }));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum EffectMeta {
    /// Reads an object.
    Get {
        /// The object's key.
        key: String,
        /// Answer `notModified` where the object still has this ETag.
        if_none_match: Option<String>,
        /// The object never changes: a cache may keep it for ever.
        immutable: bool,
        /// How long to wait, in milliseconds, before `timedOut`.
        deadline_ms: u32,
    },
    /// Writes an object, atomically; what to write is the second blob.
    Put {
        /// The object's key.
        key: String,
        /// Write only where this holds, else `conflict`.
        condition: ConditionMeta,
    },
    /// Lists keys in order.
    List {
        /// What the keys begin with.
        prefix: String,
        /// Only keys behind this one.
        after: Option<String>,
        /// At most so many.
        limit: u32,
    },
    /// Asks for bytes that were kept by an earlier instance or process.
    Kept {
        /// What they are of.
        name: String,
    },
    /// Waits.
    Sleep {
        /// Milliseconds.
        ms: u32,
    },
}

/// What must hold for a put: `{"ifAbsent": true}` or `{"ifMatch": "…"}`.
///
/// ```
/// use halyard_edge::frame::ConditionMeta;
/// let condition: ConditionMeta = serde_json::from_str(r#"{"ifMatch": "e1"}"#).unwrap();
/// assert_eq!(condition, ConditionMeta::IfMatch { if_match: "e1".into() });
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum ConditionMeta {
    /// Only where there is no such object.
    #[serde(rename_all = "camelCase")]
    IfAbsent {
        /// Always true.
        if_absent: bool,
    },
    /// Only where the object has this ETag.
    #[serde(rename_all = "camelCase")]
    IfMatch {
        /// The ETag, as the store wrote it.
        if_match: String,
    },
}

/// Reads what [`StartMeta`] says.
///
/// ```
/// use halyard_edge::frame;
/// let meta = format!(r#"{{"method": "GET", "url": "https://flags.example/", "headers": [], "now": 0, "random": "{}"}}"#, "00".repeat(32));
/// assert_eq!(frame::start(&meta, b"").unwrap().0.method, "GET");
/// assert!(frame::start("{}", b"").is_err());
/// ```
///
/// # Errors
/// In plain words, when the host's JSON is not what it should be.
pub fn start(meta: &str, body: &[u8]) -> Result<(Request, Moment), String> {
    let meta: StartMeta = serde_json::from_str(meta).map_err(|error| format!("the host's request cannot be read: {error}"))?;
    let moment = moment(meta.now, &meta.random)?;
    Ok((Request { method: meta.method, url: meta.url, headers: meta.headers, body: body.to_vec() }, moment))
}

/// Reads what [`ResumeMeta`] says.
///
/// ```
/// use halyard_edge::{EffectResult, frame};
/// let meta = format!(r#"{{"now": 0, "random": "{}", "result": {{"kind": "missing"}}}}"#, "00".repeat(32));
/// assert_eq!(frame::resume(&meta, b"").unwrap().0, EffectResult::Missing);
/// ```
///
/// # Errors
/// In plain words, when the host's JSON is not what it should be.
pub fn resume(meta: &str, body: &[u8]) -> Result<(EffectResult, Moment), String> {
    let meta: ResumeMeta = serde_json::from_str(meta).map_err(|error| format!("the host's result cannot be read: {error}"))?;
    let moment = moment(meta.now, &meta.random)?;
    Ok((meta.result.with_body(body.to_vec()), moment))
}

fn moment(now: i64, random: &str) -> Result<Moment, String> {
    let random = unhex(random).ok_or("the host's randomness is not 64 hex digits")?;
    Ok(Moment { now: Timestamp(now), random })
}

/// The 32 bytes that 64 hex digits write.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (place, byte) in out.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    Some(out)
}

/// Writes a step as a frame.
///
/// ```
/// use halyard_edge::{Effect, Response, Step, frame};
/// let step = Step::Answer { response: Response::json(200, &true), background: None, keep: Vec::new() };
/// let bytes = frame::write(step);
/// let (header, blobs) = frame::read(&bytes).unwrap();
/// assert!(matches!(header, frame::FrameHeader::Answer { background: false, .. }));
/// assert_eq!(blobs, [b"true"]);
/// ```
pub fn write(step: Step) -> Vec<u8> {
    match step {
        Step::Answer { response, background, keep } => {
            let mut blobs = vec![response.body];
            let has_background = background.is_some();
            blobs.extend(background);
            let (names, bytes): (Vec<_>, Vec<_>) = keep.into_iter().map(|kept| (kept.name, kept.bytes)).unzip();
            blobs.extend(bytes);
            let header = FrameHeader::Answer {
                answer: AnswerMeta { status: response.status, headers: response.headers },
                background: has_background,
                keep: names,
                blobs: lengths(&blobs),
            };
            join(&header, &blobs)
        }
        Step::Effect { effect, continuation } => {
            let mut blobs = vec![continuation];
            let effect = match effect {
                Effect::Get { key, if_none_match, immutable, deadline_ms } => {
                    EffectMeta::Get { key, if_none_match, immutable, deadline_ms }
                }
                Effect::Put { key, body, condition } => {
                    blobs.push(body);
                    let condition = match condition {
                        Condition::IfAbsent => ConditionMeta::IfAbsent { if_absent: true },
                        Condition::IfMatch(etag) => ConditionMeta::IfMatch { if_match: etag },
                    };
                    EffectMeta::Put { key, condition }
                }
                Effect::List { prefix, after, limit } => EffectMeta::List { prefix, after, limit },
                Effect::Kept { name } => EffectMeta::Kept { name },
                Effect::Sleep { ms } => EffectMeta::Sleep { ms },
            };
            let header = FrameHeader::Effect { effect, blobs: lengths(&blobs) };
            join(&header, &blobs)
        }
    }
}

/// Reads a frame as a host does: its header and its blobs. None if it is not one.
///
/// ```
/// use halyard_edge::{Response, Step, frame};
/// let step = Step::Answer { response: Response::empty(204), background: Some(b"later".to_vec()), keep: vec![] };
/// let bytes = frame::write(step);
/// let (_, blobs) = frame::read(&bytes).unwrap();
/// assert_eq!(blobs, [&b""[..], b"later"]); // the body, then the background's continuation
/// assert!(frame::read(&bytes[..bytes.len() - 1]).is_none());
/// ```
pub fn read(bytes: &[u8]) -> Option<(FrameHeader, Vec<&[u8]>)> {
    let (header, mut rest) = split_header(bytes)?;
    let header: FrameHeader = serde_json::from_slice(header).ok()?;
    let (FrameHeader::Answer { blobs: lengths, .. } | FrameHeader::Effect { blobs: lengths, .. }) = &header;
    let mut blobs = Vec::new();
    for length in lengths {
        let (blob, behind) = rest.split_at_checked(usize::try_from(*length).ok()?)?;
        blobs.push(blob);
        rest = behind;
    }
    rest.is_empty().then_some((header, blobs))
}

fn lengths(blobs: &[Vec<u8>]) -> Vec<u32> {
    blobs.iter().map(|blob| u32::try_from(blob.len()).unwrap_or(u32::MAX)).collect()
}

/// A `u32` length, a JSON header, blobs.
pub(crate) fn join(header: &impl Serialize, blobs: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let header = to_json(header);
    let total = blobs.iter().map(|blob| blob.as_ref().len()).sum::<usize>();
    let mut out = Vec::with_capacity(4 + header.len() + total);
    out.extend_from_slice(&u32::try_from(header.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(&header);
    for blob in blobs {
        out.extend_from_slice(blob.as_ref());
    }
    out
}

/// The JSON header of what [`join`] wrote, and the bytes behind it.
pub(crate) fn split_header(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)
}

//! The wasm border: what crosses between the node and a host that is not Rust, as a small JSON header and raw blobs.
//!
//! A frame is the length of a JSON header (`u32`, little-endian), the header, then the blobs that it lists. The header types carry
//! into TypeScript by the feature `ts` (`cargo run -p halyard-edge --features ts --example wire-types`).

use halyard_core::{Json, Timestamp};
use serde::{Deserialize, Serialize};

use crate::effect::{Condition, Effect, EffectResult, Moment, Step};
use crate::http::{Request, to_json};

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

/// The head of a request as a host says it: its method, its URL, and the name and the value of each header, with an end of line between
/// any two. None of them has one inside. (It is read for every request, and a JSON reader would take as long as evaluating a flag.)
///
/// ```
/// use halyard_edge::{Request, frame};
/// let request = Request::new("GET", "https://flags.example/health").with_header("accept", "*/*");
/// assert_eq!(frame::head(&request), "GET\nhttps://flags.example/health\naccept\n*/*");
/// ```
pub fn head(request: &Request) -> String {
    let mut head = format!("{}\n{}", request.method, request.url);
    for (name, value) in &request.headers {
        head.extend(["\n", name, "\n", value]);
    }
    head
}

/// The request of a [`head`] and a body.
///
/// ```
/// use halyard_edge::{Request, frame};
/// let request = Request::new("PUT", "https://flags.example/").with_header("accept", "*/*").with_body("{}");
/// assert_eq!(frame::request(&frame::head(&request), b"{}"), Ok(request));
/// assert!(frame::request("GET", b"").is_err());
/// assert!(frame::request("GET\nhttps://flags.example/\naccept", b"").is_err(), "a header without a value");
/// ```
///
/// # Errors
/// In plain words, when the host's text is not what it should be.
pub fn request(head: &str, body: &[u8]) -> Result<Request, String> {
    let mut lines = head.split('\n');
    let (Some(method), Some(url)) = (lines.next(), lines.next()) else {
        return Err("the host's request has no URL".to_owned());
    };
    let mut headers = Vec::new();
    while let Some(name) = lines.next() {
        let value = lines.next().ok_or("a header of the host's request has no value")?;
        headers.push((name.to_owned(), value.to_owned()));
    }
    Ok(Request { method: method.to_owned(), url: url.to_owned(), headers, body: body.to_vec() })
}

/// The outcome of an effect, from a [`ResultMeta`] as JSON and the body beside it.
///
/// ```
/// use halyard_edge::{EffectResult, frame};
/// assert_eq!(frame::result(r#"{"kind": "missing"}"#, b""), Ok(EffectResult::Missing));
/// let found = EffectResult::Found { etag: "e1".into(), body: b"{}".to_vec() };
/// assert_eq!(frame::result(r#"{"kind": "found", "etag": "e1"}"#, b"{}"), Ok(found));
/// ```
///
/// # Errors
/// In plain words, when the host's JSON is not what it should be.
pub fn result(meta: &str, body: &[u8]) -> Result<EffectResult, String> {
    let meta: ResultMeta = serde_json::from_str(meta).map_err(|error| format!("the host's result cannot be read: {error}"))?;
    Ok(meta.with_body(body.to_vec()))
}

/// What a host gives with every call: milliseconds since 1970, and 32 random bytes.
///
/// ```
/// use halyard_edge::frame;
/// assert_eq!(frame::moment(1_500.0, &[7; 32]).unwrap().now.0, 1_500);
/// assert!(frame::moment(1_500.0, &[7; 31]).is_err());
/// assert!(frame::moment(f64::NAN, &[7; 32]).is_err());
/// ```
///
/// # Errors
/// In plain words, when they are not what they should be.
pub fn moment(now: f64, random: &[u8]) -> Result<Moment, String> {
    let random = random.try_into().map_err(|_| "the host's randomness is not 32 bytes")?;
    if !(-1e15..1e15).contains(&now) {
        return Err("the host's time is none".to_owned());
    }
    Ok(Moment { now: Timestamp(now as i64), random })
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
            let mut out = vec![0; 4];
            answer_header(response.status, &response.headers, has_background, &names, &lengths(&blobs), &mut out);
            framed(out, &blobs)
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

/// A [`FrameHeader::Answer`] as canonical JSON, written as it comes: every request has one.
fn answer_header(status: u16, headers: &[(String, String)], background: bool, keep: &[String], blobs: &[u32], out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"answer\":{\"headers\":[");
    for (place, (name, value)) in headers.iter().enumerate() {
        out.extend_from_slice(if place > 0 { b",[" } else { b"[" });
        quoted(name, out);
        out.push(b',');
        quoted(value, out);
        out.push(b']');
    }
    out.extend_from_slice(b"],\"status\":");
    decimal(status.into(), out);
    out.extend_from_slice(if background { b"},\"background\":true,\"blobs\":[" } else { b"},\"background\":false,\"blobs\":[" });
    for (place, length) in blobs.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        decimal(*length, out);
    }
    out.extend_from_slice(b"],\"keep\":[");
    for (place, name) in keep.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        quoted(name, out);
    }
    out.extend_from_slice(b"]}");
}

fn quoted(text: &str, out: &mut Vec<u8>) {
    if text.bytes().any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
        out.extend_from_slice(Json::from(text).canonical().as_bytes());
    } else {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    }
}

fn decimal(number: u32, out: &mut Vec<u8>) {
    if number >= 10 {
        decimal(number / 10, out);
    }
    out.push(b'0' + (number % 10) as u8);
}

/// A `u32` length, a JSON header, blobs.
pub(crate) fn join(header: &impl Serialize, blobs: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let mut out = vec![0; 4];
    out.extend(to_json(header));
    framed(out, blobs)
}

/// Puts the length of the header before it, where room is for it, and the blobs behind it.
fn framed(mut out: Vec<u8>, blobs: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let length = u32::try_from(out.len() - 4).unwrap_or(u32::MAX);
    if let Some(place) = out.first_chunk_mut() {
        *place = length.to_le_bytes();
    }
    out.reserve_exact(blobs.iter().map(|blob| blob.as_ref().len()).sum());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_of_an_answer_is_canonical_json_whatever_is_in_it() {
        let headers = [("etag", "\"a\\b\""), ("x", ""), ("y", "é\u{1}\t")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        for (status, background, keep) in
            [(200_u16, false, vec![]), (65_535, true, vec!["project".to_owned(), "environments/a".to_owned()])]
        {
            let blobs = [0, 7, 10, 4_294_967_295];
            let mut written = Vec::new();
            answer_header(status, &headers, background, &keep, &blobs, &mut written);
            let answer = AnswerMeta { status, headers: headers.to_vec() };
            let header = FrameHeader::Answer { answer, background, keep, blobs: blobs.to_vec() };
            assert_eq!(String::from_utf8(written).unwrap(), String::from_utf8(to_json(&header)).unwrap());
        }
    }
}

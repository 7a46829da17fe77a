//! The wasm border: what crosses between the node and a host that is not Rust, as a short head and raw blobs.
//!
//! A frame is the length of its head (`u32`, little-endian), the head, then the blobs. The head of an effect is JSON; that of an answer
//! is lines, as a request's [`head`] is: every request has one, and reading JSON takes a host as long as evaluating twenty flags. The
//! types carry into TypeScript by the feature `ts` (`cargo run -p halyard-edge --features ts --example wire-types`).

use std::borrow::Cow;
use std::iter;

use halyard_core::Timestamp;
use serde::{Deserialize, Serialize};

use crate::effect::{Condition, Effect, EffectResult, Moment, Step};
use crate::http::{Headers, Request, Response, piece, to_json};

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

/// The head of a frame that names effects. Blobs: the continuation, then a put's body.
///
/// ```
/// use halyard_edge::{Effect, Step, frame};
/// let beside = vec![Effect::Kept { name: "project".into() }];
/// let step = Step::Effect { effect: Effect::Sleep { ms: 25 }, beside, continuation: b"all that it needs".to_vec() };
/// let bytes = frame::write(step);
/// let head = r#"{"blobs":[17],"effects":[{"kind":"sleep","ms":25},{"kind":"kept","name":"project"}]}"#;
/// assert_eq!(&bytes[4..], format!("{head}all that it needs").as_bytes());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct EffectHead {
    /// What to do, and then what may be done beside it.
    pub effects: Vec<EffectMeta>,
    /// The lengths of the blobs, in bytes.
    pub blobs: Vec<u32>,
}

/// What there is to do behind an answer, if anything. Behind the answer's body comes the background's continuation, if there is one.
///
/// ```
/// use halyard_edge::frame::Afterwards;
/// let afterwards = Afterwards { background: Some(98), keep: vec!["project".into()] };
/// assert_eq!(serde_json::to_string(&afterwards).unwrap(), r#"{"background":98,"keep":["project"]}"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Afterwards {
    /// The length of the background's continuation, in bytes; none: nothing is to be started.
    pub background: Option<u32>,
    /// The names of what is to be kept.
    pub keep: Vec<String>,
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

/// The request of a [`head`] and a body. A host that has the body as a text writes it behind the head and an empty line, so that one
/// text crosses.
///
/// ```
/// use halyard_edge::{Request, frame};
/// let request = Request::new("PUT", "https://flags.example/").with_header("accept", "*/*").with_body("{}\n\n");
/// assert_eq!(frame::request(&frame::head(&request), b"{}\n\n".to_vec()), Ok(request.clone()));
/// assert_eq!(frame::request(&format!("{}\n\n{{}}\n\n", frame::head(&request)), Vec::new()), Ok(request));
/// assert!(frame::request("GET", Vec::new()).is_err());
/// assert!(frame::request("GET\nhttps://flags.example/\naccept", Vec::new()).is_err(), "a header without a value");
/// ```
///
/// # Errors
/// In plain words, when the host's text is not what it should be.
pub fn request(text: &str, mut body: Vec<u8>) -> Result<Request, String> {
    let mut rest = Some(text);
    let (Some(method), Some(url)) = (piece(&mut rest, b'\n'), piece(&mut rest, b'\n')) else {
        return Err("the host's request has no URL".to_owned());
    };
    let mut headers = Vec::new();
    while let Some(name) = piece(&mut rest, b'\n') {
        if name.is_empty() {
            body = rest.unwrap_or_default().as_bytes().to_vec();
            break;
        }
        let value = piece(&mut rest, b'\n').ok_or("a header of the host's request has no value")?;
        headers.push((name.to_owned(), value.to_owned()));
    }
    Ok(Request { method: method.to_owned(), url: url.to_owned(), headers, body })
}

/// The outcome of an effect, from a [`ResultMeta`] as JSON and the body beside it.
///
/// ```
/// use halyard_edge::{EffectResult, frame};
/// assert_eq!(frame::result(r#"{"kind": "missing"}"#, Vec::new()), Ok(EffectResult::Missing));
/// let found = EffectResult::Found { etag: "e1".into(), body: b"{}".to_vec() };
/// assert_eq!(frame::result(r#"{"kind": "found", "etag": "e1"}"#, b"{}".to_vec()), Ok(found));
/// ```
///
/// # Errors
/// In plain words, when the host's JSON is not what it should be.
pub fn result(meta: &str, body: Vec<u8>) -> Result<EffectResult, String> {
    let meta: ResultMeta = serde_json::from_str(meta).map_err(|error| format!("the host's result cannot be read: {error}"))?;
    Ok(meta.with_body(body))
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

/// Writes a step as a frame. The lines of an answer's head: the length of the body, [`Afterwards`] as JSON or nothing where there is
/// nothing to do, the status, then the name and the value of each header.
///
/// ```
/// use halyard_edge::{Response, Step, frame};
/// let response = Response::json(200, &true).with_header("etag", "\"a\"");
/// let bytes = frame::write(Step::Answer { response, background: None, keep: Vec::new() });
/// assert_eq!(&bytes[4..], b"4\n\n200\ncontent-type\napplication/json\netag\n\"a\"true");
/// ```
pub fn write(step: Step) -> Vec<u8> {
    Writer::default().write(step)
}

/// Writes frames for a host that remembers the status and the headers of the last answer: where the next one has the same, as most do,
/// neither is written.
///
/// ```
/// use halyard_edge::{Response, Step, frame::Writer};
/// let mut writer = Writer::default();
/// let mut write = |body| writer.write(Step::Answer { response: Response::json(200, &body), background: None, keep: Vec::new() });
/// assert_eq!(&write("a")[4..], b"3\n\n200\ncontent-type\napplication/json\"a\"");
/// assert_eq!(&write("b")[4..], b"3\n\n\"b\"");
/// ```
#[derive(Debug, Default)]
pub struct Writer {
    status: u16,
    headers: Headers,
}

impl Writer {
    /// Writes the next frame, as [`write`] does the first.
    ///
    /// ```
    /// use halyard_edge::{Response, Step, frame::Writer};
    /// let step = Step::Answer { response: Response::empty(204), background: None, keep: Vec::new() };
    /// assert_eq!(&Writer::default().write(step)[4..], b"0\n\n204");
    /// ```
    pub fn write(&mut self, step: Step) -> Vec<u8> {
        match step {
            Step::Answer { response, background, keep } => self.answer(response, background, keep),
            Step::Effect { effect, beside, continuation } => write_effect(effect, beside, continuation),
        }
    }

    fn answer(&mut self, response: Response, background: Option<Vec<u8>>, keep: Vec<String>) -> Vec<u8> {
        let Response { status, headers, body } = response;
        let mut out = Vec::with_capacity(HEAD_BYTES + body.len());
        out.extend([0; 4]);
        decimal(length(&body), &mut out);
        out.push(b'\n');
        if background.is_some() || !keep.is_empty() {
            out.extend(to_json(&Afterwards { background: background.as_ref().map(|continuation| length(continuation)), keep }));
        }
        out.push(b'\n');
        if (self.status, &self.headers) != (status, &headers) {
            decimal(status.into(), &mut out);
            for line in headers.iter().flat_map(|(name, value)| [name, value]) {
                out.push(b'\n');
                match line {
                    Cow::Borrowed(ours) => out.extend_from_slice(ours.as_bytes()),
                    Cow::Owned(line) => out.extend(line.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte })),
                }
            }
            *self = Writer { status, headers };
        }
        framed(out, iter::once(&body).chain(&background))
    }
}

fn write_effect(effect: Effect, beside: Vec<Effect>, continuation: Vec<u8>) -> Vec<u8> {
    let (effect, body) = effect_meta(effect);
    let blobs: Vec<_> = iter::once(continuation).chain(body).collect();
    let effects = iter::once(effect).chain(beside.into_iter().map(|effect| effect_meta(effect).0)).collect();
    join(&EffectHead { effects, blobs: blobs.iter().map(|blob| length(blob)).collect() }, &blobs)
}

/// An effect without a put's body, and that.
fn effect_meta(effect: Effect) -> (EffectMeta, Option<Vec<u8>>) {
    let meta = match effect {
        Effect::Get { key, if_none_match, immutable, deadline_ms } => EffectMeta::Get { key, if_none_match, immutable, deadline_ms },
        Effect::Put { key, body, condition } => {
            let condition = match condition {
                Condition::IfAbsent => ConditionMeta::IfAbsent { if_absent: true },
                Condition::IfMatch(etag) => ConditionMeta::IfMatch { if_match: etag },
            };
            return (EffectMeta::Put { key, condition }, Some(body));
        }
        Effect::List { prefix, after, limit } => EffectMeta::List { prefix, after, limit },
        Effect::Kept { name } => EffectMeta::Kept { name },
        Effect::Sleep { ms } => EffectMeta::Sleep { ms },
    };
    (meta, None)
}

/// Reads a frame as a host does; none if it is not one.
///
/// ```
/// use halyard_edge::{Response, Step, frame};
/// let step = Step::Answer { response: Response::empty(204), background: Some(b"later".to_vec()), keep: vec![] };
/// let bytes = frame::write(step.clone());
/// assert_eq!(frame::read(&bytes), Some(step));
/// assert_eq!(frame::read(&bytes[..bytes.len() - 1]), None);
/// ```
pub fn read(bytes: &[u8]) -> Option<Step> {
    let (head, mut blobs) = split_header(bytes)?;
    let step = if head.starts_with(b"{") {
        let EffectHead { effects, blobs: lengths } = serde_json::from_slice(head).ok()?;
        let mut lengths = lengths.into_iter();
        let mut blob = || take(&mut blobs, lengths.next()?);
        let continuation = blob()?;
        let mut effects = effects.into_iter().map(|effect| read_effect(effect, &mut blob));
        let effect = effects.next()??;
        let beside = effects.collect::<Option<_>>()?;
        Step::Effect { effect, beside, continuation }
    } else {
        let mut lines = std::str::from_utf8(head).ok()?.split('\n');
        let mut line = || lines.next();
        let (length, afterwards, status) = (line()?.parse().ok()?, line()?, line()?.parse().ok()?);
        let mut headers = Vec::new();
        while let Some(name) = line() {
            headers.push((name.to_owned().into(), line()?.to_owned().into()));
        }
        let response = Response { status, headers, body: take(&mut blobs, length)? };
        let (mut background, mut keep) = (None, Vec::new());
        if !afterwards.is_empty() {
            let afterwards: Afterwards = serde_json::from_str(afterwards).ok()?;
            if let Some(length) = afterwards.background {
                background = Some(take(&mut blobs, length)?);
            }
            keep = afterwards.keep;
        }
        Step::Answer { response, background, keep }
    };
    blobs.is_empty().then_some(step)
}

fn read_effect(effect: EffectMeta, mut blob: impl FnMut() -> Option<Vec<u8>>) -> Option<Effect> {
    Some(match effect {
        EffectMeta::Get { key, if_none_match, immutable, deadline_ms } => Effect::Get { key, if_none_match, immutable, deadline_ms },
        EffectMeta::Put { key, condition } => {
            let condition = match condition {
                ConditionMeta::IfAbsent { .. } => Condition::IfAbsent,
                ConditionMeta::IfMatch { if_match } => Condition::IfMatch(if_match),
            };
            Effect::Put { key, condition, body: blob()? }
        }
        EffectMeta::List { prefix, after, limit } => Effect::List { prefix, after, limit },
        EffectMeta::Kept { name } => Effect::Kept { name },
        EffectMeta::Sleep { ms } => Effect::Sleep { ms },
    })
}

fn take(bytes: &mut &[u8], length: u32) -> Option<Vec<u8>> {
    bytes.split_off(..usize::try_from(length).ok()?).map(<[u8]>::to_vec)
}

fn length(blob: &[u8]) -> u32 {
    u32::try_from(blob.len()).unwrap_or(u32::MAX)
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
    framed(out, blobs.iter())
}

/// Room for the head of most answers.
const HEAD_BYTES: usize = 384;

/// Puts the length of the header before it, where room is for it, and the blobs behind it.
fn framed<'b, B: AsRef<[u8]> + 'b>(mut out: Vec<u8>, blobs: impl Iterator<Item = &'b B> + Clone) -> Vec<u8> {
    let length = u32::try_from(out.len() - 4).unwrap_or(u32::MAX);
    if let Some(place) = out.first_chunk_mut() {
        *place = length.to_le_bytes();
    }
    out.reserve_exact(blobs.clone().map(|blob| blob.as_ref().len()).sum());
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
    fn a_step_comes_back_whatever_is_in_it() {
        let bodies = [b"".to_vec(), b"a\nb".to_vec()];
        let asks = [None, Some(Vec::new()), Some(b"later".to_vec())];
        for (body, background, keep) in bodies.iter().flat_map(|body| {
            asks.iter()
                .flat_map(move |ask| [vec![], vec!["a".to_owned(), "é\"\n{".to_owned()]].map(|keep| (body.clone(), ask.clone(), keep)))
        }) {
            let headers = [("etag", "\"a\\b\""), ("x", ""), ("y", "é\u{1}\t")].map(|(name, value)| (name.into(), value.into()));
            let step = Step::Answer { response: Response { status: 418, headers: headers.to_vec(), body }, background, keep };
            let bytes = write(step.clone());
            assert_eq!(read(&bytes), Some(step));
            (0..bytes.len()).for_each(|end| assert_eq!(read(&bytes[..end]), None, "cut at {end}"));
            assert_eq!(read(&[bytes, b"!".to_vec()].concat()), None, "bytes that are no part of it");
        }
        let put = |condition| Effect::Put { key: "k".to_owned(), body: b"{}".to_vec(), condition };
        for effect in [put(Condition::IfAbsent), put(Condition::IfMatch("e".to_owned())), Effect::Kept { name: "project".to_owned() }] {
            let beside = vec![Effect::Kept { name: "project".to_owned() }, Effect::Sleep { ms: 1 }];
            let step = Step::Effect { effect, beside, continuation: b"c".to_vec() };
            assert_eq!(read(&write(step.clone())), Some(step));
        }
    }

    #[test]
    fn what_the_last_answer_had_is_not_written_again() {
        let mut writer = Writer::default();
        let mut lines = |status, value: &'static str, body: &str| {
            let response = Response::bytes(status, "text/plain", body.into()).with_header("x", value);
            let bytes = writer.write(Step::Answer { response, background: Some(b"later".to_vec()), keep: vec![] });
            let (head, rest) = split_header(&bytes).unwrap();
            assert_eq!(rest, format!("{body}later").as_bytes());
            std::str::from_utf8(head).unwrap().splitn(3, '\n').last().unwrap().to_owned()
        };
        assert_eq!(lines(200, "a", "1"), "200\ncontent-type\ntext/plain\nx\na");
        assert_eq!(lines(200, "a", "22"), "");
        assert_eq!(lines(404, "a", "1"), "404\ncontent-type\ntext/plain\nx\na");
        assert_eq!(lines(404, "b", "1"), "404\ncontent-type\ntext/plain\nx\nb");
        let effect = Step::Effect { effect: Effect::Sleep { ms: 1 }, beside: vec![], continuation: vec![] };
        assert_eq!(writer.write(effect.clone()), write(effect), "of an effect everything is written");
        let again =
            Step::Answer { response: Response::bytes(404, "text/plain", vec![]).with_header("x", "b"), background: None, keep: vec![] };
        assert_eq!(&writer.write(again)[4..], b"0\n\n");
    }

    #[test]
    fn a_header_is_one_line() {
        let response = Response::empty(204).with_header("x", "a\r\nset-cookie: b".to_owned());
        let Some(Step::Answer { response, .. }) = read(&write(Step::Answer { response, background: None, keep: vec![] })) else { panic!() };
        assert_eq!(response.headers, [("x".into(), "a  set-cookie: b".into())]);
    }
}

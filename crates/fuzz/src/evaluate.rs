//! A document, contexts and times: read, checked, compiled and evaluated as the obvious evaluator does it.
//!
//! An input that begins with `r` is text: a document and, behind lines of `--`, requests as the vectors write them. Any other is the seed of
//! a random document and requests that come near what it asks.

use std::cell::OnceCell;

use halyard_core::check::Cap;
use halyard_core::evaluate::Audience;
use halyard_core::{Context, Document, Json, Ruleset, Timestamp, compile, read};
use halyard_reference::generate::{Request, document_and_requests};
use proptest::strategy::{BoxedStrategy, Strategy};
use serde_json::Value;

use crate::made::{BORDER, made};

/// Requests of one document that are evaluated: a hang should be the evaluator's.
const REQUESTS: usize = 16;

thread_local! {
    static DOCUMENTS: OnceCell<BoxedStrategy<(Value, Vec<Request>)>> = const { OnceCell::new() };
}

/// A document, and what is asked of it.
pub fn evaluate(input: &[u8]) {
    match input.split_first() {
        Some((b'r', text)) => raw(text),
        Some((_, seed)) => {
            let documents = |cell: &OnceCell<_>| made(cell.get_or_init(|| document_and_requests().boxed()), seed);
            let Some((document, requests)) = DOCUMENTS.with(documents) else { return };
            assert!(hold(document.to_string().as_bytes(), &requests), "a random document is refused: {document}");
        }
        None => {}
    }
}

fn raw(text: &[u8]) {
    // A document need not be UTF-8; what stands behind it is of no use if it is not.
    let border = BORDER.as_bytes();
    let end = text.windows(border.len()).position(|window| window == border);
    let (document, rest) = end.map_or((text, &[][..]), |end| (&text[..end], &text[end + border.len()..]));
    let requests = std::str::from_utf8(rest).unwrap_or_default().split(BORDER).take(REQUESTS).filter_map(request);
    hold(document, &requests.collect::<Vec<_>>());
}

/// A request as the vectors write it: `{"flag": "k", "context": {…}, "at": "2026-12-01T00:00:00Z"}`, or `at` in milliseconds.
fn request(text: &str) -> Option<Request> {
    let json = Json::parse(text.as_bytes()).ok()?;
    let now_ms = match json.get("at")? {
        Json::String(text) => Timestamp::parse(text)?.0,
        Json::Number(number) => *number as i64,
        _ => return None,
    };
    Some(Request { flag: json.get("flag")?.as_str()?.to_owned(), context: Value::from(json.get("context")?), now_ms })
}

/// Whether the text is a document; then all that holds of one has been held.
fn hold(text: &[u8], requests: &[Request]) -> bool {
    let report = read(text, Cap::Publisher);
    for problem in &report.problems {
        assert!(!problem.message.is_empty() && problem.pointer.segments().count() <= 200, "{problem:?}");
    }
    assert_eq!(report.errors().count() == 0, report.checked.is_some(), "only errors refuse: {:?}", report.problems);
    let Some(checked) = report.checked else { return false };
    let canonical = checked.canonical();
    assert_eq!(read(canonical.as_bytes(), Cap::Reader).checked.as_ref(), Some(&checked), "it reads back as another: {canonical}");
    let (ruleset, _) = Ruleset::from_image(&compile(&checked).to_image(&[0; 32])).unwrap();
    // From what is written, not from what core made of it.
    let written = Value::from(&Json::parse(text).unwrap());
    for request in requests {
        answers(&checked, &ruleset, &written, request);
    }
    for request in requests.iter().take(4) {
        holds_until_next_change(&ruleset, &written, request);
    }
    true
}

/// Asked for one flag, for all, and to explain itself, core answers as the reference does.
fn answers(checked: &Document, ruleset: &Ruleset, document: &Value, request: &Request) {
    let Ok(context) = Context::from_json(Json::from(request.context.clone())) else { return };
    let now = Timestamp(request.now_ms);
    let expected = expected(document, &request.flag, &request.context, request.now_ms);
    assert_eq!(ruleset.evaluate(&request.flag, &context, now).to_json(), expected, "{request:?}\n{document}");
    assert_eq!(ruleset.explain(checked, &request.flag, &context, now).answer, expected, "explained: {request:?}\n{document}");
    let among_all = |audience| ruleset.evaluate_all(audience, &context, now).find(|answer| answer.flag == request.flag);
    let is_known = !document["flags"][&request.flag].is_null();
    assert_eq!(among_all(Audience::Server).map(|answer| answer.to_json()), is_known.then_some(expected), "{request:?}\n{document}");
    let is_public = document["flags"][&request.flag]["visibility"] == "public";
    assert_eq!(among_all(Audience::Page).is_some(), is_public);
    assert_eq!(ruleset.is_public(&request.flag), is_public);
}

/// The reference's answer.
pub(crate) fn expected(document: &Value, flag: &str, context: &Value, now: i64) -> Json {
    Json::from(halyard_reference::evaluate(document, flag, context, now))
}

/// No answer of the reference changes before the time that core names, and core's own do not either.
fn holds_until_next_change(ruleset: &Ruleset, document: &Value, request: &Request) {
    let Ok(context) = Context::from_json(Json::from(request.context.clone())) else { return };
    let now = request.now_ms;
    let next = ruleset.next_change(Timestamp(now)).map(|next| next.0);
    assert!(next.is_none_or(|next| next > now));
    let last = next.map_or(i64::MAX / 4, |next| next - 1).max(now);
    let flags: Vec<&String> = document["flags"].as_object().into_iter().flat_map(|flags| flags.keys()).take(REQUESTS).collect();
    for flag in flags {
        let before = expected(document, flag, &request.context, now);
        for time in [last, now.saturating_add(1).min(last), now.midpoint(last)] {
            assert_eq!(
                expected(document, flag, &request.context, time),
                before,
                "`{flag}` changes by {time}, before {next:?}\n{request:?}\n{document}"
            );
            assert_eq!(ruleset.evaluate(flag, &context, Timestamp(time)).to_json(), before, "`{flag}` at {time}\n{request:?}\n{document}");
        }
    }
}

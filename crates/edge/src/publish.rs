//! Publishing: a document becomes the next version, or a trouble says why not. ARCHITECTURE.md, "The store".
//!
//! The head is the only commit point: document, images and record are put first, under names made from the document's and the record's
//! own bytes, and nobody sees them until the head names them. Where the acknowledgement of the head is lost, the head is read again and its history searched
//! for this publish's own id, so that nothing is published twice.
//!
//! What is refused, and in which order: a request that says too little (400, 428); a race that is lost (412); what cannot be read as a
//! document, or has errors, for nothing can be said about its changes (400, 413, 422); changes that are not the publisher's to make
//! (403), whatever else stands against them; the project's limits, readiness and scenarios (422); a missing message (400).
//!
//! A document that is the current one already makes no version and no record: the answer is 200 with the current version. So a
//! publish that was repeated by hand, from a fresh ETag, is harmless too.

mod refusal;
mod subject;

use halyard_core::Json;
use halyard_core::check::Cap;
use halyard_core::evaluate::Audience;
use serde::{Deserialize, Serialize};

pub(crate) use subject::{Asker, Flags, Judgement, People, Subject};

use crate::api::session::Who;
use crate::effect::{EffectResult, Moment};
use crate::history;
use crate::http::Response;
use crate::io::{Io, Stop};
use crate::project::Project;
use crate::secrets::hex;
use crate::store::{Head, RecordObject, Scope, is_key, version_of};
use crate::trouble::{store_broken, store_down};
use crate::wire::{Only, Published, Review, Trouble};

/// How often a put is tried when nobody knows what became of it.
const TRIES: u32 = 4;
/// How often that of an image is.
const IMAGE_TRIES: u32 = 2;
/// The longest message of a publish, in bytes.
const MESSAGE_BYTES: usize = 4096;

/// What is to be published.
pub(crate) enum Source<'a> {
    /// This document.
    Document(&'a [u8]),
    /// The document of an earlier version, or only a part of it put into the current one.
    Version(u64, Option<Only>),
}

/// A publish as it was asked for.
pub(crate) struct Order<'a> {
    pub(crate) scope: Scope,
    pub(crate) source: Source<'a>,
    /// The record that the publisher began with.
    pub(crate) base: String,
    pub(crate) message: String,
    /// The publish's own name; none: it gets a random one.
    pub(crate) publish: Option<String>,
    pub(crate) dry_run: bool,
    pub(crate) who: &'a Who,
    /// The project as this node has it.
    pub(crate) project: Option<&'a Project>,
}

/// What a publish will write, once that is decided.
#[derive(Serialize, Deserialize)]
struct Plan {
    digest: String,
    document: String,
    record: String,
    record_text: String,
    head_text: String,
    /// Objects that must be there before the head moves, if they are not: the first versions of new environments.
    before: Vec<(String, String)>,
    /// The answer when it is written.
    answer: Json,
}

/// Publishes.
pub(crate) fn publish<S: Subject>(io: &mut Io, order: &Order<'_>) -> Result<Response, Stop> {
    let publish = match &order.publish {
        Some(id) if is_key(id) => id.clone(),
        Some(_) => return Err(Trouble::new(400, "bad publish id", "`publish` has letters, digits, `.`, `_` and `-`, 128 at most").into()),
        None => hex(io.random("publish").split_at(16).0),
    };
    let (head, etag) = head_since(io, order)?;
    if head.record != order.base {
        return moved::<S>(io, order, &publish, &head);
    }
    let Some(plan) = plan::<S>(io, order, &publish, &head)? else {
        let answer = Published::<S::Change> {
            version: head.version,
            etag: quoted(&head.record),
            changes: Vec::new(),
            problems: Vec::new(),
            marks: vec!["nothing changed, so no version was made".to_owned()],
        };
        return Ok(versioned(Response::json(200, &answer), &head));
    };
    let written = Head { version: head.version + 1, record: plan.record.clone(), document: plan.digest.clone(), ..head.clone() };
    if order.dry_run {
        return Ok(versioned(Response::json(200, &plan.answer), &head));
    }
    for (key, text) in &plan.before {
        put_if_absent(io, key, text.as_bytes())?;
    }
    put_immutable(io, &order.scope.document(&plan.digest), plan.document.as_bytes())?;
    for audience in S::IMAGES {
        put_image::<S>(io, order, &plan, *audience)?;
    }
    put_immutable(io, &order.scope.record(&plan.record), plan.record_text.as_bytes())?;
    if let Some(answer) = commit::<S>(io, order, &publish, &head, &etag, &plan)? {
        return Ok(answer);
    }
    Ok(versioned(Response::json(200, &plan.answer), &written))
}

/// What publishing would mean, without doing it.
pub(crate) fn review<S: Subject>(
    io: &mut Io,
    scope: &Scope,
    document: &[u8],
    who: &Who,
    project: Option<&Project>,
) -> Result<Review<S::Change>, Stop> {
    let (head, _) = history::head(io, scope)?;
    let base = base::<S>(io, scope, &head)?;
    let reading = S::read(document, Cap::Publisher);
    let mut review = Review {
        version: head.version,
        problems: reading.problems,
        changes: Vec::new(),
        scenarios: Vec::new(),
        refusals: Vec::new(),
        publishable: false,
    };
    if let Some(next) = reading.content {
        let judgement = S::judge(&base, &next, who.limits, io.now());
        review.changes = S::diff(&base, &next);
        review.refusals = S::refusals(&base, &next, &review.changes, &Asker { who, scope, project, now: io.now() });
        let is_passed_over = takes_exposure_away::<S>(&review.changes);
        review.publishable = review.refusals.is_empty() && (!judgement.refuses() || is_passed_over);
        review.problems.extend(judgement.told(is_passed_over));
        review.scenarios = judgement.scenarios;
    }
    Ok(review)
}

/// Whether changes only take exposure away: they pass whatever a scenario or a limit says, though not whoever makes them.
fn takes_exposure_away<S: Subject>(changes: &[S::Change]) -> bool {
    !changes.is_empty() && changes.iter().all(S::takes_exposure_away)
}

fn base<S: Subject>(io: &mut Io, scope: &Scope, head: &Head) -> Result<S::Content, Stop> {
    let bytes = history::document(io, scope, &head.document)?;
    let broken = || store_broken(&scope.document(&head.document), "it does not pass its checks");
    S::read(&bytes, Cap::Reader).content.ok_or_else(|| broken().into())
}

/// Decides what to write; none: nothing changes. Decided once: a later run of the same call finds it in the journal.
fn plan<S: Subject>(io: &mut Io, order: &Order<'_>, publish: &str, head: &Head) -> Result<Option<Plan>, Stop> {
    io.decided("plan", |io| decide::<S>(io, order, publish, head))
}

fn decide<S: Subject>(io: &mut Io, order: &Order<'_>, publish: &str, head: &Head) -> Result<Option<Plan>, Stop> {
    let base = base::<S>(io, &order.scope, head)?;
    let (bytes, mut marks, is_roll_back) = match &order.source {
        Source::Document(bytes) => (bytes.to_vec(), Vec::new(), false),
        Source::Version(version, only) => {
            let place = history::version(io, &order.scope, head, *version)?;
            let bytes = history::document(io, &order.scope, &place.document)?;
            match only {
                None => (bytes, vec![format!("rolled back to version {version}")], true),
                Some(only) => {
                    let broken = || store_broken(&order.scope.document(&place.document), "it does not pass its checks");
                    let then = S::read(&bytes, Cap::Reader).content.ok_or_else(broken)?;
                    let part = match only {
                        Only::Flag(key) => format!("flag `{key}`"),
                        Only::Release(key) => format!("release `{key}`"),
                    };
                    (S::with_part(&base, &then, only, *version)?, vec![format!("{part} rolled back to version {version}")], false)
                }
            }
        }
    };
    let reading = S::read(&bytes, Cap::Publisher);
    let Some(next) = reading.content else { return Err(refusal::refused(reading.problems).into()) };
    let changes = S::diff(&base, &next);
    let document = S::canonical(&next);
    let digest = halyard_core::document::digest(document.as_bytes());
    if digest == head.document {
        return Ok(None);
    }
    let asker = Asker { who: order.who, scope: &order.scope, project: order.project, now: io.now() };
    let refusals = S::refusals(&base, &next, &changes, &asker);
    if !refusals.is_empty() {
        return Err(refusal::not_allowed(refusals, changes.len()).into());
    }
    let judgement = S::judge(&base, &next, order.who.limits, io.now());
    let is_passed_over = is_roll_back || takes_exposure_away::<S>(&changes);
    if judgement.refuses() && !is_passed_over {
        return Err(refusal::unfit(judgement).into());
    }
    let is_message_bad = order.message.trim().is_empty() && !order.dry_run;
    if is_message_bad || order.message.len() > MESSAGE_BYTES {
        let detail = format!("say in `message` why this is published, in up to {MESSAGE_BYTES} bytes: it is what the history shows");
        return Err(Trouble::new(400, "a message is missing", detail).into());
    }
    marks.extend(judgement.marks());
    if is_roll_back {
        marks.extend(S::roll_back_marks(&changes));
    }
    let parent: RecordObject<Json> = history::record(io, &order.scope, &head.record)?;
    let record = RecordObject {
        lineage: head.lineage.clone(),
        version: head.version + 1,
        parent: Some(head.record.clone()),
        publish: publish.to_owned(),
        at: io.started(),
        by: order.who.name.clone(),
        via: order.who.via.clone(),
        message: order.message.trim().to_owned(),
        changes: changes.iter().map(Json::from_value).collect(),
        moves: S::moves(&base, &next, &changes),
        marks: marks.clone(),
        document: digest.clone(),
        milestones: parent.milestones_for_next(&head.record),
        recent: parent.recent_for_next(&head.record),
    };
    let (name, record_bytes) = record.to_bytes();
    let next_head = Head { version: head.version + 1, record: name.clone(), document: digest.clone(), ..head.clone() };
    let moment = Moment { now: io.started(), random: io.random("before") };
    let before = S::before(&base, &next, order.who, moment).into_iter().map(|(key, bytes)| (key, text(bytes))).collect();
    let mut problems = reading.problems;
    problems.extend(judgement.told(is_passed_over));
    let answer = Published {
        version: if order.dry_run { head.version } else { head.version + 1 },
        etag: quoted(if order.dry_run { &head.record } else { &name }),
        changes,
        problems,
        marks,
    };
    Ok(Some(Plan {
        digest,
        document,
        record: name,
        record_text: text(record_bytes),
        head_text: text(next_head.to_bytes()),
        before,
        answer: Json::from_value(&answer),
    }))
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

/// The head that is not older than the version that the publisher began with. An older one was read late, as a rule: it says
/// nothing of what came after it, so it is read again. One that stays is what there is: somebody has gone back to a backup.
fn head_since(io: &mut Io, order: &Order<'_>) -> Result<(Head, String), Stop> {
    let (mut head, mut etag) = history::head(io, &order.scope)?;
    for attempt in 0..TRIES {
        if began_with(order).is_none_or(|version| version <= head.version) {
            break;
        }
        pause(io, &order.scope.head(), attempt)?;
        (head, etag) = history::head(io, &order.scope)?;
    }
    Ok((head, etag))
}

/// The version that the publisher says it began with.
fn began_with(order: &Order<'_>) -> Option<u64> {
    order.base.split('-').next().and_then(|digits| digits.parse().ok())
}

/// The head is not the one that the publisher began with: either this very publish has been there, or somebody else was faster.
fn moved<S: Subject>(io: &mut Io, order: &Order<'_>, publish: &str, head: &Head) -> Result<Response, Stop> {
    if let (Some(version), Some(_)) = (began_with(order), &order.publish)
        && let Some(place) = own(io, order, publish, head, version)?
    {
        return succeeded(io, order, &place);
    }
    Err(lost::<S>(io, order, head)?)
}

/// This publish's own place in a history, if it is in there above a version.
fn own(io: &mut Io, order: &Order<'_>, publish: &str, head: &Head, above: u64) -> Result<Option<history::Place>, Stop> {
    history::search(io, &order.scope, head, above.saturating_add(1), |place| place.publish == publish)
}

/// The answer to a publish that is in the history already.
fn succeeded(io: &mut Io, order: &Order<'_>, place: &history::Place) -> Result<Response, Stop> {
    let record: RecordObject<Json> = history::record(io, &order.scope, &place.record)?;
    let answer = Published {
        version: record.version,
        etag: quoted(&place.record),
        changes: record.changes,
        problems: Vec::new(),
        marks: record.marks,
    };
    let response = Response::json(200, &answer).with_header("etag", quoted(&place.record));
    Ok(response.with_header("halyard-version", record.version.to_string()))
}

/// Somebody else was faster: what they changed since the version that this publisher began with.
fn lost<S: Subject>(io: &mut Io, order: &Order<'_>, head: &Head) -> Result<Stop, Stop> {
    let answer = |trouble: Trouble| Stop::Answer(Box::new(versioned(trouble.to_response(), head)));
    // Whoever is told to go on from this head must find it: a store may have read out another object in its place.
    let newest: RecordObject<Json> = history::record(io, &order.scope, &head.record)?;
    if newest.lineage != head.lineage {
        return Err(store_broken(&order.scope.head(), "it is not of the history that its record is of").into());
    }
    let detail = format!(
        "version {} was published in the meantime; look at its changes, make yours on top of it, and publish with its ETag in If-Match",
        head.version
    );
    let trouble = Trouble { version: Some(head.version), ..Trouble::new(412, "somebody else published first", detail).of_kind("conflict") };
    let began = match version_of(&order.base) {
        Some(version) if (1..=head.version).contains(&version) => Some(history::version(io, &order.scope, head, version)?),
        _ => None,
    };
    let Some(began) = began.filter(|began| began.record == order.base) else {
        let detail = format!("If-Match names no version of this history; the newest is {}; GET the document for its ETag", head.version);
        return Ok(answer(Trouble { detail, ..trouble }));
    };
    let from = S::read(&history::document(io, &order.scope, &began.document)?, Cap::Reader).content;
    let to = base::<S>(io, &order.scope, head)?;
    let changes = from.map(|from| S::diff(&from, &to)).unwrap_or_default();
    Ok(answer(S::with_changes(trouble, changes)))
}

/// Puts an object where there is none; whatever is there already is as good.
fn put_if_absent(io: &mut Io, key: &str, bytes: &[u8]) -> Result<(), Stop> {
    for attempt in 0..TRIES {
        if let EffectResult::Stored { .. } | EffectResult::Conflict = io.put_new(key, bytes)? {
            return Ok(());
        }
        pause(io, key, attempt)?;
    }
    Err(store_down("what is to be published").into())
}

/// Puts an object that is named by its own bytes. That it is there already is as good.
fn put_immutable(io: &mut Io, key: &str, bytes: &[u8]) -> Result<(), Stop> {
    for attempt in 0..TRIES {
        match io.put_new(key, bytes)? {
            EffectResult::Stored { .. } => return Ok(()),
            EffectResult::Conflict => match io.get(key, history::PATIENCE_MS)? {
                EffectResult::Found { body, .. } if body == bytes => return Ok(()),
                EffectResult::Found { .. } => return Err(store_broken(key, "it is not what its name says").into()),
                _ => {}
            },
            _ => {}
        }
        pause(io, key, attempt)?;
    }
    Err(store_down("what is to be published").into())
}

/// Puts an image of the document where there is none. It is a help, and never what a publish fails for: without it, nodes compile
/// the document themselves.
fn put_image<S: Subject>(io: &mut Io, order: &Order<'_>, plan: &Plan, audience: Audience) -> Result<(), Stop> {
    let key = order.scope.image(&plan.digest, audience);
    let make = || {
        let content = S::read(plan.document.as_bytes(), Cap::Reader).content;
        content.map(|content| S::image(&content, &plan.digest, audience)).unwrap_or_default()
    };
    for attempt in 0..IMAGE_TRIES {
        if let EffectResult::Stored { .. } | EffectResult::Conflict = io.put_made(&key, make)? {
            break;
        }
        pause(io, &key, attempt)?;
    }
    Ok(())
}

/// Moves the head: the commit point. An answer: this publish is in the history already, by another call of the same name.
fn commit<S: Subject>(
    io: &mut Io,
    order: &Order<'_>,
    publish: &str,
    base: &Head,
    etag: &str,
    plan: &Plan,
) -> Result<Option<Response>, Stop> {
    let key = order.scope.head();
    let mut etag = etag.to_owned();
    for attempt in 0..TRIES {
        if let EffectResult::Stored { .. } = io.put_over(&key, plan.head_text.as_bytes(), &etag)? {
            return Ok(None);
        }
        // A conflict may be an echo of our own put, and after silence nobody knows: the history does.
        let Some((head, now)) = look_again(io, order, base)? else { break };
        if head == *base {
            etag = now;
            pause(io, &key, attempt)?;
            continue;
        }
        // Until the history has been read, nobody may be told that nothing has changed.
        let in_doubt = |stop| match stop {
            Stop::Answer(response) if response.status >= 500 => unknown(publish),
            other => other,
        };
        return match own(io, order, publish, &head, base.version).map_err(in_doubt)? {
            Some(place) if place.record == plan.record => Ok(None),
            Some(place) => succeeded(io, order, &place).map(Some).map_err(in_doubt),
            None => Err(lost::<S>(io, order, &head)?),
        };
    }
    Err(unknown(publish))
}

/// Whether it was published cannot be found out just now.
fn unknown(publish: &str) -> Stop {
    let detail = format!(
        "the store does not say whether this was published; send the same request again with `publish={publish}` in the query: \
         if it was, you get the same answer, and it is never published twice"
    );
    let response = Trouble::new(503, "nobody knows yet", detail).of_kind("unknown-outcome").to_response();
    Stop::Answer(Box::new(response.with_header("halyard-publish", publish.to_owned()).with_header("retry-after", "5")))
}

/// The head as it is now, and its ETag; none: the store does not say. One from before `base` was read late, and does not count.
fn look_again(io: &mut Io, order: &Order<'_>, base: &Head) -> Result<Option<(Head, String)>, Stop> {
    let key = order.scope.head();
    for attempt in 0..TRIES {
        if let EffectResult::Found { etag, body } = io.get(&key, history::PATIENCE_MS)?
            && let Ok(head) = Head::parse(&body)
            && (head.lineage != base.lineage || head.version >= base.version)
        {
            return Ok(Some((head, etag)));
        }
        pause(io, &key, attempt)?;
    }
    Ok(None)
}

/// Waits before trying again: longer each time, and for a time of one's own.
fn pause(io: &mut Io, key: &str, attempt: u32) -> Result<(), Stop> {
    let base = 100 << attempt;
    io.sleep(base / 2 + io.random_below(base, &format!("{key} {attempt}")))
}

/// A record's name as an ETag.
pub(crate) fn quoted(record: &str) -> String {
    format!("\"{record}\"")
}

fn versioned(response: Response, head: &Head) -> Response {
    response.with_header("etag", quoted(&head.record)).with_header("halyard-version", head.version.to_string())
}

//! What a project asks of a publish: its own limits, small on purpose, because release control that nobody prunes becomes
//! unmanageable; and readiness.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::check::suggest::listing;
use crate::check::{readiness, walk};
use crate::document::{Condition, Document, Flag};
use crate::problem::{Code, Pointer, Problem};

/// How many of each a document may have before somebody must tidy up.
///
/// ```
/// use halyard_core::check::ProjectLimits;
/// let limits: ProjectLimits = serde_json::from_str(r#"{"temporaryFlags": 80}"#).unwrap();
/// assert_eq!((limits.temporary_flags, limits.live_releases), (80, 10), "what is not said is as small as it was");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ProjectLimits {
    /// Flags with the purposes release and experiment, which are meant to go away.
    pub temporary_flags: u32,
    /// Variants of one flag.
    pub variants: u32,
    /// Segments.
    pub segments: u32,
    /// Releases that are neither closed nor rolled back.
    pub live_releases: u32,
}

impl Default for ProjectLimits {
    fn default() -> ProjectLimits {
        ProjectLimits { temporary_flags: 50, variants: 8, segments: 30, live_releases: 10 }
    }
}

/// How many candidates a hint names.
const NAMED: usize = 3;

/// The project's limits that a document passes, and passes further than the one `before` it did (whoever inherits too much may
/// still make it less; each problem's hint says what could go), and the stages that it opens before they are ready.
///
/// ```
/// use halyard_core::{Document, check};
/// let limits = check::ProjectLimits { segments: 0, ..check::ProjectLimits::default() };
/// let staff = r#"{"format": 1, "segments": {"staff": {"when": {"attribute": "staff", "is": [true]}}}}"#;
/// let staff: Document = serde_json::from_str(staff).unwrap();
/// assert_eq!(check::policy(&staff, None, &limits)[0].message, "this would make 1 segments, and the project allows 0");
/// assert!(check::policy(&staff, Some(&staff), &limits).is_empty());
/// ```
pub fn policy(document: &Document, before: Option<&Document>, limits: &ProjectLimits) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut limit = |place: Pointer, what: &str, most: u32, now: usize, then: usize, what_could_go: &dyn Fn() -> String| {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        if now > most && now > then {
            let message = format!("this would make {now} {what}, and the project allows {most}");
            problems.push(Problem::error(Code::ProjectLimit, place, message, what_could_go()));
        }
    };
    let root = Pointer::root();
    limit(
        root.at("flags"),
        "flags with the purposes `release` and `experiment`",
        limits.temporary_flags,
        temporary(document).count(),
        before.map_or(0, |before| temporary(before).count()),
        &|| flags_to_remove(document, before),
    );
    for (key, flag) in &document.flags {
        let then = before.and_then(|before| before.flags.get(key)).map_or(0, |flag| flag.variants.len());
        let place = root.at("flags").at(key).at("variants");
        limit(place, &format!("variants of the flag `{key}`"), limits.variants, flag.variants.len(), then, &|| unserved(flag));
    }
    limit(
        root.at("segments"),
        "segments",
        limits.segments,
        document.segments.len(),
        before.map_or(0, |before| before.segments.len()),
        &|| segments_to_remove(document),
    );
    limit(
        root.at("releases"),
        "live releases",
        limits.live_releases,
        live(document).count(),
        before.map_or(0, |before| live(before).count()),
        &|| releases_to_close(document, before),
    );
    problems.extend(readiness::unready(document, before));
    problems
}

fn temporary(document: &Document) -> impl Iterator<Item = (&String, &Flag)> {
    document.flags.iter().filter(|(_, flag)| flag.purpose.is_temporary())
}

fn live(document: &Document) -> impl Iterator<Item = &String> {
    document.releases.iter().filter(|(_, release)| release.is_live()).map(|(key, _)| key)
}

/// Those that should be gone longest come first, then the oldest; never one that this very change adds.
fn flags_to_remove(document: &Document, before: Option<&Document>) -> String {
    let is_old = |key: &str| before.is_none_or(|before| before.flags.contains_key(key));
    let mut flags: Vec<(&String, &Flag)> = temporary(document).filter(|(key, _)| is_old(key)).collect();
    flags.sort_by_key(|(_, flag)| (flag.expires.is_none(), flag.expires, flag.created));
    let told: Vec<String> = flags
        .iter()
        .take(NAMED)
        .map(|(key, flag)| match flag.expires {
            Some(date) => format!("`{key}` (expires {date})"),
            None => format!("`{key}` (created {})", flag.created),
        })
        .collect();
    in_line("take flags that are done out of the code, and then out of the document", &told)
}

fn unserved(flag: &Flag) -> String {
    use crate::document::Serve;
    let mut served: Vec<&str> = flag.off_variant.iter().map(String::as_str).collect();
    for serve in flag.rules.iter().map(|rule| &rule.serve).chain(&flag.otherwise) {
        match serve {
            Serve::Variant(variant) => served.push(variant),
            Serve::Split(split) => served.extend(split.split.iter().map(|share| share.variant.as_str())),
        }
    }
    let idle: Vec<&String> = flag.variants.keys().filter(|variant| !served.contains(&variant.as_str())).take(NAMED).collect();
    match idle.as_slice() {
        [] => "remove a variant that no longer needs telling apart".to_owned(),
        idle => format!("no rule serves {}", listing(idle, "or")),
    }
}

/// The least used come first.
fn segments_to_remove(document: &Document) -> String {
    let mut uses: BTreeMap<&str, usize> = document.segments.keys().map(|key| (key.as_str(), 0)).collect();
    walk::roots(document, &mut |_, condition, at| {
        walk::within(condition, at, &mut |condition, _| {
            if let Condition::Segment { segment } = condition
                && let Some(count) = uses.get_mut(segment.as_str())
            {
                *count += 1;
            }
        });
    });
    let mut segments: Vec<(&str, usize)> = uses.into_iter().collect();
    segments.sort_by_key(|(_, count)| *count);
    let told: Vec<String> = segments
        .iter()
        .take(NAMED)
        .map(|(key, count)| match count {
            0 => format!("`{key}` (unused)"),
            1 => format!("`{key}` (used once)"),
            count => format!("`{key}` (used {count} times)"),
        })
        .collect();
    in_line("remove segments that little depends on", &told)
}

/// Those whose last stage is open come first, then those that were to be done first.
fn releases_to_close(document: &Document, before: Option<&Document>) -> String {
    let is_old = |key: &str| before.is_none_or(|before| before.releases.contains_key(key));
    let mut releases: Vec<_> = document.releases.iter().filter(|(key, release)| release.is_live() && is_old(key)).collect();
    let is_done = |release: &crate::document::Release| {
        release.stage.is_some() && release.stage.as_ref() == release.stages.last().map(|stage| &stage.name)
    };
    releases.sort_by_key(|(_, release)| (!is_done(release), release.target.is_none(), release.target));
    let told: Vec<String> = releases
        .iter()
        .take(NAMED)
        .map(|(key, release)| match release.target {
            _ if is_done(release) => format!("`{key}` (at its last stage)"),
            Some(date) => format!("`{key}` (target {date})"),
            None => format!("`{key}`"),
        })
        .collect();
    in_line("close releases that have reached everyone", &told)
}

fn in_line(advice: &str, candidates: &[String]) -> String {
    if candidates.is_empty() { advice.to_owned() } else { format!("{advice}; first in line: {}", candidates.join(", ")) }
}

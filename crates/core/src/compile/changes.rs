//! When the clock alone can change an answer: every such instant, so that nobody has to look for it in the image.
//!
//! Every flag is looked at by itself, so a flag that another asks about needs no following. What cannot be reached without an
//! edit of the document is left out: a disabled flag, what lies behind a rule or stage that holds for everyone, a stage that is
//! not open and does not open by the clock, and whatever comes after a release's hold.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Condition, Document, Flag, RampPoint, Range, Release, Serve, Shape};
use crate::image::row::{Change, Slope};
use crate::operators::bucket;
use crate::time::{Time, Timestamp};

/// So many windows of one segment are told apart. With more, which only a document has that is made for it, it counts at all times:
/// that a change is seen where there is none does no harm, and walking a segment once for every release might take forever.
const WINDOWS: usize = 64;

/// The instants of a document at which an answer can change, and the slopes on which one can with every thousandth; both in order.
pub(super) fn of(document: &Document) -> (Vec<Change>, Vec<Slope>) {
    let mut changes = Changes { document, instants: BTreeSet::new(), slopes: BTreeSet::new(), segments: BTreeMap::new() };
    let enabled = document.flags.iter().filter(|(_, flag)| flag.enabled);
    let mut open: BTreeSet<&str> = enabled.filter(|(_, flag)| changes.rules(flag)).map(|(key, _)| key.as_str()).collect();
    for release in document.releases.values().filter(|release| release.is_live()) {
        // A flag has one live release.
        if release.flags.iter().filter(|member| open.remove(member.flag.as_str())).count() > 0 {
            changes.release(release);
        }
    }
    let slope = |(start, end, rise, Window { from, until })| Slope { start, end, rise, from, until };
    (changes.instants.into_iter().map(|at| Change { at }).collect(), changes.slopes.into_iter().map(slope).collect())
}

struct Changes<'d> {
    document: &'d Document,
    instants: BTreeSet<Timestamp>,
    slopes: BTreeSet<(Timestamp, Timestamp, u32, Window)>,
    /// The segments that are looked through, and for which windows.
    segments: BTreeMap<&'d str, Vec<Window>>,
}

/// When something counts: after `from`, up to `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Window {
    from: Timestamp,
    until: Timestamp,
}

const ALWAYS: Window = Window { from: Timestamp(i64::MIN), until: Timestamp(i64::MAX) };

impl<'d> Changes<'d> {
    /// Looks through a flag's rules; whether they let anybody through to its release.
    fn rules(&mut self, flag: &'d Flag) -> bool {
        flag.rules.iter().all(|rule| {
            self.condition(&rule.when, ALWAYS);
            !(is_for_everyone(&rule.when) && matches!(rule.serve, Serve::Variant(_)))
        })
    }

    /// The stages that are open or open by the clock, up to one for everyone. Each counts from when it opens.
    fn release(&mut self, release: &'d Release) {
        let mut window = Window { until: release.hold.as_ref().map_or(ALWAYS.until, Time::at), ..ALWAYS };
        let by_hand = release.opened_by_hand();
        for (place, stage) in release.stages.iter().enumerate() {
            if place >= by_hand {
                let Some(starts_at) = stage.starts_at.as_ref().filter(|_| release.missing(stage).next().is_none()) else { break };
                self.instant(starts_at.at(), window);
                window.from = window.from.max(starts_at.at());
            }
            self.condition(&stage.audience, window);
            if is_for_everyone(&stage.audience) {
                break;
            }
        }
    }

    fn condition(&mut self, condition: &'d Condition, window: Window) {
        match condition {
            Condition::After { after: at } | Condition::Before { before: at } => self.instant(at.at(), window),
            Condition::Ramp { ramp, shape, .. } => self.ramp(ramp, *shape == Shape::Linear, window),
            Condition::All { all: inner } | Condition::Any { any: inner } => inner.iter().for_each(|inner| self.condition(inner, window)),
            Condition::Not { not } => self.condition(not, window),
            Condition::Segment { segment } => self.segment(segment, window),
            Condition::Percent { .. } | Condition::Attribute { .. } | Condition::Flag { .. } => {}
        }
    }

    fn segment(&mut self, key: &'d str, window: Window) {
        let Some(segment) = self.document.segments.get(key) else { return };
        let known = self.segments.entry(key).or_default();
        let window = if known.len() < WINDOWS { window } else { ALWAYS };
        if !known.iter().any(|known| known.from <= window.from && window.until <= known.until) {
            known.push(window);
            self.condition(&segment.when, window);
        }
    }

    fn instant(&mut self, at: Timestamp, window: Window) {
        if window.from < at && at <= window.until {
            self.instants.insert(at);
        }
    }

    /// Where the share is another than before. Between two points it may go up by thousandths.
    fn ramp(&mut self, points: &[RampPoint], is_linear: bool, window: Window) {
        let mut before: Option<&RampPoint> = None;
        for point in points {
            let rise = point.percent.saturating_sub(before.map_or(0, |before| before.percent));
            match before {
                _ if rise == 0 => {}
                Some(start) if is_linear => self.slope(start.at.at(), point.at.at(), rise, window),
                _ => self.instant(point.at.at(), window),
            }
            before = Some(point);
        }
    }

    fn slope(&mut self, start: Timestamp, end: Timestamp, rise: u32, window: Window) {
        let window = Window { from: window.from.max(start), until: window.until.min(end) };
        if window.from < window.until {
            self.slopes.insert((start, end, rise, window));
        }
    }
}

/// Whether a condition holds for everyone at every time, as written: `{"all": []}`, `{"percent": 100}`.
fn is_for_everyone(condition: &Condition) -> bool {
    match condition {
        Condition::All { all } => all.iter().all(is_for_everyone),
        Condition::Any { any } => any.iter().any(is_for_everyone),
        Condition::Percent { percent: Range { from: 0, to: bucket::EVERYONE }, .. } => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Cap;

    /// Milliseconds of 2026-12-01T00:00:00Z, from which the tests count seconds.
    const MIDNIGHT: i64 = 1_796_083_200_000;

    /// What is found in a document of flags, segments and releases, in seconds.
    fn found(flags: &str, segments: &str, releases: &str) -> (Vec<i64>, Vec<[i64; 5]>) {
        let text = format!(r#"{{"format": 1, "flags": {{{flags}}}, "segments": {{{segments}}}, "releases": {{{releases}}}}}"#);
        let report = crate::read(text.as_bytes(), Cap::Publisher);
        let checked = report.checked.unwrap_or_else(|| panic!("{:?}\n{text}", report.problems.first()));
        let (changes, slopes) = of(&checked);
        let seconds = |at: Timestamp| (at.0 - MIDNIGHT) / 1000;
        let slope =
            |slope: Slope| [seconds(slope.start), seconds(slope.end), i64::from(slope.rise), seconds(slope.from), seconds(slope.until)];
        (changes.into_iter().map(|change| seconds(change.at)).collect(), slopes.into_iter().map(slope).collect())
    }

    fn at(second: usize) -> String {
        format!("2026-12-01T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
    }

    fn flag(key: &str, rules: &str) -> String {
        format!(
            r#""{key}": {{"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {{"on": true, "off": false}},
                "rules": [{rules}], "otherwise": "off"}}"#
        )
    }

    fn rule(id: usize, when: &str) -> String {
        format!(r#"{{"id": "r{id}", "when": {when}, "serve": "on"}}"#)
    }

    fn release(key: &str, flag: &str, rest: &str) -> String {
        format!(r#""{key}": {{"title": "t", "owner": "o", "flags": [{{"flag": "{flag}", "variant": "on"}}], {rest}}}"#)
    }

    fn linear(points: &[(usize, f64)]) -> String {
        let points: Vec<String> =
            points.iter().map(|(second, percent)| format!(r#"{{"at": "{}", "percent": {percent}}}"#, at(*second))).collect();
        format!(r#"{{"ramp": [{}], "shape": "linear"}}"#, points.join(", "))
    }

    #[test]
    fn what_many_flags_share_is_there_once() {
        let segment = format!(r#""s": {{"when": {{"any": [{}, {{"after": "{}"}}]}}}}"#, linear(&[(10, 1.0), (20, 2.0)]), at(30));
        let flags: Vec<String> = (0..50).map(|key| flag(&format!("f{key}"), &rule(0, r#"{"segment": "s"}"#))).collect();
        assert_eq!(found(&flags.join(","), &segment, ""), (vec![10, 30], vec![[10, 20, 1000, 10, 20]]));
    }

    #[test]
    fn a_linear_ramp_has_a_slope_wherever_it_rises() {
        let when = linear(&[(10, 0.0), (20, 1.0), (30, 1.0), (40, 3.0)]);
        assert_eq!(found(&flag("f", &rule(0, &when)), "", ""), (vec![], vec![[10, 20, 1000, 10, 20], [30, 40, 2000, 30, 40]]));
        let steps = when.replace("linear", "steps");
        assert_eq!(found(&flag("f", &rule(0, &steps)), "", ""), (vec![20, 40], vec![]), "one in steps rises at once");
    }

    #[test]
    fn a_stage_counts_after_it_opens_and_up_to_the_hold() {
        let audience = |more: &str| format!(r#"{{"any": [{}{more}]}}"#, linear(&[(10, 0.0), (20, 1.0), (50, 2.0), (60, 3.0)]));
        let early = format!(r#", {{"after": "{}"}}, {{"after": "{}"}}, {{"before": "{}"}}"#, at(14), at(15), at(16));
        let stages =
            format!(r#""stages": [{{"name": "a", "audience": {}, "startsAt": "{}"}}], "hold": "{}""#, audience(&early), at(15), at(40));
        let expected = (vec![15, 16], vec![[10, 20, 1000, 15, 20], [20, 50, 1000, 20, 40]]);
        assert_eq!(found(&flag("f", ""), "", &release("l", "f", &stages)), expected);
        // One that is open already counts from the beginning.
        let opened = format!(r#"{stages}, "stage": "a""#);
        let expected = (vec![14, 15, 16], vec![[10, 20, 1000, 10, 20], [20, 50, 1000, 20, 40]]);
        assert_eq!(found(&flag("f", ""), "", &release("l", "f", &opened)), expected);
        // A slope that begins with the hold has nothing of it.
        let later = opened.replace(&at(40), &at(50));
        let expected = (vec![14, 15, 16], vec![[10, 20, 1000, 10, 20], [20, 50, 1000, 20, 50]]);
        assert_eq!(found(&flag("f", ""), "", &release("l", "f", &later)), expected);
    }

    #[test]
    fn a_stage_that_is_dated_before_the_one_before_it_opens_with_it() {
        let stages = format!(
            r#""stages": [{{"name": "a", "audience": {{"any": []}}, "startsAt": "{}"}},
                {{"name": "b", "audience": {{"after": "{}"}}, "startsAt": "{}"}}]"#,
            at(20),
            at(15),
            at(10)
        );
        assert_eq!(found(&flag("f", ""), "", &release("l", "f", &stages)), (vec![20], vec![]));
    }

    #[test]
    fn only_a_variant_for_everyone_hides_what_lies_behind_it() {
        let behind = format!(r#"{{"after": "{}"}}"#, at(10));
        let split = |when: &str| {
            format!(
                r#"{{"id": "r", "when": {when}, "serve": {{"split": [{{"variant": "on", "weight": 1}}, {{"variant": "off", "weight": 1}}]}}}}"#
            )
        };
        let rules = |first: &str| found(&flag("f", &format!("{first}, {}", rule(1, &behind))), "", "").0;
        for everyone in [r#"{"all": []}"#, r#"{"percent": 100}"#, r#"{"any": [{"any": []}, {"all": [{"percent": 100}]}]}"#] {
            assert_eq!(rules(&rule(0, everyone)), [0; 0], "{everyone}");
            assert_eq!(rules(&split(everyone)), [10], "{everyone}, split");
        }
        for not_everyone in [r#"{"any": []}"#, r#"{"percent": [1, 100]}"#, r#"{"all": [{"percent": 100}, {"percent": 99}]}"#] {
            assert_eq!(rules(&rule(0, not_everyone)), [10], "{not_everyone}");
        }
        // What the rule for everyone asks itself is looked at.
        assert_eq!(rules(&rule(0, &format!(r#"{{"any": [{{"before": "{}"}}, {{"all": []}}]}}"#, at(5)))), [5]);
    }

    #[test]
    fn a_release_counts_if_one_of_its_flags_is_open_to_it() {
        let stages = format!(r#""stages": [{{"name": "a", "audience": {{"after": "{}"}}}}], "stage": "a""#, at(10));
        let both = release("l", "f", &stages).replace(r#"{"flag": "f","#, r#"{"flag": "g", "variant": "on"}, {"flag": "f","#);
        let (shut, disabled) = (flag("g", &rule(0, r#"{"all": []}"#)), flag("g", "").replace(r#""rules""#, r#""enabled": false, "rules""#));
        for other in [shut, disabled] {
            assert_eq!(found(&format!("{other}, {}", flag("f", "")), "", &both).0, [10]);
            assert_eq!(found(&other, "", &release("l", "g", &stages)).0, [0; 0]);
        }
    }

    /// Releases that are held one before the other, each of which asks the same segment: it is not looked through for all of them.
    #[test]
    fn a_segment_that_very_many_windows_ask_counts_at_all_times() {
        let held = |releases: usize| {
            let keys = || 0..releases;
            let flags: Vec<String> = keys().map(|nth| flag(&format!("f{nth}"), "")).collect();
            let held: Vec<String> = keys()
                .map(|nth| {
                    let (opens, hold) = (at(100 + 10 * nth), at(105 + 10 * nth));
                    let stages =
                        format!(r#""stages": [{{"name": "a", "audience": {{"segment": "s"}}, "startsAt": "{opens}"}}], "hold": "{hold}""#);
                    release(&format!("l{nth}"), &format!("f{nth}"), &stages)
                })
                .collect();
            let segment = format!(r#""s": {{"when": {}}}"#, linear(&[(1, 0.0), (10_000, 99.0)]));
            found(&flags.join(","), &segment, &held.join(",")).1.len()
        };
        assert_eq!(held(WINDOWS), WINDOWS);
        assert_eq!(held(3 * WINDOWS), WINDOWS + 1);
    }
}

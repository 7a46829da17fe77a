//! What of a document evaluates: all of it for servers, or the public part, which is what a page may hold, and nothing beside it.

use std::collections::BTreeMap;

use crate::check::path::Path;
use crate::check::{Checked, walk};
use crate::document::{Condition, Document, Flag, Key, Purpose, Release, ReleaseFlag, Rule, Segment, Stage, Visibility};
use crate::time::Timestamp;

/// Stands where the format wants a text that says who or what, and a page is not told.
const UNSAID: &str = "-";
/// The one stage of a release that cannot open to anybody before the document changes.
const SHUT: &str = "shut";

impl Checked {
    /// What a page needs to evaluate the public flags: each of them answers as it does here, for any context at any time.
    ///
    /// Of a public flag stay its key, variants, metadata, `enabled`, `offVariant`, `requires`, `otherwise`, and its rules with
    /// their ids and conditions. Of segments and live releases stay those that a public flag rests on: a segment's key and
    /// condition; a release's key, its public flags, `hold`, and the names, audiences and starts of the stages that are open or can
    /// still open by the clock. All that is public, because `check` refuses a public flag that rests on something private.
    ///
    /// Everything else is gone: private flags and segments, plans, scenarios, retired keys, other stages, readiness, owners,
    /// purposes, dates, tags, titles and every text for people. Where the format wants such a field, it says nothing.
    ///
    /// ```
    /// use halyard_core::{check::Cap, read};
    /// let report = read(br#"{"format": 1, "flags": {
    ///     "banner": {"description": "Ann's idea", "purpose": "operational", "owner": "team-shop", "created": "2026-11-01",
    ///         "visibility": "public", "variants": {"on": true, "off": false}, "otherwise": "on"},
    ///     "secret-deal": {"purpose": "operational", "owner": "team-shop", "created": "2026-11-01", "variants": {"on": true}}}}"#, Cap::Reader);
    /// let public = report.checked.unwrap().public();
    /// assert_eq!(
    ///     public.canonical(),
    ///     r#"{"flags":{"banner":{"created":"1970-01-01","otherwise":"on","owner":"-","purpose":"operational","variants":{"off":false,"on":true},"visibility":"public"}},"format":1}"#
    /// );
    /// ```
    #[must_use]
    pub fn public(&self) -> Checked {
        self.reduced_to(|flag| flag.visibility == Visibility::Public)
    }

    /// The same of all flags: what a server's image is made of, and no more. Two versions whose flags are the same here give the same
    /// answers.
    ///
    /// ```
    /// use halyard_core::{check::Cap, read};
    /// let report = read(br#"{"format": 1, "flags": {"secret-deal": {"description": "Ann's idea", "purpose": "operational",
    ///     "owner": "team-shop", "created": "2026-11-01", "variants": {"on": true}}}}"#, Cap::Reader);
    /// let bare = report.checked.unwrap().bare();
    /// assert_eq!(
    ///     bare.canonical(),
    ///     r#"{"flags":{"secret-deal":{"created":"1970-01-01","owner":"-","purpose":"operational","variants":{"on":true}}},"format":1}"#
    /// );
    /// ```
    #[must_use]
    pub fn bare(&self) -> Checked {
        self.reduced_to(|_| true)
    }

    fn reduced_to(&self, is_in: impl Fn(&Flag) -> bool) -> Checked {
        let flags: BTreeMap<Key, Flag> =
            self.flags.iter().filter(|(_, flag)| is_in(flag)).map(|(key, flag)| (key.clone(), reduced(flag))).collect();
        let live = self.releases.iter().filter(|(_, release)| release.is_live());
        let releases: BTreeMap<Key, Release> = live
            .filter_map(|(key, release)| {
                let members: Vec<_> = release.flags.iter().filter(|member| flags.contains_key(&member.flag)).cloned().collect();
                (!members.is_empty()).then(|| (key.clone(), reduced_release(release, members)))
            })
            .collect();
        let rules = flags.values().flat_map(|flag| flag.rules.iter().map(|rule| &rule.when));
        let stages = releases.values().flat_map(|release| release.stages.iter().map(|stage| &stage.audience));
        let segments = self.segments_of(rules.chain(stages));
        Checked(Document { segments, flags, releases, ..Document::default() })
    }

    /// The segments that conditions name, and those that these name.
    fn segments_of<'d>(&'d self, conditions: impl Iterator<Item = &'d Condition>) -> BTreeMap<Key, Segment> {
        let mut found: BTreeMap<Key, Segment> = BTreeMap::new();
        let mut way: Vec<&Condition> = conditions.collect();
        while let Some(condition) = way.pop() {
            walk::within(condition, &Path::ROOT, &mut |condition, _| {
                if let Condition::Segment { segment: key } = condition
                    && !found.contains_key(key)
                    && let Some(segment) = self.segments.get(key)
                {
                    found.insert(key.clone(), Segment { description: String::new(), ..segment.clone() });
                    way.push(&segment.when);
                }
            });
        }
        found
    }
}

fn reduced(flag: &Flag) -> Flag {
    let rules = flag.rules.iter().map(|rule| Rule { description: String::new(), ..rule.clone() }).collect();
    Flag {
        description: String::new(),
        purpose: Purpose::Operational,
        owner: UNSAID.to_owned(),
        tags: Vec::new(),
        created: Timestamp(0).date(),
        expires: None,
        visibility: flag.visibility,
        metadata: flag.metadata.clone(),
        variants: flag.variants.clone(),
        enabled: flag.enabled,
        off_variant: flag.off_variant.clone(),
        requires: flag.requires.clone(),
        rules,
        otherwise: flag.otherwise.clone(),
    }
}

/// A stage that lacks something does not open by the clock, nor do those behind it.
fn reduced_release(release: &Release, flags: Vec<ReleaseFlag>) -> Release {
    let by_hand = release.stage.as_ref().and_then(|name| release.stages.iter().position(|stage| stage.name == *name));
    let (open, rest) = release.stages.split_at_checked(by_hand.map_or(0, |last| last + 1)).unwrap_or_default();
    let opens = |stage: &&Stage| {
        let in_time = |start: Timestamp| release.hold.as_ref().is_none_or(|hold| start <= hold.at());
        release.missing(stage).next().is_none() && stage.starts_at.as_ref().is_some_and(|start| in_time(start.at()))
    };
    let bare =
        |stage: &Stage, starts_at| Stage { name: stage.name.clone(), audience: stage.audience.clone(), starts_at, needs: Vec::new() };
    let mut stages: Vec<Stage> = open.iter().map(|stage| bare(stage, None)).collect();
    stages.extend(rest.iter().take_while(opens).map(|stage| bare(stage, stage.starts_at.clone())));
    if stages.is_empty() {
        // Its flags are in a live release all the same, which their reasons tell.
        let nobody = Condition::Any { any: Vec::new() };
        stages.push(Stage { name: SHUT.to_owned(), audience: nobody, starts_at: None, needs: Vec::new() });
    }
    Release {
        title: UNSAID.to_owned(),
        description: String::new(),
        owner: UNSAID.to_owned(),
        target: None,
        plan: None,
        flags,
        stages,
        stage: by_hand.and(release.stage.clone()),
        hold: release.hold.clone(),
        rolled_back: false,
        closed: false,
        readiness: Vec::new(),
        contingency: String::new(),
        announcement: String::new(),
    }
}

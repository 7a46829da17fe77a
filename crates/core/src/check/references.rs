//! What is named must be there: flags, segments, plans, variants, stages and readiness items.

use std::collections::BTreeSet;

use crate::check::decode::Notes;
use crate::check::names::{Names, Part};
use crate::check::path::Path;
use crate::check::{suggest, walk};
use crate::document::{Condition, Document, Flag, Plan, Release, Serve, Stage};
use crate::problem::Code;

/// Names are many, and comparing them costs: so many errors, or so many readiness items, get a "did you mean".
const SUGGESTED: usize = 100;

/// Notes every name of something that is not there.
pub(crate) fn check(notes: &mut Notes, document: &Document, names: Names<'_>) {
    let check = Check { document, names };
    let root = &Path::ROOT;
    walk::roots(document, &mut |_, condition, at| walk::within(condition, at, &mut |condition, at| check.condition(notes, condition, at)));
    for (key, plan) in &document.plans {
        check.plan(notes, plan, &root.key("plans").key(key));
    }
    for (key, flag) in &document.flags {
        check.flag(notes, key, flag, &root.key("flags").key(key));
    }
    for (key, release) in &document.releases {
        check.release(notes, release, &root.key("releases").key(key));
    }
    for (index, scenario) in document.scenarios.iter().enumerate() {
        for (flag, variant) in &scenario.expect {
            let at = &root.key("scenarios");
            let at = &at.index(index);
            let at = &at.key("expect");
            let at = &at.key(flag);
            if check.named(notes, Part::Flags, flag, at)
                && let Some(variant) = variant
            {
                check.variant(notes, flag, variant, at);
            }
        }
    }
}

struct Check<'a> {
    document: &'a Document,
    names: Names<'a>,
}

impl Check<'_> {
    /// Whether `key` is there; notes it where not. The empty key is one that could not be read, which has been said.
    fn named(&self, notes: &mut Notes, part: Part, key: &str, at: &Path<'_>) -> bool {
        if key.is_empty() || self.names.has(part, key) {
            return !key.is_empty();
        }
        let one = part.one();
        let known = if notes.errors() < SUGGESTED { Some(self.names.keys(part)) } else { None };
        let hint = suggest::hint(key, known.into_iter().flatten(), || format!("add it to `{}`, or name another one", part.field()));
        notes.error(Code::UnknownReference, at, format!("there is no {one} `{key}`"), hint);
        false
    }

    fn variant(&self, notes: &mut Notes, flag: &str, variant: &str, at: &Path<'_>) {
        let Some(variants) = self.names.variants(flag) else { return };
        if variant.is_empty() || variants.contains_key(variant) {
            return;
        }
        let known: Vec<&str> = variants.keys().map(String::as_str).collect();
        let hint = suggest::hint(variant, known.iter().copied(), || match known.as_slice() {
            [] => "add it to the flag's `variants`".to_owned(),
            known => format!("it has {}", suggest::listing(known, "and")),
        });
        notes.error(Code::UnknownVariant, at, format!("the flag `{flag}` has no variant `{variant}`"), hint);
    }

    fn variants(&self, notes: &mut Notes, flag: &str, variants: &[String], at: &Path<'_>) {
        for (index, variant) in variants.iter().enumerate() {
            self.variant(notes, flag, variant, &at.index(index));
        }
    }

    fn condition(&self, notes: &mut Notes, condition: &Condition, at: &Path<'_>) {
        match condition {
            Condition::Segment { segment } => drop(self.named(notes, Part::Segments, segment, &at.key("segment"))),
            Condition::Flag { flag, is } if self.named(notes, Part::Flags, flag, &at.key("flag")) => {
                self.variants(notes, flag, is, &at.key("is"));
            }
            _ => {}
        }
    }

    fn flag(&self, notes: &mut Notes, key: &str, flag: &Flag, at: &Path<'_>) {
        if let Some(variant) = &flag.off_variant {
            self.variant(notes, key, variant, &at.key("offVariant"));
        }
        for (index, requirement) in flag.requires.iter().enumerate() {
            let at = &at.key("requires");
            let at = &at.index(index);
            if self.named(notes, Part::Flags, &requirement.flag, &at.key("flag")) {
                self.variants(notes, &requirement.flag, &requirement.is, &at.key("is"));
            }
        }
        for (index, rule) in flag.rules.iter().enumerate() {
            self.serve(notes, key, &rule.serve, &at.key("rules").index(index).key("serve"));
        }
        if let Some(serve) = &flag.otherwise {
            self.serve(notes, key, serve, &at.key("otherwise"));
        }
    }

    fn serve(&self, notes: &mut Notes, flag: &str, serve: &Serve, at: &Path<'_>) {
        match serve {
            Serve::Variant(variant) => self.variant(notes, flag, variant, at),
            Serve::Split(split) => {
                for (index, share) in split.split.iter().enumerate() {
                    self.variant(notes, flag, &share.variant, &at.key("split").index(index).key("variant"));
                }
            }
        }
    }

    fn release(&self, notes: &mut Notes, release: &Release, at: &Path<'_>) {
        // A closed release is kept for the record, and may outlive its flags and its plan.
        let gone = |flag: &String| release.closed && self.document.retired.contains(flag) && !self.names.has(Part::Flags, flag);
        for (index, member) in release.flags.iter().enumerate().filter(|(_, member)| !gone(&member.flag)) {
            let at = &at.key("flags");
            let at = &at.index(index);
            if self.named(notes, Part::Flags, &member.flag, &at.key("flag")) {
                self.variant(notes, &member.flag, &member.variant, &at.key("variant"));
            }
        }
        if let Some(plan) = release.plan.as_ref().filter(|_| !release.closed) {
            self.named(notes, Part::Plans, plan, &at.key("plan"));
        }
        let stages: Vec<&str> = release.stages.iter().map(|stage| stage.name.as_str()).collect();
        if let Some(stage) = release.stage.as_deref()
            && !stage.is_empty()
            && !stages.is_empty()
            && !stages.contains(&stage)
            && !notes.touch(&at.key("stages").pointer())
        {
            let hint = suggest::hint(stage, stages.iter().copied(), || format!("it has {}", suggest::listing(&stages, "and")));
            notes.error(Code::UnknownReference, &at.key("stage"), format!("the release has no stage `{stage}`"), hint);
        }
        let items: Vec<&str> = release.readiness.iter().map(|item| item.item.as_str()).collect();
        needs(notes, &release.stages, &items, at);
    }

    fn plan(&self, notes: &mut Notes, plan: &Plan, at: &Path<'_>) {
        let items: Vec<&str> = plan.readiness.iter().map(String::as_str).collect();
        needs(notes, &plan.stages, &items, at);
    }
}

/// A stage that needs what is not listed is no error: it can be evaluated, and never opens by the clock.
fn needs(notes: &mut Notes, stages: &[Stage], items: &[&str], at: &Path<'_>) {
    if notes.touch(&at.key("readiness").pointer()) || notes.touch(&at.key("stages").pointer()) {
        return;
    }
    let listed: BTreeSet<&str> = items.iter().copied().collect();
    for (index, stage) in stages.iter().enumerate() {
        for (number, item) in stage.needs.iter().enumerate().filter(|(_, item)| !listed.contains(item.as_str())) {
            let known = if listed.len() <= SUGGESTED { items } else { &[] };
            let hint = suggest::hint(item, known.iter().copied(), || "add it to `readiness`".to_owned());
            let place = &at.key("stages");
            let message = format!("the stage `{}` cannot open by the clock: it needs `{item}`, which is no readiness item", stage.name);
            notes.warning(Code::UnknownReference, &place.index(index).key("needs").index(number), message, hint);
        }
    }
}

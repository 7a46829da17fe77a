//! What does not fit together beyond names: doubled ids, mixed types, retired keys, private parts of public flags, two live releases.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::decode::Notes;
use crate::check::names::{Names, Part};
use crate::check::path::Path;
use crate::check::walk::{self, Owner};
use crate::document::{Condition, Document, Flag, Visibility};
use crate::json::Json;
use crate::problem::Code;

/// Notes all of them.
pub(crate) fn check(notes: &mut Notes, document: &Document, names: Names<'_>) {
    doubled(notes, document);
    for (key, flag) in &document.flags {
        mixed_types(notes, flag, &Path::ROOT.key("flags").key(key));
    }
    retired(notes, document);
    two_live_releases(notes, document);
    private_parts(notes, document, names);
}

/// Ids that stand for two things.
fn doubled(notes: &mut Notes, document: &Document) {
    let root = &Path::ROOT;
    for (key, plan) in &document.plans {
        let at = &root.key("plans");
        let at = &at.key(key);
        twice(notes, plan.stages.iter().map(|stage| stage.name.as_str()), &at.key("stages"), Some("name"), "stage");
        twice(notes, plan.readiness.iter().map(String::as_str), &at.key("readiness"), None, "readiness item");
    }
    for (key, flag) in &document.flags {
        twice(notes, flag.rules.iter().map(|rule| rule.id.as_str()), &root.key("flags").key(key).key("rules"), Some("id"), "rule");
    }
    for (key, release) in &document.releases {
        let at = &root.key("releases");
        let at = &at.key(key);
        twice(notes, release.flags.iter().map(|member| member.flag.as_str()), &at.key("flags"), Some("flag"), "flag");
        twice(notes, release.stages.iter().map(|stage| stage.name.as_str()), &at.key("stages"), Some("name"), "stage");
        twice(notes, release.readiness.iter().map(|item| item.item.as_str()), &at.key("readiness"), Some("item"), "readiness item");
    }
    twice(notes, document.scenarios.iter().map(|scenario| scenario.name.as_str()), &root.key("scenarios"), Some("name"), "scenario");
}

fn twice<'d>(notes: &mut Notes, names: impl Iterator<Item = &'d str>, list: &Path<'_>, field: Option<&str>, what: &str) {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, name) in names.enumerate().filter(|(_, name)| !name.is_empty()) {
        let Some(earlier) = first.get(name) else {
            first.insert(name, index);
            continue;
        };
        let place = list.index(index);
        let place = field.map_or(place, |field| place.key(field));
        let message = format!("a second {what} is called `{name}`; the first is number {}", earlier + 1);
        notes.error(Code::DuplicateId, &place, message, "rename or remove one of them");
    }
}

fn mixed_types(notes: &mut Notes, flag: &Flag, at: &Path<'_>) {
    let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in flag.variants.iter().filter(|(_, value)| !value.is_null()) {
        kinds.entry(value.kind()).or_default().push(name);
    }
    if kinds.len() < 2 {
        return;
    }
    let told: Vec<String> = kinds
        .iter()
        .map(|(kind, names)| match names.as_slice() {
            [name] => format!("`{name}` is {kind}"),
            [first, second] => format!("`{first}` and `{second}` are each {kind}"),
            [first, ..] => format!("`{first}` and {} others are each {kind}", names.len() - 1),
            [] => String::new(),
        })
        .collect();
    let message = format!("the variants have different types: {}", told.join(", "));
    let is_boolean_as_text = |value: &Json| matches!(value.as_str(), Some("true" | "false"));
    let hint = if kinds.len() == 2 && kinds.contains_key("a boolean") && flag.variants.values().any(is_boolean_as_text) {
        "write true and false without quotes: in quotes they are texts"
    } else {
        "an application reads a flag as one type: give all of them the same"
    };
    notes.error(Code::MixedTypes, &at.key("variants"), message, hint);
}

fn retired(notes: &mut Notes, document: &Document) {
    let retired: BTreeSet<&String> = document.retired.iter().collect();
    for key in document.flags.keys().filter(|key| retired.contains(key)) {
        let hint = "old clients may still ask for it and would get the wrong answer: choose another key, or take it off `retired`";
        notes.error(
            Code::RetiredKey,
            &Path::ROOT.key("flags").key(key),
            format!("the key `{key}` was retired and must not be used again"),
            hint,
        );
    }
}

fn two_live_releases(notes: &mut Notes, document: &Document) {
    let mut moved_by: BTreeMap<&str, &str> = BTreeMap::new();
    for (key, release) in document.releases.iter().filter(|(_, release)| release.is_live()) {
        for (index, member) in release.flags.iter().enumerate().filter(|(_, member)| !member.flag.is_empty()) {
            match moved_by.get(member.flag.as_str()) {
                Some(other) if *other != key.as_str() => {
                    let at = &Path::ROOT.key("releases");
                    let at = &at.key(key);
                    let message = format!("the flag `{}` is already in the live release `{other}`", member.flag);
                    let hint = format!("close `{other}` or roll it back first, or take the flag out of one of them");
                    notes.error(Code::TwoLiveReleases, &at.key("flags").index(index).key("flag"), message, hint);
                }
                _ => drop(moved_by.insert(&member.flag, key)),
            }
        }
    }
}

/// Pages hold public flags only, and could not evaluate one that needs something private.
fn private_parts(notes: &mut Notes, document: &Document, names: Names<'_>) {
    let is_public_flag = |key: &str| document.flags.get(key).is_some_and(|flag| flag.visibility == Visibility::Public);
    for (key, flag) in document.flags.iter().filter(|(key, _)| is_public_flag(key)) {
        for (index, requirement) in flag.requires.iter().enumerate() {
            let at = &Path::ROOT.key("flags");
            let at = &at.key(key);
            needs(notes, names, &format!("flag `{key}`"), Part::Flags, &requirement.flag, &at.key("requires").index(index).key("flag"));
        }
    }
    walk::roots(document, &mut |owner, condition, at| {
        let who = match owner {
            Owner::Segment(key) => {
                let public = document.segments.get(key).is_some_and(|segment| segment.visibility == Visibility::Public);
                public.then(|| format!("segment `{key}`"))
            }
            Owner::Flag(key) => is_public_flag(key).then(|| format!("flag `{key}`")),
            Owner::Release(key) => document.releases.get(key).filter(|release| release.is_live()).and_then(|release| {
                let member = release.flags.iter().find(|member| is_public_flag(&member.flag))?;
                Some(format!("flag `{}` of this release", member.flag))
            }),
            Owner::Plan => None,
        };
        if let Some(who) = who {
            walk::within(condition, at, &mut |condition, at| match condition {
                Condition::Flag { flag, .. } => needs(notes, names, &who, Part::Flags, flag, &at.key("flag")),
                Condition::Segment { segment } => needs(notes, names, &who, Part::Segments, segment, &at.key("segment")),
                _ => {}
            });
        }
    });
}

fn needs(notes: &mut Notes, names: Names<'_>, who: &str, part: Part, key: &str, at: &Path<'_>) {
    if names.is_private(part, key) {
        let what = part.one();
        let message = format!("the public {who} needs the private {what} `{key}`");
        let hint = format!("make the {what} public as well (\"visibility\": \"public\"), or do without it here");
        notes.error(Code::PublicNeedsPrivate, at, message, hint);
    }
}

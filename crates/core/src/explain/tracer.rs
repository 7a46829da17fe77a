//! Listens to an evaluation and writes down what was looked at, where that is written, and how it came out.

use crate::context::Context;
use crate::document::{Condition, Document, Flag, Serve, Split};
use crate::evaluate::run::Given;
use crate::evaluate::trace::{Look, Note, Trace};
use crate::evaluate::{Detail, ErrorCode, Evaluation, Reason};
use crate::image::node::Node;
use crate::image::row;
use crate::problem::Pointer;
use crate::time::Timestamp;

use super::sentence::{self, About, Words};
use super::{Outcome, Step};

/// What is written down so far.
pub(super) struct Tracer<'d, 'c> {
    document: &'d Document,
    words: Words<'d, 'c>,
    steps: Vec<Step>,
    /// What is looked at and has not come out yet, from the outside in.
    open: Vec<Open<'d>>,
    /// The `otherwise` that was looked at last, and where it is written.
    otherwise: (Option<&'d Serve>, Pointer),
    /// The last step, if it is a split.
    split: Option<&'d Split>,
}

struct Open<'d> {
    step: usize,
    about: Option<About<'d>>,
    pointer: Pointer,
    answered: Option<Option<u32>>,
}

impl<'d, 'c> Tracer<'d, 'c> {
    pub(super) fn new(document: &'d Document, given: Given<'d, 'c>, context: &'c Context) -> Tracer<'d, 'c> {
        let words = Words { given, context };
        Tracer { document, words, steps: Vec::new(), open: Vec::new(), otherwise: (None, Pointer::root()), split: None }
    }

    /// In words what is looked at, as far as it has come out.
    fn said(&self, open: &Open<'_>, held: Option<bool>, now: Timestamp) -> String {
        let told = open.about.map(|about| self.words.look(about, held, now, open.answered));
        told.unwrap_or_else(|| "something that this document does not have".to_owned())
    }

    /// The steps; what an error cut short says so.
    pub(super) fn into_steps(mut self, now: Timestamp) -> Vec<Step> {
        while let Some(open) = self.open.pop() {
            let text = self.said(&Open { answered: None, ..open }, None, now);
            if let Some(step) = self.steps.get_mut(open.step) {
                step.text = format!("{text} — an error ends it");
            }
        }
        self.steps
    }

    /// One sentence about an answer.
    pub(super) fn summary(&self, evaluation: &Evaluation<'_>) -> String {
        let Evaluation { flag, detail, error, variant, reason, .. } = evaluation;
        let because = match (error, detail) {
            (Some(ErrorCode::FlagNotFound), _) => return format!("an error: flag `{flag}` asks about a flag that is not in the document"),
            (Some(ErrorCode::TargetingKeyMissing), _) => {
                return format!("an error: the context has no `targetingKey`, and {} needs one", self.split_without_key());
            }
            (None, Detail::Rule(rule)) => format!("rule `{rule}` holds"),
            (None, Detail::Release { release, stage }) => format!("stage `{stage}` of release `{release}` is open and has this user"),
            (None, Detail::BlockedBy(other)) => {
                let blocking = self.steps.iter().rfind(|step| step.depth == 0);
                blocking.map_or_else(|| format!("it requires flag `{other}`"), |step| step.text.clone())
            }
            (None, Detail::None) => match (reason, self.split) {
                (Reason::Disabled, _) => "the flag is disabled".to_owned(),
                (Reason::Static, _) => "everyone gets it".to_owned(),
                (Reason::Split, _) => "no rule or release applies, and the split has a place for this user there".to_owned(),
                (_, Some(split)) => {
                    format!("no rule or release applies, and the split has no text of `{}` to go by", sentence::by_of(split))
                }
                _ => "no rule or release applies".to_owned(),
            },
        };
        match variant {
            Some(variant) => format!("`{variant}`, because {because}"),
            None => format!("the application's own default, because {because}"),
        }
    }

    /// Whose split an error came from: this flag's, or that of one that it asks about.
    fn split_without_key(&self) -> String {
        let asked = self.open.iter().rev().find_map(|open| open.about?.asked_flag());
        asked.map_or_else(|| "its split".to_owned(), |asked| format!("the split of flag `{asked}`"))
    }

    fn push(&mut self, outcome: Outcome, text: String, pointer: &Pointer) {
        self.steps.push(Step { depth: self.open.len(), outcome, text, pointer: pointer.to_string() });
    }

    /// A flag as the document writes it, and where.
    fn flag(&self, index: u32) -> (Option<&'d Flag>, Pointer) {
        let image = self.words.given.image;
        let key = image.row(index).map_or("", |card: row::Card| image.str(card.key));
        (self.document.flags.get(key), Pointer::root().at("flags").at(key))
    }

    /// What is looked at, as the document writes it, and where.
    fn find(&self, look: Look) -> (Option<About<'d>>, Pointer) {
        match look {
            Look::Requirement(flag, index) => {
                let (flag, pointer) = self.flag(flag);
                (flag.and_then(|flag| flag.requires.get(index)).map(About::Requirement), pointer.at("requires").at(index))
            }
            Look::Rule(flag, index) => {
                let (flag, pointer) = self.flag(flag);
                (flag.and_then(|flag| flag.rules.get(index)).map(About::Rule), pointer.at("rules").at(index))
            }
            Look::Stage(release, index) => {
                let key = self.words.given.image.str(release.key);
                let stage = self.document.releases.get(key).and_then(|release| release.stages.get(index));
                (stage.map(|stage| About::Stage(key, stage)), Pointer::root().at("releases").at(key).at("stages").at(index))
            }
            Look::Condition(place, node) => {
                let (condition, pointer) = self.condition(place as usize);
                let node = self.words.given.image.row(node).unwrap_or(Node::NOBODY);
                (condition.map(|condition| About::Condition(condition, node)), pointer)
            }
        }
    }

    /// A condition of what is open, the how-manieth.
    fn condition(&self, place: usize) -> (Option<&'d Condition>, Pointer) {
        let Some(Open { about, pointer: outer, .. }) = self.open.last() else { return (None, Pointer::root()) };
        match *about {
            Some(About::Rule(rule)) => (Some(&rule.when), outer.at("when")),
            Some(About::Stage(_, stage)) => (Some(&stage.audience), outer.at("audience")),
            Some(About::Condition(condition, _)) => match condition {
                Condition::All { all } => (all.get(place), outer.at("all").at(place)),
                Condition::Any { any } => (any.get(place), outer.at("any").at(place)),
                Condition::Not { not } => (Some(not), outer.at("not")),
                Condition::Segment { segment } => {
                    let found = self.document.segments.get(segment).map(|segment| &segment.when);
                    (found, Pointer::root().at("segments").at(segment).at("when"))
                }
                _ => (None, outer.clone()),
            },
            _ => (None, outer.clone()),
        }
    }
}

impl Trace for Tracer<'_, '_> {
    fn open(&mut self, look: Look) {
        self.split = None;
        let (about, pointer) = self.find(look);
        let step = self.steps.len();
        self.push(Outcome::Note, String::new(), &pointer);
        self.open.push(Open { step, about, pointer, answered: None });
    }

    fn close(&mut self, held: bool, now: Timestamp) {
        let Some(open) = self.open.pop() else { return };
        let text = self.said(&open, Some(held), now);
        if let Some(step) = self.steps.get_mut(open.step) {
            step.outcome = if held { Outcome::Holds } else { Outcome::Fails };
            step.text = text;
        }
    }

    fn answered(&mut self, variant: Option<u32>) {
        if let Some(open) = self.open.last_mut() {
            open.answered = Some(variant);
        }
    }

    fn note(&mut self, note: Note) {
        let mut split = None;
        let at_release = |release: row::Release| Pointer::root().at("releases").at(self.words.given.image.str(release.key));
        let (pointer, text) = match note {
            Note::Disabled(flag) => {
                let (flag, pointer) = self.flag(flag);
                let off = flag.and_then(|flag| flag.off_variant.as_deref());
                (pointer.at("enabled"), format!("the flag is disabled: everyone gets {}", sentence::named(off)))
            }
            Note::Held(release) => {
                let since = release.hold.map(|hold| format!(" since {hold}")).unwrap_or_default();
                let key = self.words.given.image.str(release.key);
                (at_release(release).at("hold"), format!("release `{key}` is held{since}: its clock stands"))
            }
            Note::Shut(release, index, clock) => {
                let key = self.words.given.image.str(release.key);
                let found = self.document.releases.get(key).and_then(|release| Some((release, release.stages.get(index)?)));
                let text = found.map(|(release, stage)| sentence::shut(key, release, stage, clock)).unwrap_or_default();
                (at_release(release).at("stages").at(index), text)
            }
            Note::Otherwise(flag) => {
                let (flag, pointer) = self.flag(flag);
                let otherwise = flag.and_then(|flag| flag.otherwise.as_ref());
                let text = match otherwise {
                    None => format!("everyone else gets {}", sentence::named(None)),
                    Some(Serve::Variant(variant)) => format!("everyone else gets {}", sentence::named(Some(variant))),
                    Some(Serve::Split(_)) => "everyone else gets a split".to_owned(),
                };
                self.otherwise = (otherwise, pointer.at("otherwise"));
                (self.otherwise.1.clone(), text)
            }
            Note::Split { place, total, variant } => {
                let (serve, pointer, is_rule) = match self.open.last() {
                    Some(Open { about: Some(About::Rule(rule)), pointer, .. }) => (Some(&rule.serve), pointer.at("serve"), true),
                    _ => (self.otherwise.0, self.otherwise.1.clone(), false),
                };
                split = serve.and_then(|serve| if let Serve::Split(split) = serve { Some(split) } else { None });
                let text = split.map(|split| self.words.split(split, place, total, variant)).unwrap_or_default();
                let passed_over = if is_rule && variant.is_none() { ", so the rule is passed over" } else { "" };
                (pointer, format!("{text}{passed_over}"))
            }
        };
        self.split = split;
        self.push(Outcome::Note, text, &pointer);
    }
}

//! Listens to an evaluation and writes down what was looked at, where that is written, and how it came out.

use crate::compile::tables::{Flag, Serve, Tables, Text};
use crate::context::Context;
use crate::evaluate::trace::{At, Look, Note, Trace};
use crate::evaluate::{Detail, ErrorCode, Evaluation, Reason};
use crate::problem::Pointer;
use crate::time::Timestamp;

use super::sentence::{self, Words};
use super::{Outcome, Step};

/// What is written down so far.
pub(super) struct Tracer<'r, 'c> {
    words: Words<'r, 'c>,
    steps: Vec<Step>,
    /// What is looked at and has not come out yet, from the outside in.
    open: Vec<Open<'r>>,
    /// Where the `otherwise` that was looked at last is written.
    otherwise: Pointer,
    /// The attribute that the last step's split goes by, if the last step is a split.
    split: Option<Text>,
}

struct Open<'r> {
    step: usize,
    look: Look<'r>,
    pointer: Pointer,
    answered: Option<Option<u32>>,
}

impl<'r, 'c> Tracer<'r, 'c> {
    pub(super) fn new(tables: &'r Tables, context: &'c Context) -> Tracer<'r, 'c> {
        Tracer { words: Words { tables, context }, steps: Vec::new(), open: Vec::new(), otherwise: Pointer::root(), split: None }
    }

    /// The steps; what an error cut short says so.
    pub(super) fn into_steps(mut self, now: Timestamp) -> Vec<Step> {
        while let Some(open) = self.open.pop() {
            let text = self.words.look(&open.look, None, now, None);
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
                (_, Some(by)) => {
                    format!("no rule or release applies, and the split has no text of `{}` to go by", self.words.tables.text(by))
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
        let asked = self.open.iter().rev().find_map(|open| sentence::asked_flag(self.words.tables, &open.look));
        asked.map_or_else(|| "its split".to_owned(), |asked| format!("the split of flag `{asked}`"))
    }

    fn push(&mut self, outcome: Outcome, text: String, pointer: &Pointer) {
        self.steps.push(Step { depth: self.open.len(), outcome, text, pointer: pointer.to_string() });
    }

    fn flag_pointer(&self, flag: &Flag) -> Pointer {
        Pointer::root().at("flags").at(self.words.tables.text(flag.key))
    }

    fn pointer(&self, look: &Look<'r>) -> Pointer {
        let tables = self.words.tables;
        let outer = || self.open.last().map(|open| open.pointer.clone()).unwrap_or_default();
        match look {
            Look::Requirement(flag, index, _) => self.flag_pointer(flag).at("requires").at(index),
            Look::Rule(flag, index, _) => self.flag_pointer(flag).at("rules").at(index),
            Look::Stage(release, index, _) => Pointer::root().at("releases").at(tables.text(release.key)).at("stages").at(index),
            Look::Condition(At::Member(name), _) => outer().at(name),
            Look::Condition(At::Element(name, index), _) => outer().at(name).at(index),
            Look::Condition(At::Segment(segment), _) => Pointer::root().at("segments").at(tables.text(segment.key)).at("when"),
        }
    }
}

impl<'r> Trace<'r> for Tracer<'r, '_> {
    fn open(&mut self, look: Look<'r>) {
        self.split = None;
        let pointer = self.pointer(&look);
        let step = self.steps.len();
        self.push(Outcome::Note, String::new(), &pointer);
        self.open.push(Open { step, look, pointer, answered: None });
    }

    fn close(&mut self, held: bool, now: Timestamp) {
        let Some(open) = self.open.pop() else { return };
        let text = self.words.look(&open.look, Some(held), now, open.answered);
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

    fn note(&mut self, note: Note<'r>) {
        let tables = self.words.tables;
        let release_pointer = |release: Text| Pointer::root().at("releases").at(tables.text(release));
        let (pointer, text) = match note {
            Note::Disabled(flag) => {
                (self.flag_pointer(flag).at("enabled"), format!("the flag is disabled: everyone gets {}", self.words.variant(flag.off)))
            }
            Note::Held(release, hold) => (
                release_pointer(release.key).at("hold"),
                format!("release `{}` is held since {hold}: its clock stands", tables.text(release.key)),
            ),
            Note::Shut(release, index, stage, clock) => {
                (release_pointer(release.key).at("stages").at(index), self.words.shut(release, stage, clock))
            }
            Note::Otherwise(flag) => {
                let text = match flag.otherwise {
                    None => format!("everyone else gets {}", self.words.variant(None)),
                    Some(Serve::Variant(variant)) => format!("everyone else gets {}", self.words.variant(variant)),
                    Some(Serve::Split(_)) => "everyone else gets a split".to_owned(),
                };
                self.otherwise = self.flag_pointer(flag).at("otherwise");
                (self.otherwise.clone(), text)
            }
            Note::Split(split, variant) => {
                let text = self.words.split(split, variant);
                match self.open.last() {
                    Some(Open { look: Look::Rule(..), pointer, .. }) if variant.is_none() => {
                        (pointer.at("serve"), format!("{text}, so the rule is passed over"))
                    }
                    Some(Open { look: Look::Rule(..), pointer, .. }) => (pointer.at("serve"), text),
                    _ => (self.otherwise.clone(), text),
                }
            }
        };
        self.split = if let Note::Split(split, _) = note { Some(split.bucketing.by) } else { None };
        self.push(Outcome::Note, text, &pointer);
    }
}

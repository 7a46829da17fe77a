//! One evaluation of each kind of rule, and of all flags: with the context bound, and with one that is bound from strings.

use halyard_core::check::Cap;
use halyard_core::context::Value;
use halyard_core::evaluate::Audience;
use halyard_core::json::Object;
use halyard_core::{Context, Evaluation, Json, Ruleset, Timestamp, compile, read};

use crate::Result;
use crate::bench::Bench;
use crate::kinds::{Kind, Kinds, NOW};

/// The tables' names.
pub const EVALUATION: &str = "one evaluation";
/// The table of all flags at once.
pub const ALL: &str = "all flags";
/// The column of a context that is bound to the ruleset.
pub const READY: &str = "context ready";
/// The column of a context that is bound each time, from names and values as an application has them.
pub const FROM_STRINGS: &str = "context from strings";

/// What is evaluated.
pub struct World {
    kinds: Vec<Kind>,
    ruleset: Ruleset,
    configured: Ruleset,
    flags: usize,
}

impl World {
    /// Compiles the kinds' document and the configuration's with so many flags, and sees that each kind has its answer.
    ///
    /// # Errors
    /// When a document is refused, or an answer is another one.
    pub fn new(flags: usize) -> Result<World> {
        let Kinds { kinds, document } = crate::kinds::kinds(flags);
        let ruleset = ruleset(&document)?;
        for kind in &kinds {
            let answer = ruleset.evaluate(&kind.flag, &Context::new(kind.context.clone()), Timestamp(NOW));
            if answer.variant != kind.variant || answer.reason != kind.reason {
                return Err(format!(
                    "`{}` is {:?}, {:?}: expected {:?}, {:?}",
                    kind.name, answer.variant, answer.reason, kind.variant, kind.reason
                ));
            }
        }
        Ok(World { kinds, ruleset, configured: self::ruleset(&crate::configuration::document(flags))?, flags })
    }

    /// The benches.
    pub fn benches(&self) -> Vec<Bench<'_>> {
        let now = Timestamp(NOW);
        let mut benches = Vec::new();
        for kind in &self.kinds {
            let ready = self.ruleset.bind(&Context::new(kind.context.clone()));
            benches.push(Bench::times(EVALUATION, kind.name, READY, move || decided(&ready.evaluate(&kind.flag, now))));
            let attributes: Vec<(&str, &Json)> = kind.context.iter().map(|(name, value)| (name.as_str(), value)).collect();
            benches.push(Bench::times(EVALUATION, kind.name, FROM_STRINGS, move || {
                let values = attributes.iter().map(|(name, value)| (*name, Value::from(*value)));
                decided(&self.ruleset.bind_values(values).evaluate(&kind.flag, now))
            }));
        }
        if let Some(kind) = self.kinds.first() {
            let text = Json::Object(kind.context.clone()).canonical();
            benches.push(Bench::times(ALL, "a context of six attributes, read from JSON", READY, move || {
                Context::parse(text.as_bytes()).is_ok()
            }));
            benches.push(Bench::times(ALL, "a context of six attributes, made of texts of its own", READY, || {
                Context::new(kind.context.iter().map(|(name, value)| (name.clone(), value.clone())).collect::<Object>())
            }));
            let context = Context::new(kind.context.clone());
            benches.push(Bench::times(ALL, "that context, bound", READY, {
                let context = context.clone();
                move || std::hint::black_box(self.ruleset.bind(&context)).evaluate("ghost", now).error.is_some()
            }));
            let ready = self.configured.bind(&context);
            let all = format!("all of {}", crate::load::named(self.flags));
            benches.push(Bench::times(ALL, all, READY, move || {
                ready.evaluate_all(Audience::Server, now).filter(|answer| answer.variant.is_some()).count()
            }));
        }
        benches
    }
}

/// What an application wants of an answer.
fn decided(answer: &Evaluation<'_>) -> (usize, usize) {
    (answer.variant.map_or(0, str::len), answer.value.map_or(0, str::len))
}

fn ruleset(document: &[u8]) -> Result<Ruleset> {
    let report = read(document, Cap::Reader);
    let first = report.problems.first().map(ToString::to_string).unwrap_or_default();
    report.checked.as_ref().map(compile).ok_or_else(|| format!("the bench's own document is refused: {first}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_decided_by_its_rule_and_every_bench_runs() {
        let world = World::new(10).unwrap();
        let mut benches = world.benches();
        assert!(benches.len() > 80);
        benches.iter_mut().for_each(Bench::warm);
    }
}

//! The regular expressions of `matches`: read and compiled when a ruleset is made, matched where they lie.
//!
//! ```text
//! text ─ parse ─▶ Parsed ─ compile ─▶ a row of words ─ matches(row, text) ─▶ bool
//! ```
//! The syntax is regex-lite's, to the letter: ASCII `\d \w \s \b` and `(?i)`, code points, no look-around, no back-references.
//! Only whether there is a match anywhere counts, so captures, names and greed are read and forgotten. A row is a finished
//! automaton where that is small, else a program for a bounded simulation (`operators::matches` has both forms, and is all
//! of this that ships with the evaluator). The limits, apart from the pattern's own length (`limits::PATTERN_BYTES`, which `check` holds):
//!
//! | limit | value | beyond it |
//! | --- | --- | --- |
//! | nesting of groups and repetitions | 50, as regex-lite counts it | refused |
//! | size, with `{n,m}` written out | 4,095 steps | refused; regex-lite takes about 300,000, by the memory that its own program needs |
//! | states before minimising; work | 1,024; 2²⁰ visits of a step | a program in place of an automaton |
//! | transitions after minimising | 8,192 (4,096 words) | the same |

mod alphabet;
mod automaton;
mod escape;
mod look;
mod minimise;
mod parser;
mod program;
mod row;
mod set;
mod tree;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;

use alphabet::Alphabet;
use program::Program;

/// Why a pattern cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PatternError {
    /// Where it is, in bytes from the pattern's start.
    pub(crate) at: usize,
    /// What is wrong, in words.
    pub(crate) message: String,
    /// How to mend it.
    pub(crate) hint: &'static str,
}

impl PatternError {
    fn new(at: usize, message: impl Into<String>, hint: &'static str) -> Self {
        Self { at, message: message.into(), hint }
    }
}

/// A pattern that was understood, and that [`compile`] has room for.
#[derive(Clone, Debug)]
pub(crate) struct Parsed {
    program: Program,
    alphabet: Alphabet,
}

/// Reads a pattern.
///
/// # Errors
/// What regex-lite refuses is refused, and what is too large to be matched in the room that there is.
pub(crate) fn parse(pattern: &str) -> Result<Parsed, PatternError> {
    let program = Program::of(&parser::parse(pattern)?);
    let alphabet = Alphabet::of(&program).ok_or_else(|| {
        PatternError::new(0, "the pattern names too many different characters", "split it into several conditions in {\"any\": […]}")
    })?;
    Ok(Parsed { program, alphabet })
}

/// Compiles a pattern to a row of words for `operators::matches`: the same words on every target.
pub(crate) fn compile(parsed: &Parsed) -> Vec<u32> {
    let Parsed { program, alphabet } = parsed;
    match automaton::build(program, alphabet).and_then(|automaton| row::automaton(&minimise::minimise(&automaton), alphabet)) {
        Some(row) => row,
        None => row::program(program, alphabet),
    }
}

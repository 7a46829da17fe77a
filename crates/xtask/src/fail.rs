//! The one error of these commands: what went wrong, what to do about it, and the exit code.

use std::fmt;

/// What a command ends with when it cannot go on.
#[derive(Debug)]
pub(crate) struct Fail {
    /// What went wrong, in words for a person; may have several lines.
    pub(crate) message: String,
    /// What to do about it, when we know.
    pub(crate) hint: Option<String>,
    /// 1: the work failed. 2: the call was wrong (an unknown option, a taken port).
    pub(crate) code: u8,
}

/// What the commands return.
pub(crate) type Result<T> = std::result::Result<T, Fail>;

impl Fail {
    /// The work failed: exit code 1.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, code: 1 }
    }

    /// The call was wrong: exit code 2.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, code: 2 }
    }

    /// Adds what the person can do.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Fail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Names what was being done when the operating system refused.
pub(crate) trait Doing<T> {
    /// `doing` completes the sentence "could not …".
    fn doing(self, doing: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: fmt::Display> Doing<T> for std::result::Result<T, E> {
    fn doing(self, doing: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Fail::new(format!("could not {}: {error}", doing())))
    }
}

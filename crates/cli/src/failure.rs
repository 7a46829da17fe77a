//! How a command ends: fine, or with whom the fault lies. Other people's scripts rest on the exit codes.

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

/// How a command that ran to its end came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Exit code 0.
    Fine,
    /// Exit code 1: the command did its work, and what it had to say about the input is printed already.
    InputAtFault,
}

/// Why a command stopped.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Exit code 1: the input is at fault.
    Input(String),
    /// Exit code 2: the call is at fault, as for clap's own usage errors.
    Call(String),
    /// Exit code 3: the store or the network is at fault.
    Store(String),
    /// Whoever reads the output has gone (`halyard eval … | head`): nothing to say, nothing wrong.
    ReaderGone,
}

impl Failure {
    /// The input is at fault.
    pub(crate) fn input(message: impl Display) -> Failure {
        Failure::Input(message.to_string())
    }

    /// The call is at fault.
    pub(crate) fn call(message: impl Display) -> Failure {
        Failure::Call(message.to_string())
    }

    /// The store or the network is at fault.
    pub(crate) fn store(message: impl Display) -> Failure {
        Failure::Store(message.to_string())
    }

    /// What writing the output failed with.
    pub(crate) fn output(error: &io::Error) -> Failure {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Failure::ReaderGone
        } else {
            Failure::Store(format!("the output could not be written: {error}"))
        }
    }

    /// Says it on stderr, and names the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        let (message, code) = match self {
            Failure::ReaderGone => return ExitCode::SUCCESS,
            Failure::Input(message) => (message, 1),
            Failure::Call(message) => (message, 2),
            Failure::Store(message) => (message, 3),
        };
        crate::output::say(&format!("halyard: {message}\n"));
        ExitCode::from(code)
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Input(message) | Failure::Call(message) | Failure::Store(message) => f.write_str(message),
            Failure::ReaderGone => f.write_str("nobody reads the output"),
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        match outcome {
            Outcome::Fine => ExitCode::SUCCESS,
            Outcome::InputAtFault => ExitCode::from(1),
        }
    }
}

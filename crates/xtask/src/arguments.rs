//! What was asked for on the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::prelude::*;

use crate::fail::{Fail, Result};

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Halyard's own commands.

  cargo xtask setup    install what is missing: the wasm target, wasm-bindgen, trunk, npm packages, Chromium
  cargo xtask build    make what is deployed or published: dist/worker, dist/page, dist/admin, dist/halyard
  cargo xtask serve    run it here, with a demo project
        --port N       where it listens (8787); 0 takes any free port
        --data DIR     where its data is kept (.halyard)
        --empty        an empty project instead of the demo
        --json         one line of JSON on stdout once it answers, nothing else
  cargo xtask test     every check and test; closes with `N passed, N failed`
  cargo xtask tidy     sizes, generated files, long files, dead links
        --fix          write the generated files anew
  cargo xtask fuzz [TARGET…]
                       look for inputs that break a law (docs/testing.md); all targets, one after the other
        --minutes N    for so long each (5)
  cargo xtask mutants [-- OPTIONS]
                       break the code in small ways and see that a test fails; OPTIONS go to cargo-mutants
  cargo xtask bench native|edge|page|reliability
                       what evaluating and requests cost, and how soon a publish is seen (docs/performance.md)
        --smoke        only see that it still runs
        --counts       native: count instructions, which a busy machine does not change, and take no times
        --only TEXT    native: what has this in its name; page: of the peers, those (`--only halyard`: ours alone)
        --json FILE    keep the figures
        --against FILE print them beside kept ones
        --docs         write them into docs/; `bench docs FILE…` does so with kept ones

serve, build and test run setup first; it costs a second when nothing is missing.
";

/// A command with its options.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Help,
    Setup,
    Build,
    Serve(Serve),
    Test,
    Tidy { fix: bool },
    Fuzz { targets: Vec<String>, minutes: u64 },
    Mutants { options: Vec<OsString> },
    Bench { arguments: Vec<OsString> },
}

/// The options of `serve`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Serve {
    pub(crate) port: u16,
    /// As it was written: relative to where the person is.
    pub(crate) data: PathBuf,
    pub(crate) empty: bool,
    pub(crate) json: bool,
}

impl Default for Serve {
    fn default() -> Self {
        Self { port: 8787, data: PathBuf::from(".halyard"), empty: false, json: false }
    }
}

/// Reads the arguments that follow `cargo xtask`.
pub(crate) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Asked> {
    parse(arguments).map_err(|error| Fail::usage(error.to_string()).hint("`cargo xtask --help` lists the commands"))
}

fn parse(arguments: impl IntoIterator<Item = OsString>) -> std::result::Result<Asked, lexopt::Error> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut asked = match parser.next()? {
        None | Some(Short('h') | Long("help")) => return Ok(Asked::Help),
        Some(Value(name)) => match name.to_str() {
            Some("help") => return Ok(Asked::Help),
            Some("setup") => Asked::Setup,
            Some("build") => Asked::Build,
            Some("serve") => Asked::Serve(Serve::default()),
            Some("test") => Asked::Test,
            Some("tidy") => Asked::Tidy { fix: false },
            Some("fuzz") => Asked::Fuzz { targets: Vec::new(), minutes: 5 },
            Some("bench") => return Ok(Asked::Bench { arguments: parser.raw_args()?.collect() }),
            Some("mutants") => return Ok(Asked::Mutants { options: parser.raw_args()?.skip_while(|option| option == "--").collect() }),
            _ => return Err(format!("there is no command `{}`", name.to_string_lossy()).into()),
        },
        Some(other) => return Err(other.unexpected()),
    };
    while let Some(option) = parser.next()? {
        match (&mut asked, option) {
            (_, Short('h') | Long("help")) => return Ok(Asked::Help),
            (Asked::Serve(serve), Long("port")) => serve.port = parser.value()?.parse()?,
            (Asked::Serve(serve), Long("data")) => serve.data = parser.value()?.into(),
            (Asked::Serve(serve), Long("empty")) => serve.empty = true,
            (Asked::Serve(serve), Long("json")) => serve.json = true,
            (Asked::Tidy { fix }, Long("fix")) => *fix = true,
            (Asked::Fuzz { minutes, .. }, Long("minutes")) => *minutes = parser.value()?.parse()?,
            (Asked::Fuzz { targets, .. }, Value(target)) => targets.push(target.string()?),
            (_, other) => return Err(other.unexpected()),
        }
    }
    Ok(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Result<Asked> {
        read(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn serve_has_its_defaults_and_takes_its_options() {
        assert_eq!(asked("serve").unwrap(), Asked::Serve(Serve::default()));
        let all = Serve { port: 9000, data: "x y".replace(' ', "/").into(), empty: true, json: true };
        assert_eq!(asked("serve --port=9000 --data x/y --empty --json").unwrap(), Asked::Serve(all));
    }

    #[test]
    fn fuzz_takes_targets_and_minutes_and_mutants_whatever_follows() {
        let both = Asked::Fuzz { targets: vec!["router".to_owned(), "merge".to_owned()], minutes: 60 };
        assert_eq!(asked("fuzz router --minutes 60 merge").unwrap(), both);
        assert_eq!(asked("fuzz").unwrap(), Asked::Fuzz { targets: Vec::new(), minutes: 5 });
        assert_eq!(asked("mutants -- --list -f x").unwrap(), Asked::Mutants { options: ["--list", "-f", "x"].map(OsString::from).into() });
    }

    #[test]
    fn bench_hands_on_whatever_follows() {
        assert_eq!(asked("bench edge --smoke").unwrap(), Asked::Bench { arguments: ["edge", "--smoke"].map(OsString::from).into() });
    }

    #[test]
    fn a_wrong_call_is_refused_with_exit_code_2_and_its_own_words() {
        for (line, words) in [
            ("serv", "`serv`"),
            ("serve --port ninety", "ninety"),
            ("serve --port 70000", "70000"),
            ("build --port 1", "--port"),
            ("setup now", "now"),
        ] {
            let fail = asked(line).unwrap_err();
            assert_eq!(fail.code, 2, "{line}");
            assert!(fail.message.contains(words), "{line}: {}", fail.message);
        }
    }

    #[test]
    fn help_is_given_wherever_it_is_asked_for() {
        for line in ["", "help", "--help", "serve -h", "tidy --fix --help"] {
            assert_eq!(asked(line).unwrap(), Asked::Help, "{line}");
        }
    }
}

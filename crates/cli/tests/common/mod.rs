//! Runs the real binary, as a script would.
#![allow(dead_code, reason = "each test file uses its own part of this")]

pub(crate) mod node;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Asserts the exit code, showing the whole run where it is another.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Ran {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    /// Asserts that stderr has these words: an error without a word to act on is no help.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Ran {
        assert!(self.err.contains(words), "`{words}` is not in {self:#?}");
        self
    }

    /// stdout as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    /// stdout as a JSON value a line.
    #[track_caller]
    pub(crate) fn lines(&self) -> Vec<serde_json::Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
    }
}

pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_halyard"));
    command.args(args).env_remove("HALYARD_TOKEN").env("USER", "tester");
    command
}

pub(crate) fn halyard(args: &[&str]) -> Ran {
    finish(command(args), b"")
}

pub(crate) fn halyard_with(args: &[&str], stdin: &[u8]) -> Ran {
    finish(command(args), stdin)
}

pub(crate) fn finish(mut command: Command, stdin: &[u8]) -> Ran {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        // A program that refuses its input early closes the pipe: that is not this writer's business.
        scope.spawn(move || drop(pipe.write_all(stdin)));
        child.wait_with_output().unwrap()
    });
    Ran {
        code: output.status.code().unwrap_or_else(|| panic!("killed: {output:?}")),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder with these files in it.
pub(crate) fn files(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// A project in a folder of its own, with one environment, production.
pub(crate) struct Project {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) url: String,
    /// What `init` told.
    pub(crate) made: serde_json::Value,
}

impl Project {
    pub(crate) fn new() -> Project {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("file://{}", text(&folder.path().join("store")));
        let made = halyard(&["init", "--store", &url, "--name", "Acme", "--admin", "ann@acme.example", "--json"]).exits(0).json();
        Project { folder, url, made }
    }

    /// Where the store's objects are.
    pub(crate) fn store(&self) -> std::path::PathBuf {
        self.folder.path().join("store")
    }

    /// A command about production.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, "")
    }

    /// The same with a document on stdin.
    pub(crate) fn run_with(&self, args: &[&str], stdin: &str) -> Ran {
        halyard_with(&[args, &["--store", &self.url, "--env", "production"]].concat(), stdin.as_bytes())
    }

    /// Publishes a document, with a message; what it takes more.
    pub(crate) fn publish(&self, document: &str, more: &[&str]) -> Ran {
        self.run_with(&[&["publish", "-", "--message", "m"], more].concat(), document)
    }

    /// The current document.
    pub(crate) fn document(&self) -> serde_json::Value {
        self.run(&["get"]).exits(0).json()
    }

    /// Every record, newest first.
    pub(crate) fn log(&self, more: &[&str]) -> Vec<serde_json::Value> {
        self.run(&[&["log", "--json"], more].concat()).exits(0).lines()
    }

    /// A file beside the store.
    pub(crate) fn file(&self, name: &str, content: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        text(&path)
    }
}

/// The first document with something else in the place of something, once.
pub(crate) fn with(old: &str, new: &str) -> String {
    assert!(DOCUMENT.contains(old), "{old}");
    DOCUMENT.replacen(old, new, 1)
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// A document of three flags, one segment and a scenario, without problems.
pub(crate) const DOCUMENT: &str = r#"{
  "format": 1,
  "segments": { "staff": { "when": { "attribute": "email", "endsWith": ["@acme.example"] } } },
  "flags": {
    "new-checkout": {
      "purpose": "release", "owner": "team-checkout", "created": "2026-11-01", "expires": "2026-12-20",
      "variants": { "on": true, "off": false }, "offVariant": "off",
      "rules": [
        { "id": "staff-first", "when": { "segment": "staff" }, "serve": "on" },
        { "id": "from-december", "when": { "after": "2026-12-01T00:00:00Z" }, "serve": "on" }
      ],
      "otherwise": "off"
    },
    "layout": {
      "purpose": "experiment", "owner": "team-web", "created": "2026-11-01", "expires": "2026-12-20",
      "variants": { "a": "A", "b": "B" }, "offVariant": "a",
      "otherwise": { "split": [ { "variant": "a", "weight": 1 }, { "variant": "b", "weight": 1 } ] }
    },
    "search": {
      "purpose": "operational", "owner": "team-web", "created": "2026-11-01",
      "variants": { "on": true, "off": false }, "offVariant": "off", "otherwise": "on"
    }
  },
  "scenarios": [
    { "name": "Staff see the new checkout", "context": { "targetingKey": "u1", "email": "ann@acme.example" }, "expect": { "new-checkout": "on" } },
    { "name": "Others wait for December", "context": { "targetingKey": "u2" }, "at": "2026-11-30T23:59:59Z", "expect": { "new-checkout": "off" } }
  ]
}
"#;

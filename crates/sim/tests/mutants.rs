//! The simulator finds what it is for: the protocol is broken on purpose, in a copy of the sources, and each break must be found.
//!
//! Building takes minutes, so it is not part of a plain `cargo test`: `cargo test -p halyard-sim --test mutants -- --ignored`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A break has to be found within so many schedules.
const SCHEDULES: u32 = 3_000;

/// A file of `mutants/`.
struct Mutant {
    name: String,
    why: String,
    file: String,
    from: String,
    to: String,
    /// The words that run the simulator; as a rule, schedules.
    run: Vec<String>,
}

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn mutants() -> Vec<Mutant> {
    let folder = crates().join("sim/mutants");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|path| read(path)).collect()
}

/// `why` in a line or more, `file: PATH`, `--- replace`, a text, `--- with`, a text.
fn read(path: &Path) -> Mutant {
    let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
    let text = fs::read_to_string(path).unwrap();
    let (head, rest) = text.split_once("--- replace\n").unwrap_or_else(|| panic!("{name}: no `--- replace`"));
    let (from, to) = rest.split_once("--- with\n").unwrap_or_else(|| panic!("{name}: no `--- with`"));
    let line_end = |text: &str| text.strip_suffix('\n').unwrap_or(text).to_owned();
    let (why, head) = head.split_once("file: ").unwrap_or_else(|| panic!("{name}: no `file:`"));
    let mut lines = head.lines();
    let file = lines.next().unwrap().trim().to_owned();
    let run = lines
        .find_map(|line| line.strip_prefix("run: "))
        .map_or_else(|| vec!["--schedules".to_owned(), SCHEDULES.to_string()], |words| words.split(' ').map(str::to_owned).collect());
    Mutant { name, why: why.trim().to_owned(), file, from: line_end(from), to: line_end(to), run }
}

/// The place in the source; there must be just one.
fn mutate(mutant: &Mutant, source: &str) -> String {
    assert_eq!(source.matches(&mutant.from).count(), 1, "{}: the text to replace must be in {} once", mutant.name, mutant.file);
    source.replacen(&mutant.from, &mutant.to, 1)
}

#[test]
fn every_mutant_still_fits_the_source() {
    let all = mutants();
    assert!(all.len() >= 5);
    for mutant in all {
        let source =
            fs::read_to_string(crates().join("..").join(&mutant.file)).unwrap_or_else(|_| panic!("{}: no {}", mutant.name, mutant.file));
        assert_ne!(mutate(&mutant, &source), source, "{}", mutant.name);
        assert!(mutant.why.len() > 30, "{}: say why it matters", mutant.name);
    }
}

/// A workspace of the sources alone, in which mutants can be made.
struct Copy {
    root: PathBuf,
    target: PathBuf,
}

impl Copy {
    fn make() -> Copy {
        let source = crates().parent().unwrap().to_owned();
        let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("mutants");
        let root = target.join("sources");
        let _ = fs::remove_dir_all(&root);
        for name in ["core", "edge", "reference", "sim"] {
            copy(&source.join("crates").join(name), &root.join("crates").join(name));
        }
        copy(&source.join("schemas"), &root.join("schemas")); // The node serves one of them.
        let manifest = fs::read_to_string(source.join("Cargo.toml")).unwrap();
        // The other members are not here.
        let kept = |line: &&str| !line.starts_with("default-members");
        let line = |line: &str| if line.starts_with("members") { "members = [\"crates/*\"]".to_owned() } else { line.to_owned() };
        let manifest: Vec<String> = manifest.lines().filter(kept).map(line).collect();
        fs::write(root.join("Cargo.toml"), manifest.join("\n")).unwrap();
        fs::copy(source.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
        Copy { root, target }
    }

    /// Runs the simulator of the copy; whether it found nothing, and what it said.
    fn run(&self, words: &[String]) -> (bool, String) {
        let output = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--offline", "-p", "halyard-sim", "--", "--stop"])
            .args(words)
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", self.target.join("target"))
            .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_DEV_DEBUG", "none")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(matches!(output.status.code(), Some(0 | 1)) && !said.is_empty(), "it does not run: {complaints}");
        (output.status.success(), said)
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        if name == "target" {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

#[test]
#[ignore = "builds the sources once for every mutant: minutes"]
fn every_break_of_the_protocol_is_found() {
    let copy = Copy::make();
    let all = mutants();
    let mut missed = Vec::new();
    let whole = |words: &[String]| {
        let (is_well, said) = copy.run(words);
        assert!(is_well, "the sources as they are break a promise: {said}");
    };
    whole(&["--schedules".to_owned(), "300".to_owned()]);
    for mutant in &all {
        let path = copy.root.join(&mutant.file);
        let source = fs::read_to_string(&path).unwrap();
        fs::write(&path, mutate(mutant, &source)).unwrap();
        let (is_missed, said) = copy.run(&mutant.run);
        fs::write(&path, &source).unwrap();
        println!("{}: {}", mutant.name, said.lines().next().unwrap_or_default());
        if is_missed {
            missed.push(&mutant.name);
        }
    }
    assert!(missed.is_empty(), "not found within {SCHEDULES} schedules: {missed:?}");
}

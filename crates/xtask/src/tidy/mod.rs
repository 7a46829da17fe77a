//! `cargo xtask tidy`: what compiles and passes, but should not stay.

mod examples;
mod files;
mod generated;
mod links;
mod sizes;

use std::fs;
use std::path::{Path, PathBuf};

use crate::fail::{Doing, Fail, Result};
use crate::{build, place, run, ui};

/// A check's name and what it does.
pub(crate) type Check = (&'static str, fn() -> Result<()>);

/// All of them. `sizes` looks at what `build` made.
pub(crate) const CHECKS: [Check; 6] = [
    ("sizes", sizes::check),
    ("generated files", generated::check),
    ("examples", examples::check),
    ("long files", files::no_file_is_too_long),
    ("this machine's names", files::nothing_names_this_machine),
    ("links in Markdown", links::check),
];

/// Runs them all and fails if one did. With `fix`, what can be made anew is.
pub(crate) fn everything(fix: bool) -> Result<()> {
    if fix {
        generated::write()?;
    }
    let build: Check = ("build", build::everything);
    let mut failed = 0;
    for (name, check) in [build].into_iter().chain(CHECKS) {
        match check() {
            Ok(()) => ui::done(name),
            Err(fail) => {
                ui::failed(&fail);
                failed += 1;
            }
        }
    }
    if failed == 0 { Ok(()) } else { Err(Fail::new(format!("{failed} of {} checks found something", CHECKS.len() + 1))) }
}

/// Every file that is tracked or could be: paths from the root, with `/`.
fn project_files() -> Result<Vec<String>> {
    let listed =
        run::captured(run::command("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]))?;
    Ok(listed.split('\0').filter(|path| !path.is_empty() && root_file(path).is_file()).map(str::to_owned).collect())
}

fn root_file(path: &str) -> PathBuf {
    place::root().join(path)
}

/// The file's text; what is no UTF-8 is nothing that a text check looks at.
fn text_of(path: &Path) -> Result<Option<String>> {
    let bytes = fs::read(path).doing(|| format!("read `{}`", path.display()))?;
    Ok(String::from_utf8(bytes).ok())
}

/// One failure out of many findings, or none out of none.
fn settle(findings: Vec<String>, hint: &str) -> Result<()> {
    if findings.is_empty() { Ok(()) } else { Err(Fail::new(findings.join("\n  ")).hint(hint)) }
}

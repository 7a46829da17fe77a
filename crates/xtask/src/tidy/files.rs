//! Files that have outgrown their idea, and texts that name the machine they were written on.

use crate::fail::Result;
use crate::setup::npm;
use crate::tidy::{project_files, root_file, settle, text_of};
use crate::{place, run};

/// Past this, a file is more than one idea. (STYLE: mostly under 400.)
const MOST_LINES: usize = 600;
/// Files that may be longer, each with its reason. Generated files need no entry if they are not tracked.
const MAY_BE_LONGER: [(&str, &str); 0] = [];
const CODE: [&str; 5] = ["rs", "ts", "mjs", "js", "css"];

/// No source file is longer than people can hold in mind.
pub(crate) fn no_file_is_too_long() -> Result<()> {
    let mut findings = Vec::new();
    for path in project_files()? {
        let is_code = path.rsplit_once('.').is_some_and(|(_, extension)| CODE.contains(&extension));
        if !is_code || MAY_BE_LONGER.iter().any(|(name, _)| *name == path) {
            continue;
        }
        let lines = text_of(&root_file(&path))?.map_or(0, |text| text.lines().count());
        if lines > MOST_LINES {
            findings.push(format!("`{path}` has {lines} lines, {} more than {MOST_LINES}", lines - MOST_LINES));
        }
    }
    settle(findings, "split it where its ideas part")
}

/// Nothing tracked holds a path of this machine or a host that only this workplace knows.
pub(crate) fn nothing_names_this_machine() -> Result<()> {
    let names = names_of_this_machine();
    let mut findings: Vec<String> =
        npm::hosts_in(&npm::lockfile()?).into_iter().map(|line| format!("`package-lock.json` names a host: {line}")).collect();
    for path in project_files()? {
        let Some(text) = text_of(&root_file(&path))? else { continue };
        for (number, line) in text.lines().enumerate() {
            findings
                .extend(names.iter().filter(|name| names_it(line, name)).map(|name| format!("`{path}`, line {}: `{name}`", number + 1)));
        }
    }
    settle(
        findings,
        "say it relative to the checkout, or leave it out; a lockfile without hosts comes from `npm config set omit-lockfile-registry-resolved true`",
    )
}

/// The checkout's own path, the home folder, and the hosts of mirrors that package managers are set up with here.
fn names_of_this_machine() -> Vec<String> {
    let mut names = Vec::new();
    let root = place::root();
    if root.components().count() > 2 {
        names.push(root.display().to_string());
    }
    if let Some(home) = std::env::var_os("HOME").and_then(|home| home.into_string().ok()).filter(|home| home.len() > 1) {
        names.push(format!("{}/", home.trim_end_matches('/')));
    }
    let registry = run::captured(run::command("npm").args(["config", "get", "registry"]));
    names.extend(registry.ok().and_then(|url| host(url.trim())).filter(|host| host != "registry.npmjs.org"));
    names
}

fn host(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split(['/', ':']).next().filter(|host| !host.is_empty())?;
    Some(host.to_owned())
}

/// Whether the line has the name as a whole: not as the tail of a longer path.
fn names_it(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        !line.get(..at).and_then(|before| before.chars().next_back()).is_some_and(|c| c.is_alphanumeric() || "._-/~*}".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_this_machine_is_found_but_not_the_tail_of_another() {
        assert!(names_it("see /home/ann/x", "/home/ann/"));
        assert!(names_it("`/home/ann/x`", "/home/ann/"));
        assert!(!names_it("s3://bucket/home/ann/x", "/home/ann/"));
        assert!(!names_it("./home/ann/x", "/home/ann/"));
    }

    #[test]
    fn a_registry_s_host_is_what_stands_between_the_slashes() {
        assert_eq!(host("https://npm.example:8080/path/").as_deref(), Some("npm.example"));
        assert_eq!(host("undefined"), None);
    }

    #[test]
    fn every_exception_has_a_reason_and_a_file() {
        for (path, reason) in MAY_BE_LONGER {
            assert!(!reason.is_empty() && root_file(path).is_file(), "{path}");
        }
    }
}

//! Links in Markdown that point into this repository point at something.

use std::collections::{BTreeMap, BTreeSet};

use crate::fail::Result;
use crate::tidy::{project_files, root_file, settle, text_of};

/// Every relative link and every `#anchor` leads somewhere.
pub(crate) fn check() -> Result<()> {
    let files: BTreeSet<String> = project_files()?.into_iter().collect();
    let mut texts = BTreeMap::new();
    for path in files.iter().filter(|path| path.ends_with(".md")) {
        texts.insert(path.clone(), text_of(&root_file(path))?.unwrap_or_default());
    }
    settle(
        dead(&texts, |path| files.contains(path) || files.iter().any(|file| file.starts_with(&format!("{path}/")))),
        "mend the link, or what it should lead to",
    )
}

/// The dead links of these pages (path → text), where `exists` knows files and folders.
fn dead(pages: &BTreeMap<String, String>, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let mut findings = Vec::new();
    for (page, text) in pages {
        for (line, target) in links(text) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, anchor) = target.split_once('#').map_or((target.as_str(), None), |(path, anchor)| (path, Some(anchor)));
            let full = if path.is_empty() { Some(page.clone()) } else { resolve(page, path) };
            let problem = match full {
                None => Some("leads out of the repository"),
                Some(full) if !full.is_empty() && !exists(&full) => Some("there is no such file"),
                Some(full) => match (anchor, pages.get(&full)) {
                    (Some(anchor), Some(there)) if !anchors(there).contains(anchor) => Some("that page has no such heading"),
                    _ => None,
                },
            };
            findings.extend(problem.map(|problem| format!("`{page}`, line {line}: `{target}`: {problem}")));
        }
    }
    findings
}

/// `docs/a.md` + `../b.md` → `b.md`; `None` above the root. A leading slash means the root.
fn resolve(page: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = if path.starts_with('/') { Vec::new() } else { page.split('/').collect() };
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// The lines outside fenced code, with their numbers from 1 and without their inline code.
fn prose(text: &str) -> Vec<(usize, String)> {
    let mut fence: Option<&str> = None;
    let mut lines = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let start = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| start.starts_with(mark));
        match (fence, mark) {
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, Some(mark)) => fence = Some(mark),
            (None, None) => lines.push((number + 1, without_code(line))),
            _ => {}
        }
    }
    lines
}

fn without_code(line: &str) -> String {
    let parts: Vec<&str> = line.split('`').collect();
    let closed = parts.len() % 2 == 1;
    parts
        .iter()
        .enumerate()
        .filter(|(index, _)| index % 2 == 0 || (!closed && *index + 1 == parts.len()))
        .map(|(_, part)| *part)
        .collect::<Vec<_>>()
        .join("`")
}

/// Targets of `[text](target "title")`, `![alt](target)` and `[name]: target`, with their lines.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in prose(text) {
        let mut rest = line.as_str();
        while let Some((_, after)) = rest.split_once("](") {
            let inside = closed_by_parenthesis(after);
            let target = inside.trim().split([' ', '\t']).next().unwrap_or_default().trim_start_matches('<').trim_end_matches('>');
            if !target.is_empty() {
                found.push((number, target.to_owned()));
            }
            rest = after;
        }
        let definition = line.trim_start().strip_prefix('[').and_then(|rest| rest.split_once("]: "));
        if let Some((_, target)) = definition.filter(|(name, _)| !name.contains(']') && !name.starts_with('^')) {
            found.extend(target.split_whitespace().next().map(|target| (number, target.to_owned())));
        }
    }
    found
}

/// What stands before the parenthesis that closes a target; a pair inside belongs to it.
fn closed_by_parenthesis(text: &str) -> &str {
    let mut open = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => open += 1,
            ')' if open == 0 => return text.get(..at).unwrap_or_default(),
            ')' => open -= 1,
            _ => {}
        }
    }
    text
}

/// The anchors of a page, as GitHub makes them of its headings, and those that it names itself.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for line in text.lines() {
        for mark in ["id=\"", "name=\""] {
            found.extend(line.split(mark).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        }
    }
    for line in headings(text) {
        let slug = slug(&line);
        let times = seen.entry(slug.clone()).or_default();
        found.insert(if *times == 0 { slug } else { format!("{slug}-{times}") });
        *times += 1;
    }
    found
}

/// Headings with their code spans' text, which counts in the anchor.
fn headings(text: &str) -> Vec<String> {
    let outside: BTreeSet<usize> = prose(text).into_iter().map(|(number, _)| number).collect();
    text.lines()
        .enumerate()
        .filter(|(index, line)| outside.contains(&(index + 1)) && line.starts_with('#'))
        .filter_map(|(_, line)| line.trim_start_matches('#').strip_prefix(' ').map(|title| title.trim().to_owned()))
        .collect()
}

/// Lower case, spaces to dashes, punctuation gone; a link in a heading counts by its text.
fn slug(title: &str) -> String {
    let mut plain = String::new();
    let mut rest = title;
    while let Some((before, after)) = rest.split_once("](") {
        plain.push_str(before);
        rest = after.get(closed_by_parenthesis(after).len() + 1..).unwrap_or_default();
    }
    plain.push_str(rest);
    plain
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dead_in(pages: &[(&str, &str)], files: &[&str]) -> Vec<String> {
        let pages: BTreeMap<String, String> = pages.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        dead(&pages, |path| pages.contains_key(path) || files.contains(&path))
    }

    #[test]
    fn a_link_to_what_is_there_is_alive() {
        let pages = [
            (
                "README.md",
                "[a](docs/a.md#two-words), ![p](docs/p.png \"title\"), [up](#top), [w](https://example.org/x), [f](docs)\n\n# Top",
            ),
            ("docs/a.md", "## Two words\n[back](../README.md) [root](/README.md)"),
        ];
        assert_eq!(dead_in(&pages, &["docs/p.png", "docs"]), [""; 0]);
    }

    #[test]
    fn a_link_to_nothing_is_dead_and_told_with_its_line() {
        let found = dead_in(&[("README.md", "fine\n[a](gone.md)\n[b](#gone)\n[c](../out.md)\n\n[d]: also-gone.md")], &[]);
        assert_eq!(
            found,
            [
                "`README.md`, line 2: `gone.md`: there is no such file",
                "`README.md`, line 3: `#gone`: that page has no such heading",
                "`README.md`, line 4: `../out.md`: leads out of the repository",
                "`README.md`, line 6: `also-gone.md`: there is no such file",
            ]
        );
    }

    #[test]
    fn what_stands_in_code_is_no_link() {
        assert_eq!(dead_in(&[("a.md", "`[x](gone.md)`\n```\n[y](gone.md)\n# no heading\n```\n")], &[]), [""; 0]);
        assert_eq!(dead_in(&[("a.md", "[x](#no-heading)\n```\n# no heading\n```\n")], &[]).len(), 1);
    }

    #[test]
    fn anchors_are_made_as_github_makes_them() {
        let made = anchors("# The `halyard log` command, v1.2!\n## Again\n## Again\n## [Unreleased](x.md) (soon)\n<a id=\"own\"></a>");
        for anchor in ["the-halyard-log-command-v12", "again", "again-1", "unreleased-soon", "own"] {
            assert!(made.contains(anchor), "{anchor} is not in {made:?}");
        }
    }
}

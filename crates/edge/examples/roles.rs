//! Prints docs/roles.md with its tables, built-in role × kind of change, as the code says; `cargo xtask tidy --fix` writes it.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "what it is for")]

use std::path::Path;
use std::process::ExitCode;

use halyard_core::authority::{Authority, Grant, KEY_KINDS, Reach, roles::BUILT_IN};
use halyard_core::diff::Kind;
use halyard_edge::project::{ADMIN, KINDS};

fn main() -> ExitCode {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/roles.md");
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!("cannot read docs/roles.md");
        return ExitCode::FAILURE;
    };
    let tables = [("roles", roles()), ("document", document()), ("project", project())];
    let Some(fresh) = tables.into_iter().try_fold(text, |text, (name, table)| put(&text, name, &table)) else {
        eprintln!("docs/roles.md has lost a table's marks, `<!-- table NAME -->` and `<!-- end NAME -->`");
        return ExitCode::FAILURE;
    };
    print!("{fresh}");
    ExitCode::SUCCESS
}

/// The text with a table between its marks.
fn put(text: &str, name: &str, table: &str) -> Option<String> {
    let (start, end) = (format!("<!-- table {name} -->\n"), format!("<!-- end {name} -->"));
    let (before, rest) = text.split_once(&start)?;
    let (_, behind) = rest.split_once(&end)?;
    Some(format!("{before}{start}{table}{end}{behind}"))
}

fn row<S: AsRef<str>>(cells: impl IntoIterator<Item = S>) -> String {
    let cells: Vec<String> = cells.into_iter().map(|cell| cell.as_ref().to_owned()).collect();
    format!("| {} |\n", cells.join(" | "))
}

fn head(cells: &[String]) -> String {
    row(cells) + &row(cells.iter().map(|_| "---"))
}

fn roles() -> String {
    let rows = BUILT_IN.iter().map(|role| row([format!("`{}`", role.name), role.description.to_owned()]));
    head(&["role".to_owned(), "for whom".to_owned()]) + &rows.collect::<String>()
}

fn document() -> String {
    let names = BUILT_IN.iter().map(|role| format!("`{}`", role.name));
    let top: Vec<String> = ["kind of change".to_owned(), "what it is".to_owned()].into_iter().chain(names).collect();
    let rows = Kind::ALL.into_iter().map(|kind| {
        let cells = BUILT_IN.iter().map(|role| cell(kind, &(role.grants)()));
        row([format!("`{}`", kind.as_str()), said(kind.meaning())].into_iter().chain(cells))
    });
    head(&top) + &rows.collect::<String>()
}

/// In small letters, without the full stop.
fn said(sentence: &str) -> String {
    let (first, rest) = sentence.trim_end_matches('.').split_at(1);
    first.to_lowercase() + rest
}

/// `yes`, `no`, or of which purposes.
fn cell(kind: Kind, grants: &[Grant]) -> String {
    let Some(grant) = grants.iter().find(|grant| grant.covers(kind.as_str())) else { return "no".to_owned() };
    let purposes: Vec<&str> = grant.purposes.iter().map(|purpose| purpose.as_str()).collect();
    let narrowing = if purposes.is_empty() { "yes".to_owned() } else { format!("{} only", purposes.join(", ")) };
    // Whom an unnarrowed grant lets through everywhere, its reach does not matter to.
    if grant.reach == Reach::Anything && grant.is_narrowed() { format!("{narrowing}, whatever rests on it") } else { narrowing }
}

fn project() -> String {
    let places = BUILT_IN.iter().map(|role| match role.name {
        ADMIN => format!("`{ADMIN}` of an environment"),
        name => format!("`{name}`"),
    });
    let top: Vec<String> = ["kind of change".to_owned()].into_iter().chain(places).chain([format!("`{ADMIN}` everywhere (`*`)")]).collect();
    let rows = KINDS.into_iter().map(|kind| {
        let cells = BUILT_IN.iter().map(|role| {
            let holds = KEY_KINDS.contains(&kind) && Authority { grants: (role.grants)() }.covers(kind);
            if holds { "keys of that environment" } else { "no" }
        });
        row([format!("`{kind}`")].into_iter().chain(cells.map(str::to_owned)).chain(["yes".to_owned()]))
    });
    head(&top) + &rows.collect::<String>()
}

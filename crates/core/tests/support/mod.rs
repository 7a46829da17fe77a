//! What the tests of evaluating share: documents from JSON, and files of vectors.
#![allow(dead_code, reason = "each test uses a part of it")]

use halyard_core::check::{Cap, Checked};
use halyard_core::evaluate::Audience;
use halyard_core::explain::Explanation;
use halyard_core::{Context, Json, Ruleset, Timestamp, compile, read};
use std::path::{Path, PathBuf};

/// A document and its ruleset, which has been an image in between.
pub(crate) struct Loaded {
    pub(crate) document: Checked,
    ruleset: Ruleset,
}

impl Loaded {
    /// What comes of a document that must pass `check`.
    pub(crate) fn new(document: Checked) -> Loaded {
        let image = compile(&document).to_image(&[7; 32]);
        let (ruleset, told) = Ruleset::from_image(&image).unwrap();
        assert_eq!(told, [7; 32]);
        Loaded { document, ruleset }
    }

    pub(crate) fn explain(&self, flag: &str, context: &Context, now: Timestamp) -> Explanation {
        self.ruleset.explain(&self.document, flag, context, now)
    }
}

impl std::ops::Deref for Loaded {
    type Target = Ruleset;

    fn deref(&self) -> &Ruleset {
        &self.ruleset
    }
}

/// The ruleset of a document that must pass `check`.
pub(crate) fn ruleset(document: &str) -> Loaded {
    let report = read(document.as_bytes(), Cap::Publisher);
    let errors: Vec<String> = report.errors().map(ToString::to_string).collect();
    Loaded::new(report.checked.unwrap_or_else(|| panic!("the document is refused: {errors:#?}\n{document}")))
}

/// The answer of `evaluate`; `explain` and `evaluate_all` must give the same.
pub(crate) fn answer(ruleset: &Loaded, flag: &str, context: &Context, now: Timestamp) -> Json {
    let evaluation = ruleset.evaluate(flag, context, now);
    let answer = evaluation.to_json();
    let mut text = String::new();
    evaluation.write_canonical("flag", &mut text);
    assert_eq!(text, answer.canonical(), "both ways to write an answer agree");
    let explained = ruleset.explain(flag, context, now);
    assert_eq!(explained.answer, answer, "explain answers as evaluate does");
    assert!(!explained.summary.is_empty());
    for step in &explained.steps {
        assert!(!step.text.is_empty() && step.pointer.starts_with('/'), "{step:?}");
    }
    match ruleset.evaluate_all(Audience::Server, context, now).find(|answer| answer.flag == flag) {
        Some(among_all) => assert_eq!(among_all.to_json(), answer, "evaluate_all answers as evaluate does"),
        None => assert_eq!(answer.get("errorCode"), Some(&Json::from("FLAG_NOT_FOUND"))),
    }
    answer
}

/// The project's folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Holds core to a file of vectors; how many cases there were.
pub(crate) fn hold_to(file: &Path) -> usize {
    let text = std::fs::read(file).unwrap();
    let groups = Json::parse(&text).unwrap_or_else(|problems| panic!("{}: {problems:?}", file.display()));
    let (mut ran, mut wrong) = (0, Vec::new());
    for (group_number, group) in groups.as_array().unwrap().iter().enumerate() {
        let ruleset = ruleset(&group.get("document").unwrap().canonical());
        for (case_number, case) in group.get("cases").unwrap().as_array().unwrap().iter().enumerate() {
            let request = case.get("request").unwrap();
            let field = |name: &str| request.get(name).and_then(Json::as_str).unwrap();
            let context = Context::from_json(request.get("context").unwrap().clone()).unwrap();
            let actual = answer(&ruleset, field("flag"), &context, Timestamp::parse(field("at")).unwrap());
            let expected = case.get("answer").unwrap();
            if actual != *expected {
                let name = case.get("name").and_then(Json::as_str).unwrap_or_default();
                wrong.push(format!("{group_number}/{case_number} {name}\n  {request}\n  expected {expected}\n  got      {actual}"));
            }
            ran += 1;
        }
    }
    assert!(wrong.is_empty(), "{}: {} of {ran} differ:\n{}", file.display(), wrong.len(), wrong.join("\n"));
    ran
}

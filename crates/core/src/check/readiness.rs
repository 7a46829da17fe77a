//! Readiness: nobody opens a stage by hand before what it needs is done. (By the clock it stays shut anyway.)

use crate::check::suggest::listing;
use crate::document::{Document, Release, Stage};
use crate::problem::{Code, Pointer, Problem};

/// Every stage that this document opens by hand, that the one `before` did not, and that needs something which is not done.
pub(super) fn unready(document: &Document, before: Option<&Document>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (key, release) in document.releases.iter().filter(|(_, release)| release.is_live()) {
        let then = before.and_then(|before| before.releases.get(key)).map_or(&[][..], opened);
        for stage in opened(release).iter().filter(|stage| then.iter().all(|old| old.name != stage.name)) {
            let is_done = |need: &String| release.readiness.iter().any(|item| item.done && item.item == *need);
            let lacks: Vec<&String> = stage.needs.iter().filter(|need| !is_done(need)).collect();
            if !lacks.is_empty() {
                problems.push(Problem::error(
                    Code::NotReady,
                    Pointer::root().at("releases").at(key).at("stage"),
                    format!("release `{key}` would open to `{}`, which needs {}", stage.name, listing(&lacks, "and")),
                    "mark it as done in the release's readiness, or take it out of what the stage needs",
                ));
            }
        }
    }
    problems
}

/// The stages that are opened by hand.
fn opened(release: &Release) -> &[Stage] {
    let last = release.stage.as_ref().and_then(|name| release.stages.iter().position(|stage| stage.name == *name));
    last.and_then(|last| release.stages.get(..=last)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{ProjectLimits, decode_document, policy};
    use crate::json::Json;

    fn release(stage: &str, done: bool, rolled_back: bool) -> Document {
        let json = format!(
            r#"{{"format": 1, "releases": {{"r": {{"title": "R", "owner": "o", "flags": [{{"flag": "f", "variant": "on"}}], "stage": {stage},
                "rolledBack": {rolled_back}, "readiness": [{{"item": "Runbook", "done": {done}}}], "stages": [
                {{"name": "in", "audience": {{"all": []}}}}, {{"name": "out", "audience": {{"all": []}}, "needs": ["Runbook", "Support"]}}]}}}}}}"#
        );
        decode_document(&Json::parse(json.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn a_stage_that_needs_what_is_not_done_is_not_opened_by_hand() {
        let found = policy(&release(r#""out""#, true, false), Some(&release(r#""in""#, true, false)), &ProjectLimits::default());
        let told: Vec<_> = found.iter().map(|problem| (problem.code, problem.pointer.as_str(), problem.message.as_str())).collect();
        assert_eq!(told, [(Code::NotReady, "/releases/r/stage", "release `r` would open to `out`, which needs `Support`")]);
        assert_eq!(
            unready(&release(r#""out""#, false, false), None)[0].message,
            "release `r` would open to `out`, which needs `Runbook` and `Support`"
        );
    }

    #[test]
    fn what_is_open_already_needs_nothing_or_is_rolled_back_is_let_be() {
        assert!(unready(&release(r#""in""#, false, false), None).is_empty());
        assert!(unready(&release(r#""out""#, false, true), None).is_empty());
        assert!(unready(&release(r#""out""#, false, false), Some(&release(r#""out""#, true, false))).is_empty());
    }
}

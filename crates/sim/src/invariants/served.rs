//! Promises 1, 2, 4, 8 and 9: what a node evaluates is a published good document, never an older one, and exactly what core says.

use halyard_core::Json;
use halyard_edge::Response;
use halyard_edge::store::Scope;

use super::{Held, broken, hold};
use crate::flags::{CONTEXTS, ENVIRONMENT};
use crate::host::Host;
use crate::ledger::Ledger;

/// What a client asked a node to evaluate.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// One flag; none: all.
    pub(crate) flag: Option<&'static str>,
    /// Which of [`CONTEXTS`].
    pub(crate) context: usize,
}

impl Question {
    pub(crate) fn body(&self) -> String {
        format!("{{\"context\":{}}}", CONTEXTS.get(self.context).copied().unwrap_or("{}"))
    }
}

/// A node has evaluated.
pub(crate) fn flags(ledger: &mut Ledger, host: &mut Host, question: &Question, response: &Response) -> Held {
    let text = || String::from_utf8_lossy(&response.body).into_owned();
    match response.status {
        200 => {}
        503 => {
            let promise = host.promises_an_answer();
            return hold(8, !promise, || format!("a node that has a copy does not answer: {}", text()));
        }
        status => return Err(broken(8, format!("evaluating was answered {status}: {}", text()))),
    }
    let scope = Scope::Environment(ENVIRONMENT.to_owned());
    let version = version_of(response).ok_or_else(|| broken(4, "an answer without a version"))?;
    // More than one lineage may have such a version.
    let candidates: Vec<(String, String)> = ledger
        .history(&scope)
        .iter()
        .filter(|commit| commit.head.version == version)
        .map(|commit| (commit.head.lineage.clone(), commit.head.document.clone()))
        .collect();
    let mut lineages = Vec::new();
    for (lineage, document) in candidates {
        let Some(known) = ledger.known_mut(&document) else { continue };
        let is_it = match question.flag {
            None => known.all(question.context) == response.body,
            Some(flag) => known.one(flag, question.context) == response.body,
        };
        if is_it {
            lineages.push(lineage);
        }
    }
    hold(1, !lineages.is_empty(), || format!("version {version} is served, and was never published so: {}", text()))?;
    host.has_answered = true;
    host.last_answer = Some((version, response.header("halyard-trouble").map(str::to_owned)));
    if let [lineage] = lineages.as_slice() {
        let highest = host.served.entry(lineage.clone()).or_insert(version);
        hold(4, *highest <= version, || format!("a node that served version {highest} serves version {version}"))?;
        *highest = version;
    }
    Ok(())
}

/// A node was asked for its health.
pub(crate) fn health(ledger: &Ledger, host: &Host, response: &Response) -> Held {
    let text = || String::from_utf8_lossy(&response.body).into_owned();
    hold(3, matches!(response.status, 200 | 503), || format!("health was answered {}: {}", response.status, text()))?;
    let body = Json::parse(&response.body).map_err(|_| broken(3, format!("health is no JSON: {}", text())))?;
    hold(8, response.status == 200 || !host.promises_an_answer(), || format!("a node with a copy is not ready: {}", text()))?;
    let copy = body.get("environments").and_then(Json::as_array).and_then(<[Json]>::first);
    let version = copy.and_then(|copy| copy.get("version")).and_then(Json::as_f64);
    let scope = Scope::Environment(ENVIRONMENT.to_owned());
    if let (Some(version), 0, Some(last)) = (version, ledger.anew, ledger.last(&scope)) {
        let highest = host.served.values().copied().max().unwrap_or_default();
        hold(4, version >= to_f64(highest), || format!("a node that served version {highest} has version {version}"))?;
        hold(1, version <= to_f64(last.head.version), || format!("a node has version {version}, which was never published"))?;
    }
    Ok(())
}

/// The version that an answer says it is of.
pub(crate) fn version_of(response: &Response) -> Option<u64> {
    response.header("halyard-version")?.parse().ok()
}

fn to_f64(version: u64) -> f64 {
    u32::try_from(version).map_or(f64::INFINITY, f64::from)
}

//! What `halyard-bench page` hands to the program that measures in JavaScript, as files: the configuration's documents and images, a
//! flag for each kind of rule, and what the native evaluator answers.

use std::fs;
use std::path::{Path, PathBuf};

use halyard_core::check::check_json;
use halyard_core::evaluate::Audience;
use halyard_core::{Context, Json, Reason, Ruleset, Timestamp, compile};
use serde_json::{Value, json};

use crate::configuration::{self, MIDDLE};
use crate::kinds::{Kinds, NOW};
use crate::{Result, kinds};

/// People whom the page's evaluator must give the same answers as the native one.
const ASKERS: usize = 40;

/// Writes them into a folder, for so many flags each time, and returns what the program is told of them.
///
/// # Errors
/// When a document is refused, or a file cannot be written.
pub fn write(folder: &Path, sizes: &[usize]) -> Result<Value> {
    let keep = |name: &str, bytes: &[u8]| -> Result<PathBuf> {
        let file = folder.join(name);
        fs::write(&file, bytes).map_err(|error| format!("`{}`: {error}", file.display()))?;
        Ok(file)
    };
    let mut files = serde_json::Map::new();
    for flags in sizes {
        let document = configuration::document(*flags);
        let image = ruleset(&document)?.to_image(&[0; 32]);
        let [document, image] = [keep(&format!("{flags}.json"), &document)?, keep(&format!("{flags}.image"), &image)?];
        files.insert(flags.to_string(), json!({"document": document, "image": image}));
    }
    let Kinds { kinds, document } = kinds::kinds(1000);
    files.insert("kinds".to_owned(), json!(keep("kinds.image", &ruleset(&document)?.to_image(&[0; 32]))?));
    let kinds: Vec<Value> = kinds
        .into_iter()
        .map(|kind| {
            let context = Value::from(&Json::Object(kind.context));
            json!({"name": kind.name, "flag": kind.flag, "context": context, "variant": kind.variant, "reason": spoken(kind.reason)})
        })
        .collect();
    let kinds = keep("kinds.json", json!({"now": NOW, "kinds": kinds}).to_string().as_bytes())?;
    let answers = keep("answers.json", answers(&ruleset(&configuration::document(1000))?).to_string().as_bytes())?;
    Ok(json!({"files": files, "kinds": kinds, "answers": answers}))
}

/// What the native evaluator answers to people some of whom are listed, some in the country, and a fifth in each rollout: a text of 0
/// and 1 for each of them, which flags are on.
fn answers(ruleset: &Ruleset) -> Value {
    let (mut askers, mut on) = (Vec::new(), Vec::new());
    for number in 0..ASKERS {
        let id = if number % 4 == 0 { configuration::listed(MIDDLE, number) } else { format!("guest-{number:05}") };
        let country = if number % 10 == 1 { "BE" } else { "FR" };
        let app = if number % 20 == 1 { "2.0.9" } else { "2.1.0" };
        let asker = json!([id, country, "pro", "ann@acme.example", app, "10.1.2.3"]);
        let context =
            json!({"targetingKey": id, "country": country, "plan": "pro", "email": "ann@acme.example", "app": app, "ip": "10.1.2.3"});
        let Json::Object(attributes) = Json::from(context) else { continue };
        let bound = ruleset.bind(&Context::new(attributes));
        let answers = bound.evaluate_all(Audience::Server, Timestamp(NOW));
        on.push(answers.map(|answer| if answer.variant == Some("on") { '1' } else { '0' }).collect::<String>());
        askers.push(asker);
    }
    json!({"askers": askers, "on": on})
}

fn spoken(reason: Reason) -> Value {
    serde_json::to_value(reason).unwrap_or_default()
}

/// Compiled; 10,000 flags of the configuration are more bytes than a node reads, so its limit is not asked.
fn ruleset(document: &[u8]) -> Result<Ruleset> {
    let json = Json::parse(document).map_err(|problems| format!("the bench's own document is no JSON: {problems:?}"))?;
    check_json(&json).checked.as_ref().map(compile).ok_or_else(|| "the bench's own document is refused".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_get_all_kinds_of_answers() {
        let told = answers(&ruleset(&configuration::document(1000)).unwrap());
        let on: Vec<usize> = told["on"].as_array().unwrap().iter().map(|text| text.as_str().unwrap().matches('1').count()).collect();
        assert_eq!(told["askers"].as_array().unwrap().len(), ASKERS);
        assert!(on.contains(&1000), "somebody is in the country: {on:?}");
        assert!(
            on.iter().filter(|count| (140..260).contains(*count)).count() > ASKERS / 2,
            "most are only in a fifth of the rollouts: {on:?}"
        );
    }
}

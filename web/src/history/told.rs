//! What a version changed: sentences under a heading for each flag, release, person and so on, and the same as JSON.

use std::collections::BTreeMap;

use halyard_core::Json;
use halyard_edge::wire::Edit;
use leptos::prelude::*;

use crate::api::Subject;
use crate::app::route::Page;
use crate::ui::changes::called;
use crate::ui::rich::Sentence;

/// What a change belongs to: its collection and the key in it, which is empty where the whole collection is one thing.
pub(crate) fn owner(edit: &Edit) -> (String, String) {
    let part = edit.path.first().cloned().unwrap_or_default();
    let whole = matches!(part.as_str(), "scenarios" | "retired" | "limits" | "name");
    let key = if whole { None } else { edit.path.get(1).cloned() };
    (part, key.unwrap_or_default())
}

/// The word for what a collection holds.
fn noun(collection: &str) -> &'static str {
    match collection {
        "people" => "Person",
        "roles" => "Role",
        "keys" => "SDK key",
        "tokens" => "Token",
        "environments" => "Environment",
        "limits" | "name" => "Project",
        of_flags => called(of_flags),
    }
}

/// Changes by what they belong to, in the order of collections and keys.
pub(crate) fn grouped(edits: Vec<Edit>) -> BTreeMap<(String, String), Vec<Edit>> {
    let mut groups: BTreeMap<_, Vec<Edit>> = BTreeMap::new();
    for edit in edits {
        groups.entry(owner(&edit)).or_default().push(edit);
    }
    groups
}

/// The changes as the API tells them, without their sentences.
fn as_json(edits: &[Edit]) -> String {
    let changes = edits.iter().map(|edit| match Json::from_value(edit) {
        Json::Object(members) => Json::Object(members.into_iter().filter(|(name, _)| name != "sentence").collect()),
        other => other,
    });
    Json::Array(changes.collect()).pretty().trim_end().to_owned()
}

fn page_of(subject: &Subject, collection: &str, key: &str) -> Option<String> {
    let Subject::Environment(environment) = subject else { return None };
    let page = match collection {
        "flags" => Page::Flag(key.to_owned()),
        "releases" => Page::Release(key.to_owned()),
        _ => return None,
    };
    Some(page.href(environment))
}

/// Changes under a heading each, with their JSON behind a fold.
#[component]
pub(crate) fn Edits(edits: Vec<Edit>, subject: Subject) -> impl IntoView {
    let groups = grouped(edits).into_iter().map(|((collection, key), edits)| {
        let page = page_of(&subject, &collection, &key);
        let name = match page {
            _ if key.is_empty() => ().into_any(),
            Some(page) => view! { " "<a class="mono" href=page>{key}</a> }.into_any(),
            None => view! { " "<code>{key}</code> }.into_any(),
        };
        let opened = RwSignal::new(false);
        let raw = edits.clone();
        view! {
            <div class="change-group">
                <h3>{noun(&collection)}{name}</h3>
                <Sentences edits />
                <details class="fold small" on:toggle=move |_| opened.set(true)>
                    <summary>"As JSON"</summary>
                    {move || opened.get().then(|| view! { <pre class="json" tabindex="0">{as_json(&raw)}</pre> })}
                </details>
            </div>
        }
    });
    groups.collect_view()
}

/// Changes, one sentence each.
#[component]
pub(crate) fn Sentences(edits: Vec<Edit>) -> impl IntoView {
    view! { <ul class="told">{edits.into_iter().map(|edit| view! { <li><span><Sentence text=edit.sentence /></span></li> }).collect_view()}</ul> }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(path: &[&str]) -> Edit {
        let path = path.iter().map(|part| (*part).to_owned()).collect();
        Edit { kind: "flag.rules".to_owned(), path, from: None, to: Some(Json::Bool(true)), sentence: "a rule is new".to_owned() }
    }

    #[test]
    fn changes_are_grouped_by_what_they_belong_to() {
        let edits = vec![edit(&["releases", "r"]), edit(&["flags", "b", "rules", "x"]), edit(&["scenarios", "s"]), edit(&["flags", "b"])];
        let groups: Vec<_> = grouped(edits).into_iter().map(|((part, key), edits)| format!("{part}/{key} {}", edits.len())).collect();
        assert_eq!(groups, ["flags/b 2", "releases/r 1", "scenarios/ 1"]);
        assert_eq!(owner(&edit(&["limits"])), ("limits".to_owned(), String::new()));
    }

    #[test]
    fn json_says_what_the_sentence_does_not() {
        let json = as_json(&[edit(&["flags", "b"])]);
        assert!(json.contains("\"to\": true") && json.contains("flag.rules") && !json.contains("sentence"), "{json}");
    }
}

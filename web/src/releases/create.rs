//! A new release: what it moves, and the stages of a plan or its own; on the draft as soon as it is whole.

use halyard_core::document::{Plan, ReadinessItem};
use halyard_core::{Json, Pointer};
use leptos::prelude::*;

use crate::api::Api;
use crate::app::route::{Navigation, Page};
use crate::draft::workspace;
use crate::form::{Detail, Details, Form, HeldBack, How, Moves, Wrong, object};
use crate::shelf::plans::everyone;
use crate::ui::dialog::FormDialog;
use crate::ui::field::{NameField, name_fault};

const FIELDS: &[Detail] = &[Detail::new("title", "Title", How::Line, ""), Detail::new("owner", "Owner", How::Line, "")];
const LATER: &[Detail] = &[Detail::new("target", "Meant for", How::Day, "")];

/// A key as one would write it for a title: "Checkout, anew!" is `checkout-anew`.
fn suggested(title: &str) -> String {
    let plain: String =
        title.chars().map(|character| if character.is_ascii_alphanumeric() { character.to_ascii_lowercase() } else { ' ' }).collect();
    let mut key = plain.split_whitespace().collect::<Vec<_>>().join("-");
    key.truncate(60);
    key.trim_end_matches('-').to_owned()
}

/// What a release of this plan begins with; of none: one stage, for everyone.
fn begin(json: &mut Json, plan: Option<(&String, &Plan)>) {
    let Json::Object(members) = json else { return };
    let stages = plan.map_or_else(|| vec![everyone()], |(_, plan)| plan.stages.clone());
    let items = plan.map(|(_, plan)| plan.readiness.clone()).unwrap_or_default();
    let items: Vec<ReadinessItem> = items.into_iter().map(|item| ReadinessItem { item, done: false, by: None, at: None }).collect();
    members.insert("stages".to_owned(), Json::from_value(&stages));
    members.remove("plan");
    members.remove("readiness");
    if let Some((key, _)) = plan {
        members.insert("plan".to_owned(), Json::from(key.as_str()));
    }
    if !items.is_empty() {
        members.insert("readiness".to_owned(), Json::from_value(&items));
    }
}

/// Asks for what a release cannot be without.
#[component]
pub(super) fn NewRelease(close: Callback<()>) -> impl IntoView {
    let workspace = workspace();
    let navigation = expect_context::<Navigation>();
    let me = expect_context::<Api>().session.get_untracked().person().map(|session| session.person.clone()).unwrap_or_default();
    let plans = untrack(|| workspace.document()).map(|document| document.plans.clone()).unwrap_or_default();
    let mut json = object([
        ("title", Json::from("")),
        ("owner", Json::from(me.as_str())),
        ("flags", Json::Array(vec![object([("flag", Json::from("")), ("variant", Json::from(""))])])),
    ]);
    begin(&mut json, plans.first_key_value());
    let form = Form::fresh("releases", json);
    provide_context(form);

    // The key follows the title until somebody writes another.
    let key = RwSignal::new(String::new());
    let title = Memo::new(move |_| suggested(&form.text(&Pointer::root().at("title"))));
    Effect::new(move |before: Option<String>| {
        let now = title.get();
        if before.is_none_or(|before| *key.read_untracked() == before) {
            key.set(now.clone());
        }
        now
    });
    let fault = Memo::new(move |_| {
        let taken = workspace.document().is_some_and(|document| document.releases.contains_key(&*key.read()));
        name_fault(&key.read(), taken)
    });
    let barred = move || key.read().is_empty() || fault.get().is_some();
    let make = move |()| {
        let name = key.get_untracked();
        if form.add(&name) {
            close.run(());
            workspace.toasts.good("It is on your draft, and open to nobody. Shape its stages here, then review.");
            navigation.go(&Page::Release(name).href(&workspace.environment.get_untracked()));
        }
    };
    let options = plans
        .keys()
        .enumerate()
        .map(|(index, name)| view! { <option value=name.clone() selected=index == 0>{name.clone()}</option> })
        .collect_view();
    let none = plans.is_empty();
    let plans = StoredValue::new(plans);
    let choose = move |event| {
        let chosen = event_target_value(&event);
        plans.with_value(|plans| form.change(|json| begin(json, plans.get_key_value(&chosen))));
    };
    let stages = Memo::new(move |_| {
        let json = form.json.read();
        let names = json.get("stages").and_then(Json::as_array).unwrap_or_default().iter();
        names.filter_map(|stage| stage.get("name").and_then(Json::as_str)).collect::<Vec<_>>().join(" → ")
    });
    view! {
        <FormDialog title="New release" close wide=true word="Add to draft" barred=Signal::derive(barred) go_on=make>
            <div class="details">
                <Details of=FIELDS />
                <NameField id="new-key" label="Key" placeholder="checkout-revamp" value=key fault note="What the history and programs call it. It cannot be changed later." />
                <div class="when detail"><span class="label">"Moves"</span><div class="section tight"><Moves /><Wrong at=Pointer::root().at("flags") own=true /></div></div>
                <Details of=LATER />
                <div class="when detail">
                    <label class="label" for="new-plan">"Stages"</label>
                    <div class="line">
                        <select id="new-plan" class="word" on:change=choose>
                            {options}
                            <option value="" selected=none>"of its own"</option>
                        </select>
                        <span class="small muted">{move || stages.get()}</span>
                    </div>
                </div>
                <HeldBack />
            </div>
        </FormDialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_suggested_that_could_be_one() {
        for (title, key) in
            [("Checkout revamp", "checkout-revamp"), ("  2× faster, at last! ", "2-faster-at-last"), ("Ünïcode", "n-code"), ("…", "")]
        {
            assert_eq!(suggested(title), key);
            assert_eq!(name_fault(key, false), None);
        }
        assert!(suggested(&"long ".repeat(40)).len() <= 60);
    }

    #[test]
    fn a_release_begins_with_its_plan_and_forgets_the_one_before() {
        let plan = Plan {
            description: String::new(),
            visibility: Default::default(),
            stages: vec![everyone()],
            readiness: vec!["Runbook".to_owned()],
        };
        let name = "standard".to_owned();
        let mut json = object([("title", Json::from("T"))]);
        begin(&mut json, Some((&name, &plan)));
        assert_eq!(
            json.canonical(),
            r#"{"plan":"standard","readiness":[{"done":false,"item":"Runbook"}],"stages":[{"audience":{"all":[]},"name":"everyone"}],"title":"T"}"#
        );
        begin(&mut json, None);
        assert_eq!(json.canonical(), r#"{"stages":[{"audience":{"all":[]},"name":"everyone"}],"title":"T"}"#);
    }
}

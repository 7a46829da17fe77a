//! Scenarios: who must get what. Each is asked of the draft as it stands, all the time.

use halyard_core::document::{Document, Scenario};
use halyard_core::scenario::{ScenarioResult, run};
use halyard_core::{Json, Pointer, phrase};
use leptos::prelude::*;

use crate::app::route::Page;
use crate::draft::workspace;
use crate::form::{CONTEXT, Detail, Details, EXPECT, How, Members, StartsAt};
use crate::shelf::Shelf;
use crate::ui::rich::{Rich, Sentence};
use crate::ui::time::{clock, exact};
use crate::ui::{Badge, Tone};

const FIELDS: &[Detail] = &[Detail::new("name", "Must hold", How::Line, "A sentence that says what must be so.")];

pub(crate) const SCENARIOS: Shelf = Shelf {
    part: "scenarios",
    group: "scenarios.",
    one: "scenario",
    title: "Scenarios",
    lead: "Who must get what: nothing is published that would break one of these.",
    icon: "good",
    empty: "Say what must stay true for certain users, such as “free customers never see exports”. Every publish is checked against it.",
    example: "Free customers never see exports",
    keys: |document| (0..document.scenarios.len()).map(|index| index.to_string()).collect(),
    name: |document, key| at(document, key).map(|scenario| scenario.name.clone()).unwrap_or_default(),
    coded: false,
    refused: |document, name| {
        let taken = document.scenarios.iter().any(|scenario| scenario.name == name);
        taken.then_some("There is a scenario of this name already.")
    },
    badge: |key| view! { <State key /> }.into_any(),
    said: |key| view! { <Said key /> }.into_any(),
    fields: || {
        view! {
            <Details of=FIELDS />
            <div class="when detail"><span class="label">"For a user with"</span><Members at=Pointer::root().at("context") kind=CONTEXT /></div>
            <div class="when detail"><span class="label">"At"</span><StartsAt at=Pointer::root().at("at") label="The time of the scenario" never="the time of publishing" /></div>
            <div class="when detail"><span class="label">"Expect"</span><Members at=Pointer::root().at("expect") kind=EXPECT /></div>
        }
        .into_any()
    },
    uses: |_, _| Vec::new(),
    make: |document, name| {
        let context = [("targetingKey".to_owned(), Json::from("user-1"))].into_iter().collect();
        document.scenarios.push(Scenario { name: name.to_owned(), context, at: None, expect: Default::default() });
        (document.scenarios.len() - 1).to_string()
    },
    remove: |document, key| {
        if let Some(index) = key.parse().ok().filter(|index| *index < document.scenarios.len()) {
            document.scenarios.remove(index);
        }
    },
};

fn at<'d>(document: &'d Document, key: &str) -> Option<&'d Scenario> {
    document.scenarios.get(key.parse::<usize>().ok()?)
}

/// What comes of the scenario just now; none: the draft has errors, so nothing can be asked of it.
fn result(key: &str) -> Option<ScenarioResult> {
    let workspace = workspace();
    let reading = workspace.read.get()?;
    let scenario = at(&reading.document, key)?;
    let now = clock().get();
    run(&reading.document, &*reading.ruleset()?, std::slice::from_ref(scenario), now).pop()
}

#[component]
fn State(key: String) -> impl IntoView {
    let passed = Memo::new(move |_| result(&key).map(|result| result.passed()));
    move || {
        passed.get().map(|passed| {
            let (tone, word) = if passed { (Tone::On, "holds") } else { (Tone::Back, "fails") };
            view! { <Badge tone word /> }
        })
    }
}

fn variant(name: Option<&String>) -> String {
    name.map_or_else(|| "the application’s default".to_owned(), |name| format!("`{name}`"))
}

/// The user and what is expected; of what is otherwise, what it is and the way to why.
#[component]
fn Said(key: String) -> impl IntoView {
    let workspace = workspace();
    let scenario = Memo::new({
        let key = key.clone();
        move |_| workspace.document().and_then(|document| at(&document, &key).cloned())
    });
    let found = Memo::new({
        let key = key.clone();
        move |_| result(&key)
    });
    move || {
        let scenario = scenario.get()?;
        let who: Vec<String> =
            scenario.context.iter().map(|(name, value)| format!("{name} `{}`", phrase::value(value).replace('`', ""))).collect();
        let who = if who.is_empty() { "anybody".to_owned() } else { format!("a user with {}", who.join(", ")) };
        let when = scenario.at.as_ref().map(|at| format!(", on {}", exact(at.at()))).unwrap_or_default();
        let failures = found.get().map(|result| result.failures).unwrap_or_default();
        let rows = scenario.expect.iter().map(|(flag, expected)| {
            let page = Page::Flag(flag.clone());
            let failure = failures.iter().find(|failure| failure.flag == *flag).cloned();
            let why = format!("{}?scenario={key}", workspace.href(&page));
            view! {
                <li>
                    <a class="mono" href=workspace.href(&page)>{flag.clone()}</a>" is "<Rich text=variant(expected.as_ref()) />
                    {failure.map(|failure| view! {
                        <p class="small bad-ink"><Rich text=format!("But it is {}: ", variant(failure.actual.as_ref())) /><Sentence text=failure.because />" "<a href=why>"Why?"</a></p>
                    })}
                </li>
            }
        });
        let rows = rows.collect_view();
        let nothing = scenario.expect.is_empty().then_some("Nothing is expected yet, so it always holds.");
        Some(view! {
            <p class="soft">"For "<Rich text=who />{when}</p>
            <ul class="expected">{rows}</ul>
            {nothing.map(|text| view! { <p class="small muted">{text}</p> })}
        })
    }
}

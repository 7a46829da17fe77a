//! "Why does this user get this?": core's trace for a context that is typed in.

use std::collections::BTreeMap;
use std::time::Duration;

use halyard_core::explain::{Explanation, Outcome};
use halyard_core::json::Object;
use halyard_core::{Context, Json, Pointer};
use leptos::prelude::*;

use crate::app::route::Navigation;
use crate::draft::workspace;
use crate::form::{form, local_field, picked};
use crate::releases::stages::capital;
use crate::ui::icon::Icon;
use crate::ui::later::Later;
use crate::ui::rich::{Rich, Sentence};
use crate::ui::time::now;

const STARTER: &str = "{\n  \"targetingKey\": \"user-1\",\n  \"country\": \"NL\",\n  \"plan\": \"pro\"\n}";

/// A sample to begin with: a scenario's context, whose scenario speaks of this flag first.
fn samples(key: &str) -> Vec<(String, String)> {
    let Some(document) = workspace().document() else { return Vec::new() };
    let mut scenarios: Vec<_> = document.scenarios.iter().collect();
    scenarios.sort_by_key(|scenario| !scenario.expect.contains_key(key));
    scenarios
        .into_iter()
        .map(|scenario| (scenario.name.clone(), Json::Object(scenario.context.clone()).pretty().trim_end().to_owned()))
        .collect()
}

/// What came of the conditions that are written in this flag, by their places from its own root.
fn verdicts(explanation: &Explanation, flag: &Pointer) -> BTreeMap<Pointer, bool> {
    let inner = |pointer: &str| {
        let pointer = Pointer::parse(pointer).filter(|pointer| pointer.is_within(flag))?;
        let segments: Vec<String> = pointer.segments().skip(2).collect();
        Some(Pointer::from_segments(segments.iter().map(String::as_str)))
    };
    let came_out = explanation.steps.iter().filter(|step| step.outcome != Outcome::Note);
    came_out.filter_map(|step| Some((inner(&step.pointer)?, step.outcome == Outcome::Holds))).collect()
}

/// The section of a flag's page.
#[component]
pub(crate) fn Explain(key: String) -> impl IntoView {
    let workspace = workspace();
    let offered = Memo::new({
        let key = key.clone();
        move |_| samples(&key)
    });
    // Whoever comes from a scenario asks about its user, at its time.
    let asked = expect_context::<Navigation>().parameter("scenario");
    let scenario = asked.and_then(|index| untrack(|| workspace.document())?.scenarios.get(index.parse::<usize>().ok()?).cloned());
    let first = offered.get_untracked().first().map_or_else(|| STARTER.to_owned(), |(_, text)| text.clone());
    let text = RwSignal::new(scenario.as_ref().map_or(first, |scenario| pretty(scenario.context.clone())));
    let time =
        RwSignal::new(scenario.as_ref().and_then(|scenario| scenario.at.as_ref()).map(|at| local_field(at.at())).unwrap_or_default());
    if scenario.is_some() {
        request_animation_frame(|| {
            if let Some(section) = document().get_element_by_id("why") {
                section.scroll_into_view();
            }
        });
    }
    let clock = crate::ui::time::clock();
    let context = Memo::new(move |_| Context::parse(text.read().as_bytes()).map_err(|problems| problems.into_iter().next()));
    let flag = Pointer::root().at("flags").at(&key);
    let key = StoredValue::new(key);
    let explained = RwSignal::new(None);
    let explain = move || {
        let explanation = workspace.read.get_untracked().and_then(|read| {
            let (context, at) = (context.get_untracked().ok()?, picked(&time.read_untracked()));
            let ruleset = read.ruleset()?;
            Some(key.with_value(|key| ruleset.explain(&read.document, key, &context, at.unwrap_or_else(now))))
        });
        explained.set(explanation);
    };
    // While something is typed, behind the picture of it.
    let later = Later::new();
    Effect::new(move |before: Option<()>| {
        workspace.read.track();
        context.track();
        time.track();
        clock.get();
        match before {
            None => explain(),
            Some(()) => later.ask(Duration::ZERO, explain),
        }
    });
    // The form marks each of its lines with what came of it here.
    let form = form();
    Effect::new(move |_| form.verdicts.set(explained.get().map(|explanation| verdicts(&explanation, &flag)).unwrap_or_default()));
    on_cleanup(move || drop(form.verdicts.try_set(BTreeMap::new())));
    let choose = move |event| {
        if let Ok(index) = event_target_value(&event).parse::<usize>()
            && let Some((_, sample)) = offered.get_untracked().get(index)
        {
            text.set(sample.clone());
        }
    };
    view! {
        <section class="section" aria-labelledby="why">
            <h2 id="why">"Why does this user get this?"</h2>
            <div class="card pad try">
                <div class="section">
                    {move || (!offered.read().is_empty()).then(|| view! {
                        <div class="field">
                            <label for="sample">"Begin with"</label>
                            <select id="sample" class="select" on:change=choose>
                                {offered.get().into_iter().enumerate().map(|(index, (name, _))| view! { <option value=index.to_string()>{name}</option> }).collect_view()}
                            </select>
                        </div>
                    })}
                    <Attributes text />
                    <div class="field">
                        <label for="context">"Evaluation context (JSON)"</label>
                        <textarea id="context" class="text mono" rows="7" spellcheck="false" autocapitalize="off" prop:value=move || text.get()
                            on:input=move |event| text.set(event_target_value(&event))></textarea>
                    </div>
                    <div class="field">
                        <label for="time">"At (empty: now)"</label>
                        <input id="time" class="input" type="datetime-local" prop:value=move || time.get() on:input=move |event| time.set(event_target_value(&event)) />
                    </div>
                </div>
                <div aria-live="polite">
                    {move || match (context.get(), explained.get()) {
                        (Err(problem), _) => view! {
                            <div class="callout warn"><Icon name="alert" /><div><p>{problem.map(|problem| view! { <Sentence text=problem.message /> })}</p><p class="small">"The context is a JSON object."</p></div></div>
                        }.into_any(),
                        (_, Some(explanation)) => view! { <Answer explanation /> }.into_any(),
                        _ => view! { <p class="soft">"The draft has errors, so nothing can be evaluated. Mend them first."</p> }.into_any(),
                    }}
                </div>
            </div>
        </section>
    }
}

/// The context's plain attributes, as fields: most questions change just one of them.
#[component]
fn Attributes(text: RwSignal<String>) -> impl IntoView {
    let parsed = Memo::new(move |_| Json::parse(text.read().as_bytes()).ok().and_then(|json| json.as_object().cloned()));
    let names = Memo::new(move |before: Option<&Vec<String>>| match parsed.get() {
        Some(object) => object.iter().filter(|(_, value)| value.is_scalar()).map(|(name, _)| name.clone()).collect(),
        // While the JSON is being typed, the fields stay where they are.
        None => before.cloned().unwrap_or_default(),
    });
    let shown = move |name: &str| match parsed.get().and_then(|object| object.get(name).cloned()) {
        Some(Json::String(text)) => text,
        Some(value) => value.canonical(),
        None => String::new(),
    };
    let write = move |name: &str, typed: &str| {
        let Some(mut object) = parsed.get_untracked() else { return };
        let value = match object.get(name) {
            Some(Json::String(_)) | None => Json::from(typed),
            Some(_) => Json::parse(typed.as_bytes()).ok().filter(Json::is_scalar).unwrap_or_else(|| Json::from(typed)),
        };
        object.insert(name.to_owned(), value);
        text.set(pretty(object));
    };
    view! {
        <ul class="context-rows">
            <For each=move || names.get() key=Clone::clone children=move |name| {
                let (id, label) = (format!("attribute-{name}"), name.clone());
                let (reads, writes) = (name.clone(), name);
                view! {
                    <li>
                        <label class="mono small" for=id.clone()>{label}</label>
                        <input id=id class="input" autocomplete="off" prop:value=move || shown(&reads) on:input=move |event| write(&writes, &event_target_value(&event)) />
                    </li>
                }
            } />
        </ul>
    }
}

fn pretty(object: Object) -> String {
    Json::Object(object).pretty().trim_end().to_owned()
}

/// The answer, and how it came about.
#[component]
fn Answer(explanation: Explanation) -> impl IntoView {
    let variant = explanation.answer.get("variant").and_then(Json::as_str).map(ToOwned::to_owned);
    let value = explanation.answer.get("value").filter(|value| value.is_scalar()).map(Json::canonical);
    let reason = explanation.answer.get("reason").and_then(Json::as_str).unwrap_or_default().to_owned();
    let steps = explanation.steps.into_iter().map(|step| {
        let (sign, class, word) = match step.outcome {
            Outcome::Holds => ("check", "good-ink", "Holds: "),
            Outcome::Fails => ("cross", "bad-ink", "Does not hold: "),
            Outcome::Note => ("chevron", "muted", ""),
        };
        view! {
            <li style=("--depth", step.depth.to_string())>
                <span class=class><Icon name=sign size=18 /></span>
                <span><span class="sr">{word}</span><Rich text=capital(&step.text) /></span>
            </li>
        }
    });
    view! {
        <div class="section">
            <div class="answer">
                <p class="small muted">"This user gets"</p>
                <p class="big">
                    {match variant { Some(variant) => view! { <code>{variant}</code> }.into_any(), None => "the application’s own default".into_any() }}
                    {value.map(|value| view! { " "<span class="small muted mono">{value}</span> })}
                </p>
                <p><Sentence text=explanation.summary /></p>
                <p class="small muted">"OpenFeature reason: "<code>{reason}</code></p>
            </div>
            <h3>"What was looked at"</h3>
            <ol class="steps">{steps.collect_view()}</ol>
        </div>
    }
}

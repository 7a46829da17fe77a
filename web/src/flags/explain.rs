//! "Why does this user get this?": core's trace for a context that is typed in.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use halyard_core::explain::{Explanation, Outcome};
use halyard_core::json::Object;
use halyard_core::{Context, Json, Pointer};
use leptos::prelude::*;

use crate::app::route::Navigation;
use crate::draft::workspace;
use crate::flags::asked::{asked, meant};
use crate::form::{Suggestions, form, local_field, picked, text_of};
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
    // What has no field of its own is not to be overlooked.
    let structured = Json::parse(text.read_untracked().as_bytes())
        .is_ok_and(|json| !json.as_object().is_some_and(|all| all.values().all(Json::is_scalar)));
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
                    <Attributes text key=key.get_value() />
                    <details class="fold small" open=structured>
                        <summary>"All that is sent, as JSON"</summary>
                        <div class="field">
                            <label for="context">"Evaluation context (JSON)"</label>
                            <textarea id="context" class="text mono" rows="7" spellcheck="false" autocapitalize="off" prop:value=move || text.get()
                                on:input=move |event| text.set(event_target_value(&event))></textarea>
                        </div>
                    </details>
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

/// Puts a value where `Context::get` finds it; none takes it away.
fn put_at(context: &mut Object, path: &str, value: Option<Json>) {
    if let Some((outer, inner)) = path.split_once('.')
        && !context.contains_key(path)
        && let Some(Json::Object(within)) = context.get_mut(outer)
    {
        put_at(within, inner, value);
    } else if let Some(value) = value {
        context.insert(path.to_owned(), value);
    } else {
        context.remove(path);
    }
}

/// The attributes that the flag asks for, and the context's other plain ones, as fields: most questions change just one of them.
#[component]
fn Attributes(text: RwSignal<String>, key: String) -> impl IntoView {
    let workspace = workspace();
    let form = form();
    let parsed = Memo::new(move |_| Context::parse(text.read().as_bytes()).ok());
    let wanted = Memo::new(move |_| workspace.read.get().map(|read| asked(&read.document, &read.json, &key)).unwrap_or_default());
    let names = Memo::new(move |before: Option<&Vec<String>>| match parsed.get() {
        Some(context) => {
            let plain = context.attributes().iter().filter(|(_, value)| value.is_scalar()).map(|(name, _)| name.clone());
            plain.chain(wanted.get().into_keys()).collect::<BTreeSet<_>>().into_iter().collect()
        }
        // While the JSON is being typed, the fields stay where they are.
        None => before.cloned().unwrap_or_default(),
    });
    // One list of values is enough: that of the field in which the cursor is.
    let offered = RwSignal::new(Vec::new());
    let row = move |name: String| {
        let (id, label, name) = (format!("attribute-{name}"), name.clone(), StoredValue::new(name));
        let compared = move || name.with_value(|name| wanted.read_untracked().get(name).and_then(Json::as_array).map(<[Json]>::to_vec));
        let value = move |context: &Context| name.with_value(|name| context.get(name).cloned());
        let made = move |typed: &str, now: Option<&Json>| match compared() {
            Some(_) if typed.is_empty() => None,
            compared => Some(meant(typed, &compared.unwrap_or_default(), now)),
        };
        // What was typed stays as it was typed for as long as it means what is there: "1.0" on the way to "1.05".
        let typed = StoredValue::new(String::new());
        let shown = move || {
            let (value, typed) = (parsed.read().as_ref().and_then(value), typed.get_value());
            if made(&typed, value.as_ref()) == value { typed } else { value.as_ref().map(text_of).unwrap_or_default() }
        };
        let write = move |event| {
            let Some(context) = parsed.get_untracked() else { return };
            let new = event_target_value(&event);
            let value = made(&new, value(&context).as_ref());
            let mut attributes = context.attributes().clone();
            name.with_value(|name| put_at(&mut attributes, name, value));
            typed.set_value(new);
            text.set(pretty(attributes));
        };
        let offer = move |_| {
            let mut values: Vec<_> = compared().unwrap_or_default().iter().map(text_of).collect();
            name.with_value(|name| form.known.with_value(|known| values.extend(known.values(name).cloned())));
            values.sort();
            values.dedup();
            offered.set(values);
        };
        view! {
            <li>
                <label class="mono small" for=id.clone()>{label}</label>
                <input id=id class="input" list="attribute-values" placeholder="not there" autocomplete="off" autocapitalize="off" prop:value=shown on:input=write on:focus=offer />
            </li>
        }
    };
    view! {
        <ul class="context-rows"><For each=move || names.get() key=Clone::clone children=row /></ul>
        {move || view! { <Suggestions id="attribute-values" words=offered.get() /> }}
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_is_read_and_written_where_the_context_has_it() {
        let mut context =
            Json::parse(br#"{"app.version": "1", "company": {"seats": 5}, "app": {"version": "2"}}"#).unwrap().as_object().unwrap().clone();
        let value_at = |context: &Object, path: &str| Context::new(context.clone()).get(path).cloned();
        assert_eq!(value_at(&context, "app.version"), Some(Json::from("1")));
        assert_eq!(value_at(&context, "company.seats"), Some(Json::from(5.0)));
        assert_eq!(value_at(&context, "company.name"), None);
        put_at(&mut context, "app.version", Some(Json::from("3")));
        put_at(&mut context, "company.seats", Some(Json::from(6.0)));
        put_at(&mut context, "device.os", Some(Json::from("ios")));
        put_at(&mut context, "company.name", None);
        assert_eq!(
            Json::Object(context).canonical(),
            r#"{"app":{"version":"2"},"app.version":"3","company":{"seats":6},"device.os":"ios"}"#
        );
    }
}

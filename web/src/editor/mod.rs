//! The JSON of a flag, a release or a segment, checked while it is typed. What is applied goes on the draft; nothing is published from here.

mod place;

use std::collections::BTreeMap;
use std::sync::Arc;

use halyard_core::document::Document;
use halyard_core::{Json, Pointer, Problem, check};
use leptos::html::Textarea;
use leptos::prelude::*;

use crate::draft::{Workspace, workspace};
use crate::shell::publish_dialog::core_refusal;
use crate::ui::icon::Icon;
use crate::ui::problems::ProblemText;
use crate::ui::refusals::Refusals;
use crate::ui::rich::count;

/// What a text would make of the document.
#[derive(Clone, PartialEq)]
struct Checked {
    /// Problems, with the line in the text where it has one.
    problems: Vec<(Option<usize>, Problem)>,
    /// The document with this flag, if that has no errors.
    document: Option<Arc<Document>>,
}

/// Checks the document as it would be with this text for one of its parts: `flags`, `new-cart`.
fn checked(document: &Document, part: &str, key: &str, text: &str) -> Checked {
    let (value, mut problems) = Json::parse_leniently(text.as_bytes());
    let Some(value) = value else {
        let located = problems.into_iter().map(|problem| (place::in_message(&problem.message), problem)).collect();
        return Checked { problems: located, document: None };
    };
    let spoiled = !problems.is_empty();
    let here = Pointer::from_segments([part, key]);
    // Duplicate keys were found in the text alone: put them where the rest of the problems are.
    for problem in &mut problems {
        problem.pointer = problem.pointer.segments().fold(here.clone(), |pointer, segment| pointer.at(segment));
    }
    let mut whole = document.to_json();
    let known = check::check_json(&whole).problems;
    if let Json::Object(parts) = &mut whole
        && let Json::Object(entries) = parts.entry(part.to_owned()).or_default()
    {
        entries.insert(key.to_owned(), value);
    }
    let report = check::check_json(&whole);
    // Of the rest of the document, only what this text brings about.
    problems.extend(report.problems.into_iter().filter(|problem| problem.pointer.is_within(&here) || !known.contains(problem)));
    let located = problems.into_iter().map(|problem| {
        let inner: Option<Vec<String>> = problem.pointer.is_within(&here).then(|| problem.pointer.segments().skip(2).collect());
        (inner.and_then(|path| place::line(text, path)), problem)
    });
    let document = report.checked.filter(|_| !spoiled).map(|checked| Arc::new(checked.into_inner()));
    Checked { problems: located.collect(), document }
}

fn json_of(workspace: Workspace, part: &str, key: &str) -> String {
    let value = workspace.document().and_then(|document| document.to_json().get(part).and_then(|entries| entries.get(key)).cloned());
    value.map(|value| value.pretty().trim_end().to_owned()).unwrap_or_default()
}

/// The section of a page.
#[component]
pub(crate) fn Editor(
    /// Which part of the document: `flags`, `releases`, `segments`.
    part: &'static str,
    /// Its key there.
    key: String,
) -> impl IntoView {
    let workspace = workspace();
    let key = StoredValue::new(key);
    let saved = Memo::new(move |_| json_of(workspace, part, &key.read_value()));
    let about = StoredValue::new(format!("{part}/{}", key.read_value()));
    // What was typed here before and never put on the draft is still what somebody wrote.
    let text = RwSignal::new(workspace.typed.read_untracked().get(&*about.read_value()).cloned().unwrap_or_else(|| saved.get_untracked()));
    // What the draft says comes in where nothing else has been typed.
    Effect::new(move |before: Option<String>| {
        let now = saved.get();
        if before.is_some_and(|before| *text.read_untracked() == before) {
            text.set(now.clone());
        }
        now
    });
    let edited = Memo::new(move |_| *text.read() != *saved.read());
    Effect::new(move |_| {
        let (edited, text, about) = (edited.get(), text.get(), about.get_value());
        workspace.typed.maybe_update(
            |typed| {
                if edited { typed.insert(about, text.clone()) != Some(text) } else { typed.remove(&about).is_some() }
            },
        );
    });
    let found = Memo::new(move |_| workspace.document().map(|document| checked(&document, part, &key.read_value(), &text.read())));
    let locked = Memo::new(move |_| {
        !workspace.may(match part {
            "flags" => "flag.",
            "releases" => "release.",
            _ => "segment.",
        })
    });
    // Of what is typed, what this person may not publish.
    let refused = Memo::new(move |_| {
        let document = found.read().as_ref().and_then(|found| found.document.clone())?;
        edited.get().then(|| workspace.refused(&document).into_iter().map(core_refusal).collect::<Vec<_>>())
    });
    let problems = Memo::new(move |_| found.read().as_ref().map(|found| found.problems.clone()).unwrap_or_default());
    let fine = Memo::new(move |_| found.read().as_ref().is_some_and(|found| found.document.is_some()));
    let apply = move |_| {
        if let Some(document) = found.get_untracked().and_then(|found| found.document) {
            workspace.replace((*document).clone());
            text.set(json_of(workspace, part, &key.read_value()));
        }
    };
    let area: NodeRef<Textarea> = NodeRef::new();

    view! {
        <section class="section" aria-labelledby="json">
            <div class="section-head">
                <h2 id="json">"As JSON"</h2>
                <p class="small soft" role="status">{move || {
                    if locked.get() {
                        return "To read: changing it is not among what you may do here.".to_owned();
                    }
                    let (errors, warnings): (Vec<_>, Vec<_>) = problems.get().into_iter().partition(|(_, problem)| problem.is_error());
                    match (errors.len(), warnings.len(), edited.get()) {
                        (0, 0, true) => "No problems. Not on your draft yet.".to_owned(),
                        (0, 0, false) => "No problems.".to_owned(),
                        (0, warnings, _) => count(warnings, "warning", "warnings"),
                        (errors, _, _) => count(errors, "error", "errors"),
                    }
                }}</p>
            </div>
            <div class="editor">
                <Gutter text problems />
                <textarea node_ref=area aria-label=match part { "flags" => "The flag’s JSON", "releases" => "The release’s JSON", _ => "Its JSON" } aria-describedby="editor-problems" spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off" readonly=move || locked.get()
                    rows=move || text.read().lines().count().max(6).to_string()
                    prop:value=move || text.get() on:input=move |event| text.set(event_target_value(&event))></textarea>
            </div>
            <div id="editor-problems">
                <ul class="problems">
                    {move || problems.get().into_iter().map(|(line, problem)| view! { <Located line problem area text /> }).collect_view()}
                </ul>
            </div>
            {move || refused.get().filter(|refused| !refused.is_empty()).map(|refusals| view! {
                <div class="callout warn"><Icon name="lock" /><div>
                    <p>"You may put this on your draft, but not publish it:"</p>
                    <Refusals refusals changes=true own=true />
                </div></div>
            })}
            {move || (!locked.get()).then(|| view! { <div class="actions">
                <button type="button" class="button primary" disabled=move || !edited.get() || !fine.get() on:click=apply>"Apply to draft"</button>
                {move || edited.get().then(|| view! { <button type="button" class="button quiet" on:click=move |_| text.set(saved.get_untracked())>"Undo my typing"</button> })}
            </div> })}
        </section>
    }
}

/// The lines' numbers, with a sign at those that have a problem.
#[component]
fn Gutter(text: RwSignal<String>, problems: Memo<Vec<(Option<usize>, Problem)>>) -> impl IntoView {
    let lines = Memo::new(move |_| text.read().split('\n').count().max(6));
    move || {
        let mut marks: BTreeMap<usize, bool> = BTreeMap::new();
        for (line, problem) in problems.get() {
            if let Some(line) = line {
                *marks.entry(line).or_default() |= problem.is_error();
            }
        }
        let numbers = (1..=lines.get()).map(|line| {
            let class = match marks.get(&line) {
                Some(true) => "error",
                Some(false) => "warning",
                None => "",
            };
            view! { <span class=class>{line}</span> }
        });
        view! { <div class="gutter" aria-hidden="true">{numbers.collect_view()}</div> }
    }
}

/// A problem, with the way to its line.
#[component]
fn Located(line: Option<usize>, problem: Problem, area: NodeRef<Textarea>, text: RwSignal<String>) -> impl IntoView {
    let error = problem.is_error();
    let go = line.map(|line| {
        let select = move |_| {
            let Some(area) = area.get_untracked() else { return };
            let (start, end) = place::span(&text.read_untracked(), line);
            let _ = area.focus();
            let _ = area.set_selection_range(start, end);
        };
        view! { <button type="button" class="linkish" on:click=select>{format!("line {line}")}</button> }
    });
    let elsewhere = line.is_none().then(|| problem.pointer.to_string()).filter(|place| !place.is_empty());
    view! {
        <li>
            <span class=if error { "bad-ink" } else { "warn-ink" }><Icon name=if error { "error" } else { "alert" } /></span>
            <div>
                <ProblemText problem />
                <p class="small muted">{go}{elsewhere.map(|place| view! { <span class="mono">{place}</span> })}</p>
            </div>
        </li>
    }
}

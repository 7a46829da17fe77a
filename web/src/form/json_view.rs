//! The form's value as JSON, in step with the form: what is typed here is in the form at once, as far as it is JSON.

use std::collections::BTreeMap;

use halyard_core::{Json, Problem};
use leptos::html::Textarea;
use leptos::prelude::*;

use super::{Place, form, place};

use crate::ui::icon::Icon;
use crate::ui::problems::ProblemText;
use crate::ui::rich::count;

fn pretty(json: &Json) -> String {
    json.pretty().trim_end().to_owned()
}

/// The text with its lines' numbers, and what is wrong with it.
#[component]
pub(crate) fn JsonView(#[prop(into)] label: String) -> impl IntoView {
    let form = form();
    let text = RwSignal::new(form.unread.get_untracked().map_or_else(|| form.json.with_untracked(pretty), |(text, _)| text));
    // What the form says comes in, unless it is what this text says already.
    Effect::new(move |_| {
        let json = form.json.get();
        if form.unread.read().is_none() && Json::parse(text.read_untracked().as_bytes()).ok().as_ref() != Some(&json) {
            text.set(pretty(&json));
        }
    });
    let typed = move |event| {
        let typed = event_target_value(&event);
        let (json, problems) = Json::parse_leniently(typed.as_bytes());
        text.set(typed.clone());
        match json {
            Some(json) if problems.is_empty() => form.type_whole(json),
            _ => form.unread.set(Some((typed, problems))),
        }
    };
    let located = Memo::new(move |_| {
        if let Some((_, unread)) = form.unread.get() {
            let line = |problem: &Problem| {
                place::in_message(&problem.message).or_else(|| place::line(&text.read(), problem.pointer.segments().collect()))
            };
            return unread.into_iter().map(|problem| (line(&problem), problem)).collect::<Vec<_>>();
        }
        let line = |at: &Place| match at {
            Place::Here(at) => place::line(&text.read(), at.segments().collect()),
            Place::Elsewhere(_) => None,
        };
        form.problems.get().into_iter().map(|(at, problem)| (line(&at), problem)).collect()
    });
    let area: NodeRef<Textarea> = NodeRef::new();
    view! {
        <div class="section">
            <p class="small soft" role="status">{move || {
                let (errors, warnings): (Vec<_>, Vec<_>) = located.get().into_iter().partition(|(_, problem)| problem.is_error());
                match (errors.len(), warnings.len()) {
                    (0, 0) => "No problems.".to_owned(),
                    (0, warnings) => count(warnings, "warning", "warnings"),
                    (errors, _) => format!("{}: not on your draft until it is mended", count(errors, "error", "errors")),
                }
            }}</p>
            <div class="editor">
                <Gutter text problems=located />
                <textarea node_ref=area aria-label=label aria-describedby="editor-problems" spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off"
                    readonly=move || form.locked.get() rows=move || text.read().lines().count().max(6).to_string() prop:value=move || text.get() on:input=typed></textarea>
            </div>
            <div id="editor-problems">
                <ul class="problems">
                    {move || located.get().into_iter().map(|(line, problem)| view! { <Located line problem area text /> }).collect_view()}
                </ul>
            </div>
        </div>
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

//! Problems and scenarios, as lists that a person can act on.

use halyard_core::Problem;
use halyard_core::scenario::ScenarioResult;
use leptos::prelude::*;

use crate::ui::icon::Icon;
use crate::ui::rich::{Rich, Sentence, count};

/// Problems, one a line, each with the way to mend it; with `places`, where in the document too.
#[component]
pub(crate) fn Problems(problems: Vec<Problem>, #[prop(optional)] places: bool) -> impl IntoView {
    view! {
        <ul class="problems">
            {problems.into_iter().map(|problem| {
                let error = problem.is_error();
                let place = places.then(|| problem.pointer.to_string()).filter(|place| !place.is_empty());
                view! {
                    <li>
                        <span class=if error { "bad-ink" } else { "warn-ink" }><Icon name=if error { "error" } else { "alert" } /></span>
                        <div>
                            <ProblemText problem />
                            {place.map(|place| view! { <p class="small muted mono">{place}</p> })}
                        </div>
                    </li>
                }
            }).collect_view()}
        </ul>
    }
}

/// What is wrong, and the way to mend it.
#[component]
pub(crate) fn ProblemText(problem: Problem) -> impl IntoView {
    view! {
        <p><span class="sr">{if problem.is_error() { "Error: " } else { "Warning: " }}</span><Sentence text=problem.message.clone() /></p>
        {(!problem.hint.is_empty()).then(|| view! { <p class="hint"><Sentence text=problem.hint.clone() /></p> })}
    }
}

fn variant(name: Option<String>) -> String {
    name.map_or_else(|| "the application’s default".to_owned(), |name| format!("`{name}`"))
}

/// Scenarios: those that fail with why, then those that hold.
#[component]
pub(crate) fn Scenarios(results: Vec<ScenarioResult>) -> impl IntoView {
    let (held, failed): (Vec<_>, Vec<_>) = results.into_iter().partition(ScenarioResult::passed);
    let passing = held.len();
    view! {
        <ul class="lines">
            {failed.into_iter().map(|result| view! {
                <li>
                    <span class="bad-ink"><Icon name="error" /></span>
                    <div>
                        <p><span class="sr">"Fails: "</span><strong>{result.name}</strong></p>
                        {result.failures.into_iter().map(|failure| view! {
                            <p class="small soft">
                                <Rich text=format!("`{}` should be {}, but is {}. ", failure.flag, variant(failure.expected), variant(failure.actual)) />
                                <Sentence text=failure.because />
                            </p>
                        }).collect_view()}
                    </div>
                </li>
            }).collect_view()}
            {(passing > 0).then(|| view! {
                <li>
                    <span class="good-ink"><Icon name="good" /></span>
                    <details class="fold">
                        <summary>{count(passing, "scenario holds", "scenarios hold")}</summary>
                        <ul class="small soft">{held.into_iter().map(|result| view! { <li>{result.name}</li> }).collect_view()}</ul>
                    </details>
                </li>
            })}
        </ul>
    }
}

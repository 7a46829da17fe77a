//! What must be done before stages that need it, with who said so and when.

use halyard_core::Time;
use halyard_core::document::Release;
use leptos::prelude::*;

use crate::api::Api;
use crate::draft::workspace;
use crate::ui::time::{Ago, now};

/// The check boxes. Ticking one goes on the draft.
#[component]
pub(crate) fn Readiness(key: String, release: Release) -> impl IntoView {
    let workspace = workspace();
    let api = expect_context::<Api>();
    let rows = release.readiness.iter().enumerate().map(|(index, item)| {
        let key = key.clone();
        let tick = move |event: leptos::ev::Event| {
            let done = event_target_checked(&event);
            let by = api.session.get_untracked().person().map(|session| session.person.clone());
            workspace.edit(|document| {
                let item = document.releases.get_mut(&key).and_then(|release| release.readiness.get_mut(index));
                if let Some(item) = item {
                    item.done = done;
                    item.by = by.filter(|_| done);
                    item.at = done.then(|| Time::from(now()));
                }
            });
        };
        let said = item.done.then(|| {
            let by = item.by.clone().unwrap_or_else(|| "somebody".to_owned());
            let when = item.at.as_ref().map(|at| view! { ", "<Ago at=at.at() /> });
            view! { <span class="small muted">"by "{by}{when}</span> }
        });
        view! {
            <li><label>
                <input type="checkbox" prop:checked=item.done disabled=move || !workspace.may("release.readiness") on:change=tick />
                <span>{item.item.clone()}<br />{said}</span>
            </label></li>
        }
    });
    let rows = rows.collect_view();
    (!release.readiness.is_empty()).then(|| view! {
        <section class="section">
            <h2>"Readiness"</h2>
            <div class="card pad section"><ul class="checks">{rows}</ul><p class="small muted">{move || if workspace.may("release.readiness") { "What you tick goes on your draft." } else { "Ticking these is not among what you may do here." }}</p></div>
        </section>
    })
}

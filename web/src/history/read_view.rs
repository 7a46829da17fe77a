//! A version's document: to read, flag by flag, or as JSON.

use std::sync::Arc;

use halyard_core::check::{Cap, read};
use halyard_core::{Json, document::Document as FlagDocument};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Api, Failure, Subject};
use crate::flags::order::Order;
use crate::flags::state::state;
use crate::releases::list::ReleaseBadge;
use crate::ui::rich::{Rich, count};
use crate::ui::time::now;
use crate::ui::{Badge, Bones};

/// The document of this version, fetched when somebody wants to see it.
#[component]
pub(super) fn Document(version: u64, subject: Subject) -> impl IntoView {
    let api = expect_context::<Api>();
    let subject = StoredValue::new(subject);
    let of_flags = subject.with_value(|subject| matches!(subject, Subject::Environment(_)));
    let text = RwSignal::new(None::<Result<String, Failure>>);
    let open = move |_| {
        if text.get_untracked().is_some_and(|text| text.is_ok()) {
            return;
        }
        spawn_local(async move {
            let fetched = api.document_at(&subject.get_value(), Some(version)).await;
            text.try_set(Some(fetched.map(|fetched| fetched.text)));
        });
    };
    let shown = move |show: fn(&str) -> AnyView| {
        move || match text.get() {
            None => view! { <Bones lines=4 /> }.into_any(),
            Some(Ok(text)) => show(&text),
            Some(Err(failure)) => view! { <p class="bad-ink" role="alert">{failure.to_string()}</p> }.into_any(),
        }
    };
    view! {
        <section class="section">
            <h2>"The document as it was"</h2>
            {of_flags.then(|| view! { <details class="fold" on:toggle=open><summary>"To read"</summary>{shown(to_read)}</details> })}
            <details class="fold" on:toggle=open><summary>"As JSON"</summary>{shown(as_json)}</details>
        </section>
    }
}

fn as_json(text: &str) -> AnyView {
    let pretty = Json::parse(text.as_bytes()).map_or_else(|_| text.to_owned(), |json| json.pretty());
    view! { <pre class="json" tabindex="0">{pretty}</pre> }.into_any()
}

fn to_read(text: &str) -> AnyView {
    let Some(document) = read(text.as_bytes(), Cap::Reader).checked else {
        return view! { <p class="soft">"This app cannot read that document; its JSON is below."</p> }.into_any();
    };
    let document = Arc::new(document.into_inner());
    let now = now();
    let flags: Vec<_> = document
        .flags
        .iter()
        .map(|(key, flag)| {
            let state = state(&document, key, flag, now);
            let (name, key, flag, document) = (key.clone(), key.clone(), flag.clone(), document.clone());
            let opened = RwSignal::new(false);
            view! {
                <li><details class="fold" on:toggle=move |_| opened.set(true)>
                    <summary><span class="mono">{name}</span><Badge tone=state.tone word=state.word /></summary>
                    {move || opened.get().then(|| view! { <Order key=key.clone() flag=flag.clone() document=document.clone() /> })}
                </details></li>
            }
        })
        .collect();
    view! {
        <div class="section">
            <p class="small muted">{summary(&document)}". What it served to whom, reckoned with the present time:"</p>
            <ul class="card rows">{flags}</ul>
            {(!document.releases.is_empty()).then(|| view! {
                <h3>"Releases"</h3>
                <ul class="card rows">{document.releases.values().map(|release| {
                    let moves: Vec<_> = release.flags.iter().map(|member| format!("`{}` becomes `{}`", member.flag, member.variant)).collect();
                    view! {
                        <li class="actions"><strong>{release.title.clone()}</strong><ReleaseBadge release=release.clone() />
                            <span class="small muted"><Rich text=moves.join(", ") /></span></li>
                    }
                }).collect_view()}</ul>
            })}
        </div>
    }
    .into_any()
}

fn summary(document: &FlagDocument) -> String {
    format!(
        "{}, {}, {}",
        count(document.flags.len(), "flag", "flags"),
        count(document.releases.len(), "release", "releases"),
        count(document.segments.len(), "segment", "segments")
    )
}

//! A version: its record, its document, and the way back to it.

use halyard_edge::wire::Record;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::Failure;
use crate::draft::workspace;
use crate::history::list::via;
use crate::history::roll_back::RollBackDialog;
use crate::shell::ReadOnly;
use crate::ui::changes::GroupedChanges;
use crate::ui::icon::Icon;
use crate::ui::rich::Sentence;
use crate::ui::time::At;
use crate::ui::{Bones, Empty};

/// The page of one version.
#[component]
pub(crate) fn VersionPage(version: u64) -> impl IntoView {
    let workspace = workspace();
    let record = RwSignal::new(None::<Result<Record, Failure>>);
    let load = move || {
        record.set(None);
        spawn_local(async move {
            let outcome = workspace.api.record(&workspace.environment.get_untracked(), version).await;
            record.try_set(Some(outcome));
        });
    };
    load();
    let asking = RwSignal::new(false);
    let live = move || workspace.base.read().as_ref().map(|base| base.version);
    view! {
        <div class="page-head">
            <div><h1>{format!("Version {version}")}</h1>
                {move || (live() == Some(version)).then(|| view! { <p class="lead">"This is the version that is live."</p> })}
            </div>
            {move || live().filter(|live| *live != version).map(|_| view! {
                <button type="button" class="button danger" disabled=move || !workspace.may_publish() on:click=move |_| asking.set(true)>
                    {format!("Roll back to version {version}")}
                </button>
            })}
        </div>
        <ReadOnly />
        {move || match record.get() {
            None => view! { <div class="card pad"><Bones lines=5 /></div> }.into_any(),
            Some(Err(failure)) if failure.status() == Some(404) => view! {
                <div class="card"><Empty icon="compass" title="There is no such version"><p>"Versions count up from 1; this one was not published here."</p></Empty></div>
            }.into_any(),
            Some(Err(failure)) => view! {
                <div class="callout bad" role="alert"><Icon name="alert" /><div><p>{failure.to_string()}</p>
                    <div class="actions"><button type="button" class="button small" on:click=move |_| load()>"Try again"</button></div></div></div>
            }.into_any(),
            Some(Ok(record)) => view! { <Account record /> }.into_any(),
        }}
        <Document version />
        {move || asking.get().then(|| view! { <RollBackDialog version close=move |()| asking.set(false) /> })}
    }
}

#[component]
fn Account(record: Record) -> impl IntoView {
    let how = via(&record);
    view! {
        <section class="section">
            <h2>{record.message.clone()}</h2>
            <p class="soft">"Published "<At at=record.at />" by "{record.by.clone()}", "{how}"."</p>
            {record.marks.iter().map(|mark| view! { <p class="warn-ink"><Sentence text=mark.clone() /></p> }).collect_view()}
            <div class="card pad section gap">
                {if record.changes.is_empty() {
                    view! { <p class="soft">"It changed nothing."</p> }.into_any()
                } else {
                    view! { <GroupedChanges changes=record.changes.clone() /> }.into_any()
                }}
            </div>
            <p class="small muted mono">{record.document.clone()}</p>
        </section>
    }
}

/// The document of this version, fetched when somebody wants to see it.
#[component]
fn Document(version: u64) -> impl IntoView {
    let workspace = workspace();
    let text = RwSignal::new(None::<Result<String, Failure>>);
    let open = move |_| {
        if text.get_untracked().is_some_and(|text| text.is_ok()) {
            return;
        }
        spawn_local(async move {
            let fetched = workspace.api.document_of(&workspace.environment.get_untracked(), version).await;
            let pretty = |text: String| halyard_core::Json::parse(text.as_bytes()).map_or(text, |json| json.pretty());
            text.try_set(Some(fetched.map(|fetched| pretty(fetched.text))));
        });
    };
    view! {
        <details class="fold" on:toggle=open>
            <summary>"The document as it was"</summary>
            {move || match text.get() {
                None => view! { <Bones lines=4 /> }.into_any(),
                Some(Ok(text)) => view! { <pre class="json" tabindex="0">{text}</pre> }.into_any(),
                Some(Err(failure)) => view! { <p class="bad-ink" role="alert">{failure.to_string()}</p> }.into_any(),
            }}
        </details>
    }
}

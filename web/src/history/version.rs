//! A version: its record, what it changed, its document, and the way back to it.

use halyard_edge::wire::{Edit, Record};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Api, Failure, Subject};
use crate::draft::workspace;
use crate::history::read_view::Document;
use crate::history::roll_back::RollBackDialog;
use crate::history::row::{Marks, NotLoaded, message, via};
use crate::history::told::Edits;
use crate::ui::time::At;
use crate::ui::{Bones, Empty};

/// The page of one version.
#[component]
pub(crate) fn VersionPage(subject: Subject, version: u64) -> impl IntoView {
    let api = expect_context::<Api>();
    let subject = StoredValue::new(subject);
    let record = RwSignal::new(None::<Result<Record<Edit>, Failure>>);
    // The newest version, which is what a roll back would be put upon.
    let live = RwSignal::new(None::<u64>);
    let load = Callback::new(move |()| {
        record.set(None);
        spawn_local(async move {
            let outcome = api.record_at(&subject.get_value(), version).await;
            record.try_set(Some(outcome));
            if let Ok(head) = api.head(&subject.get_value()).await {
                live.try_set(Some(head.version));
            }
        });
    });
    load.run(());
    let asking = RwSignal::new(false);
    let is_live = move || live.get() == Some(version);
    let may = move || may_roll_back(&subject.read_value());
    view! {
        <div class="page-head">
            <div><h1>{format!("Version {version}")}</h1>
                {move || is_live().then(|| view! { <p class="lead">"This is the version that is live."</p> })}
            </div>
            <div class="actions">
                {move || live.get().filter(|live| *live != version).map(|live| view! {
                    <a class="button" href=subject.read_value().comparison(version, live)>"Compare with live"</a>
                    <button type="button" class="button danger" disabled=move || !may() on:click=move |_| asking.set(true)>"Roll back to this"</button>
                })}
            </div>
        </div>
        {move || match record.get() {
            None => view! { <div class="card pad"><Bones lines=5 /></div> }.into_any(),
            Some(Err(failure)) if failure.status() == Some(404) => view! {
                <div class="card"><Empty icon="compass" title="There is no such version"><p>"Versions count up from 1; this one was not published here."</p></Empty></div>
            }.into_any(),
            Some(Err(failure)) => view! { <NotLoaded failure again=load /> }.into_any(),
            Some(Ok(record)) => view! {
                <Account record subject=subject.get_value() />
                <Document version subject=subject.get_value() />
            }.into_any(),
        }}
        <nav class="actions" aria-label="Versions beside this one">
            {(version > 1).then(|| view! { <a class="button small" href=subject.read_value().version(version - 1)>{format!("Version {}, before it", version - 1)}</a> })}
            {move || live.get().filter(|live| *live > version).map(|_| view! { <a class="button small" href=subject.read_value().version(version + 1)>{format!("Version {}, after it", version + 1)}</a> })}
            {(version > 1).then(|| view! { <a class="small" href=subject.read_value().comparison(version - 1, version)>"Compare with the one before"</a> })}
        </nav>
        {move || asking.get().then(|| view! { <RollBackDialog version subject=subject.get_value() close=Callback::new(move |done: bool| { asking.set(false); if done { load.run(()); } }) /> })}
    }
}

/// Whether this person could roll anything back.
fn may_roll_back(subject: &Subject) -> bool {
    let workspace = workspace();
    match subject {
        Subject::Environment(_) => workspace.may_publish(),
        Subject::Project => workspace.api.session.read().person().is_some_and(|session| session.admin),
    }
}

/// Who published it, when, how and why, and what that changed.
#[component]
fn Account(record: Record<Edit>, subject: Subject) -> impl IntoView {
    view! {
        <section class="section">
            <h2>{message(&record.message)}</h2>
            <p class="soft">"Published "<At at=record.at />" by "{record.by}", "{via(&record.via)}"."</p>
            <Marks marks=record.marks />
            <div class="card pad section gap">
                {if record.changes.is_empty() {
                    view! { <p class="soft">"It changed nothing."</p> }.into_any()
                } else {
                    view! { <Edits edits=record.changes subject /> }.into_any()
                }}
            </div>
            <p class="small muted">"Its document is "<span class="mono">{record.document}</span></p>
        </section>
    }
}

//! The records, newest first.

use halyard_edge::wire::Record;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::Failure;
use crate::app::route::Page;
use crate::draft::workspace;
use crate::ui::changes::Changes;
use crate::ui::icon::Icon;
use crate::ui::rich::{Sentence, count};
use crate::ui::time::Ago;
use crate::ui::{Bones, Empty};

/// How it was published, for people.
pub(crate) fn via(record: &Record) -> &'static str {
    match record.via.as_str() {
        "app" => "in this app",
        "cli" | "token" => "from the command line",
        "init" => "when the environment was made",
        _ => "by a program",
    }
}

/// One record of the history.
#[component]
pub(crate) fn RecordRow(record: Record, #[prop(optional)] brief: bool) -> impl IntoView {
    let workspace = workspace();
    let changes = record.changes.clone();
    let how = via(&record);
    let details = (!brief && !changes.is_empty()).then(|| {
        view! {
            <details class="fold small">
                <summary>{count(changes.len(), "change", "changes")}</summary>
                <Changes changes=changes.clone() />
            </details>
        }
    });
    view! {
        <li>
            <a class="version" href=workspace.href(&Page::Version(record.version)) ><span aria-hidden="true">{format!("v{}", record.version)}</span><span class="sr">{format!("Version {}", record.version)}</span></a>
            <div>
                <p class="message">{record.message.clone()}</p>
                <p class="small muted"><Ago at=record.at />" by "{record.by.clone()}{(!brief).then(|| format!(", {how}"))}</p>
                {record.marks.iter().map(|mark| view! { <p class="small warn-ink"><Sentence text=mark.clone() /></p> }).collect_view()}
                {details}
            </div>
        </li>
    }
}

/// The newest records, each shown by `children`.
#[component]
pub(crate) fn Recent(limit: usize, children: fn(Record) -> AnyView) -> impl IntoView {
    let workspace = workspace();
    move || match workspace.records.get() {
        None if workspace.failure.read().is_some() => ().into_any(),
        None => view! { <div class="card pad"><Bones lines=4 /></div> }.into_any(),
        Some(Err(failure)) => view! { <NotLoaded failure /> }.into_any(),
        Some(Ok(records)) => {
            view! { <ol class="card log">{records.iter().take(limit).cloned().map(children).collect_view()}</ol> }.into_any()
        }
    }
}

/// The history could not be loaded.
#[component]
pub(crate) fn NotLoaded(failure: Failure) -> impl IntoView {
    let workspace = workspace();
    view! {
        <div class="callout bad" role="alert"><Icon name="alert" /><div>
            <p>{failure.to_string()}</p>
            <div class="actions"><button type="button" class="button small" on:click=move |_| { workspace.records.set(None); workspace.load_records(); }>"Try again"</button></div>
        </div></div>
    }
}

/// The page.
#[component]
pub(crate) fn History() -> impl IntoView {
    let workspace = workspace();
    let older = RwSignal::new(Vec::<Record>::new());
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<Failure>);
    // Versions count from 1: what is below the oldest one shown can be asked for.
    let before = Memo::new(move |_| {
        let newest = workspace.records.get()?.ok()?;
        older.read().last().or(newest.last()).map(|record| record.version).filter(|version| *version > 1)
    });
    let more = move |_| {
        let Some(version) = before.get_untracked() else { return };
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            match workspace.api.records(&workspace.environment.get_untracked(), Some(version), 50).await {
                Ok(page) => {
                    older.try_update(|older| older.extend(page.records));
                }
                Err(failure) => {
                    failed.try_set(Some(failure));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <div class="page-head"><div>
            <h1>"History"</h1>
            <p class="lead">"Every publish, who made it and why. Nothing here can be altered or taken away."</p>
        </div></div>
        {move || match (workspace.records.get(), workspace.failure.get()) {
            (Some(Ok(records)), _) if records.is_empty() => view! {
                <div class="card"><Empty icon="clock" title="No history yet"><p>"Every publish leaves its record here."</p></Empty></div>
            }.into_any(),
            (Some(Ok(records)), _) => view! {
                <ol class="card log">
                    {records.iter().cloned().map(|record| view! { <RecordRow record /> }).collect_view()}
                    {move || older.get().into_iter().map(|record| view! { <RecordRow record /> }).collect_view()}
                </ol>
            }.into_any(),
            (Some(Err(failure)), _) => view! { <NotLoaded failure /> }.into_any(),
            (None, Some(failure)) => view! { <crate::shell::Trouble failure /> }.into_any(),
            (None, None) => view! { <div class="card pad"><Bones lines=6 /></div> }.into_any(),
        }}
        {move || failed.get().map(|failure| view! { <p class="bad-ink" role="alert">{failure.to_string()}</p> })}
        {move || before.get().map(|_| view! { <p><button type="button" class="button" disabled=move || busy.get() on:click=more>"Show older"</button></p> })}
    }
}

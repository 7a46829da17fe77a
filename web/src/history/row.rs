//! One record of the history in a list.

use halyard_edge::wire::{Edit, Record};
use leptos::prelude::*;

use crate::api::{Failure, Subject};
use crate::draft::workspace;
use crate::history::filter::Filter;
use crate::history::told::Sentences;
use crate::ui::Bones;
use crate::ui::icon::Icon;
use crate::ui::rich::{Sentence, count};
use crate::ui::time::Ago;

/// How many changes a record tells before the rest is behind a fold.
const TOLD: usize = 3;

/// How it was published, for people.
pub(crate) fn via(via: &str) -> &'static str {
    match via {
        "app" => "in this app",
        "cli" => "from the command line",
        "token" => "with a token",
        "init" => "when it was made",
        _ => "by a program",
    }
}

/// What a record is remembered by: its message.
pub(crate) fn message(message: &str) -> String {
    if message.trim().is_empty() { "(no message)".to_owned() } else { message.to_owned() }
}

/// A record in short: message, when, who.
#[component]
pub(crate) fn RecordRow<C>(record: Record<C>) -> impl IntoView {
    let subject = Subject::Environment(workspace().environment.get_untracked());
    view! {
        <li>
            <VersionLink subject version=record.version />
            <div>
                <p class="message">{message(&record.message)}</p>
                <p class="small muted"><Ago at=record.at />" by "{record.by}</p>
                <Marks marks=record.marks />
            </div>
        </li>
    }
}

#[component]
fn VersionLink(subject: Subject, version: u64) -> impl IntoView {
    view! { <a class="version" href=subject.version(version)><span aria-hidden="true">{format!("v{version}")}</span><span class="sr">{format!("Version {version}")}</span></a> }
}

/// Notes that the node left in a record.
#[component]
pub(crate) fn Marks(marks: Vec<String>) -> impl IntoView {
    marks.into_iter().map(|mark| view! { <p class="small warn-ink"><Sentence text=mark /></p> }).collect_view()
}

/// A record with what it changed, and the button that picks it to be compared.
#[component]
pub(super) fn FullRow(record: Record<Edit>, subject: Subject, picked: RwSignal<Vec<u64>>) -> impl IntoView {
    let version = record.version;
    let is_picked = move || picked.read().contains(&version);
    let pick = move |_| {
        picked.update(|picked| {
            if picked.contains(&version) {
                picked.retain(|other| *other != version);
            } else {
                // A third pick takes the place of the first.
                picked.push(version);
                let extra = picked.len().saturating_sub(2);
                picked.drain(..extra);
            }
        });
    };
    let theirs = Filter { by: record.by.clone(), ..Filter::default() }.address(&subject.history());
    let mut told = record.changes;
    let rest = told.split_off(TOLD.min(told.len()));
    let more = (!rest.is_empty()).then(|| {
        view! {
            <details class="fold small">
                <summary>{count(rest.len(), "more change", "more changes")}</summary>
                <Sentences edits=rest.clone() />
            </details>
        }
    });
    view! {
        <li>
            <VersionLink subject version />
            <div>
                <p class="message">{message(&record.message)}</p>
                <p class="small muted"><Ago at=record.at />" by "<a class="plain" href=theirs>{record.by}</a>", "{via(&record.via)}</p>
                <Marks marks=record.marks />
                {if told.is_empty() {
                    view! { <p class="small soft">"It changed nothing."</p> }.into_any()
                } else {
                    view! { <div class="small soft"><Sentences edits=told /></div> }.into_any()
                }}
                {more}
            </div>
            <button type="button" class="button small quiet pick" aria-pressed=move || if is_picked() { "true" } else { "false" } on:click=pick>
                {move || if is_picked() { "Picked" } else { "Compare" }}<span class="sr">{format!(" version {version}")}</span>
            </button>
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
        Some(Err(failure)) => {
            let again = Callback::new(move |()| {
                workspace.records.set(None);
                workspace.load_records();
            });
            view! { <NotLoaded failure again /> }.into_any()
        }
        Some(Ok(records)) => {
            view! { <ol class="card log">{records.iter().take(limit).cloned().map(children).collect_view()}</ol> }.into_any()
        }
    }
}

/// Something could not be loaded: why, and the way to try again.
#[component]
pub(crate) fn NotLoaded(failure: Failure, again: Callback<()>) -> impl IntoView {
    view! {
        <div class="callout bad" role="alert"><Icon name="alert" /><div>
            <p>{failure.to_string()}</p>
            <div class="actions"><button type="button" class="button small" on:click=move |_| again.run(())>"Try again"</button></div>
        </div></div>
    }
}

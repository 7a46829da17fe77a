//! The overview: what is live, what moves next, what needs somebody, what was published last.

mod attention;

use std::sync::Arc;

use halyard_core::document::Document;
use leptos::prelude::*;

use crate::api::Api;
use crate::app::route::Page;
use crate::draft::workspace;
use crate::flags::state::{Group, state};
use crate::history::{Recent, RecordRow};
use crate::releases::list::ReleaseRow;
use crate::releases::progress::{Progress, Standing};
use crate::shell::Loaded;
use crate::ui::Empty;
use crate::ui::time::{Ago, At, clock};

use attention::Attention;

/// The page.
#[component]
pub(crate) fn Overview() -> impl IntoView {
    let workspace = workspace();
    let api = expect_context::<Api>();
    let name = move || {
        let key = workspace.environment.get();
        let session = api.session.read();
        let known = session.person().and_then(|session| {
            session.environments.iter().find(|environment| environment.key == key).map(|environment| environment.name.clone())
        });
        known.unwrap_or(key)
    };
    let published = move || {
        let version = workspace.base.read().as_ref()?.version;
        let record = workspace.records.get()?.ok()?.iter().find(|record| record.version == version).cloned();
        Some(view! {
            <p class="lead">
                {format!("Version {version}")}
                {record.map(|record| view! { ", published "<Ago at=record.at />" by "{record.by} })}
            </p>
        })
    };
    view! {
        <div class="page-head"><div><h1>{name}</h1>{published}</div></div>
        <Loaded children=move |document| if document.flags.is_empty() && document.releases.is_empty() {
            view! { <div class="card"><Empty icon="flag" title="Nothing flies here yet">
                <p>"This environment has no flags. Make the first one: it stays on your draft until you publish it."</p>
                <div class="actions"><a class="button primary" href=move || workspace.href(&Page::Flags)>"Go to the flags"</a></div>
            </Empty></div> }.into_any()
        } else {
            view! {
                <Tiles document=document.clone() />
                <div class="split">
                    <div class="section gap">
                        <Moving document=document.clone() />
                        <Attention document />
                    </div>
                    <section class="section">
                        <div class="section-head"><h2>"Last publishes"</h2><a class="small" href=move || workspace.href(&Page::History)>"History"</a></div>
                        <Recent limit=5 children=|record| view! { <RecordRow record /> }.into_any() />
                    </section>
                </div>
            }.into_any()
        } />
    }
}

/// How many flags are how.
#[component]
fn Tiles(document: Arc<Document>) -> impl IntoView {
    let workspace = workspace();
    let clock = clock();
    move || {
        let now = clock.get();
        let groups: Vec<Group> = document.flags.iter().map(|(key, flag)| state(&document, key, flag, now).group).collect();
        let tiles = Group::ALL.into_iter().map(|group| {
            let number = groups.iter().filter(|of| **of == group).count();
            let href = format!("{}?state={}", workspace.href(&Page::Flags), group.key());
            view! { <li><a href=href><b>{number}</b><span>{if number == 1 { "flag " } else { "flags " }}{group.label()}</span></a></li> }
        });
        view! { <ul class="card tiles" aria-label="Flags by state">{tiles.collect_view()}</ul> }
    }
}

/// Releases that can still move, and the next instant at which the clock alone changes an answer.
#[component]
fn Moving(document: Arc<Document>) -> impl IntoView {
    let workspace = workspace();
    let clock = clock();
    let next = move || {
        let now = clock.get();
        let at = workspace.read.get()?.ruleset()?.next_change(now)?;
        // While a ramp grows evenly, answers change all the time.
        Some(if at.0 - now.0 < 60_000 {
            view! { <p class="small muted">"The clock is moving a ramp right now"</p> }.into_any()
        } else {
            view! { <p class="small muted">"By the clock: "<At at /></p> }.into_any()
        })
    };
    let rank = |standing| match standing {
        Standing::Moving => 0,
        Standing::Open => 1,
        Standing::Held => 2,
        Standing::Planned => 3,
        _ => 4,
    };
    let shown = Memo::new(move |_| {
        let now = clock.get();
        let live = document.releases.iter().filter(|(_, release)| release.is_live());
        let mut live: Vec<_> =
            live.map(|(key, release)| (rank(Progress::of(release, now).standing), key.clone(), release.clone())).collect();
        live.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        live.into_iter().filter(|(rank, ..)| *rank < 4).map(|(_, key, release)| (key, release)).collect::<Vec<_>>()
    });
    view! {
        <section class="section">
            <div class="section-head"><h2>"What moves next"</h2>{next}</div>
            {move || if shown.read().is_empty() {
                view! { <p class="card pad soft">"Nothing: no release is planned or under way."</p> }.into_any()
            } else {
                view! { <ul class="card divided">{shown.get().into_iter().map(|(key, release)| view! { <ReleaseRow key release /> }).collect_view()}</ul> }.into_any()
            }}
        </section>
    }
}

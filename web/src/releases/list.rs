//! All releases, those that are under way first.

use std::sync::Arc;

use halyard_core::document::{Document, Release};
use leptos::prelude::*;

use crate::app::route::Page;
use crate::draft::workspace;
use crate::releases::create::NewRelease;
use crate::releases::progress::{Progress, Standing, percent};
use crate::releases::stages::StageBar;
use crate::shell::{Loaded, ReadOnly};
use crate::ui::rich::Rich;
use crate::ui::time::{At, clock, day};
use crate::ui::{Badge, Empty};

/// A release's badge, with its share where it has one.
#[component]
pub(crate) fn ReleaseBadge(release: Release) -> impl IntoView {
    let clock = clock();
    move || {
        let progress = Progress::of(&release, clock.get());
        let word = match (progress.standing, progress.percent) {
            (Standing::Held, Some(share)) => format!("held at {}", percent(share)),
            (Standing::Moving, Some(share)) => format!("rolling out {}", percent(share)),
            (Standing::Open, Some(share)) => format!("open to {}", percent(share)),
            (standing, _) => standing.word().to_owned(),
        };
        view! { <Badge tone=progress.standing.tone() word /> }
    }
}

/// What moves a release next, if anything is planned.
#[component]
pub(crate) fn NextMove(release: Release) -> impl IntoView {
    let clock = clock();
    move || {
        let now = clock.get();
        let progress = Progress::of(&release, now);
        let next = progress.next(&release).cloned();
        match progress.standing {
            Standing::RolledBack | Standing::Closed | Standing::Everyone => None,
            Standing::Held => Some(view! { "Held since "<At at=progress.at />". Nothing moves until it is resumed." }.into_any()),
            Standing::Moving => {
                let end = release
                    .stages
                    .iter()
                    .take(progress.opened)
                    .filter_map(|stage| crate::releases::progress::end_of_ramp(&stage.audience))
                    .next_back();
                end.map(|(at, to)| view! { "Grows to "{percent(to)}" by "<At at=at /> }.into_any())
            }
            Standing::Planned | Standing::Open => next.map(|stage| match stage.starts_at.filter(|_| progress.opened > 0) {
                Some(start) => view! { "Opens to "<Rich text=format!("`{}`", stage.name) />" on "<At at=start.at() /> }.into_any(),
                None => view! { "Next: "<Rich text=format!("`{}`", stage.name) />", when somebody opens it" }.into_any(),
            }),
        }
    }
}

/// A release, its bar and what moves it next.
#[component]
pub(crate) fn ReleaseRow(key: String, release: Release) -> impl IntoView {
    let workspace = workspace();
    view! {
        <li class="release-row">
            <header>
                <a href=workspace.href(&Page::Release(key))>{release.title.clone()}</a>
                <ReleaseBadge release=release.clone() />
                <span class="small muted">{release.target.map(|target| format!("target {}", day(target)))}</span>
            </header>
            <StageBar release=release.clone() />
            <p class="small soft"><NextMove release=release.clone() /></p>
        </li>
    }
}

fn groups(document: &Arc<Document>) -> [(&'static str, Vec<(String, Release)>); 3] {
    let (live, ended): (Vec<_>, Vec<_>) =
        document.releases.iter().map(|(key, release)| (key.clone(), release.clone())).partition(|(_, release)| release.is_live());
    let (closed, back) = ended.into_iter().partition(|(_, release)| release.closed);
    [("Under way and planned", live), ("Rolled back", back), ("Closed", closed)]
}

/// The page.
#[component]
pub(crate) fn Releases() -> impl IntoView {
    let workspace = workspace();
    let making = RwSignal::new(false);
    view! {
        <div class="page-head"><div>
            <h1>"Releases"</h1>
            <p class="lead">"A release moves its flags together, stage by stage, to everyone."</p>
        </div>{move || workspace.may("release.create").then(|| view! { <button type="button" class="button primary" disabled=move || workspace.document().is_none() on:click=move |_| making.set(true)>"New release"</button> })}</div>
        <ReadOnly of=("release.", "releases") />
        {move || making.get().then(|| view! { <NewRelease close=Callback::new(move |()| making.set(false)) /> })}
        <Loaded let:document>
            {if document.releases.is_empty() {
                view! { <div class="card"><Empty icon="release" title="No releases yet">
                    <p>"A release names the flags that it moves and the stages that it goes through: staff, a beta, a tenth, everyone."</p>
                </Empty></div> }.into_any()
            } else {
                groups(&document).into_iter().filter(|(_, releases)| !releases.is_empty()).map(|(title, releases)| view! {
                    <section class="section">
                        <h2>{title}</h2>
                        <ul class="card divided">{releases.into_iter().map(|(key, release)| view! { <ReleaseRow key release /> }).collect_view()}</ul>
                    </section>
                }).collect_view().into_any()
            }}
        </Loaded>
    }
}

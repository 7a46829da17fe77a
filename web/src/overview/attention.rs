//! What needs somebody: problems, flags past their day, releases that were stopped.

use std::sync::Arc;

use halyard_core::document::Document;
use halyard_core::{Code, Date};
use leptos::prelude::*;

use crate::app::route::Page;
use crate::draft::workspace;
use crate::releases::progress::{Progress, Standing};
use crate::ui::icon::Icon;
use crate::ui::rich::{Rich, Sentence};
use crate::ui::time::{clock, day, now};

struct Item {
    icon: &'static str,
    ink: &'static str,
    text: String,
    page: Option<Page>,
}

fn overdue(document: &Document, today: Date) -> impl Iterator<Item = Item> + '_ {
    document.flags.iter().filter_map(move |(key, flag)| {
        let expires = flag.expires.filter(|expires| flag.purpose.is_temporary() && *expires < today)?;
        Some(Item {
            icon: "clock",
            ink: "warn-ink",
            text: format!("`{key}` should have been gone by {}", day(expires)),
            page: Some(Page::Flag(key.clone())),
        })
    })
}

fn stopped(document: &Document) -> impl Iterator<Item = Item> + '_ {
    let now = now();
    document.releases.iter().filter_map(move |(key, release)| {
        let page = Some(Page::Release(key.clone()));
        match Progress::of(release, now).standing {
            Standing::RolledBack => Some(Item { icon: "back", ink: "bad-ink", text: format!("{} is rolled back", release.title), page }),
            Standing::Held => Some(Item { icon: "pause", ink: "warn-ink", text: format!("{} is held", release.title), page }),
            Standing::Everyone => Some(Item {
                icon: "good",
                ink: "good-ink",
                text: format!("{} has reached everyone and can be closed", release.title),
                page,
            }),
            _ => None,
        }
    })
}

/// The page of what a pointer is in.
fn page_of(pointer: &halyard_core::Pointer) -> Option<Page> {
    let mut segments = pointer.segments();
    Page::of(&segments.next()?, &segments.next()?)
}

/// The section of the overview.
#[component]
pub(super) fn Attention(document: Arc<Document>) -> impl IntoView {
    let workspace = workspace();
    let clock = clock();
    move || {
        let today = clock.get().date();
        let mut items: Vec<Item> = stopped(&document).chain(overdue(&document, today)).collect();
        let problems = workspace.read.get().map(|read| read.problems).unwrap_or_default();
        // A flag past its day is listed already.
        items.extend(problems.iter().filter(|problem| problem.code != Code::Expired).map(|problem| Item {
            icon: if problem.is_error() { "error" } else { "alert" },
            ink: if problem.is_error() { "bad-ink" } else { "warn-ink" },
            text: problem.message.clone(),
            page: page_of(&problem.pointer),
        }));
        let rows = items
            .into_iter()
            .map(|Item { icon, ink, text, page }| {
                let link = page.map(|page| {
                    let title = page.title();
                    view! { <p class="small"><a href=workspace.href(&page)>{title}</a></p> }
                });
                view! { <li><span class=ink><Icon name=icon /></span><div><p><Sentence text /></p>{link}</div></li> }
            })
            .collect::<Vec<_>>();
        view! {
            <section class="section">
                <h2>"What needs attention"</h2>
                <div class="card pad">
                    {if rows.is_empty() {
                        view! { <p class="lines-one good-ink"><Rich text="Nothing. Everything is in order." /></p> }.into_any()
                    } else {
                        view! { <ul class="lines roomy">{rows}</ul> }.into_any()
                    }}
                </div>
            </section>
        }
    }
}

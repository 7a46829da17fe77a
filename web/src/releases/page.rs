//! A release's page: where it stands, its stages, and the one thing to do next.

use halyard_core::document::Release;
use leptos::prelude::*;

use crate::app::route::Page;
use crate::draft::{Proposal, workspace};
use crate::form::{Detail, Details, Form, How, Moves, ReadinessItems, Stages, Views};
use crate::history::{Of, address_of};
use crate::releases::actions;
use crate::releases::list::{NextMove, ReleaseBadge};
use crate::releases::progress::{Progress, Standing};
use crate::releases::readiness::Readiness;
use crate::releases::stages::Hoist;
use crate::shell::{ActionButton, Delete, Loaded, ReadOnly, Waiting};
use crate::ui::Empty;
use crate::ui::rich::Rich;
use crate::ui::time::{clock, day};

/// The page of one release.
#[component]
pub(crate) fn ReleasePage(key: String) -> impl IntoView {
    let workspace = workspace();
    let known = Memo::new({
        let key = key.clone();
        move |_| workspace.document().map(|document| document.releases.contains_key(&key))
    });
    let key = StoredValue::new(key);
    // The editor stays as it is while what it is about changes.
    move || match known.get() {
        Some(true) => view! {
            <Loaded children=move |document| {
                let key = key.get_value();
                document.releases.get(&key).cloned().map(|release| view! { <Found key release /> })
            } />
            <Edit key=key.get_value() />
        }
        .into_any(),
        Some(false) => view! {
            <div class="card"><Empty icon="compass" alone=true title="There is no such release here">
                <p>"It may be in another environment, or have been deleted. The history knows."</p>
            </Empty></div>
        }
        .into_any(),
        None => view! { <Waiting /> }.into_any(),
    }
}

const FIELDS: &[Detail] = &[
    Detail::new("title", "Title", How::Line, ""),
    Detail::new("description", "What it is", How::Optional, ""),
    Detail::new("owner", "Owner", How::Line, ""),
    Detail::new("target", "Meant for", How::Day, "The day by which everyone should have it."),
    Detail::new("contingency", "If it goes wrong", How::Lines, ""),
    Detail::new("announcement", "Users are told", How::Lines, ""),
];

/// What it moves, and its stages, to be edited.
#[component]
fn Edit(key: String) -> impl IntoView {
    provide_context(Form::of("releases", &key));
    let workspace = workspace();
    let key = StoredValue::new(key);
    let propose = Callback::new(move |()| {
        let release = workspace.document()?.releases.get(&*key.read_value()).cloned();
        release.map(|release| actions::delete(&key.read_value(), &release))
    });
    view! {
        <Views title="Edit" id="edit" json="The release’s JSON">
            <h3>"Flags it moves"</h3>
            <Moves />
            <h3>"Stages"</h3>
            <p class="small soft">"Who is in a stage stays in: each stage adds to those before it."</p>
            <Stages />
            <h3>"What must be ready"</h3>
            <p class="small soft">"Somebody ticks these off before the stages that need them."</p>
            <ReadinessItems />
            <h3>"About it"</h3>
            <div class="card pad details"><Details of=FIELDS /></div>
        </Views>
        <Delete one="release" key=key.get_value() uses=|()| Vec::new() propose back=Page::Releases />
    }
}

#[component]
fn Found(key: String, release: Release) -> impl IntoView {
    let workspace = workspace();
    let facts = [
        ("Owner", release.owner.clone()),
        ("Target", release.target.map(day).unwrap_or_default()),
        ("Plan", release.plan.clone().unwrap_or_default()),
        ("Key", key.clone()),
    ];
    view! {
        <div class="page-head">
            <div>
                <div class="actions"><h1>{release.title.clone()}</h1><ReleaseBadge release=release.clone() /></div>
                {(!release.description.is_empty()).then(|| view! { <p class="lead"><Rich text=release.description.clone() /></p> })}
                <p class="soft"><NextMove release=release.clone() /></p>
            </div>
            <Buttons key=key.clone() release=release.clone() />
        </div>
        <ReadOnly of=("release.", "releases") />
        <dl class="facts">
            {facts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(term, text)| view! { <div><dt>{term}</dt><dd>{text}</dd></div> }).collect_view()}
            <div><dt>"History"</dt><dd><a href=address_of(&workspace.environment.get_untracked(), &Of::Release(&key))>"Who changed it, and why"</a></dd></div>
        </dl>
        <div class="split">
            <section class="section">
                <h2>"Stages"</h2>
                <div class="card pad"><Hoist release=release.clone() /></div>
            </section>
            <div class="section gap">
                <section class="section">
                    <h2>"Flags it moves"</h2>
                    <ul class="card rows">
                        {release.flags.iter().map(|member| view! {
                            <li><a class="mono" href=workspace.href(&Page::Flag(member.flag.clone()))>{member.flag.clone()}</a>" becomes "<code>{member.variant.clone()}</code></li>
                        }).collect_view()}
                    </ul>
                </section>
                <Readiness key=key.clone() release=release.clone() />
                <Words title="If it goes wrong" text=release.contingency.clone() />
                <Words title="What users are told" text=release.announcement.clone() />
            </div>
        </div>
    }
}

#[component]
fn Words(title: &'static str, text: String) -> impl IntoView {
    (!text.is_empty()).then(|| view! { <section class="section"><h2>{title}</h2><p class="card pad"><Rich text /></p></section> })
}

/// Makes an action's proposal, of a release and its key.
type Propose = Box<dyn Fn(&str, &Release) -> Proposal + Send + Sync>;

/// What can be done now: the next stage first, taking it back last.
#[component]
fn Buttons(key: String, release: Release) -> impl IntoView {
    let clock = clock();
    let standing = Memo::new({
        let release = release.clone();
        move |_| {
            let progress = Progress::of(&release, clock.get());
            (progress.standing, progress.next(&release).cloned())
        }
    });
    move || {
        let (standing, next) = standing.get();
        let button = |class: &'static str, word: String, propose: Propose| {
            let (key, release) = (key.clone(), release.clone());
            view! { <ActionButton class word propose=move |()| propose(&key, &release) /> }
        };
        let live = release.is_live();
        // What nobody has cannot be held or taken back.
        let begun = live && standing != Standing::Planned;
        let mut buttons = Vec::new();
        if let Some(stage) = next.filter(|_| live) {
            buttons.push(button(
                "button primary",
                format!("Open to {}", stage.name),
                Box::new(move |key, release| actions::open(key, release, &stage)),
            ));
        }
        if standing == Standing::Everyone {
            buttons.push(button("button primary", "Close".to_owned(), Box::new(actions::close)));
        }
        if live && release.hold.is_some() {
            buttons.push(button("button", "Resume".to_owned(), Box::new(actions::resume)));
        } else if begun {
            buttons.push(button("button", "Hold".to_owned(), Box::new(actions::hold)));
        }
        if begun {
            buttons.push(button("button danger", "Roll back".to_owned(), Box::new(actions::roll_back)));
        } else if release.rolled_back && !release.closed {
            buttons.push(button("button", "Put back".to_owned(), Box::new(actions::put_back)));
        }
        view! { <div class="actions">{buttons}</div> }
    }
}

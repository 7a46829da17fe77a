//! The history's page: records from the newest on, narrowed by the filter in the address.

use std::collections::BTreeSet;

use halyard_core::Timestamp;
use leptos::prelude::*;

use crate::api::Subject;
use crate::app::route::Navigation;
use crate::draft::workspace;
use crate::history::export::Export;
use crate::history::feed::{Feed, State};
use crate::history::filter::Filter;
use crate::history::row::{FullRow, NotLoaded};
use crate::kinds;
use crate::releases::stages::capital;
use crate::ui::rich::count;
use crate::ui::time::{exact, local_day, start_of_local_day};
use crate::ui::{Bones, Empty};

/// The page.
#[component]
pub(crate) fn History(subject: Subject) -> impl IntoView {
    let workspace = workspace();
    let navigation = expect_context::<Navigation>();
    let query = navigation.query();
    let filter = Memo::new(move |_| Filter::read(&query.read()));
    let feed = Feed::new(subject.clone());
    let path = StoredValue::new(subject.history());
    Effect::new(move |_| feed.begin(filter.get()));
    if matches!(subject, Subject::Environment(_)) {
        // The workspace notices what others publish.
        let live = Memo::new(move |_| workspace.base.read().as_ref().map(|base| base.version));
        Effect::new(move |before: Option<Option<u64>>| {
            let now = live.get();
            if before.flatten().is_some() && now.is_some() && before.flatten() != now {
                feed.catch_up();
            }
            now
        });
    }
    let set = Callback::new(move |filter: Filter| navigation.turn(&filter.address(&path.read_value())));
    let picked = RwSignal::new(Vec::<u64>::new());
    let exporting = RwSignal::new(false);
    let rows = subject.clone();
    let narrowed = move || !filter.read().is_empty();
    let nothing = move || feed.records.read().is_empty();
    let lead = match &subject {
        Subject::Environment(_) => "Every publish, who made it and why. No record is ever overwritten.",
        Subject::Project => "Every change of people, roles, keys, tokens and limits. No record is ever overwritten.",
    };
    view! {
        <div class="page-head">
            <div><h1>{if subject == Subject::Project { "Project history" } else { "History" }}</h1><p class="lead">{lead}</p></div>
            <button type="button" class="button" disabled=nothing on:click=move |_| exporting.set(true)>"Export"</button>
        </div>
        <Narrow filter set feed subject=subject.clone() />
        <section class="section" aria-label="Records">
            <div class="section-head small muted">
                <p role="status">{move || said(feed, narrowed())}</p>
                {move || narrowed().then(|| view! { <button type="button" class="linkish" on:click=move |_| set.run(Filter::default())>"Show all"</button> })}
            </div>
            <Show when=move || !nothing()>
                <ol class="card log full">
                    <For each=move || feed.records.get() key=|record| record.version children={
                        let rows = rows.clone();
                        move |record| view! { <FullRow record subject=rows.clone() picked /> }
                    } />
                </ol>
            </Show>
            {move || match feed.state.get() {
                State::Looking if nothing() => view! { <div class="card pad"><Bones lines=6 /></div> }.into_any(),
                State::Looking => view! { <p class="actions"><button type="button" class="button" on:click=move |_| { feed.stop(); }>"Stop looking"</button></p> }.into_any(),
                State::Failed(failure) => view! { <NotLoaded failure again=Callback::new(move |()| feed.older()) /> }.into_any(),
                State::Resting => match feed.before.get() {
                    Some(_) => view! { <p class="actions"><button type="button" class="button" on:click=move |_| feed.older()>
                        {if nothing() { "Look further back" } else { "Show older" }}
                    </button></p> }.into_any(),
                    None if nothing() && narrowed() => view! { <Widen filter=filter.get() set /> }.into_any(),
                    None if nothing() => view! {
                        <div class="card"><Empty icon="clock" title="No history yet"><p>"Every publish leaves its record here."</p></Empty></div>
                    }.into_any(),
                    None => ().into_any(),
                },
            }}
        </section>
        <Picked picked subject=subject.clone() />
        {move || exporting.get().then(|| view! { <Export subject=subject.clone() filter=filter.get_untracked() close=Callback::new(move |()| exporting.set(false)) /> })}
    }
}

/// How many there are, and how far back that goes.
fn said(feed: Feed, narrowed: bool) -> String {
    let found = feed.records.read().len();
    let versions = count(found, "version", "versions");
    let versions = if narrowed { format!("{versions} found") } else { versions };
    match (feed.state.get(), feed.before.get()) {
        (State::Looking, None) if found == 0 => "Looking…".to_owned(),
        (State::Looking, Some(before)) => format!("{versions}, looking further back than version {before}…"),
        (_, Some(before)) => format!("{versions}, back to version {before}"),
        (_, None) if narrowed => format!("{versions} in the whole history"),
        (_, None) => format!("{versions}, which is all"),
    }
}

/// Nothing matches: what can be taken away.
#[component]
fn Widen(filter: Filter, set: Callback<Filter>) -> impl IntoView {
    let widened = |what: String, wider: Filter| {
        (wider != filter).then(|| view! { <button type="button" class="button" on:click=move |_| set.run(wider.clone())>{what}</button> })
    };
    let clear = |change: fn(&mut Filter)| {
        let mut wider = filter.clone();
        change(&mut wider);
        wider
    };
    let buttons = [
        widened("Any time".to_owned(), clear(|filter| (filter.since, filter.until) = Default::default())),
        widened("Any kind of change".to_owned(), clear(|filter| filter.kind = String::new())),
        widened("Anybody".to_owned(), clear(|filter| filter.by = String::new())),
        widened("Any flag".to_owned(), clear(|filter| filter.flag = String::new())),
        widened("Any release".to_owned(), clear(|filter| filter.release = String::new())),
    ];
    let mut parts = Vec::new();
    if !filter.kind.is_empty() {
        parts.push(format!("“{}”", kinds::words(&filter.kind)));
    }
    for (word, value) in [("flag", &filter.flag), ("release", &filter.release), ("by", &filter.by)] {
        if !value.is_empty() {
            parts.push(format!("{word} {value}"));
        }
    }
    let day = |text: &str| Timestamp::parse(text).map(exact).unwrap_or_default();
    if !filter.since.is_empty() {
        parts.push(format!("from {} on", day(&filter.since)));
    }
    if !filter.until.is_empty() {
        parts.push(format!("before {}", day(&filter.until)));
    }
    view! {
        <div class="card"><Empty icon="search" title="No version matches">
            <p>{format!("Nothing in the whole history is {}.", parts.join(", "))}</p>
            <p>"Names must be exact. Look for more:"</p>
            <div class="actions">{buttons.into_iter().flatten().collect_view()}</div>
        </Empty></div>
    }
}

/// The form that narrows.
#[component]
fn Narrow(filter: Memo<Filter>, set: Callback<Filter>, feed: Feed, subject: Subject) -> impl IntoView {
    let workspace = workspace();
    let of_flags = matches!(subject, Subject::Environment(_));
    let change = move |change: fn(&mut Filter, String)| {
        move |event: leptos::ev::Event| {
            let mut next = filter.get_untracked();
            change(&mut next, event_target_value(&event).trim().to_owned());
            set.run(next);
        }
    };
    // Whoever has been seen so far: names are offered, any other can be typed.
    let people = Memo::new(move |_| {
        let seen: BTreeSet<String> = feed.records.read().iter().map(|record| record.by.clone()).collect();
        seen
    });
    let names = move |releases: bool| {
        let document = workspace.document();
        let names = document.map(|document| {
            if releases { document.releases.keys().cloned().collect() } else { document.flags.keys().cloned().collect::<Vec<_>>() }
        });
        names.unwrap_or_default().into_iter().map(|name| view! { <option value=name></option> }).collect_view()
    };
    let groups: Vec<&'static kinds::Group> = if of_flags { kinds::FLAGS.iter().collect() } else { kinds::PROJECT.iter().collect() };
    let since = Memo::new(move |_| Timestamp::parse(&filter.read().since).map(local_day).unwrap_or_default());
    // The last day that counts is the one before.
    let until = Memo::new(move |_| Timestamp::parse(&filter.read().until).map(|at| local_day(Timestamp(at.0 - 1))).unwrap_or_default());
    let instant = |day: &str, days: i32| start_of_local_day(day, days).map(|at| at.to_string()).unwrap_or_default();
    view! {
        <form class="filters narrow" role="search" on:submit=move |event| event.prevent_default()>
            {of_flags.then(|| view! {
                <div class="field">
                    <label for="search">"Flag"</label>
                    <input id="search" class="input mono" list="flags-known" autocomplete="off" spellcheck="false" placeholder="Any flag"
                        prop:value=move || filter.read().flag.clone() on:change=change(|filter, value| filter.flag = value) />
                    <datalist id="flags-known">{move || names(false)}</datalist>
                </div>
                <div class="field">
                    <label for="release">"Release"</label>
                    <input id="release" class="input mono" list="releases-known" autocomplete="off" spellcheck="false" placeholder="Any release"
                        prop:value=move || filter.read().release.clone() on:change=change(|filter, value| filter.release = value) />
                    <datalist id="releases-known">{move || names(true)}</datalist>
                </div>
            })}
            <div class="field">
                <label for="kind">"Kind of change"</label>
                <select id="kind" class="select" prop:value=move || filter.read().kind.clone() on:change=change(|filter, value| filter.kind = value)>
                    <option value="">"Any kind"</option>
                    {groups.into_iter().map(|group| view! {
                        <optgroup label=group.title>
                            {(group.kinds.len() > 1).then(|| view! { <option value=group.pattern selected=move || filter.read().kind == group.pattern>{format!("{}: anything", group.title)}</option> })}
                            {group.kinds.iter().map(|kind| view! {
                                <option value=kind.name selected=move || filter.read().kind == kind.name>{capital(kind.done)}</option>
                            }).collect_view()}
                        </optgroup>
                    }).collect_view()}
                </select>
            </div>
            <div class="field">
                <label for="by">"Who"</label>
                <input id="by" class="input" list="people-seen" autocomplete="off" spellcheck="false" placeholder="Anybody"
                    prop:value=move || filter.read().by.clone() on:change=change(|filter, value| filter.by = value) />
                <datalist id="people-seen">{move || people.get().into_iter().map(|name| view! { <option value=name></option> }).collect_view()}</datalist>
            </div>
            <div class="field">
                <label for="since">"From"</label>
                <input id="since" class="input" type="date" prop:value=move || since.get()
                    on:change=move |event| { let mut next = filter.get_untracked(); next.since = instant(&event_target_value(&event), 0); set.run(next); } />
            </div>
            <div class="field">
                <label for="until">"To, inclusive"</label>
                <input id="until" class="input" type="date" prop:value=move || until.get()
                    on:change=move |event| { let mut next = filter.get_untracked(); next.until = instant(&event_target_value(&event), 1); set.run(next); } />
            </div>
        </form>
    }
}

/// What is picked to be compared. It stands at the window's edge, so that one can scroll to the other.
#[component]
fn Picked(picked: RwSignal<Vec<u64>>, subject: Subject) -> impl IntoView {
    let subject = StoredValue::new(subject);
    move || {
        let picked_now = picked.get();
        let (first, second) = (picked_now.iter().min().copied()?, picked_now.iter().max().copied()?);
        let text = if first == second {
            format!("Version {first} is picked. Pick another one.")
        } else {
            format!("Versions {first} and {second}")
        };
        Some(view! {
            <div class="draft-bar picked" role="region" aria-label="Comparison">
                <span role="status">{text}</span>
                <span class="actions">
                    <button type="button" class="button small" on:click=move |_| picked.set(Vec::new())>"Clear"</button>
                    {(first != second).then(|| view! { <a class="button small primary" href=subject.read_value().comparison(first, second)>"Compare"</a> })}
                </span>
            </div>
        })
    }
}

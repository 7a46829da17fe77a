//! All flags: found by words, narrowed by purpose, owner, state and tag.

use std::collections::BTreeSet;
use std::sync::Arc;

use halyard_core::Timestamp;
use halyard_core::document::{Document, Flag, Purpose};
use leptos::prelude::*;

use crate::app::route::{Navigation, Page};
use crate::draft::workspace;
use crate::flags::create::NewFlag;
use crate::flags::state::{FlagState, Group, state};
use crate::shell::{Loaded, ReadOnly};
use crate::ui::icon::Icon;
use crate::ui::rich::{Rich, count};
use crate::ui::time::{clock, day};
use crate::ui::{Badge, Empty};

/// What the list is narrowed to. An empty text narrows nothing.
#[derive(Clone, Copy)]
struct Filter {
    words: RwSignal<String>,
    purpose: RwSignal<String>,
    owner: RwSignal<String>,
    state: RwSignal<String>,
    tag: RwSignal<String>,
}

impl Filter {
    fn of_the_address(navigation: Navigation) -> Filter {
        let signal = |name| RwSignal::new(navigation.parameter(name).unwrap_or_default());
        Filter { words: signal("q"), purpose: signal("purpose"), owner: signal("owner"), state: signal("state"), tag: signal("tag") }
    }

    /// Of these rows, those that it lets through.
    fn of(self, rows: &[Arc<Row>]) -> Vec<Arc<Row>> {
        let words = self.words.read().to_lowercase();
        let words: Vec<&str> = words.split_whitespace().collect();
        let (purpose, owner, state, tag) = (self.purpose.read(), self.owner.read(), self.state.read(), self.tag.read());
        let is = |wanted: &str, has: &str| wanted.is_empty() || wanted == has;
        let admits = |row: &&Arc<Row>| {
            let flag = &row.flag;
            words.iter().all(|word| row.text.contains(word))
                && is(&purpose, flag.purpose.as_str())
                && is(&owner, &flag.owner)
                && is(&state, row.state.group.key())
                && (tag.is_empty() || flag.tags.contains(&tag))
        };
        rows.iter().filter(admits).cloned().collect()
    }

    fn is_empty(self) -> bool {
        [self.words, self.purpose, self.owner, self.state, self.tag].iter().all(|part| part.read().is_empty())
    }

    fn clear(self) {
        for part in [self.words, self.purpose, self.owner, self.state, self.tag] {
            part.set(String::new());
        }
    }
}

#[component]
fn Choose(
    id: &'static str,
    label: &'static str,
    any: &'static str,
    value: RwSignal<String>,
    options: Vec<(String, String)>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select id=id class="select" prop:value=move || value.get() on:change=move |event| value.set(event_target_value(&event))>
                <option value="">{any}</option>
                {options.into_iter().map(|(key, name)| {
                    let chosen = *value.read_untracked() == key;
                    view! { <option value=key selected=chosen>{name}</option> }
                }).collect_view()}
            </select>
        </div>
    }
}

fn same(texts: BTreeSet<String>) -> Vec<(String, String)> {
    texts.into_iter().map(|text| (text.clone(), text)).collect()
}

/// The page.
#[component]
pub(crate) fn Flags() -> impl IntoView {
    let workspace = workspace();
    let filter = Filter::of_the_address(expect_context::<Navigation>());
    let making = RwSignal::new(false);
    view! {
        <div class="page-head"><div>
            <h1>"Flags"</h1>
        </div>{move || workspace.may("flag.create").then(|| view! { <button type="button" class="button primary" disabled=move || workspace.document().is_none() on:click=move |_| making.set(true)>"New flag"</button> })}</div>
        <ReadOnly of=("flag.", "flags") />
        {move || making.get().then(|| view! { <NewFlag close=Callback::new(move |()| making.set(false)) /> })}
        <Loaded children=move |document| if document.flags.is_empty() {
            view! { <div class="card"><Empty icon="flag" title="No flags yet">
                <p>"A flag decides who gets which variant of something. Make one here, or publish a document from the command line."</p>
            </Empty></div> }.into_any()
        } else {
            view! { <Narrowed document filter /> }.into_any()
        } />
    }
}

#[component]
fn Narrowed(document: Arc<Document>, filter: Filter) -> impl IntoView {
    let owners: BTreeSet<String> = document.flags.values().map(|flag| flag.owner.clone()).collect();
    let tags: BTreeSet<String> = document.flags.values().flat_map(|flag| flag.tags.clone()).collect();
    let purposes = Purpose::ALL.iter().map(|purpose| (purpose.as_str().to_owned(), purpose.as_str().to_owned())).collect();
    let states = Group::ALL.iter().map(|group| (group.key().to_owned(), group.label().to_owned())).collect();
    let clock = clock();
    let total = document.flags.len();
    // What is asked of every flag at every key is found out once.
    let rows = Memo::new(move |_| {
        let now = clock.get();
        document.flags.iter().map(|(key, flag)| Arc::new(Row::of(&document, key, flag, now))).collect::<Vec<_>>()
    });
    let shown = Memo::new(move |_| filter.of(&rows.read()));
    let most = RwSignal::new(PAGE);
    let none = Memo::new(move |_| shown.read().is_empty());
    let left = Memo::new(move |_| shown.read().len().saturating_sub(most.get()));
    view! {
        <div class="filters" role="search">
            <div class="field find">
                <label for="search">"Search"</label>
                <div class="search">
                    <Icon name="search" size=18 />
                    <input id="search" class="input" type="search" autocomplete="off" placeholder="Key, description, owner, tag"
                        prop:value=move || filter.words.get() on:input=move |event| filter.words.set(event_target_value(&event)) />
                    <kbd aria-hidden="true">"/"</kbd>
                </div>
            </div>
            <Choose id="purpose" label="Purpose" any="Any purpose" value=filter.purpose options=purposes />
            <Choose id="state" label="State" any="Any state" value=filter.state options=states />
            <Choose id="owner" label="Owner" any="Any owner" value=filter.owner options=same(owners) />
            <Choose id="tag" label="Tag" any="Any tag" value=filter.tag options=same(tags) />
        </div>
        <div class="section">
            <div class="section-head small muted">
                <p role="status">{move || {
                    let shown = shown.read().len();
                    if shown == total { count(total, "flag", "flags") } else { format!("{shown} of {}", count(total, "flag", "flags")) }
                }}</p>
                {move || (!filter.is_empty()).then(|| view! { <button type="button" class="linkish" on:click=move |_| filter.clear()>"Show all"</button> })}
            </div>
            <div class="card">
                {move || if none.get() {
                    view! { <Empty icon="search" title="No flag matches">
                        <p>"Try fewer words, or another state."</p>
                        <div class="actions"><button type="button" class="button" on:click=move |_| filter.clear()>"Show all flags"</button></div>
                    </Empty> }.into_any()
                } else {
                    view! { <Table rows=Signal::derive(move || shown.read().iter().take(most.get()).cloned().collect()) /> }.into_any()
                }}
                {move || (left.get() > 0).then(|| view! {
                    <p class="row"><button type="button" class="button small" on:click=move |_| most.update(|most| *most += PAGE)>{format!("Show {} more", left.get().min(PAGE))}</button></p>
                })}
            </div>
        </div>
    }
}

/// As many rows are shown at once, and each time that more are asked for: nobody reads further than that.
const PAGE: usize = 100;

struct Row {
    key: String,
    flag: Flag,
    state: FlagState,
    /// What the search looks in.
    text: String,
}

impl Row {
    fn of(document: &Document, key: &str, flag: &Flag, now: Timestamp) -> Row {
        let text = format!("{key} {} {} {}", flag.description, flag.owner, flag.tags.join(" ")).to_lowercase();
        Row { key: key.to_owned(), flag: flag.clone(), state: state(document, key, flag, now), text }
    }
}

impl PartialEq for Row {
    /// Of the same document: nothing else of a row changes with the time.
    fn eq(&self, other: &Row) -> bool {
        self.key == other.key && self.state == other.state
    }
}

#[component]
fn Table(rows: Signal<Vec<Arc<Row>>>) -> impl IntoView {
    let workspace = workspace();
    let today = crate::ui::time::now().date();
    let row = move |row: Arc<Row>| {
        let Row { key, flag, state, .. } = &*row;
        let expired = flag.purpose.is_temporary() && flag.expires.is_some_and(|expires| expires < today);
        let expires = match flag.expires {
            Some(expires) if expired => view! { <span class="warn-ink">"overdue, "{day(expires)}</span> }.into_any(),
            Some(expires) => day(expires).into_any(),
            None if flag.purpose.is_temporary() => view! { <span class="warn-ink">"no date"</span> }.into_any(),
            None => view! { <span class="muted">"permanent"</span> }.into_any(),
        };
        view! {
            <tr>
                <td>
                    <a class="key" href=workspace.href(&Page::Flag(key.clone()))>{key.clone()}</a>
                    <span class="about"><Rich text=flag.description.clone() /></span>
                </td>
                <td><Badge tone=state.tone word=state.word.clone() /></td>
                <td class="minor">{flag.purpose.as_str()}</td>
                <td class="minor">{flag.owner.clone()}</td>
                <td class="minor">{expires}</td>
            </tr>
        }
    };
    view! {
        <table class="flags">
            <thead><tr><th scope="col">"Flag"</th><th scope="col">"State"</th><th scope="col">"Purpose"</th><th scope="col">"Owner"</th><th scope="col">"Expires"</th></tr></thead>
            <tbody><For each=move || rows.get() key=|row| (row.key.clone(), row.state.word.clone()) children=row /></tbody>
        </table>
    }
}

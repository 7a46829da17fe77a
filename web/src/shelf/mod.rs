//! Pages that are a list of small things, each of which says what it is and opens into its form: segments, plans, scenarios.

pub(crate) mod plans;
pub(crate) mod scenarios;
pub(crate) mod segments;

use halyard_core::document::Document;
use leptos::prelude::*;

use crate::draft::workspace;
use crate::form::{Form, Views, form};
use crate::shell::{ReadOnly, Waiting};
use crate::ui::Empty;
use crate::ui::icon::Icon;
use crate::uses::{Use, Uses};

/// Who may be told about a segment, a plan or a flag.
pub(crate) const SEEN_BY: [(&str, &str); 2] = [("", "servers only"), ("public", "servers and pages")];

/// What there is to know about a list of such things.
pub(crate) struct Shelf {
    /// Its part of the document: `segments`.
    pub(crate) part: &'static str,
    /// The kinds of change that it takes: `segment.`.
    pub(crate) group: &'static str,
    /// What one is called.
    pub(crate) one: &'static str,
    pub(crate) title: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) icon: &'static str,
    /// What they are good for, where there are none.
    pub(crate) empty: &'static str,
    /// An example of a name.
    pub(crate) example: &'static str,
    /// How many there are, by the keys of their places in the part.
    pub(crate) keys: fn(&Document) -> Vec<String>,
    /// The name of the one at a place.
    pub(crate) name: fn(&Document, &str) -> String,
    /// Whether names are keys, as programs write them.
    pub(crate) coded: bool,
    /// Why a new one cannot have this name.
    pub(crate) refused: fn(&Document, &str) -> Option<&'static str>,
    /// What stands beside the name.
    pub(crate) badge: fn(String) -> AnyView,
    /// What it says.
    pub(crate) said: fn(String) -> AnyView,
    /// Its form.
    pub(crate) fields: fn() -> AnyView,
    /// What would miss it.
    pub(crate) uses: fn(&Document, &str) -> Vec<Use>,
    /// Makes one of this name; the key of its place.
    pub(crate) make: fn(&mut Document, &str) -> String,
    pub(crate) remove: fn(&mut Document, &str),
}

/// The page.
#[component]
pub(crate) fn ShelfPage(of: &'static Shelf) -> impl IntoView {
    let workspace = workspace();
    let open = RwSignal::new(None::<String>);
    let keys = Memo::new(move |_| workspace.document().map(|document| (of.keys)(&document)));
    let empty = Memo::new(move |_| keys.read().as_ref().map(Vec::is_empty));
    view! {
        <div class="page-head"><div>
            <h1>{of.title}</h1>
            <p class="lead">{of.lead}</p>
        </div></div>
        <ReadOnly of=(of.group, of.part) />
        // The list stays as it is while something in it is edited.
        {move || match empty.get() {
            None => view! { <Waiting /> }.into_any(),
            Some(true) => view! { <div class="card"><Empty icon=of.icon title=format!("No {} yet", of.part)><p>{of.empty}</p></Empty></div> }.into_any(),
            Some(false) => view! {
                <ul class="card rows"><For each=move || keys.get().unwrap_or_default() key=|key| key.clone() let(key)><Row of key open /></For></ul>
            }.into_any(),
        }}
        {move || (empty.get().is_some() && workspace.may(of.group)).then(|| view! { <Create of open /> })}
    }
}

/// One of them: what it says, and its form.
#[component]
fn Row(of: &'static Shelf, key: String, open: RwSignal<Option<String>>) -> impl IntoView {
    let workspace = workspace();
    let key = StoredValue::new(key);
    let name = Memo::new(move |_| workspace.document().map(|document| (of.name)(&document, &key.read_value())).unwrap_or_default());
    let used = move || workspace.document().map(|document| (of.uses)(&document, &key.read_value())).unwrap_or_default();
    let said = move || {
        let links =
            used().into_iter().map(|used| view! { <a class="tag" href=workspace.href(&used.page)>{used.what.replace('`', "")}</a> });
        let links = links.collect_view();
        (!links.is_empty()).then(|| view! { <p class="actions small muted">"Used by "{links}</p> })
    };
    let is_open = Memo::new(move |_| *open.read() == Some(key.get_value()));
    let toggle = move |_| open.update(|open| *open = if *open == Some(key.get_value()) { None } else { Some(key.get_value()) });
    let words = move || match (is_open.get(), workspace.may(of.group)) {
        (true, _) => "Done",
        (false, true) => "Edit",
        (false, false) => "Look",
    };
    view! {
        <li class="section tight" id=if of.coded { key.get_value() } else { format!("{}-{}", of.one, key.read_value()) }>
            <div class="section-head">
                <div class="actions"><h2 class:mono=of.coded>{move || name.get()}</h2>{(of.badge)(key.get_value())}</div>
                <button type="button" class="button small" aria-expanded=move || if is_open.get() { "true" } else { "false" } on:click=toggle>{words}<span class="sr">" "{move || name.get()}</span></button>
            </div>
            {move || if is_open.get() { view! { <Edit of key=key.get_value() open /> }.into_any() } else { (of.said)(key.get_value()) }}
            {said}
        </li>
    }
}

#[component]
fn Edit(of: &'static Shelf, key: String, open: RwSignal<Option<String>>) -> impl IntoView {
    let workspace = workspace();
    provide_context(Form::of(of.part, &key));
    let form = form();
    let missed = RwSignal::new(None::<Vec<Use>>);
    let key = StoredValue::new(key);
    let gone = move |_| {
        let uses = untrack(|| workspace.document()).map(|document| (of.uses)(&document, &key.read_value())).unwrap_or_default();
        if !uses.is_empty() {
            missed.set(Some(uses));
            return;
        }
        form.stop();
        open.set(None);
        workspace.edit(|document| (of.remove)(document, &key.read_value()));
    };
    view! {
        <Views title="" id="form" json="Its JSON"><div class="form-fields">{(of.fields)()}</div></Views>
        {move || missed.get().map(|uses| view! { <Uses uses of=key.get_value() /> })}
        {move || (!form.locked.get()).then(|| view! { <div class="actions"><button type="button" class="button small quiet danger" on:click=gone>{format!("Remove this {}", of.one)}</button></div> })}
    }
}

#[component]
fn Create(of: &'static Shelf, open: RwSignal<Option<String>>) -> impl IntoView {
    let workspace = workspace();
    let name = RwSignal::new(String::new());
    let refusal = Memo::new(move |_| {
        let name = name.read();
        let name = name.trim();
        if name.is_empty() { Some("") } else { workspace.document().and_then(|document| (of.refused)(&document, name)) }
    });
    let make = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if refusal.get_untracked().is_some() {
            return;
        }
        let mut made = String::new();
        workspace.edit(|document| made = (of.make)(document, name.get_untracked().trim()));
        name.set(String::new());
        open.set(Some(made));
    };
    let size = if of.coded { "18" } else { "44" };
    view! {
        <form class="card pad section tight" on:submit=make>
            <div class="field"><label for="new-one">{format!("New {}", of.one)}</label>
                <div class="actions"><input id="new-one" class="word" class:mono=of.coded type="text" size=size placeholder=of.example autocomplete="off" autocapitalize="off" spellcheck="false" aria-describedby="new-one-wrong"
                    prop:value=move || name.get() on:input=move |event| name.set(event_target_value(&event)) />
                <button type="submit" class="button" disabled=move || refusal.get().is_some()><Icon name="plus" size=16 />"Make it"</button></div></div>
            <p id="new-one-wrong" class="small bad-ink" role="status">{move || refusal.get()}</p>
        </form>
    }
}

//! Segments: named groups of users, who is in them and what uses them.

use halyard_core::document::{Document, Segment};
use halyard_core::{Json, Pointer, phrase};
use leptos::prelude::*;

use crate::app::route::Page;
use crate::draft::workspace;
use crate::form::{Condition, Field, Form, HeldBack, JsonView, Writes, form};
use crate::releases::stages::capital;
use crate::shell::Waiting;
use crate::ui::Empty;
use crate::ui::icon::Icon;
use crate::ui::rich::Rich;

/// Whether a condition somewhere in this JSON names the segment.
fn mentions(json: &Json, segment: &str) -> bool {
    match json {
        Json::Object(members) => {
            members.iter().any(|(name, value)| (name == "segment" && value.as_str() == Some(segment)) || mentions(value, segment))
        }
        Json::Array(items) => items.iter().any(|item| mentions(item, segment)),
        _ => false,
    }
}

fn users(document: &Document, segment: &str) -> Vec<(String, Page)> {
    let flags = document.flags.iter().filter(|(_, flag)| flag.rules.iter().any(|rule| mentions(&Json::from_value(&rule.when), segment)));
    let releases = document
        .releases
        .iter()
        .filter(|(_, release)| release.stages.iter().any(|stage| mentions(&Json::from_value(&stage.audience), segment)));
    let segments = document.segments.iter().filter(|(key, other)| *key != segment && mentions(&Json::from_value(&other.when), segment));
    flags
        .map(|(key, _)| (key.clone(), Page::Flag(key.clone())))
        .chain(releases.map(|(key, _)| (key.clone(), Page::Release(key.clone()))))
        .chain(segments.map(|(key, _)| (key.clone(), Page::Segments)))
        .collect()
}

/// Why a new segment cannot have this key; none: it can.
fn refused(document: &Document, key: &str) -> Option<String> {
    let fits = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-');
    if key.is_empty() {
        return Some(String::new());
    }
    if !key.chars().all(fits) || !key.starts_with(|first: char| first.is_ascii_alphanumeric()) || key.len() > halyard_core::limits::KEY {
        return Some("A key has letters, digits, “.”, “_” and “-”, and begins with a letter or digit.".to_owned());
    }
    document.segments.contains_key(key).then(|| "There is a segment of this name already.".to_owned())
}

/// The page.
#[component]
pub(crate) fn Segments() -> impl IntoView {
    let workspace = workspace();
    let open = RwSignal::new(None::<String>);
    let keys = Memo::new(move |_| workspace.document().map(|document| document.segments.keys().cloned().collect::<Vec<_>>()));
    let empty = Memo::new(move |_| keys.read().as_ref().map(Vec::is_empty));
    view! {
        <div class="page-head"><div>
            <h1>"Segments"</h1>
            <p class="lead">"Named groups of users, which rules and stages refer to."</p>
        </div></div>
        // The list stays as it is while a segment in it is edited.
        {move || match empty.get() {
            None => view! { <Waiting /> }.into_any(),
            Some(true) => view! { <div class="card"><Empty icon="people" title="No segments yet"><p>"Give a group a name once, such as staff or beta, and use it in rules and stages everywhere."</p></Empty></div> }.into_any(),
            Some(false) => view! {
                <ul class="card rows"><For each=move || keys.get().unwrap_or_default() key=|key| key.clone() let(key)><Row key open /></For></ul>
            }.into_any(),
        }}
        {move || (empty.get().is_some() && workspace.may("segment.")).then(|| view! { <Create open /> })}
    }
}

/// A segment: its sentence, and its form.
#[component]
fn Row(key: String, open: RwSignal<Option<String>>) -> impl IntoView {
    let workspace = workspace();
    let name = StoredValue::new(key.clone());
    let segment = Memo::new(move |_| workspace.document().and_then(|document| document.segments.get(&name.get_value()).cloned()));
    let used = move || {
        let users = workspace.document().map(|document| users(&document, &name.get_value())).unwrap_or_default();
        let links =
            users.into_iter().map(|(name, page)| view! { <a class="tag mono" href=workspace.href(&page)>{name}</a> }).collect_view();
        if links.is_empty() { "Nothing uses it.".into_any() } else { view! { "Used by "{links} }.into_any() }
    };
    let is_open = Memo::new(move |_| *open.read() == Some(name.get_value()));
    let toggle = move |_| open.update(|open| *open = if *open == Some(name.get_value()) { None } else { Some(name.get_value()) });
    view! {
        <li class="section tight" id=key.clone()>
            <div class="section-head">
                <h2 class="mono">{key.clone()}</h2>
                <button type="button" class="button small" aria-expanded=move || if is_open.get() { "true" } else { "false" } on:click=toggle>
                    {move || match (is_open.get(), workspace.may("segment.")) { (true, _) => "Done", (false, true) => "Edit", (false, false) => "Look" }}</button>
            </div>
            {move || segment.get().filter(|_| !is_open.get()).map(|segment| view! {
                {(!segment.description.is_empty()).then(|| view! { <p class="soft"><Rich text=segment.description.clone() /></p> })}
                <p><Rich text=capital(&phrase::condition(&segment.when)) /></p>
            })}
            {move || is_open.get().then(|| view! { <Edit key=name.get_value() open /> })}
            <p class="actions small muted">{used}</p>
        </li>
    }
}

#[component]
fn Edit(key: String, open: RwSignal<Option<String>>) -> impl IntoView {
    let workspace = workspace();
    provide_context(Form::of("segments", &key));
    let form = form();
    let as_json = RwSignal::new(false);
    let label = format!("Who is in {key}");
    let gone = {
        let key = key.clone();
        move |_| {
            open.set(None);
            workspace.edit(|document| drop(document.segments.remove(&key)));
        }
    };
    view! {
        <div class="section">
            <div class="line soft"><Field at=Pointer::root().at("description") label="What it is" writes=Writes::Optional width=32 placeholder="who they are" />
                <button type="button" class="linkish small" on:click=move |_| as_json.update(|json| *json = !*json)>{move || if as_json.get() { "as a form" } else { "as JSON" }}</button></div>
            {move || if as_json.get() {
                view! { <JsonView label="The segment’s JSON" /> }.into_any()
            } else {
                view! { <Condition at=Pointer::root().at("when") label=label.clone() /> }.into_any()
            }}
            <HeldBack />
            {move || (!form.locked.get()).then(|| view! { <div class="actions"><button type="button" class="button small quiet danger" on:click=gone.clone()>"Remove this segment"</button></div> })}
        </div>
    }
}

#[component]
fn Create(open: RwSignal<Option<String>>) -> impl IntoView {
    let workspace = workspace();
    let key = RwSignal::new(String::new());
    let refusal = Memo::new(move |_| workspace.document().and_then(|document| refused(&document, key.read().trim())));
    let make = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = key.get_untracked().trim().to_owned();
        if refusal.get_untracked().is_some() {
            return;
        }
        // Nobody is in it until somebody says who.
        let when = halyard_core::document::Condition::Any { any: Vec::new() };
        workspace.edit(|document| {
            document.segments.insert(name.clone(), Segment { description: String::new(), visibility: Default::default(), when });
        });
        key.set(String::new());
        open.set(Some(name));
    };
    view! {
        <form class="card pad section tight" on:submit=make>
            <div class="field"><label for="new-segment">"New segment"</label>
                <div class="actions"><input id="new-segment" class="word mono" type="text" size="18" placeholder="beta-customers" autocomplete="off" autocapitalize="off" spellcheck="false" aria-describedby="new-segment-wrong"
                    prop:value=move || key.get() on:input=move |event| key.set(event_target_value(&event)) />
                <button type="submit" class="button" disabled=move || refusal.get().is_some()><Icon name="plus" size=16 />"Make it"</button></div></div>
            <p id="new-segment-wrong" class="small bad-ink" role="status">{move || refusal.get()}</p>
        </form>
    }
}

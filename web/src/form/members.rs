//! Members that people name themselves: a variant, an attribute, a flag that something is expected of. A line each, and one for another.

use halyard_core::{Json, Pointer};
use leptos::prelude::*;

use super::condition::{Wrong, focus_later};
use super::fields::{Field, Remove, Suggestions, Writes, id};
use super::{Form, at, form};
use crate::ui::icon::Icon;

/// What there is to know about the members of one object.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    /// What one is called: `attribute`.
    pub(crate) one: &'static str,
    /// Names to offer.
    pub(crate) offered: fn(Form) -> Vec<String>,
    /// What stands at a new name; or why it cannot be one.
    pub(crate) fresh: fn(Form, &str) -> Result<Json, &'static str>,
    /// The line of the member of that name at that place.
    pub(crate) line: fn(String, Pointer) -> AnyView,
}

/// The evaluation context of a scenario.
pub(crate) const CONTEXT: Kind = Kind {
    one: "attribute",
    offered: |form| form.known.with_value(|known| known.attributes().cloned().collect()),
    fresh: |_, _| Ok(Json::from("")),
    line: |name, at| view! { <Value name at /> }.into_any(),
};

/// A flag's metadata.
pub(crate) const METADATA: Kind = Kind { one: "entry", offered: |_| Vec::new(), ..CONTEXT };

/// What flags a scenario expects to be what.
pub(crate) const EXPECT: Kind = Kind {
    one: "flag",
    offered: Form::flags,
    fresh: |form, flag| {
        let known = form.known.with_value(|known| known.flags.contains_key(flag));
        let first = form.variants_of(flag).first().map_or(Json::Null, |first| Json::from(first.as_str()));
        if known { Ok(first) } else { Err("There is no such flag.") }
    },
    line: |name, at| view! { <Expected flag=name at /> }.into_any(),
};

/// The members of the object at a place.
#[component]
pub(crate) fn Members(at: Pointer, kind: Kind) -> impl IntoView {
    let form = form();
    let new_id = format!("{}-new", id(&at));
    let list = format!("{}-names", id(&at));
    let place = StoredValue::new(at);
    let names = Memo::new(move |_| {
        let json = form.json.read();
        let members =
            place.with_value(|at| at::get(&json, at).and_then(Json::as_object).map(|object| object.keys().cloned().collect::<Vec<_>>()));
        members.unwrap_or_default()
    });
    let new = RwSignal::new(String::new());
    // What would stand at the name that is being typed; or what is wrong with it.
    let fresh = move || {
        let (name, names) = (new.read(), names.read());
        let name = name.trim();
        if name.is_empty() {
            Err("")
        } else if names.iter().any(|known| known == name) {
            Err("It is there already.")
        } else {
            (kind.fresh)(form, name)
        }
    };
    let add = move || {
        let Ok(value) = untrack(fresh) else { return };
        let name = new.get_untracked().trim().to_owned();
        place.with_value(|at| {
            form.change(|json| {
                if at::get(json, at).is_none() {
                    at::set(json, at, Some(Json::Object(Default::default())));
                }
                at::set(json, &at.at(&name), Some(value));
            });
            focus_later(id(&at.at(&name)));
        });
        new.set(String::new());
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            add();
        }
    };
    let meant = Memo::new(move |_| {
        let offered = (kind.offered)(form);
        let new = new.read();
        if offered.iter().any(|known| known == new.trim()) {
            None
        } else {
            halyard_core::check::nearest(new.trim(), offered.iter().map(String::as_str)).map(str::to_owned)
        }
    });
    view! {
        <div class="members">
            <ul><For each=move || names.get() key=Clone::clone children=move |name: String| (kind.line)(name.clone(), place.with_value(|at| at.at(&name))) /></ul>
            <Suggestions id=list.clone() words=(kind.offered)(form) />
            {move || {
                let (list, field) = (list.clone(), new_id.clone());
                (!form.locked.get()).then(|| view! {
                    <div class="line">
                        <input id=field class="word mono" type="text" size="16" list=list placeholder=kind.one aria-label=format!("Another {}", kind.one) autocomplete="off" autocapitalize="off" spellcheck="false"
                            prop:value=move || new.get() on:input=move |event| new.set(event_target_value(&event)) on:keydown=key />
                        <button type="button" class="button quiet small" disabled=move || fresh().is_err() on:click=move |_| add()><Icon name="plus" size=16 />"Add "{kind.one}</button>
                        {move || fresh().err().filter(|why| !why.is_empty()).map(|why| view! { <span class="small warn-ink">{why}</span> })}
                        {move || meant.get().map(|meant| {
                            let take = meant.clone();
                            view! { <p class="meant small warn-ink"><Icon name="alert" size=16 />"Nothing else mentions this one. Did you mean "<button type="button" class="linkish mono" on:click=move |_| new.set(take.clone())>{meant}</button>"?"</p> }
                        })}
                    </div>
                })
            }}
        </div>
    }
}

/// Takes the member at a place away, and gives the cursor to the line for another.
pub(crate) fn take_away(form: Form, at: &Pointer) {
    form.put(at, None);
    focus_later(format!("{}-new", id(&at::split(at).0)));
}

/// A value as one types it.
#[component]
fn Value(name: String, at: Pointer) -> impl IntoView {
    let form = form();
    let texts = form.known.with_value(|known| known.is_text(&name));
    let offered = form.known.with_value(|known| known.values(&name).cloned().collect());
    let list = format!("{}-values", id(&at));
    let gone = at.clone();
    view! {
        <li class="line">
            <label class="member mono" for=id(&at)>{name.clone()}</label>
            <Suggestions id=list.clone() words=offered />
            <Field at=at.clone() label=format!("Value of {name}") writes=Writes::Value { texts } width=16 mono=true list />
            <Remove label=format!("Remove {name}") gone=move |()| take_away(form, &gone) />
            <Wrong at />
        </li>
    }
}

/// One of a flag's variants, or the application's own default.
#[component]
fn Expected(flag: String, at: Pointer) -> impl IntoView {
    let form = form();
    let place = StoredValue::new(at.clone());
    let now = Memo::new(move |_| place.with_value(|at| form.get(at)).and_then(|value| value.as_str().map(str::to_owned)));
    let variants = form.variants_of(&flag);
    let stray = now.get_untracked().filter(|now| !variants.contains(now));
    let choose = move |event| {
        let chosen = event_target_value(&event);
        // A variant may have any name: it stands behind a slash, apart from the application's default.
        place.with_value(|at| form.put(at, chosen.strip_prefix('/').map_or(Json::Null, Json::from)));
    };
    let option = move |variant: String| {
        let (value, word) = (format!("/{variant}"), variant.clone());
        view! { <option value=value selected=move || now.read().as_deref() == Some(variant.as_str())>{word}</option> }
    };
    view! {
        <li class="line">
            <label class="member mono" for=id(&at)>{flag.clone()}</label>
            <select id=id(&at) class="word" aria-label=format!("What {flag} is") disabled=move || form.locked.get() on:change=choose>
                {variants.into_iter().chain(stray).map(option).collect_view()}
                <option value="" selected=move || now.read().is_none()>"the application’s own default"</option>
            </select>
            <Remove label=format!("Expect nothing of {flag}") gone=move |()| place.with_value(|at| take_away(form, at)) />
            <Wrong at />
        </li>
    }
}

//! Who gets what: requirements, rules, the release, everyone else, from top to bottom, as forms or as JSON.

use std::sync::Arc;

use halyard_core::document::Document;
use halyard_core::{Json, Pointer};
use leptos::prelude::*;

use crate::app::route::Page;
use crate::draft::workspace;
use crate::form::{Require, Requires, Rules, Serve, Views, form};
use crate::releases::list::ReleaseBadge;
use crate::releases::stages::StageBar;
use crate::ui::rich::Rich;

/// The section of a flag's page.
#[component]
pub(crate) fn Targeting(key: String) -> impl IntoView {
    view! {
        <Views title="Who gets what" id="targeting" json="The flag’s JSON">
            <p class="small soft">"From top to bottom: the first line that fits a user decides."</p>
            <Order key=key.clone() />
        </Views>
    }
}

#[component]
fn Order(key: String) -> impl IntoView {
    let form = form();
    let workspace = workspace();
    let disabled = Memo::new(move |_| form.json.read().get("enabled") == Some(&Json::Bool(false)));
    let off = move || match form.json.read().get("offVariant").and_then(Json::as_str) {
        Some(variant) => format!("`{variant}`"),
        None => "the application’s own default".to_owned(),
    };
    let key = StoredValue::new(key);
    view! {
        <div class="card targeting" class:moot=move || disabled.get()>
            {move || disabled.get().then(|| view! { <p class="row">"It is disabled: everyone gets "<span class="serves"><Rich text=off() /></span>", and the lines below wait."</p> })}
            <Requires />
            <Rules beside=|| view! { <Require /> } />
            {move || workspace.document().map(|document| view! { <Release key=key.get_value() document /> })}
            <div class="row line">
                <Serve verb="Everyone else gets " at=Pointer::root().at("otherwise") label="What everyone else gets" nothing="the application’s own default" />
            </div>
            <div class="row line soft small">
                <Serve verb="While it is disabled or blocked, everyone gets " at=Pointer::root().at("offVariant") label="What everyone gets while it is off" nothing="the application’s own default" plain=true />
            </div>
        </div>
    }
}

/// The release that moves the flag, and those that did.
#[component]
fn Release(key: String, document: Arc<Document>) -> impl IntoView {
    let workspace = workspace();
    let live = document.live_release(&key).map(|(name, release)| {
        let variant = release.flags.iter().find(|member| member.flag == key).map(|member| member.variant.clone()).unwrap_or_default();
        view! {
            <div class="row section tight">
                <p class="actions"><span>"Whoever the release "<a href=workspace.href(&Page::Release(name.clone()))>{release.title.clone()}</a>" has reached gets "<span class="serves"><code>{variant}</code></span>"."</span>
                    <ReleaseBadge release=release.clone() /></p>
                <StageBar release=release.clone() />
            </div>
        }
    });
    let idle: Vec<_> = document
        .releases
        .iter()
        .filter(|(_, release)| release.rolled_back && !release.closed && release.flags.iter().any(|member| member.flag == key))
        .map(|(name, release)| view! { <p class="row small muted">"The release "<a href=workspace.href(&Page::Release(name.clone()))>{release.title.clone()}</a>" was rolled back and no longer counts."</p> })
        .collect();
    view! { {live}{idle} }
}

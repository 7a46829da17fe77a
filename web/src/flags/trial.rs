//! "Try it in your browser": a link that gives whoever opens it one variant of a public flag, for a while, in that browser only.

use halyard_core::document::Visibility;
use halyard_edge::wire::{MakeOverrides, OverrideLink};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Api, Failure};
use crate::draft::workspace;
use crate::ui::copy::Copy;
use crate::ui::time::At;

/// What a page's address takes along.
const PARAMETER: &str = "halyard-override";

/// The address with the token in it; none: this is no page's address. What stands behind its `#` stays there.
fn link(address: &str, token: &str) -> Option<String> {
    let url = web_sys::Url::new(address.trim()).ok().filter(|url| url.protocol().starts_with("http"))?;
    url.search_params().set(PARAMETER, token);
    Some(url.href())
}

/// The section of a flag's page; nothing where the live flag is not public, or this person may publish nothing here.
#[component]
pub(crate) fn Trial(key: String) -> impl IntoView {
    let workspace = workspace();
    let api = expect_context::<Api>();
    let live = Memo::new({
        let key = key.clone();
        move |_| {
            let flag = workspace.live.read().as_ref().and_then(|live| live.document.flags.get(&key).cloned());
            let public = flag.filter(|flag| flag.visibility == Visibility::Public)?;
            Some(public.variants.keys().cloned().collect::<Vec<_>>())
        }
    });
    let may = Memo::new(move |_| workspace.may_publish());
    let address = RwSignal::new(String::new());
    let variant = RwSignal::new(String::new());
    let made = RwSignal::new(None::<Result<OverrideLink, Failure>>);
    let waiting = RwSignal::new(false);
    let key = StoredValue::new(key);
    let make = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let first = live.with_untracked(|live| live.as_ref().and_then(|variants| variants.first().cloned())).unwrap_or_default();
        let chosen = Some(variant.get_untracked()).filter(|variant| !variant.is_empty()).unwrap_or(first);
        let key = key.get_value();
        let wanted = MakeOverrides { message: format!("Try {key} as {chosen}"), variants: [(key, chosen)].into(), hours: None };
        waiting.set(true);
        spawn_local(async move {
            let outcome = api.make_overrides(&workspace.environment.get_untracked(), &wanted).await;
            waiting.try_set(false);
            made.try_set(Some(outcome));
        });
    };
    move || {
        let variants = live.get().filter(|_| may.get())?;
        Some(view! {
            <section class="section" aria-labelledby="trial">
                <h2 id="trial">"Try it in your browser"</h2>
                <form class="card pad section" on:submit=make>
                    <p class="small soft">"A link that gives whoever opens it this variant, in that browser, for eight hours. Nothing changes for anybody else."</p>
                    <div class="two">
                        <div class="field">
                            <label for="trial-variant">"Variant"</label>
                            <select id="trial-variant" class="select" on:change=move |event| { variant.set(event_target_value(&event)); made.set(None); }>
                                {variants.into_iter().map(|name| view! { <option value=name.clone()>{name.clone()}</option> }).collect_view()}
                            </select>
                        </div>
                        <div class="field">
                            <label for="trial-address">"Address of your page"</label>
                            <input id="trial-address" class="input" type="url" required autocomplete="url" placeholder="https://shop.example/"
                                prop:value=move || address.get() on:input=move |event| address.set(event_target_value(&event)) />
                        </div>
                    </div>
                    <div class="actions"><button type="submit" class="button" disabled=move || waiting.get()>"Make a link"</button></div>
                    <div aria-live="polite">{move || made.get().map(|made| match made {
                        Ok(OverrideLink { token, until }) => view! {
                            {move || link(&address.read(), &token).map(|link| view! {
                                <div class="secret"><code tabindex="0">{link.clone()}</code><Copy text=link what="Copy" copied=RwSignal::new(false) /></div>
                            })}
                            <p class="small muted">"Whoever has it can use it, until "<At at=until /></p>
                        }.into_any(),
                        Err(failure) => view! { <p class="bad-ink">{failure.to_string()}</p> }.into_any(),
                    })}</div>
                </form>
            </section>
        })
    }
}

//! A flag's order of decisions as sentences: how any version of it reads.

use std::sync::Arc;

use halyard_core::document::{Document, Flag};
use halyard_core::phrase;
use leptos::prelude::*;

use crate::app::route::Page;
use crate::draft::workspace;
use crate::releases::list::ReleaseBadge;
use crate::releases::stages::{StageBar, capital};
use crate::ui::rich::Rich;

fn or_default(variant: Option<&String>) -> String {
    variant.map_or("the application’s own default".to_owned(), |variant| format!("`{variant}`"))
}

/// What it serves to whom, in the order in which it is decided.
#[component]
pub(crate) fn Order(key: String, flag: Flag, document: Arc<Document>) -> impl IntoView {
    let workspace = workspace();
    let off = or_default(flag.off_variant.as_ref());
    let moot = !flag.enabled;
    let class = if moot { "moot" } else { "" };
    let disabled = moot.then(
        || view! { <li><div><p>"It is disabled: everyone gets "<span class="serves"><Rich text=off.clone() /></span>"."</p></div></li> },
    );
    let requires = flag.requires.iter().map(|need| {
        let variants = need.is.iter().map(|variant| format!("`{variant}`")).collect::<Vec<_>>().join(" or ");
        view! {
            <li class=class><div><p>
                "Where flag "<a class="mono" href=workspace.href(&Page::Flag(need.flag.clone()))>{need.flag.clone()}</a>" is not "<Rich text=variants />", it serves "<span class="serves"><Rich text=off.clone() /></span>"."
            </p></div></li>
        }
    }).collect_view();
    let rules = flag.rules.iter().map(|rule| view! {
        <li class=class><div>
            <p><Rich text=capital(&phrase::condition(&rule.when)) />" → "<span class="serves"><Rich text=phrase::serve(&rule.serve) /></span></p>
            <p class="small muted">"Rule "<code>{rule.id.clone()}</code>{(!rule.description.is_empty()).then(|| view! { " · "<Rich text=rule.description.clone() /> })}</p>
        </div></li>
    }).collect_view();
    let release = document.live_release(&key).map(|(name, release)| {
        let variant = release.flags.iter().find(|member| member.flag == key).map(|member| member.variant.clone()).unwrap_or_default();
        view! {
            <li class=class><div>
                <p class="actions"><span>"Whoever the release "<a href=workspace.href(&Page::Release(name.clone()))>{release.title.clone()}</a>" has reached gets "<span class="serves"><code>{variant}</code></span>"."</span>
                    <ReleaseBadge release=release.clone() /></p>
                <StageBar release=release.clone() />
            </div></li>
        }
    });
    let otherwise = flag.otherwise.as_ref().map_or("the application’s own default".to_owned(), phrase::serve);
    let alone = !moot && flag.rules.is_empty() && flag.requires.is_empty() && document.live_release(&key).is_none();
    let idle: Vec<_> = document.releases.iter().filter(|(_, release)| release.rolled_back && !release.closed && release.flags.iter().any(|member| member.flag == key))
        .map(|(name, release)| view! { <p class="small muted">"The release "<a href=workspace.href(&Page::Release(name.clone()))>{release.title.clone()}</a>" was rolled back and no longer counts."</p> }).collect();
    view! {
        <div class="section">
            <ol class="card order">
                {disabled}{requires}{rules}{release}
                <li class=format!("last {class}")><div><p>{if alone { "Everyone gets " } else { "Everyone else gets " }}<span class="serves"><Rich text=otherwise /></span>"." </p></div></li>
            </ol>
            {idle}
        </div>
    }
}

//! A fresh secret: made in this browser, shown once. The project is told its hash and nothing else.

use halyard_edge::project::KeyKind;
use halyard_edge::secrets::{Kind, Secret};
use leptos::prelude::*;

use crate::project::space::space;
use crate::random;
use crate::ui::copy::Copy;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;

/// A secret and what to say of it.
#[derive(Clone)]
pub(crate) struct Made {
    /// The secret.
    pub(crate) secret: Secret,
    /// The dialog's heading.
    pub(crate) title: String,
    /// What it opens.
    pub(crate) about: String,
    /// How it is used: a title and the text to copy, with `SECRET` where it stands.
    pub(crate) uses: Vec<(&'static str, String)>,
}

/// A secret from the browser's randomness; none: there is none, and then none may be made.
pub(crate) fn fresh(kind: Kind, label: &str) -> Option<Secret> {
    random::bits().ok().map(|bits| Secret::derive(kind, &bits, label))
}

/// The secret of an SDK key of that environment, likewise.
pub(crate) fn fresh_sdk_key(kind: KeyKind, environment: &str) -> Option<Secret> {
    random::bits().ok().map(|bits| Secret::sdk_key(kind.secret(), &bits, environment))
}

/// Shows the secret that was just made, until the person says that they have it.
#[component]
pub(crate) fn MadeDialog(made: Made) -> impl IntoView {
    let space = space();
    let close = Callback::new(move |()| space.made.set(None));
    let asking = RwSignal::new(false);
    let copied = RwSignal::new(false);
    let reveal = made.secret.reveal().to_owned();
    let uses = made.uses.into_iter().map(|(title, text)| {
        let text = text.replace("SECRET", made.secret.reveal());
        view! { <details class="fold"><summary>{title}</summary><div class="section tight"><pre class="json wrap" tabindex="0">{text.clone()}</pre><p><Copy text what="Copy this" copied=RwSignal::new(false) /></p></div></details> }
    }).collect_view();
    // Leaving without a copy is a mistake that cannot be mended: it is asked about once.
    let leave = Callback::new(move |()| if copied.get_untracked() || asking.get_untracked() { close.run(()) } else { asking.set(true) });
    view! {
        <Dialog title=made.title close=leave>
            <div class="dialog-body">
                <p>{made.about}</p>
                <div class="callout warn"><Icon name="alert" /><div><p><strong>"It is shown this once."</strong>" Nobody can look it up later, not even Halyard: the project holds only its hash. Put it into your secret store now."</p></div></div>
                <div class="secret"><code id="the-secret" tabindex="0">{reveal.clone()}</code><Copy text=reveal what="Copy" copied /></div>
                {uses}
                {move || (asking.get() && !copied.get()).then(|| view! {
                    <div class="callout bad" role="alert"><Icon name="alert" /><div><p>"You have not copied it. Without a copy it is lost, and you would have to make another. Close once more if you have it all the same."</p></div></div>
                })}
            </div>
            <div class="dialog-foot">
                <button type="button" class="button primary" on:click=move |_| leave.run(())>"I have it"</button>
            </div>
        </Dialog>
    }
}

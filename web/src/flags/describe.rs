//! What people read about a flag, as fields: what is typed goes on the draft at once.

use halyard_core::document::Flag;
use leptos::prelude::*;

use crate::draft::workspace;

/// A field of a flag that is a text.
#[component]
fn Field(
    key: StoredValue<String>,
    name: &'static str,
    label: &'static str,
    read: fn(&Flag) -> &String,
    write: fn(&mut Flag) -> &mut String,
) -> impl IntoView {
    let workspace = workspace();
    let value = Memo::new(move |_| {
        let document = workspace.document()?;
        document.flags.get(&*key.read_value()).map(|flag| read(flag).clone())
    });
    let id = format!("flag-{name}");
    let typed = move |event| {
        let text = event_target_value(&event);
        let key = key.get_value();
        workspace.type_in(&format!("flags/{key}/{name}"), |document| {
            if let Some(flag) = document.flags.get_mut(&key) {
                *write(flag) = text;
            }
        });
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input id=id class="input" autocomplete="off" prop:value=move || value.get() on:input=typed />
        </div>
    }
}

/// The section of a flag's page, for those who may describe flags.
#[component]
pub(super) fn Describe(key: String) -> impl IntoView {
    let workspace = workspace();
    let key = StoredValue::new(key);
    let shown = Memo::new(move |_| workspace.may("flag.describe"));
    move || {
        shown.get().then(|| {
            view! {
                <details class="fold">
                    <summary>"Describe it"</summary>
                    <div class="card pad fields">
                        <Field key name="description" label="What it is" read=|flag| &flag.description write=|flag| &mut flag.description />
                        <Field key name="owner" label="Owner" read=|flag| &flag.owner write=|flag| &mut flag.owner />
                        <p class="small muted">"What you type goes on your draft."</p>
                    </div>
                </details>
            }
        })
    }
}

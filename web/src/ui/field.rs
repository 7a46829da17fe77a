//! Fields that forms share.

use leptos::prelude::*;

/// Why a name that programs use cannot be taken, if it cannot. Nothing is said before something is written.
pub(crate) fn name_fault(name: &str, taken: bool) -> Option<&'static str> {
    match () {
        () if name.is_empty() => None,
        () if !halyard_edge::store::is_key(name) => {
            Some("Letters, digits, dots, dashes and underscores, beginning with a letter or digit.")
        }
        () if taken => Some("This name is taken."),
        () => None,
    }
}

/// A name that programs use; what is wrong with it takes the place of the note.
#[component]
pub(crate) fn NameField(
    id: &'static str,
    label: &'static str,
    placeholder: &'static str,
    value: RwSignal<String>,
    fault: Memo<Option<&'static str>>,
    note: &'static str,
    #[prop(optional)] disabled: bool,
) -> impl IntoView {
    let note_id = format!("{id}-note");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input id=id class="input mono" required autocomplete="off" autocapitalize="off" spellcheck="false" placeholder=placeholder disabled=disabled aria-describedby=note_id.clone()
                prop:value=move || value.get() on:input=move |event| value.set(event_target_value(&event)) />
            <p id=note_id class="small" class:muted=move || fault.get().is_none() class:bad-ink=move || fault.get().is_some()>{move || fault.get().unwrap_or(note)}</p>
        </div>
    }
}

/// A line of text.
#[component]
pub(crate) fn TextField(
    id: &'static str,
    label: &'static str,
    placeholder: &'static str,
    value: RwSignal<String>,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input id=id class="input" required=required autocomplete="off" placeholder=placeholder prop:value=move || value.get() on:input=move |event| value.set(event_target_value(&event)) />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_what_is_wrong_with_it() {
        assert_eq!(name_fault("shop-server", false), None);
        assert_eq!(name_fault("", false), None);
        assert!(name_fault("a b", false).is_some_and(|why| why.contains("Letters")));
        assert_eq!(name_fault("web", true), Some("This name is taken."));
    }
}

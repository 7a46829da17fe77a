//! Sentences of core's, with names in backticks, as text with code in it.

use halyard_core::Timestamp;
use leptos::prelude::*;

use crate::ui::time::exact;

/// A sentence whose names in backticks are set as code.
#[component]
pub(crate) fn Rich(#[prop(into)] text: String) -> impl IntoView {
    text.split('`')
        .enumerate()
        .map(
            |(index, part)| {
                if index % 2 == 0 { with_local_times(part).into_any() } else { view! { <code>{part.to_owned()}</code> }.into_any() }
            },
        )
        .collect_view()
}

/// The same, beginning with a capital letter and ending with a full stop.
#[component]
pub(crate) fn Sentence(#[prop(into)] text: String) -> impl IntoView {
    view! { <Rich text=crate::api::sentence(&text) /> }
}

/// `1 flag`, `2 flags`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// Instants as a document writes them, in the reader's own time: "from 1 Dec 2026, 10:00 on".
fn with_local_times(text: &str) -> String {
    let local = |word: &str| {
        let bare = word.trim_end_matches([',', '.', ';', ')', '…']);
        Timestamp::parse(bare).map(|at| format!("{}{}", exact(at), word.strip_prefix(bare).unwrap_or_default()))
    };
    text.split(' ').map(|word| local(word).unwrap_or_else(|| word.to_owned())).collect::<Vec<_>>().join(" ")
}

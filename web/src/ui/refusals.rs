//! Changes that a person may not make: which, why, and who may.

use halyard_edge::wire::Refusal;
use leptos::prelude::*;

use crate::ui::icon::Icon;
use crate::ui::rich::Sentence;

/// Refusals, one a line.
#[component]
pub(crate) fn Refusals(
    refusals: Vec<Refusal>,
    /// Whether each begins with what it refuses.
    #[prop(optional)]
    changes: bool,
    /// Whether a sign stands before them already.
    #[prop(optional)]
    bare: bool,
    /// Whether they are core's, which does not know who may; the node does.
    #[prop(optional)]
    own: bool,
) -> impl IntoView {
    let rows = refusals.into_iter().map(|refusal| {
        let what = changes.then(|| refusal.change.map(|told| told.sentence).or(refusal.edit.map(|edit| edit.sentence))).flatten();
        view! {
            <li class:bare=bare>
                {(!bare).then(|| view! { <span class="bad-ink"><Icon name="lock" /></span> })}
                <div>
                    {what.map(|what| view! { <p><strong><Sentence text=what /></strong></p> })}
                    <p><Sentence text=refusal.why /></p>
                    {(!own).then(|| view! { <p class="small soft">{who_may(&refusal.who)}</p> })}
                </div>
            </li>
        }
    });
    view! { <ul class="problems">{rows.collect_view()}</ul> }
}

/// "ann@acme.example (admin), bo@acme.example (editor)"
fn who_may(who: &[String]) -> String {
    if who.is_empty() { "Nobody in this project may.".to_owned() } else { format!("Who may: {}.", who.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_is_said() {
        let said = |who: &[&str]| who_may(&who.iter().map(|who| (*who).to_owned()).collect::<Vec<_>>());
        assert_eq!(said(&[]), "Nobody in this project may.");
        assert_eq!(said(&["ann (admin)", "bo (editor)", "and 3 more"]), "Who may: ann (admin), bo (editor), and 3 more.");
    }
}

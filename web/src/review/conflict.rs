//! The conflict: somebody else published something that the draft changes too. Both sides in plain words; a person chooses.

use std::sync::Arc;

use halyard_core::check;
use halyard_core::merge::{Clash, Side};
use halyard_core::{Change, Json, Problem, diff, phrase};
use halyard_edge::wire::Told;
use leptos::prelude::*;

use crate::app::route::Page;
use crate::draft::{chosen, pointer, story, who_published, workspace};
use crate::shell::draft_bar::{Discard, StepButtons};
use crate::shell::focus_soon;
use crate::ui::changes::{AsJson, Changes, GroupedChanges, called};
use crate::ui::icon::Icon;
use crate::ui::problems::Problems;
use crate::ui::rich::{Rich, count};
use crate::ui::time::Ago;

/// The page of a draft that clashes with what is live.
#[component]
pub(super) fn Conflict() -> impl IntoView {
    let workspace = workspace();
    let asking = RwSignal::new(false);
    let me = workspace.api.session.get_untracked().person().map(|session| session.person.clone()).unwrap_or_default();
    let live = move || workspace.live.read().as_ref().map(|live| live.version).unwrap_or_default();
    let lead = move || {
        let merge = workspace.clashing.get()?;
        let theirs = count(workspace.theirs().len(), "change", "changes");
        let clashes = count(merge.clashes.len(), "of yours clashes with them", "of yours clash with them");
        Some(format!(
            "{}: {theirs}, and {clashes}. Nothing of yours has been published.",
            who_published(&workspace.meanwhile(), live(), &me)
        ))
    };
    let left = move || {
        let choices = workspace.choices.read();
        workspace.clashing.get().map_or(0, |merge| merge.clashes.iter().filter(|clash| chosen(&choices, clash).is_none()).count())
    };
    let outcome = Memo::new(move |_| workspace.clashing.get().and_then(|merge| workspace.outcome(&merge)).map(Arc::new));
    let undecided = move || left() > 0 || outcome.read().is_none();
    let settle = move |_| {
        if let Some(outcome) = outcome.get_untracked() {
            workspace.settle_clashes((*outcome).clone());
            focus_soon("main");
        }
    };
    // The cards stay on the page, and keep the focus, for as long as the clashes are the same ones.
    let places = Memo::new(move |_| {
        let merge = workspace.clashing.get();
        merge
            .map(|merge| merge.clashes.iter().map(|clash| (pointer(&clash.path), clash.clone().into())).collect::<Vec<(String, Same)>>())
            .unwrap_or_default()
    });
    view! {
        <div class="page-head">
            <div><h1>"Two of you changed the same thing"</h1><p class="lead">{lead}</p></div>
            <div class="actions"><StepButtons /></div>
        </div>
        <div class="section gap">
            <For each=move || places.get() key=|(place, same)| (place.clone(), same.0.clone()) children=move |(_, same)| view! { <Card clash=same.1 /> } />
        </div>
        <div class="split">
            <section class="section">
                <h2>"What comes of it"</h2>
                {move || outcome.get().map(|outcome| view! { <Outcome outcome=(*outcome).clone() /> })}
            </section>
            <div class="card pad section">
                <p>{move || match left() {
                    0 => "Everything is chosen. Look at your draft once more before you publish it.".to_owned(),
                    1 => "One choice is left to make.".to_owned(),
                    left => format!("{left} choices are left to make."),
                }}</p>
                <div class="actions">
                    <button type="button" class="button primary" disabled=undecided on:click=settle>
                        {move || format!("Put my draft onto version {}", live())}
                    </button>
                    <button type="button" class="button quiet" on:click=move |_| asking.set(true)>"Discard draft"</button>
                </div>
                <p class="small muted">"Your draft is kept as it is: you can "<a href=move || workspace.href(&Page::Flags)>"go on editing"</a>" and come back."</p>
            </div>
        </div>
        {move || asking.get().then(|| view! { <Discard close=Callback::new(move |()| asking.set(false)) /> })}
    }
}

/// A clash, known by what it says.
#[derive(Clone, PartialEq)]
struct Same(String, Clash);

impl From<Clash> for Same {
    fn from(clash: Clash) -> Same {
        Same(Json::from_value(&clash).canonical(), clash)
    }
}

/// What the draft would be with what is chosen so far: its changes, and what is wrong with it.
#[component]
fn Outcome(outcome: halyard_core::Document) -> impl IntoView {
    let workspace = workspace();
    let changes: Vec<Told> =
        workspace.live.get().map(|live| diff(&live.document, &outcome).into_iter().map(Told::from).collect()).unwrap_or_default();
    let errors: Vec<Problem> = check::check(&outcome).problems.into_iter().filter(Problem::is_error).collect();
    view! {
        <div class="card pad section gap">
            {if changes.is_empty() {
                view! { <p class="soft">"Nothing is left of your draft: what is live stands as it is."</p> }.into_any()
            } else {
                view! { <p class="small soft">"Your draft, on top of what is live:"</p><GroupedChanges changes /> }.into_any()
            }}
        </div>
        {(!errors.is_empty()).then(|| view! {
            <div class="callout bad"><Icon name="error" /><div>
                <p><strong>"It could not be published like this."</strong>" You can mend it afterwards, on your draft."</p>
                <Problems problems=errors places=true />
            </div></div>
        })}
    }
}

/// What a clash is about: the kind of thing, its key, and what of it.
fn about(path: &[String]) -> (&'static str, String, String) {
    let mut parts = path.iter().map(String::as_str);
    let (part, key) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let rest: Vec<&str> = parts.collect();
    let within = match rest.as_slice() {
        [] => String::new(),
        ["rules", id] => format!("rule {id}"),
        ["variants", name] => format!("variant {name}"),
        ["requires", flag] => format!("what it requires of {flag}"),
        ["stages", name] => format!("stage {name}"),
        ["flags", flag] => format!("flag {flag}"),
        ["readiness", item] => format!("readiness: {item}"),
        ["offVariant"] => "what it serves while it is off".to_owned(),
        ["otherwise"] => "what it serves otherwise".to_owned(),
        ["enabled"] => "whether it is on".to_owned(),
        ["when"] => "who is in it".to_owned(),
        rest => rest.join(", "),
    };
    (called(part), key.to_owned(), within)
}

/// What was at a place, in plain words.
fn in_words(path: &[String], value: Option<&Json>) -> String {
    let Some(value) = value else { return "there was nothing of it.".to_owned() };
    let served = check::decode_serve(value).ok().filter(|_| matches!(path.last().map(String::as_str), Some("otherwise" | "offVariant")));
    if let Some(serve) = served {
        return format!("{}.", phrase::serve(&serve));
    }
    if value.is_scalar() {
        return format!("{}.", phrase::value(value));
    }
    if let Some(names) = value.as_array().and_then(|list| list.iter().map(Json::as_str).collect::<Option<Vec<_>>>()) {
        return format!("{}.", names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "));
    }
    let part = |name| value.get(name);
    match (part("when").map(check::decode_condition), part("serve").map(check::decode_serve)) {
        (Some(Ok(when)), Some(Ok(serve))) => format!("{} → {}.", phrase::condition(&when), phrase::serve(&serve)),
        (Some(Ok(when)), _) => format!("{}.", phrase::condition(&when)),
        _ => match check::decode_condition(value) {
            Ok(condition) => format!("{}.", phrase::condition(&condition)),
            Err(_) => "as the JSON below has it.".to_owned(),
        },
    }
}

fn told(changes: &[Change]) -> Vec<Told> {
    changes.iter().cloned().map(Told::from).collect()
}

/// One clash: what was there, and the two sides to choose from.
#[component]
fn Card(clash: Clash) -> impl IntoView {
    let workspace = workspace();
    let (what, key, within) = about(&clash.path);
    let name = pointer(&clash.path);
    let began = move || workspace.base.read().as_ref().map(|base| base.version).unwrap_or_default();
    let record = {
        let clash = clash.clone();
        Memo::new(move |_| story(&workspace.meanwhile(), &clash).cloned())
    };
    let who = move || match record.get() {
        Some(record) => view! { {record.by}", "<Ago at=record.at />": “"{record.message}"”" }.into_any(),
        None => "published meanwhile".into_any(),
    };
    let sides = vec![("When you began", clash.base.clone()), ("Theirs", clash.theirs.clone()), ("Yours", clash.mine.clone())];
    let before = in_words(&clash.path, clash.base.as_ref());
    let (mine, theirs) = (told(&clash.my_changes), told(&clash.their_changes));
    let stored = StoredValue::new(clash);
    let is = move |side| chosen(&workspace.choices.read(), &stored.read_value()) == Some(side);
    let choose = move |side| workspace.choose(&stored.read_value(), side);
    let legend = if within.is_empty() { format!("{what} {key}") } else { format!("{what} {key}: {within}") };
    view! {
        <fieldset class="card clash">
            <legend class="sr">{legend}</legend>
            <h2 aria-hidden="true">{what}" "<code>{key}</code>{(!within.is_empty()).then(|| view! { <span class="soft">" · "{within}</span> })}</h2>
            <p class="small soft">{move || format!("In version {}, which you began from: ", began())}<Rich text=before.clone() /></p>
            <div class="side-cards">
                <label class="side-card">
                    <input type="radio" name=name.clone() prop:checked=move || is(Side::Theirs) on:change=move |_| choose(Side::Theirs) />
                    <span class="section tight"><strong>"Keep what is live"</strong><span class="small muted">{who}</span></span>
                    <div><Changes changes=theirs /></div>
                </label>
                <label class="side-card">
                    <input type="radio" name=name prop:checked=move || is(Side::Mine) on:change=move |_| choose(Side::Mine) />
                    <span class="section tight"><strong>"Take yours instead"</strong><span class="small muted">"your draft, not published"</span></span>
                    <div><Changes changes=mine /></div>
                </label>
            </div>
            <AsJson sides />
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_there_is_said_in_words() {
        let said = |path: &str, json: &str| {
            in_words(&path.split('/').map(str::to_owned).collect::<Vec<_>>(), Json::parse(json.as_bytes()).ok().as_ref())
        };
        assert_eq!(said("flags/f", ""), "there was nothing of it.");
        assert_eq!(said("flags/f/otherwise", r#""large""#), "`large`.");
        assert_eq!(said("flags/f/enabled", "true"), "`true`.");
        assert_eq!(said("flags/f/rules", r#"["a", "b"]"#), "`a`, `b`.");
        let rule = said("flags/f/rules/a", r#"{"id":"a","when":{"attribute":"plan","is":["pro"]},"serve":"on"}"#);
        assert!(rule.contains("plan") && rule.ends_with("→ `on`."), "{rule}");
        assert_eq!(said("flags/f", r#"{"purpose":"release"}"#), "as the JSON below has it.");
    }

    #[test]
    fn a_clash_is_named_by_what_it_is_about() {
        let said = |path: &str| {
            let (what, key, within) = about(&path.split('/').map(str::to_owned).collect::<Vec<_>>());
            format!("{what} {key} · {within}")
        };
        assert_eq!(said("flags/new-cart"), "Flag new-cart · ");
        assert_eq!(said("flags/new-cart/rules/staff"), "Flag new-cart · rule staff");
        assert_eq!(said("flags/new-cart/otherwise"), "Flag new-cart · what it serves otherwise");
        assert_eq!(said("releases/checkout/hold"), "Release checkout · hold");
    }
}

//! Going back to a version, whole or only one flag or release of it: what it says is published anew, as the next version.

use halyard_edge::wire::{Edit, Only, Published, RollBack};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Api, Failure, Head, How, Subject};
use crate::draft::workspace;
use crate::history::told::{Edits, owner};
use crate::project;
use crate::random;
use crate::shell::publish_dialog::Refusal;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::message::MessageField;
use crate::ui::problems::Problems;
use crate::ui::rich::Sentence;
use crate::ui::{Bones, Busy};

/// What a roll back could be narrowed to: the flags and releases that differ.
fn parts(edits: &[Edit]) -> Vec<Only> {
    let mut parts = Vec::new();
    for edit in edits {
        let part = match owner(edit) {
            (collection, key) if collection == "flags" => Only::Flag(key),
            (collection, key) if collection == "releases" => Only::Release(key),
            _ => continue,
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts
}

fn called(only: Option<&Only>) -> String {
    match only {
        None => "everything".to_owned(),
        Some(Only::Flag(key)) => format!("flag {key}"),
        Some(Only::Release(key)) => format!("release {key}"),
    }
}

/// The message that is offered.
fn offered(version: u64, only: Option<&Only>) -> String {
    match only {
        None => format!("Roll back to version {version}"),
        Some(_) => format!("Roll {} back to version {version}", called(only)),
    }
}

/// Asks, in words, before it is done. `close` is told whether it was.
#[component]
pub(super) fn RollBackDialog(version: u64, subject: Subject, close: Callback<bool>) -> impl IntoView {
    let api = expect_context::<Api>();
    let workspace = workspace();
    let subject = StoredValue::new(subject);
    let head = RwSignal::new(None::<Head>);
    let choices = RwSignal::new(Vec::<Only>::new());
    let only = RwSignal::new(None::<Only>);
    let message = RwSignal::new(offered(version, None));
    let preview = RwSignal::new(None::<Result<Published<Edit>, Failure>>);
    let failure = RwSignal::new(None::<Failure>);
    let busy = RwSignal::new(false);
    // The same try again, after an answer that never came, must be the same publish.
    let attempt = StoredValue::new(None::<(RollBack, String, String)>);
    let order = move || RollBack { version, message: message.get_untracked().trim().to_owned(), only: only.get_untracked() };
    // Which look this is: the answer to an older one is dropped.
    let turn = StoredValue::new(0_u32);
    let look = Callback::new(move |()| {
        turn.update_value(|turn| *turn += 1);
        let mine = turn.get_value();
        preview.set(None);
        failure.set(None);
        spawn_local(async move {
            let subject = subject.get_value();
            let outcome = async {
                let now = api.head(&subject).await?;
                let differing = api.difference(&subject, now.version, version).await?;
                let published = api.roll_back(&subject, &now.etag, &order(), How::DryRun).await;
                Ok((now, differing, published))
            };
            let outcome = outcome.await;
            if turn.try_get_value() != Some(mine) {
                return;
            }
            match outcome {
                Ok((now, differing, published)) => {
                    head.set(Some(now));
                    choices.set(parts(&differing));
                    preview.set(Some(published));
                }
                Err(error) => preview.set(Some(Err(error))),
            }
        });
    });
    look.run(());
    let choose = move |event| {
        let chosen = event_target_value(&event);
        let next = choices.read_untracked().iter().find(|choice| called(Some(choice)) == chosen).cloned();
        // A message that nobody has touched follows the choice.
        if message.get_untracked() == offered(version, only.get_untracked().as_ref()) {
            message.set(offered(version, next.as_ref()));
        }
        only.set(next);
        look.run(());
    };
    let roll_back = move |_| {
        let Some(now) = head.get_untracked() else { return };
        let order = order();
        let kept =
            attempt.get_value().filter(|(tried, etag, _)| tried.message == order.message && tried.only == order.only && *etag == now.etag);
        let id = kept.map_or_else(random::name, |(_, _, id)| id);
        attempt.set_value(Some((order.clone(), now.etag.clone(), id.clone())));
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            match api.roll_back(&subject.get_value(), &now.etag, &order, How::Publish(&id)).await {
                Ok(published) => {
                    workspace.toasts.good(format!(
                        "Version {} is live: {} is as in version {version}.",
                        published.version,
                        called(order.only.as_ref())
                    ));
                    match subject.get_value() {
                        Subject::Environment(_) => workspace.look().await,
                        Subject::Project => project::space().load(),
                    }
                    close.run(true);
                }
                Err(error) => {
                    busy.try_set(false);
                    failure.try_set(Some(error));
                }
            }
        });
    };
    let overtaken = move || failure.read().as_ref().is_some_and(|failure| failure.status() == Some(412));
    let changes_nothing = move || matches!(&*preview.read(), Some(Ok(published)) if published.changes.is_empty());
    let barred = move || {
        busy.get() || overtaken() || !matches!(&*preview.read(), Some(Ok(_))) || changes_nothing() || message.read().trim().is_empty()
    };
    let drafted = subject.with_value(|subject| matches!(subject, Subject::Environment(_))) && !workspace.is_clean();
    view! {
        <Dialog title=format!("Roll back to version {version}") close=move |()| if !busy.get_untracked() { close.run(false) }>
            <div class="dialog-body">
                <p>{move || head.get().map(|head| format!("What version {version} said is published again, as version {}. Versions never go back, so this can be undone the same way.", head.version + 1))}</p>
                {move || (!choices.read().is_empty()).then(|| view! {
                    <div class="field">
                        <label for="only">"Take back"</label>
                        <select id="only" class="select" disabled=move || busy.get() on:change=choose>
                            <option value="">"Everything, as it was then"</option>
                            {choices.get().into_iter().map(|choice| {
                                let name = called(Some(&choice));
                                view! { <option value=name.clone() selected=only.get_untracked() == Some(choice)>{format!("Only {name}")}</option> }
                            }).collect_view()}
                        </select>
                    </div>
                })}
                <section class="section">
                    <h3>"What changes"</h3>
                    {move || match preview.get() {
                        None => view! { <Bones lines=3 /> }.into_any(),
                        Some(Ok(published)) if published.changes.is_empty() => view! { <p class="soft">"Nothing: what is live says the same."</p> }.into_any(),
                        Some(Ok(published)) => view! { <Preview published subject=subject.get_value() /> }.into_any(),
                        Some(Err(failure)) => view! { <Refusal failure /> }.into_any(),
                    }}
                </section>
                {drafted.then(|| view! { <div class="callout"><Icon name="note" /><div><p>"Your draft is kept. You can put it onto the new version afterwards."</p></div></div> })}
                <MessageField message />
                {move || match failure.get() {
                    Some(failure) if failure.status() == Some(412) => view! {
                        <div class="callout warn" role="alert"><Icon name="alert" /><div>
                            <p><strong>"Somebody published in the meantime."</strong>" Nothing was rolled back. Look again at what would change."</p>
                            <div class="actions"><button type="button" class="button small" on:click=move |_| look.run(())>"Look again"</button></div>
                        </div></div>
                    }.into_any(),
                    Some(failure) => view! { <Refusal failure /> }.into_any(),
                    None => ().into_any(),
                }}
                {move || busy.get().then(|| view! { <Busy what="Publishing" /> })}
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" disabled=move || busy.get() on:click=move |_| close.run(false)>"Cancel"</button>
                <button type="button" class="button danger primary" disabled=barred on:click=roll_back>"Roll back"</button>
            </div>
        </Dialog>
    }
}

/// What the roll back would do, by a dry run: the changes, and what would be passed over.
#[component]
fn Preview(published: Published<Edit>, subject: Subject) -> impl IntoView {
    // That it is a roll back is marked too, and no news here.
    let passed: Vec<_> = published.marks.iter().filter(|mark| mark.starts_with("passed over")).cloned().collect();
    let is_plain = passed.is_empty();
    let passed = (!is_plain).then(|| {
        view! {
            <div class="callout warn"><Icon name="alert" /><div>
                <p><strong>"It goes through all the same, and the record will say so:"</strong></p>
                {passed.into_iter().map(|mark| view! { <p><Sentence text=mark /></p> }).collect_view()}
            </div></div>
        }
    });
    let warnings = (is_plain && !published.problems.is_empty()).then(|| {
        view! { <details class="fold"><summary>"Warnings that stop nothing"</summary><Problems problems=published.problems.clone() places=true /></details> }
    });
    view! {
        {passed}
        <Edits edits=published.changes subject />
        {warnings}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_roll_back_may_be_narrowed_to_what_differs() {
        let edit = |path: &[&str]| Edit {
            kind: String::new(),
            path: path.iter().map(|part| (*part).to_owned()).collect(),
            from: None,
            to: None,
            sentence: String::new(),
        };
        let edits =
            [edit(&["flags", "a", "rules", "x"]), edit(&["flags", "a"]), edit(&["releases", "r", "stage"]), edit(&["scenarios", "s"])];
        assert_eq!(parts(&edits), [Only::Flag("a".to_owned()), Only::Release("r".to_owned())]);
        assert_eq!(offered(3, parts(&edits).first()), "Roll flag a back to version 3");
    }
}

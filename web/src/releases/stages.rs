//! A release's stages: as a bar in lists, and on the halyard of its page.

use halyard_core::document::{Release, Stage};
use halyard_core::phrase;
use leptos::prelude::*;

use crate::releases::progress::{Progress, Standing, end_of_ramp, missing, percent, share, start_of_ramp};
use crate::ui::rich::Rich;
use crate::ui::time::{Ago, At, clock};
use crate::ui::{Badge, Tone};

fn tone(standing: Standing) -> &'static str {
    match standing {
        Standing::Held => "tone-held",
        Standing::RolledBack | Standing::Closed => "tone-back",
        Standing::Everyone => "tone-on",
        _ => "",
    }
}

/// How far a stage's part of the bar is filled, in percent, and its class.
fn fill(progress: &Progress, index: usize, stage: &Stage) -> (&'static str, String) {
    if index >= progress.opened {
        return ("", "0%".to_owned());
    }
    match (&stage.audience, share(&stage.audience, progress.at)) {
        (halyard_core::document::Condition::Ramp { .. }, Some(share)) if share < 100_000 => ("moving", format!("{}%", share / 1000)),
        _ => ("open", "100%".to_owned()),
    }
}

/// The stages as one bar.
#[component]
pub(crate) fn StageBar(release: Release) -> impl IntoView {
    let clock = clock();
    move || {
        let progress = Progress::of(&release, clock.get());
        let names: Vec<&str> = release.stages.iter().take(progress.opened).map(|stage| stage.name.as_str()).collect();
        let said = format!("{} of {} stages open {}", progress.opened, release.stages.len(), names.join(", "));
        let parts = release.stages.iter().enumerate().map(|(index, stage)| {
            let (class, width) = fill(&progress, index, stage);
            view! { <div class=class><i style=("--fill", width)></i><span title=stage.name.clone()>{stage.name.clone()}</span></div> }
        });
        view! { <div class=format!("stages {}", tone(progress.standing)) role="img" aria-label=said>{parts.collect_view()}</div> }
    }
}

/// The stages on the halyard: open ones fly their pennant.
#[component]
pub(crate) fn Hoist(release: Release) -> impl IntoView {
    let clock = clock();
    move || {
        let progress = Progress::of(&release, clock.get());
        let stages = release.stages.iter().enumerate().map(|(index, stage)| {
            let open = index < progress.opened;
            let next = index == progress.opened && release.is_live();
            let class = if open {
                "open"
            } else if next {
                "next"
            } else {
                ""
            };
            view! {
                <li class=class>
                    <div class="pin"><Pin open next /></div>
                    <div class="stage">
                        <header><h3>{stage.name.clone()}</h3><StageWord open next standing=progress.standing /></header>
                        <p class="soft"><Who stage=stage.clone() /></p>
                        <Share stage=stage.clone() open progress=progress.clone() />
                        <When stage=stage.clone() open next />
                        <Needs release=release.clone() stage=stage.clone() open />
                    </div>
                </li>
            }
        });
        view! { <ol class=format!("hoist {}", tone(progress.standing))>{stages.collect_view()}</ol> }
    }
}

#[component]
fn Pin(open: bool, next: bool) -> impl IntoView {
    if open {
        view! { <svg width="36" height="22" viewBox="0 0 36 22" aria-hidden="true"><path d="M10 2h24l-6 7 6 7H10z" fill="currentColor" /></svg> }.into_any()
    } else {
        let radius = if next { "6" } else { "4.5" };
        view! { <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true"><circle class="dot" cx="10" cy="11" r=radius stroke-width="2" /></svg> }.into_any()
    }
}

#[component]
fn StageWord(open: bool, next: bool, standing: Standing) -> impl IntoView {
    match (open, next, standing) {
        (true, _, Standing::RolledBack) => Some(view! { <Badge tone=Tone::Back word="was open" /> }),
        (true, _, Standing::Closed) => Some(view! { <Badge tone=Tone::Off word="was open" /> }),
        (true, _, _) => Some(view! { <Badge tone=Tone::On word="open" /> }),
        (false, true, _) => Some(view! { <Badge tone=Tone::Some word="next" /> }),
        _ => None,
    }
}

/// Who joins at a stage: a ramp has its own line, with the share of now.
#[component]
fn Who(stage: Stage) -> impl IntoView {
    match (start_of_ramp(&stage.audience), end_of_ramp(&stage.audience)) {
        (Some(start), Some((end, to))) => view! {
            "A share of users that grows to "{percent(to)}", from "<time datetime=start.to_string()>{crate::ui::time::exact(start)}</time>
            " until "<time datetime=end.to_string()>{crate::ui::time::exact(end)}</time>
        }
        .into_any(),
        _ => view! { <Rich text=capital(&phrase::condition(&stage.audience)) /> }.into_any(),
    }
}

/// A clause with a capital letter.
pub(crate) fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().into_iter().flat_map(char::to_uppercase).chain(characters).collect()
}

#[component]
fn Share(stage: Stage, open: bool, progress: Progress) -> impl IntoView {
    let now = share(&stage.audience, progress.at).filter(|_| open && end_of_ramp(&stage.audience).is_some())?;
    let word = format!("{} of users now", percent(now));
    Some(view! {
        <div class="meter" role="img" aria-label=word.clone() style=("--fill", format!("{}%", now / 1000))></div>
        <p class="small"><strong>{word}</strong></p>
    })
}

#[component]
fn When(stage: Stage, open: bool, next: bool) -> impl IntoView {
    let start = stage.starts_at?.at();
    Some(if open {
        view! { <p class="small muted">"Dated "{crate::ui::time::exact(start)}</p> }.into_any()
    } else if next {
        view! { <p class="small soft">"Opens by itself on "<At at=start /></p> }.into_any()
    } else {
        view! { <p class="small muted">"Dated "{crate::ui::time::exact(start)}", "<Ago at=start />"; opens behind the stages before it"</p> }.into_any()
    })
}

#[component]
fn Needs(release: Release, stage: Stage, open: bool) -> impl IntoView {
    let missing = missing(&release, &stage);
    (!open && !stage.needs.is_empty()).then(|| {
        if missing.is_empty() {
            view! { <p class="small good-ink">"Ready: "{stage.needs.join(", ")}</p> }.into_any()
        } else {
            view! { <p class="small warn-ink">"Still to do: "{missing.join(", ")}</p> }.into_any()
        }
    })
}

//! What can be done to a release with one button: open, hold, resume, roll back, put back, close. Each is confirmed in words.

use std::sync::Arc;

use halyard_core::document::{Document, Release, Serve, Stage};
use halyard_core::{Time, phrase};

use crate::draft::Proposal;
use crate::releases::progress::{Progress, Standing, missing, percent, share};
use crate::ui::rich::count;
use crate::ui::time::now;

/// An edit of one release, as a proposal's edit of the document.
fn on(key: &str, edit: impl Fn(&mut Release) + Send + Sync + 'static) -> Arc<dyn Fn(&mut Document) + Send + Sync> {
    let key = key.to_owned();
    Arc::new(move |document| {
        if let Some(release) = document.releases.get_mut(&key) {
            edit(release);
        }
    })
}

/// `new-checkout` → `on`, `new-cart` → `v2`.
fn flags(release: &Release) -> String {
    release.flags.iter().map(|member| format!("`{}` becomes `{}`", member.flag, member.variant)).collect::<Vec<_>>().join(", ")
}

/// Who has it now, in words.
pub(crate) fn audience_now(release: &Release) -> String {
    let progress = Progress::of(release, now());
    if progress.standing == Standing::Everyone {
        return "everyone".to_owned();
    }
    let said = |stage: &Stage| match share(&stage.audience, progress.at) {
        Some(share) => format!("{} of users", percent(share)),
        None => phrase::condition(&stage.audience),
    };
    let open: Vec<String> = release.stages.iter().take(progress.opened).map(said).collect();
    if open.is_empty() { "nobody".to_owned() } else { open.join("; or ") }
}

fn fact(term: &str, text: impl Into<String>) -> (String, String) {
    (term.to_owned(), text.into())
}

/// Opens a stage.
pub(crate) fn open(key: &str, release: &Release, stage: &Stage) -> Proposal {
    let needs = missing(release, stage);
    let mut warnings = Vec::new();
    if !needs.is_empty() {
        warnings.push(format!("Not done yet, and this stage needs it: {}.", needs.join(", ")));
    }
    if release.hold.is_some() {
        warnings.push("The release is held: ramps and dates stand still until it is resumed.".to_owned());
    }
    let name = stage.name.clone();
    Proposal {
        title: format!("Open {} to {name}", release.title),
        lead: "They join those who have it already. Nodes take it up within seconds.".to_owned(),
        facts: vec![fact("Who joins", phrase::condition(&stage.audience)), fact("What they get", flags(release))],
        warnings,
        message: format!("Open {key} to {name}"),
        danger: false,
        urgent: false,
        apply: on(key, move |release| release.stage = Some(name.clone())),
    }
}

/// Stops a release's clock.
pub(crate) fn hold(key: &str, release: &Release) -> Proposal {
    let at = now();
    let share = Progress::of(release, at).percent.map(percent);
    let lead = match share {
        Some(share) => format!("Whoever has it keeps it. Its share stays at {share}, and no date opens anything until you resume it."),
        None => "Whoever has it keeps it. No date opens anything, and no ramp grows, until you resume it.".to_owned(),
    };
    Proposal {
        title: format!("Hold {}", release.title),
        lead,
        facts: vec![fact("Who keeps it", audience_now(release))],
        warnings: Vec::new(),
        message: format!("Hold {key}"),
        danger: false,
        urgent: false,
        apply: on(key, move |release| release.hold = Some(Time::from(at))),
    }
}

/// Lets its clock run on.
pub(crate) fn resume(key: &str, release: &Release) -> Proposal {
    let mut free = release.clone();
    free.hold = None;
    let (held, going) = (Progress::of(release, now()), Progress::of(&free, now()));
    let mut facts = Vec::new();
    if let (Some(before), Some(after)) = (held.percent, going.percent)
        && before != after
    {
        facts.push(fact("Share", format!("from {} to {} at once", percent(before), percent(after))));
    }
    if going.opened > held.opened {
        let stages: Vec<String> =
            free.stages.iter().take(going.opened).skip(held.opened).map(|stage| format!("`{}`", stage.name)).collect();
        facts.push(fact("Opens at once", stages.join(", ")));
    }
    Proposal {
        title: format!("Resume {}", release.title),
        lead: "Its clock jumps to the present: ramps go on where they would be by now, and dates that have passed open their stages."
            .to_owned(),
        facts,
        warnings: Vec::new(),
        message: format!("Resume {key}"),
        danger: false,
        urgent: false,
        apply: on(key, |release| release.hold = None),
    }
}

/// Takes a release back, as if it were not there.
pub(crate) fn roll_back(key: &str, release: &Release) -> Proposal {
    let names: Vec<String> = release.flags.iter().map(|member| format!("`{}`", member.flag)).collect();
    let mut facts = vec![fact("Who loses it", audience_now(release)), fact("Flags", names.join(", "))];
    if !release.contingency.is_empty() {
        facts.push(fact("Contingency", release.contingency.clone()));
    }
    Proposal {
        title: format!("Roll back {}", release.title),
        lead: format!(
            "{} without this release, for everyone, within seconds.",
            count(release.flags.len(), "flag falls back to what it serves", "flags fall back to what they serve")
        ),
        facts,
        warnings: Vec::new(),
        message: format!("Roll back {key}"),
        danger: true,
        urgent: false,
        apply: on(key, |release| release.rolled_back = true),
    }
}

/// Undoes a roll back.
pub(crate) fn put_back(key: &str, release: &Release) -> Proposal {
    let mut again = release.clone();
    again.rolled_back = false;
    Proposal {
        title: format!("Put {} back", release.title),
        lead: "Everyone who would have it by now gets it again, at once.".to_owned(),
        facts: vec![fact("Who gets it", audience_now(&again)), fact("What they get", flags(release))],
        warnings: Vec::new(),
        message: format!("Put {key} back"),
        danger: false,
        urgent: false,
        apply: on(key, |release| release.rolled_back = false),
    }
}

/// Takes a release out of the document.
pub(crate) fn delete(key: &str, release: &Release) -> Proposal {
    let name = key.to_owned();
    let audience = if release.is_live() { audience_now(release) } else { "nobody".to_owned() };
    Proposal {
        title: format!("Delete {}", release.title),
        lead: "Its flags serve what they serve without it. To keep what it brought, close it instead; the history keeps it in any case."
            .to_owned(),
        facts: vec![fact("Who loses it", audience)],
        warnings: Vec::new(),
        message: format!("Delete {key}"),
        danger: true,
        urgent: false,
        apply: Arc::new(move |document: &mut Document| drop(document.releases.remove(&name))),
    }
}

/// Ends a release that has reached everyone: its variants become what the flags serve otherwise.
pub(crate) fn close(key: &str, release: &Release) -> Proposal {
    let name = key.to_owned();
    let becomes = release.flags.iter().map(|member| format!("`{}` serves `{}`", member.flag, member.variant)).collect::<Vec<_>>();
    Proposal {
        title: format!("Close {}", release.title),
        lead:
            "Nobody notices: what the release brought becomes what its flags serve by themselves, and the release is kept for the record."
                .to_owned(),
        facts: vec![fact("From then on", becomes.join(", "))],
        warnings: Vec::new(),
        message: format!("Close {key}"),
        danger: false,
        urgent: false,
        apply: Arc::new(move |document: &mut Document| {
            let Some(release) = document.releases.get_mut(&name) else { return };
            release.closed = true;
            for member in release.flags.clone() {
                if let Some(flag) = document.flags.get_mut(&member.flag) {
                    flag.otherwise = Some(Serve::Variant(member.variant));
                }
            }
        }),
    }
}

//! How far a release is at a time: which stages are open, what share a ramp has reached, what comes next.
//! The evaluator decides who gets what; this only draws it, by docs/evaluation.md's rules for opened stages and ramps.

use halyard_core::Timestamp;
use halyard_core::document::{Condition, RampPoint, Release, Shape, Stage, percent as written};

use crate::ui::Tone;

/// Where a release stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// No stage is open.
    Planned,
    /// Some are.
    Open,
    /// An open stage's share grows by the clock.
    Moving,
    /// Everyone has it.
    Everyone,
    /// Its clock stands still.
    Held,
    /// Taken back.
    RolledBack,
    /// Ended.
    Closed,
}

impl Standing {
    /// The word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Standing::Planned => "planned",
            Standing::Open => "open",
            Standing::Moving => "rolling out",
            Standing::Everyone => "open to everyone",
            Standing::Held => "held",
            Standing::RolledBack => "rolled back",
            Standing::Closed => "closed",
        }
    }

    /// What it looks like.
    pub(crate) fn tone(self) -> Tone {
        match self {
            Standing::Planned | Standing::Closed => Tone::Off,
            Standing::Open => Tone::Some,
            Standing::Moving => Tone::Moving,
            Standing::Everyone => Tone::On,
            Standing::Held => Tone::Held,
            Standing::RolledBack => Tone::Back,
        }
    }
}

/// How far a release is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Progress {
    /// Where it stands.
    pub(crate) standing: Standing,
    /// How many stages are open, from the first.
    pub(crate) opened: usize,
    /// The greatest share of all users that an open stage has, in thousandths of a percent, if any is a share.
    pub(crate) percent: Option<u32>,
    /// The instant that its clock shows: that of the hold, where it is held.
    pub(crate) at: Timestamp,
}

impl Progress {
    /// The progress of a release at a time.
    pub(crate) fn of(release: &Release, now: Timestamp) -> Progress {
        let at = release.hold.as_ref().map_or(now, |hold| now.min(hold.at()));
        let opened = opened(release, at);
        let open = release.stages.iter().take(opened);
        let percent = open.clone().filter_map(|stage| share(&stage.audience, at)).max();
        let everyone = percent == Some(100_000);
        let moving = open.clone().any(|stage| grows(&stage.audience, at));
        let standing = match () {
            () if release.closed => Standing::Closed,
            () if release.rolled_back => Standing::RolledBack,
            () if opened == 0 => Standing::Planned,
            () if everyone => Standing::Everyone,
            () if release.hold.is_some() => Standing::Held,
            () if moving => Standing::Moving,
            () => Standing::Open,
        };
        Progress { standing, opened, percent, at }
    }

    /// The stage after the last open one.
    pub(crate) fn next<'r>(&self, release: &'r Release) -> Option<&'r Stage> {
        release.stages.get(self.opened)
    }
}

/// How many stages are open at a time.
fn opened(release: &Release, at: Timestamp) -> usize {
    let by_hand =
        release.stage.as_ref().and_then(|name| release.stages.iter().position(|stage| stage.name == *name)).map_or(0, |index| index + 1);
    let by_clock = release
        .stages
        .iter()
        .skip(by_hand)
        .take_while(|stage| stage.starts_at.as_ref().is_some_and(|start| start.at() <= at) && missing(release, stage).is_empty());
    by_hand + by_clock.count()
}

/// What a stage needs and is not done.
pub(crate) fn missing(release: &Release, stage: &Stage) -> Vec<String> {
    release.missing(stage).map(str::to_owned).collect()
}

/// The share of all users that an audience is, if it is nothing but a share, in thousandths of a percent.
pub(crate) fn share(audience: &Condition, at: Timestamp) -> Option<u32> {
    match audience {
        Condition::All { all } if all.is_empty() => Some(100_000),
        Condition::Percent { percent, .. } => Some(percent.to.saturating_sub(percent.from)),
        Condition::Ramp { ramp, shape, .. } => Some(reached(ramp, *shape, at)),
        _ => None,
    }
}

/// Whether an audience is a ramp that has not ended.
fn grows(audience: &Condition, at: Timestamp) -> bool {
    matches!(audience, Condition::Ramp { ramp, .. } if ramp.last().is_some_and(|last| at < last.at.at()))
}

/// What a ramp has reached.
fn reached(ramp: &[RampPoint], shape: Shape, at: Timestamp) -> u32 {
    let passed = ramp.iter().take_while(|point| point.at.at() <= at).count();
    let (Some(last), next) = (passed.checked_sub(1).and_then(|index| ramp.get(index)), ramp.get(passed)) else { return 0 };
    match (shape, next) {
        (Shape::Linear, Some(next)) => {
            let (from, to) = (i128::from(last.percent), i128::from(next.percent));
            let (gone, span) = (i128::from(at.0 - last.at.at().0), i128::from(next.at.at().0 - last.at.at().0));
            let now = from + (to - from) * gone / span.max(1);
            u32::try_from(now).unwrap_or(last.percent)
        }
        _ => last.percent,
    }
}

/// A share for people: `42%`, `0.5%`.
pub(crate) fn percent(thousandths: u32) -> String {
    // A share that grows by the second is never quite even: beyond 1% its fraction is noise. One that somebody wrote is shown as it is.
    let shown = if thousandths >= 1_000 && !thousandths.is_multiple_of(100) { thousandths / 1_000 * 1_000 } else { thousandths };
    format!("{}%", written(shown))
}

/// The last instant of a ramp and its share.
pub(crate) fn end_of_ramp(audience: &Condition) -> Option<(Timestamp, u32)> {
    let Condition::Ramp { ramp, .. } = audience else { return None };
    ramp.last().map(|point| (point.at.at(), point.percent))
}

/// The first instant of a ramp.
pub(crate) fn start_of_ramp(audience: &Condition) -> Option<Timestamp> {
    let Condition::Ramp { ramp, .. } = audience else { return None };
    ramp.first().map(|point| point.at.at())
}

#[cfg(test)]
mod tests {
    use halyard_core::check::Cap;
    use halyard_core::{Context, Document, Time, compile, read};

    use super::*;

    const DAY: i64 = 86_400_000;

    fn document() -> Document {
        let text = br#"{"format": 1,
            "flags": {"f": {"purpose": "release", "owner": "o", "created": "2026-01-01", "expires": "2026-12-31",
                            "variants": {"on": true, "off": false}, "offVariant": "off", "otherwise": "off"}},
            "releases": {"r": {"title": "R", "owner": "o", "flags": [{"flag": "f", "variant": "on"}], "stage": "staff",
                "stages": [{"name": "staff", "audience": {"attribute": "staff", "is": [true]}},
                           {"name": "ramp", "startsAt": "1970-01-03T00:00:00Z", "needs": ["x"],
                            "audience": {"ramp": [{"at": "1970-01-03T00:00:00Z", "percent": 10}, {"at": "1970-01-13T00:00:00Z", "percent": 60}], "shape": "linear"}},
                           {"name": "all", "startsAt": "1970-01-21T00:00:00Z", "audience": {"all": []}}],
                "readiness": [{"item": "x", "done": true}]}}}"#;
        read(text, Cap::Publisher).checked.expect("a sound document").into_inner()
    }

    /// What this module draws is what the evaluator does: the share of users that the ramp has reached, day by day.
    #[test]
    fn the_share_that_is_drawn_is_the_share_that_is_served() {
        let mut document = document();
        for held in [None, Some(7)] {
            let release = document.releases.get_mut("r").unwrap();
            release.hold = held.map(|day| Time::from(Timestamp(day * DAY)));
            let release = release.clone();
            let ruleset = compile(&halyard_core::check::check(&document).checked.unwrap());
            for day in 0..24 {
                let at = Timestamp(day * DAY);
                let drawn = f64::from(Progress::of(&release, at).percent.unwrap_or(0)) / 100_000.0;
                let users = 4_000;
                let served = (0..users).filter(|user| {
                    let context = Context::parse(format!("{{\"targetingKey\": \"user-{user}\"}}").as_bytes()).unwrap();
                    ruleset.evaluate("f", &context, at).variant == Some("on")
                });
                let served = served.count() as f64 / f64::from(users);
                assert!((served - drawn).abs() < 0.03, "day {day}, held {held:?}: {drawn} drawn, {served} served");
            }
        }
    }

    #[test]
    fn a_date_opens_nothing_whose_needs_are_not_done() {
        let mut release = document().releases.remove("r").unwrap();
        assert_eq!(Progress::of(&release, Timestamp(2 * DAY)).opened, 2);
        release.readiness[0].done = false;
        assert_eq!(Progress::of(&release, Timestamp(30 * DAY)).opened, 1);
        assert_eq!(missing(&release, &release.stages[1]), ["x"]);
    }

    #[test]
    fn shares_are_written_for_people() {
        assert_eq!([0, 500, 5_000, 12_500, 42_371].map(percent), ["0%", "0.5%", "5%", "12.5%", "42%"]);
    }
}

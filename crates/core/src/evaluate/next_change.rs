//! When the clock alone can change an answer.
//!
//! Every flag is looked at by itself, so a flag that another asks about needs no following. What cannot be reached without an
//! edit of the document is left out: a disabled flag, what lies behind a rule or stage that holds for everyone, a stage that is
//! not open and does not open by the clock, and whatever comes after a release's hold.

use crate::evaluate::bounds::Bounds;
use crate::evaluate::run::ramp_share;
use crate::image::node::kind;
use crate::image::part::{Span, time};
use crate::image::row::{Flag, Point, Release, Rule, Serve, Stage};
use crate::image::{Image, Section};
use crate::operators::bucket;
use crate::time::Timestamp;

/// The next instant after `now` at which an answer can change without an edit.
pub(crate) fn next_change(image: Image<'_>, now: Timestamp) -> Option<Timestamp> {
    let mut search = Search { image, now, bounds: Bounds::new() };
    let flags = image.rows::<Flag>(Span { start: 0, len: image.count(Section::Flags) });
    flags.filter(|flag| flag.enabled).filter_map(|flag| search.flag(&flag)).min()
}

struct Search<'i> {
    image: Image<'i>,
    now: Timestamp,
    bounds: Bounds,
}

impl Search<'_> {
    fn flag(&mut self, flag: &Flag) -> Option<Timestamp> {
        self.bounds = Bounds::new();
        let mut next = None;
        for rule in self.image.rows::<Rule>(flag.rules) {
            next = earlier(next, self.node(rule.when));
            if self.is_for_everyone(rule.when) && matches!(rule.serve, Serve::Variant(_)) {
                return next;
            }
        }
        let release = flag.release.and_then(|release| self.image.row(release));
        earlier(next, release.and_then(|release| self.release(release)))
    }

    fn release(&mut self, release: Release) -> Option<Timestamp> {
        let now = release.now(self.now);
        let mut next = None;
        for (place, stage) in self.image.rows::<Stage>(release.stages).enumerate() {
            if !release.is_open(place, &stage, now) {
                next = earlier(next, stage.starts_at.filter(|at| *at > self.now && !stage.lacks));
                break;
            }
            next = earlier(next, self.node(stage.audience));
            if self.is_for_everyone(stage.audience) {
                break;
            }
        }
        // At its hold the clock still counts; behind it, it stands.
        next.filter(|at| release.hold.is_none_or(|hold| *at <= hold))
    }

    fn node(&mut self, index: u32) -> Option<Timestamp> {
        let [kind, a, b, _] = *self.image.node(index).filter(|_| self.bounds.enter())?;
        let list = Span { start: a, len: b };
        let next = match kind {
            kind::AFTER | kind::BEFORE => Some(time([a, b])).filter(|at| *at > self.now),
            kind::STEPS | kind::LINEAR => {
                let linear = kind == kind::LINEAR;
                next_step(self.image.rows(list), linear, ramp_share(&self.image, list, linear, self.now), self.now)
            }
            kind::ALL | kind::ANY => (0..b).fold(None, |next, place| earlier(next, self.node(a.saturating_add(place)))),
            kind::NOT | kind::SEGMENT => self.node(a),
            _ => None,
        };
        self.bounds.leave();
        next
    }

    /// Whether a condition holds for everyone at every time, as written: `{"all": []}`, `{"percent": 100}`.
    fn is_for_everyone(&mut self, index: u32) -> bool {
        let Some([kind, a, b, _]) = self.image.node(index).copied().filter(|_| self.bounds.enter()) else { return false };
        let is = match kind {
            kind::ALL => (0..b).all(|place| self.is_for_everyone(a.saturating_add(place))),
            kind::ANY => (0..b).any(|place| self.is_for_everyone(a.saturating_add(place))),
            kind::PERCENT => (a, b) == (0, bucket::EVERYONE),
            _ => false,
        };
        self.bounds.leave();
        is
    }
}

fn earlier(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}

/// The next instant at which a ramp's share is another than now.
fn next_step(mut points: impl Iterator<Item = Point>, linear: bool, share: u32, now: Timestamp) -> Option<Timestamp> {
    if !linear {
        return points.find(|point| point.at > now && point.share != share).map(|point| point.at);
    }
    let mut before: Option<Point> = None;
    for point in points {
        if point.at > now && point.share > share {
            return Some(match before {
                // Within this stretch the share goes up by thousandths, from where it is now or, later, from its start.
                Some(start) if start.at <= now || start.share == share => {
                    Timestamp(bucket::next_thousandth((start.at.0, start.share), (point.at.0, point.share), share))
                }
                // The first point that there is, or a leap on the way to it.
                _ => point.at,
            });
        }
        before = Some(point);
    }
    None
}

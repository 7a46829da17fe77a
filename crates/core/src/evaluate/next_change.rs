//! When the clock alone can change an answer.
//!
//! Every flag is looked at by itself, so a flag that another asks about needs no following. What cannot be reached without an
//! edit of the document is left out: a disabled flag, what lies behind a rule or stage that holds for everyone, a stage that is
//! not open and does not open by the clock, and whatever comes after a release's hold.

use crate::compile::tables::{Flag, Node, Point, Release, Serve, Tables};
use crate::evaluate::run::ramp_share;
use crate::operators::bucket;
use crate::time::Timestamp;

/// The next instant after `now` at which an answer can change without an edit.
pub(crate) fn next_change(tables: &Tables, now: Timestamp) -> Option<Timestamp> {
    let mut segments = vec![None; tables.segments.len()];
    let mut search = Search { tables, now, segments: &mut segments };
    tables.flags.iter().filter(|flag| flag.enabled).filter_map(|flag| search.flag(flag)).min()
}

struct Search<'t, 's> {
    tables: &'t Tables,
    now: Timestamp,
    /// Each segment's next instant, once it is known.
    segments: &'s mut [Option<Option<Timestamp>>],
}

impl Search<'_, '_> {
    fn flag(&mut self, flag: &Flag) -> Option<Timestamp> {
        let mut next = None;
        for rule in flag.rules.of(&self.tables.rules) {
            next = earlier(next, self.node(&rule.when));
            if self.is_for_everyone(&rule.when) && matches!(rule.serve, Serve::Variant(Some(_))) {
                return next;
            }
        }
        let release = flag.release.and_then(|(index, _)| self.tables.releases.get(index as usize));
        earlier(next, release.and_then(|release| self.release(release)))
    }

    fn release(&mut self, release: &Release) -> Option<Timestamp> {
        let now = release.now(self.now);
        let mut next = None;
        for (index, stage) in release.stages.of(&self.tables.stages).iter().enumerate() {
            if !release.is_open(index, stage, now) {
                next = earlier(next, stage.starts_at.filter(|at| *at > self.now && stage.lacks.is_empty()));
                break;
            }
            next = earlier(next, self.node(&stage.audience));
            if self.is_for_everyone(&stage.audience) {
                break;
            }
        }
        // At its hold the clock still counts; behind it, it stands.
        next.filter(|at| release.hold.is_none_or(|hold| *at <= hold))
    }

    fn node(&mut self, node: &Node) -> Option<Timestamp> {
        match node {
            Node::Attribute { .. } | Node::Flag(_) | Node::Percent { .. } => None,
            Node::After(instant) | Node::Before(instant) => Some(instant.at).filter(|at| *at > self.now),
            Node::Ramp { points, linear, .. } => {
                next_step(points.of(&self.tables.points), *linear, ramp_share(self.tables, node, self.now), self.now)
            }
            Node::All(inner) | Node::Any(inner) | Node::Not(inner) => {
                let nodes = inner.of(&self.tables.nodes);
                nodes.iter().fold(None, |next, node| earlier(next, self.node(node)))
            }
            Node::Segment(index) => {
                let index = *index as usize;
                if let Some(known) = self.segments.get(index).copied().flatten() {
                    return known;
                }
                let when = self.tables.segments.get(index)?.when;
                let next = self.node(&when);
                if let Some(slot) = self.segments.get_mut(index) {
                    *slot = Some(next);
                }
                next
            }
        }
    }

    /// Whether a condition holds for everyone at every time, as written: `{"all": []}`, `{"percent": 100}`.
    fn is_for_everyone(&self, node: &Node) -> bool {
        match node {
            Node::All(inner) => inner.of(&self.tables.nodes).iter().all(|node| self.is_for_everyone(node)),
            Node::Any(inner) => inner.of(&self.tables.nodes).iter().any(|node| self.is_for_everyone(node)),
            Node::Percent { from: 0, to: bucket::EVERYONE, .. } => true,
            _ => false,
        }
    }
}

fn earlier(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}

/// The next instant at which a ramp's share is another than now.
fn next_step(points: &[Point], linear: bool, share: u32, now: Timestamp) -> Option<Timestamp> {
    if !linear {
        return points.iter().find(|point| point.at > now && point.share != share).map(|point| point.at);
    }
    let mut before: Option<&Point> = None;
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

//! When the clock alone can change an answer: the image has it, `compile` looked for it.

use crate::image::part::Span;
use crate::image::row::{Change, Slope};
use crate::image::{Image, Section};
use crate::operators::bucket;
use crate::time::Timestamp;

impl Image<'_> {
    /// The next instant after `now` at which the clock alone can change an answer; none: never.
    #[inline]
    pub fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        let all = |section| Span { start: 0, len: self.count(section) };
        let mut least = self.rows::<Change>(all(Section::Changes)).map(|change| change.at).find(|at| *at > now);
        for slope in self.rows::<Slope>(all(Section::Slopes)) {
            let next = bucket::next_thousandth(slope.start.0, slope.end.0, slope.rise, now.max(slope.from).0);
            let next = Timestamp(next);
            if now < next && next <= slope.until && least.is_none_or(|least| next < least) {
                least = Some(next);
            }
        }
        least
    }
}

//! When the clock alone can change an answer: the image has it, `compile` looked for it.

use crate::image::part::Span;
use crate::image::row::{Change, Slope};
use crate::image::{Image, Section};
use crate::operators::bucket;
use crate::time::Timestamp;

impl Image<'_> {
    /// The next instant after `now` at which the clock alone can change an answer; none: never.
    ///
    /// ```
    /// # use halyard_core::Timestamp;
    /// # use halyard_core::image::Image;
    /// # let (words, text, lists) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/image/example.rs"));
    /// let image = Image::new(&words, &text, &lists);
    /// let december = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
    /// assert_eq!(image.next_change(Timestamp(0)), Some(december));
    /// assert_eq!(image.next_change(december), None);
    /// ```
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

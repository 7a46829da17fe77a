//! The order of a merged list: the elements are merged already, and this says where each stands.

use super::Side;

/// The names of a list's elements in three versions.
pub(super) struct Orders<'a> {
    pub(super) base: &'a [&'a str],
    pub(super) mine: &'a [&'a str],
    pub(super) head: &'a [&'a str],
}

impl<'a> Orders<'a> {
    /// Whether both sides put the list into an order, each into another.
    pub(super) fn clash(&self) -> bool {
        let shared = |names: &[&'a str], others: [&[&'a str]; 2]| -> Vec<&'a str> {
            names.iter().copied().filter(|name| others.iter().all(|other| other.contains(name))).collect()
        };
        let (mine, head) = (shared(self.mine, [self.head, self.head]), shared(self.head, [self.mine, self.mine]));
        // One side moved what was there: that is its change alone. What both added and put at different places is a clash too.
        let one_moved = self.moved(self.mine) != self.moved(self.head);
        mine != head && !(one_moved && mine.iter().all(|name| self.base.contains(name)))
    }

    /// The side whose order leads where they do not clash: whoever moved what was there. Where neither did, or both alike, either may.
    pub(super) fn leading(&self) -> Side {
        if self.moved(self.mine) { Side::Mine } else { Side::Theirs }
    }

    /// Whether a side moved the elements that all three have.
    fn moved(&self, side: &[&str]) -> bool {
        let in_all = |name: &&&str| self.base.contains(name) && self.mine.contains(name) && self.head.contains(name);
        !side.iter().filter(in_all).eq(self.base.iter().filter(in_all))
    }

    /// The order of those that stay: one side's leads, and each of the other's stands behind the one that it followed there. Where
    /// both put new elements at the same place, head's come first.
    pub(super) fn arrange(&self, leading: Side, stays: impl Fn(&str) -> bool) -> Vec<&'a str> {
        let (first, second) = if leading == Side::Mine { (self.mine, self.head) } else { (self.head, self.mine) };
        let mut arranged: Vec<&'a str> = first.iter().copied().filter(|name| stays(name)).collect();
        let mut place = 0;
        for name in second.iter().copied().filter(|name| stays(name)) {
            if let Some(there) = arranged.iter().position(|other| *other == name) {
                place = there + 1;
                continue;
            }
            if leading == Side::Theirs {
                place += arranged.iter().skip(place).take_while(|other| !second.contains(other)).count();
            }
            arranged.insert(place, name);
            place += 1;
        }
        arranged
    }
}

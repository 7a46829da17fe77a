//! A list that lies where it is kept while it is short.

/// Up to `N` values without asking for memory, which takes longer than most that is done with them; any number with.
#[derive(Clone, Debug)]
pub(crate) struct Few<T, const N: usize> {
    /// All of them, if there are no more than that.
    few: [T; N],
    count: usize,
    /// All of them otherwise.
    many: Vec<T>,
}

impl<T: Copy + Default, const N: usize> Few<T, N> {
    /// So many, each the default.
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    pub(crate) fn of(count: usize) -> Few<T, N> {
        Few { few: [T::default(); N], count, many: if count <= N { Vec::new() } else { vec![T::default(); count] } }
    }

    /// Whether they lie here. (Where there is no room at all, nothing need be asked.)
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn is_here(&self) -> bool {
        N > 0 && self.count <= N
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    pub(crate) fn all(&self) -> &[T] {
        if self.is_here() { self.few.get(..self.count).unwrap_or_default() } else { &self.many }
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    pub(crate) fn get_mut(&mut self, place: usize) -> Option<&mut T> {
        if self.is_here() { self.few.get_mut(..self.count)?.get_mut(place) } else { self.many.get_mut(place) }
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    pub(crate) fn extend(&mut self, more: &[T]) {
        let count = self.count + more.len();
        match self.few.get_mut(self.count..count) {
            Some(room) if N > 0 => room.copy_from_slice(more),
            _ => self.grow(more),
        }
        self.count = count;
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline(never))]
    fn grow(&mut self, more: &[T]) {
        if self.is_here() {
            self.many.extend(self.few.iter().take(self.count));
        }
        self.many.extend(more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_few_holds_what_any_list_would() {
        for start in 0..7 {
            for lengths in [[0, 0, 0], [1, 2, 1], [4, 0, 1], [0, 5, 2], [3, 3, 3]] {
                let (mut few, mut none, mut list) = (Few::<u8, 4>::of(start), Few::<u8, 0>::of(start), vec![0; start]);
                for (value, length) in (1..).zip(lengths) {
                    few.extend(&vec![value; length]);
                    none.extend(&vec![value; length]);
                    list.extend(vec![value; length]);
                    for (place, expected) in list.iter_mut().enumerate() {
                        *expected += 10;
                        *few.get_mut(place).unwrap() += 10;
                        *none.get_mut(place).unwrap() += 10;
                    }
                    assert_eq!((few.all(), none.all()), (&list[..], &list[..]), "{start} and {lengths:?}");
                    assert_eq!(few.get_mut(list.len()), None);
                }
            }
        }
    }
}

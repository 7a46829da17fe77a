//! Where something in a list goes by the keys that move it: Alt with the arrows up and down.

use leptos::ev::KeyboardEvent;

/// The place that a key moves element `index` of `len` to; none: it is another key, or there is no further to go.
pub(crate) fn moved(event: &KeyboardEvent, index: usize, len: usize) -> Option<usize> {
    if event.alt_key() { target(&event.key(), index, len) } else { None }
}

fn target(key: &str, index: usize, len: usize) -> Option<usize> {
    match key {
        "ArrowUp" => index.checked_sub(1),
        "ArrowDown" => Some(index + 1).filter(|to| *to < len),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn the_ends_of_a_list_are_ends() {
        assert_eq!((target("ArrowUp", 0, 3), target("ArrowUp", 2, 3)), (None, Some(1)));
        assert_eq!((target("ArrowDown", 2, 3), target("ArrowDown", 0, 3), target("Enter", 1, 3)), (None, Some(1), None));
    }
}

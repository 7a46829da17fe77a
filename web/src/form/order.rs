//! Where things in a list go: a handle at each moves it, by dragging and by Alt with the arrows up and down.

use halyard_core::Pointer;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::Element;

use super::condition::focus_later;
use super::fields::id;
use super::{Form, at, form};

/// A list whose elements can be moved, and what is being moved in it.
#[derive(Clone, Copy)]
pub(crate) struct Order {
    form: Form,
    list: StoredValue<Pointer>,
    len: Signal<usize>,
    /// The element that is open, which stays open wherever it goes.
    open: Option<RwSignal<Option<usize>>>,
    dragged: RwSignal<Option<usize>>,
    over: RwSignal<Option<usize>>,
}

impl Order {
    pub(crate) fn of(list: Pointer, len: impl Into<Signal<usize>>, open: Option<RwSignal<Option<usize>>>) -> Order {
        let (dragged, over) = (RwSignal::new(None), RwSignal::new(None));
        Order { form: form(), list: StoredValue::new(list), len: len.into(), open, dragged, over }
    }

    /// What the row of each element says in `data-list`, beside its place in `data-row`: by these the pointer finds it.
    pub(crate) fn name(self) -> String {
        self.list.with_value(id)
    }

    /// Whether what is dragged would come to this place, tracked.
    pub(crate) fn is_over(self, index: usize) -> bool {
        self.over.get() == Some(index) && self.dragged.get().is_some_and(|from| from != index)
    }

    fn handle(self, index: usize) -> String {
        self.list.with_value(|list| format!("{}-handle", id(&list.at(index))))
    }

    fn shift(self, from: usize, to: usize) {
        self.list.with_value(|list| self.form.change(|json| at::shift(json, list, from, to)));
        if let Some(open) = self.open {
            open.update(|open| *open = open.map(|row| along(row, from, to)));
        }
    }

    /// The element under a point of the window.
    fn row_at(self, x: i32, y: i32) -> Option<usize> {
        #[expect(clippy::cast_precision_loss, reason = "a window has few pixels")]
        let element = document().element_from_point(x as f32, y as f32)?;
        // Of this list: an element of it may have lists within, and may itself be in one.
        element.closest(&format!("[data-list=\"{}\"]", self.name())).ok()??.get_attribute("data-row")?.parse().ok()
    }

    fn let_go(self) -> Option<(usize, usize)> {
        let moved = self.dragged.get_untracked().zip(self.over.get_untracked());
        self.dragged.set(None);
        self.over.set(None);
        moved.filter(|(from, to)| from != to)
    }
}

/// What an element is moved by.
#[component]
pub(crate) fn Handle(
    order: Order,
    index: usize,
    /// What it is, for those who do not see it.
    what: &'static str,
    children: Children,
) -> impl IntoView {
    let locked = order.form.locked;
    let keys = move |event: KeyboardEvent| {
        if let Some(to) = moved(&event, index, order.len.get_untracked())
            && !locked.get_untracked()
        {
            event.prevent_default();
            order.shift(index, to);
            focus_later(order.handle(to));
        }
    };
    // By pointer events, not by the browser's own dragging: those work with a finger too.
    let hold = move |event: PointerEvent| {
        if event.button() == 0 && !locked.get_untracked() {
            order.dragged.set(Some(index));
            let handle = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
            drop(handle.map(|handle| handle.set_pointer_capture(event.pointer_id())));
        }
    };
    let drag = move |event: PointerEvent| {
        if order.dragged.get_untracked() == Some(index) {
            order.over.set(order.row_at(event.client_x(), event.client_y()));
        }
    };
    let let_go = move |_| {
        if let Some((from, to)) = order.let_go() {
            order.shift(from, to);
        }
    };
    let give_up = move |_| {
        order.let_go();
    };
    view! {
        <button type="button" class="handle" id=order.handle(index) disabled=move || locked.get()
            aria-label=move || format!("{what} {} of {}: drag, or Alt with arrow up or down, to move it", index + 1, order.len.get())
            on:pointerdown=hold on:pointermove=drag on:pointerup=let_go on:pointercancel=give_up on:keydown=keys>
            {children()}
        </button>
    }
}

/// The place that a key moves element `index` of `len` to; none: it is another key, or there is no further to go.
fn moved(event: &KeyboardEvent, index: usize, len: usize) -> Option<usize> {
    if event.alt_key() { target(&event.key(), index, len) } else { None }
}

fn target(key: &str, index: usize, len: usize) -> Option<usize> {
    match key {
        "ArrowUp" => index.checked_sub(1),
        "ArrowDown" => Some(index + 1).filter(|to| *to < len),
        _ => None,
    }
}

/// Where element `row` is after the one at `from` has gone to `to`.
fn along(row: usize, from: usize, to: usize) -> usize {
    if row == from {
        return to;
    }
    let without = if row > from { row - 1 } else { row };
    if without >= to { without + 1 } else { without }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_a_list_are_ends() {
        assert_eq!((target("ArrowUp", 0, 3), target("ArrowUp", 2, 3)), (None, Some(1)));
        assert_eq!((target("ArrowDown", 2, 3), target("ArrowDown", 0, 3), target("Enter", 1, 3)), (None, Some(1), None));
    }

    #[test]
    fn whatever_moves_each_row_is_where_its_element_went() {
        for (from, to) in (0..4).flat_map(|from| (0..4).map(move |to| (from, to))) {
            let mut list = vec![0, 1, 2, 3];
            let element = list.remove(from);
            list.insert(to, element);
            for row in 0..4 {
                assert_eq!(list[along(row, from, to)], row, "{row}, when {from} goes to {to}");
            }
        }
    }
}

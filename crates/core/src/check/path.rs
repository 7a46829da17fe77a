//! A place in the JSON that is being read: kept on the stack, and made into a [`Pointer`] only where there is a problem.

use crate::problem::Pointer;

/// A place, as a list from the inside out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    Root,
    Key(&'p str),
    Index(usize),
}

impl<'p> Path<'p> {
    /// The whole input.
    pub(crate) const ROOT: Path<'static> = Path { parent: None, step: Step::Root };

    /// The member at `key`.
    pub(crate) fn key(&'p self, key: &'p str) -> Path<'p> {
        Path { parent: Some(self), step: Step::Key(key) }
    }

    /// The element at `index`.
    pub(crate) fn index(&'p self, index: usize) -> Path<'p> {
        Path { parent: Some(self), step: Step::Index(index) }
    }

    /// The place as an RFC 6901 pointer.
    pub(crate) fn pointer(&self) -> Pointer {
        let outer = self.parent.map(Path::pointer).unwrap_or_default();
        match self.step {
            Step::Root => outer,
            Step::Key(key) => outer.at(key),
            Step::Index(index) => outer.at(index),
        }
    }

    /// What a message calls this place: "`owner`", "element 2 of `is`", "this".
    pub(crate) fn name(&self) -> String {
        match self.step {
            Step::Root => "this".to_owned(),
            Step::Key(key) => format!("`{key}`"),
            Step::Index(index) => match self.parent {
                Some(Path { step: Step::Root, .. }) | None => format!("element {}", index + 1),
                Some(parent) => format!("element {} of {}", index + 1, parent.name()),
            },
        }
    }
}

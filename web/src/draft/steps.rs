//! Undo and redo: the states that a draft was in, each with what was done to it then, in words.

/// The most steps that are kept: a state is a whole document.
const MOST: usize = 40;
/// Typing on in the same field within this many milliseconds belongs to the same step.
const PAUSE: i64 = 20_000;

/// One thing that was done.
#[derive(Clone, Debug, PartialEq)]
struct Step<S> {
    /// What it did: "flag `new-cart` is switched on".
    words: String,
    /// The state on its other side: before it for a step that can be undone, after it for one that can be redone.
    state: S,
    /// The field that was typed into, and when last, in milliseconds since 1970.
    field: Option<(String, i64)>,
}

/// What was done to a draft and can be undone, and what was undone and can be done again.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Steps<S> {
    past: Vec<Step<S>>,
    future: Vec<Step<S>>,
}

impl<S> Default for Steps<S> {
    fn default() -> Steps<S> {
        Steps { past: Vec::new(), future: Vec::new() }
    }
}

impl<S: Clone> Steps<S> {
    /// Notes that something was done to `before`. Typing in one field is one step, for as long as nothing else happens between.
    /// `words` says what the step does, from the state that it began with; none: nothing any more, and the step is dropped.
    pub(super) fn done(&mut self, before: &S, field: Option<&str>, now: i64, words: impl FnOnce(&S) -> Option<String>) {
        let field = field.map(|field| (field.to_owned(), now));
        let goes_on = self.future.is_empty()
            && self
                .past
                .last()
                .and_then(|step| step.field.as_ref())
                .zip(field.as_ref())
                .is_some_and(|((last, at), (name, now))| last == name && now - at < PAUSE);
        let state = match self.past.pop_if(|_| goes_on) {
            Some(step) => step.state,
            None => before.clone(),
        };
        self.future.clear();
        let Some(words) = words(&state) else { return };
        self.past.push(Step { words, state, field });
        if self.past.len() > MOST {
            self.past.remove(0);
        }
    }

    /// Goes a step back from `now`; what was there before it.
    pub(super) fn undo(&mut self, now: S) -> Option<S> {
        let step = self.past.pop()?;
        self.future.push(Step { words: step.words, state: now, field: None });
        Some(step.state)
    }

    /// Goes a step forward again from `now`.
    pub(super) fn redo(&mut self, now: S) -> Option<S> {
        let step = self.future.pop()?;
        self.past.push(Step { words: step.words, state: now, field: None });
        Some(step.state)
    }

    /// Moves every state elsewhere: onto a newer version.
    pub(super) fn carry(&mut self, carry: impl Fn(&S) -> S) {
        for step in self.past.iter_mut().chain(&mut self.future) {
            step.state = carry(&step.state);
        }
    }

    /// What undoing would take back, in words.
    pub(crate) fn undoes(&self) -> Option<&str> {
        self.past.last().map(|step| step.words.as_str())
    }

    /// What would be done again, in words.
    pub(crate) fn redoes(&self) -> Option<&str> {
        self.future.last().map(|step| step.words.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Texts = Steps<&'static str>;

    fn did(steps: &mut Texts, before: &'static str, words: &str) {
        steps.done(&before, None, 0, |_| Some(words.to_owned()));
    }

    #[test]
    fn what_was_done_last_is_undone_first_and_done_again_first() {
        let mut steps = Texts::default();
        did(&mut steps, "", "a");
        did(&mut steps, "a", "b");
        assert_eq!(steps.undoes(), Some("b"));
        assert_eq!(steps.undo("ab"), Some("a"));
        assert_eq!((steps.undoes(), steps.redoes()), (Some("a"), Some("b")));
        assert_eq!(steps.undo("a"), Some(""));
        assert_eq!(steps.undo(""), None);
        assert_eq!(steps.redo(""), Some("a"));
        assert_eq!(steps.redo("a"), Some("ab"));
        assert_eq!(steps.redo("ab"), None);
    }

    #[test]
    fn what_is_done_after_an_undo_takes_the_place_of_what_was_undone() {
        let mut steps = Texts::default();
        did(&mut steps, "", "a");
        assert_eq!(steps.undo("a"), Some(""));
        did(&mut steps, "", "c");
        assert_eq!(steps.redoes(), None);
        assert_eq!(steps.undo("c"), Some(""));
    }

    #[test]
    fn typing_in_one_field_is_one_step() {
        let mut steps = Texts::default();
        let type_into = |steps: &mut Texts, before, field, now| steps.done(&before, Some(field), now, |from| Some(format!("from {from}")));
        type_into(&mut steps, "", "title", 0);
        type_into(&mut steps, "h", "title", 300);
        type_into(&mut steps, "he", "title", 600);
        assert_eq!(steps.undoes(), Some("from "));
        assert_eq!(steps.undo("hey"), Some(""), "all of it at once");
        assert_eq!(steps.redo(""), Some("hey"));
        // Another field, a long pause and an undo in between each begin a step of their own.
        type_into(&mut steps, "hey", "title", 900);
        type_into(&mut steps, "heyo", "owner", 1000);
        type_into(&mut steps, "x", "owner", 1000 + PAUSE);
        assert_eq!(steps.undo("y"), Some("x"));
        assert_eq!(steps.undo("x"), Some("heyo"));
        assert_eq!(steps.undo("heyo"), Some("hey"));
    }

    #[test]
    fn typing_that_comes_back_to_where_it_began_is_no_step() {
        let mut steps = Texts::default();
        steps.done(&"a", Some("title"), 0, |_| Some("more".to_owned()));
        steps.done(&"ab", Some("title"), 1, |_| None);
        assert_eq!(steps.undoes(), None);
    }

    #[test]
    fn every_state_is_carried() {
        let mut steps = Steps::<i32>::default();
        for before in [1, 2, 3] {
            steps.done(&before, None, 0, |_| Some(before.to_string()));
        }
        assert_eq!(steps.undo(4), Some(3));
        steps.carry(|state| state * 10);
        assert_eq!(steps.redo(30), Some(40));
        assert_eq!(steps.undo(40), Some(30));
        assert_eq!(steps.undo(30), Some(20));
    }

    #[test]
    fn only_so_many_are_kept() {
        let mut steps = Steps::<usize>::default();
        for before in 0..MOST + 5 {
            steps.done(&before, None, 0, |_| Some(String::new()));
        }
        let undone = std::iter::from_fn(|| steps.undo(0)).count();
        assert_eq!(undone, MOST);
    }
}

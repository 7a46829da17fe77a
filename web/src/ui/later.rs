//! What is done a while after it was asked for last: behind a pause in the typing, or behind the next picture.

use std::time::Duration;

use leptos::prelude::*;

/// A clock that rings once. Set anew, it rings later; it goes away with whoever made it, and does not ring then.
#[derive(Clone, Copy)]
pub(crate) struct Later(StoredValue<Option<TimeoutHandle>>);

impl Later {
    pub(crate) fn new() -> Later {
        Later(StoredValue::new(None))
    }

    /// Does `work` after that time, in place of what was asked for before and has not been done.
    pub(crate) fn ask(self, after: Duration, work: impl FnOnce() + 'static) {
        self.stop();
        let ring = move || {
            if self.0.try_update_value(Option::take).is_some() {
                work();
            }
        };
        self.0.set_value(set_timeout_with_handle(ring, after).ok());
    }

    /// Stops the clock; whether it was running.
    pub(crate) fn stop(self) -> bool {
        self.0.try_update_value(Option::take).flatten().inspect(TimeoutHandle::clear).is_some()
    }
}

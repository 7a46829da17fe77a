//! The records that the history page shows: loaded page by page, from the newest on, for one filter at a time.

use halyard_edge::wire::{Edit, Record};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Api, Failure, Subject};
use crate::history::filter::Filter;

/// How many records one press on "older" should bring.
const WANTED: usize = 25;
/// How many requests it may take, where the filter leaves little: each looks through a stretch of the history.
const REQUESTS: usize = 24;

/// What the feed is doing.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum State {
    /// Asking the node.
    Looking,
    /// Waiting to be asked for more.
    Resting,
    /// It could not go on.
    Failed(Failure),
}

/// The records so far.
#[derive(Clone, Copy)]
pub(super) struct Feed {
    api: Api,
    subject: StoredValue<Subject>,
    filter: StoredValue<Filter>,
    /// What was found, newest first.
    pub(super) records: RwSignal<Vec<Record<Edit>>>,
    /// Every version from this one on has been looked through; none: all have.
    pub(super) before: RwSignal<Option<u64>>,
    /// What it is doing.
    pub(super) state: RwSignal<State>,
    /// Which search this is: answers to an older one are dropped.
    turn: StoredValue<u64>,
}

impl Feed {
    pub(super) fn new(subject: Subject) -> Feed {
        Feed {
            api: expect_context(),
            subject: StoredValue::new(subject),
            filter: StoredValue::new(Filter::default()),
            records: RwSignal::new(Vec::new()),
            before: RwSignal::new(None),
            state: RwSignal::new(State::Looking),
            turn: StoredValue::new(0),
        }
    }

    /// Begins anew with another filter.
    pub(super) fn begin(self, filter: Filter) {
        self.filter.set_value(filter);
        self.records.set(Vec::new());
        self.before.set(None);
        self.older();
    }

    /// Goes on where it stopped, until there is something to show.
    pub(super) fn older(self) {
        let turn = self.stop();
        self.state.set(State::Looking);
        let (subject, query) = (self.subject.get_value(), self.filter.with_value(Filter::query));
        spawn_local(async move {
            let mut found = 0;
            for _ in 0..REQUESTS {
                let Some(before) = self.before.try_get_untracked() else { return };
                let page = self.api.history(&subject, before, &query).await;
                if self.turn.try_get_value() != Some(turn) {
                    return;
                }
                match page {
                    Ok(page) => {
                        found += page.records.len();
                        self.records.update(|records| records.extend(page.records));
                        self.before.set(page.before);
                        if page.before.is_none() || found >= WANTED {
                            break;
                        }
                    }
                    Err(failure) => return self.state.set(State::Failed(failure)),
                }
            }
            self.state.set(State::Resting);
        });
    }

    /// Ends a search that is under way; what it found stays.
    pub(super) fn stop(self) -> u64 {
        let turn = self.turn.get_value() + 1;
        self.turn.set_value(turn);
        if self.state.get_untracked() == State::Looking {
            self.state.set(State::Resting);
        }
        turn
    }

    /// Puts on top what was published since.
    pub(super) fn catch_up(self) {
        let (subject, query) = (self.subject.get_value(), self.filter.with_value(Filter::query));
        let turn = self.turn.get_value();
        spawn_local(async move {
            let Ok(page) = self.api.history(&subject, None, &query).await else { return };
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.records.update(|records| {
                let newest = records.first().map_or(0, |record| record.version);
                records.splice(0..0, page.records.into_iter().filter(|record| record.version > newest));
            });
        });
    }
}

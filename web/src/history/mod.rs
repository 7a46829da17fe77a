//! History: the records of every publish, one version by itself, two compared, and the way back. Environments and the project alike.

pub(crate) mod compare;
mod export;
mod feed;
mod filter;
pub(crate) mod list;
mod read_view;
mod roll_back;
mod row;
mod told;
pub(crate) mod version;

use crate::api::Subject;
use crate::app::route::{Page, ProjectPage};
use filter::Filter;

pub(crate) use row::{Recent, RecordRow};
pub(crate) use told::Edits;

impl Subject {
    /// The address of its history.
    pub(crate) fn history(&self) -> String {
        match self {
            Subject::Environment(key) => Page::History.href(key),
            Subject::Project => ProjectPage::History.href(),
        }
    }

    /// The address of a version.
    pub(crate) fn version(&self, version: u64) -> String {
        format!("{}/{version}", self.history())
    }

    /// The address of what lies between two versions.
    pub(crate) fn comparison(&self, from: u64, to: u64) -> String {
        format!("{}/{from}-{to}", self.history())
    }
}

/// Whose history is asked for.
pub(crate) enum Of<'a> {
    /// A flag's: its own changes, and those of releases that move it.
    Flag(&'a str),
    /// A release's.
    Release(&'a str),
}

/// The address of what happened to a flag or a release in an environment.
pub(crate) fn address_of(environment: &str, of: &Of<'_>) -> String {
    let filter = match of {
        Of::Flag(key) => Filter { flag: (*key).to_owned(), ..Filter::default() },
        Of::Release(key) => Filter { release: (*key).to_owned(), ..Filter::default() },
    };
    filter.address(&Page::History.href(environment))
}

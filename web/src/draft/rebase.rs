//! Bringing a draft onto a version that somebody else published in the meantime.

use std::sync::Arc;

use halyard_core::{Change, apply, diff};
use halyard_edge::wire::Told;
use leptos::prelude::*;

use crate::api::Failure;
use crate::draft::{Workspace, follow::base_of};

/// What came of it.
pub(crate) enum Rebased {
    /// Every change of the draft fits the new version.
    Clean(u64),
    /// These do not, and were left behind; the others are on the new version.
    Partly(u64, usize),
}

impl Workspace {
    /// Puts the draft's changes onto the newest version. Those that do not fit stay in `left_behind`, to be read and made again.
    pub(crate) async fn rebase(&self) -> Result<Rebased, Failure> {
        let environment = self.environment.get_untracked();
        let Some(fetched) = self.api.document(&environment, None).await? else {
            return Err(Failure::Unreadable("no document".to_owned()));
        };
        let head = base_of(&environment, fetched)?;
        let (Some(base), Some(edited)) = (self.base.get_untracked(), self.edited.get_untracked()) else {
            self.take(head);
            return Ok(Rebased::Clean(0));
        };
        let version = head.version;
        let mut changes = diff(&base.document, &edited);
        let mut left: Vec<Change> = Vec::new();
        // Leaving one change behind can unsettle another (a flag that was not made has no rules to change): until all that is left fits.
        let rebased = loop {
            match apply(&head.document, &changes) {
                Ok(document) => break document,
                Err(misfits) => {
                    let before = changes.len();
                    changes.retain(|change| !misfits.iter().any(|misfit| misfit.change == *change));
                    // What the new version says already (a publish whose answer was lost, say) is not lost.
                    left.extend(misfits.into_iter().filter(|misfit| misfit.found != misfit.change.to).map(|misfit| misfit.change));
                    if changes.len() == before {
                        left.append(&mut changes);
                    }
                }
            }
        };
        self.newer.set(None);
        self.edited.set(Some(Arc::new(rebased)));
        self.base.set(Some(head));
        self.settle();
        self.load_records();
        let count = left.len();
        self.left_behind.update(|behind| behind.extend(left.into_iter().map(Told::from)));
        Ok(if count == 0 { Rebased::Clean(version) } else { Rebased::Partly(version, count) })
    }
}

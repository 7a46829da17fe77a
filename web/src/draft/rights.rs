//! What this person may do here, decided by core over the very documents, before anybody presses Publish. The node has the last word.

use halyard_core::Document;
use halyard_core::authority::{Authority, Refusal};
use halyard_core::diff::Kind;
use leptos::prelude::*;

use crate::draft::{Proposal, Workspace, differences};

/// Whether nothing could be refused.
fn is_everything(authority: &Authority) -> bool {
    authority.grants.iter().any(|grant| !grant.is_narrowed() && Kind::ALL.into_iter().all(|kind| grant.covers(kind.as_str())))
}

fn may_some(authority: &Authority, group: &str) -> bool {
    Kind::ALL.into_iter().map(Kind::as_str).any(|kind| kind.starts_with(group) && authority.covers(kind))
}

fn refused(authority: &Authority, from: &Document, to: &Document) -> Vec<Refusal> {
    if is_everything(authority) { Vec::new() } else { authority.refusals(from, to, &differences(from, to)) }
}

impl Workspace {
    fn of_environment<T>(&self, read: impl FnOnce(&halyard_edge::wire::Environment) -> T) -> Option<T> {
        let environment = self.environment.get();
        let session = self.api.session.read();
        session.person()?.environments.iter().find(|known| known.key == environment).map(read)
    }

    /// This person's roles here.
    pub(crate) fn roles(&self) -> Vec<String> {
        self.of_environment(|environment| environment.roles.clone()).unwrap_or_default()
    }

    /// Whether this person may publish anything here.
    pub(crate) fn may_publish(&self) -> bool {
        self.of_environment(|environment| environment.may_publish).unwrap_or_default()
    }

    /// Whether this person may make some change of a group of kinds: `flag.`, `release.`.
    pub(crate) fn may(&self, group: &str) -> bool {
        self.of_environment(|environment| may_some(&environment.authority, group)).unwrap_or_default()
    }

    /// What is refused to this person of what lies between the live document and this one.
    pub(crate) fn refused(&self, to: &Document) -> Vec<Refusal> {
        let live = self.live.get();
        let judge = |environment: &halyard_edge::wire::Environment| {
            live.map(|live| refused(&environment.authority, &live.document, to)).unwrap_or_default()
        };
        self.of_environment(judge).unwrap_or_default()
    }

    /// Why this person may not do this, if they may not.
    pub(crate) fn bars(&self, proposal: &Proposal) -> Option<String> {
        let everything = self.of_environment(|environment| is_everything(&environment.authority)).unwrap_or_default();
        if everything {
            return None;
        }
        let document = self.alone(proposal)?;
        self.refused(&document).into_iter().next().map(|refusal| refusal.why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halyard_core::authority::roles;

    #[test]
    fn who_may_do_everything_is_known_without_looking_at_documents() {
        assert!(is_everything(&Authority::everything()));
        assert!(is_everything(&Authority { grants: roles::editor() }));
        for some in [roles::viewer(), roles::releaser(), roles::operator()] {
            assert!(!is_everything(&Authority { grants: some }));
        }
    }

    #[test]
    fn a_releaser_sees_flags_and_moves_releases() {
        let releaser = Authority { grants: roles::releaser() };
        assert!(may_some(&releaser, "release."));
        assert!(!may_some(&releaser, "flag."));
        assert!(may_some(&Authority { grants: roles::operator() }, "flag."));
        assert!(!may_some(&Authority::nothing(), ""));
    }
}

//! The kinds of change in plain words, grouped: what the history is narrowed to, and what roles are made of.

/// Kinds that belong together.
pub(crate) struct Group {
    /// What they are about: `Flags`.
    pub(crate) title: &'static str,
    /// The pattern that is all of them: `flag.*`.
    pub(crate) pattern: &'static str,
    /// The kinds.
    pub(crate) kinds: &'static [Kind],
}

/// A kind of change.
pub(crate) struct Kind {
    /// Its name in records and roles: `flag.enable`.
    pub(crate) name: &'static str,
    /// What somebody may do: "switch on".
    pub(crate) may: &'static str,
    /// What somebody did: "switched on".
    pub(crate) done: &'static str,
}

/// What environments' histories tell of.
pub(crate) const FLAGS: &[Group] = &[
    Group {
        title: "Flags",
        pattern: "flag.*",
        kinds: &[
            Kind { name: "flag.create", may: "make a flag", done: "flag made" },
            Kind { name: "flag.enable", may: "switch on", done: "switched on" },
            Kind { name: "flag.disable", may: "switch off", done: "switched off" },
            Kind { name: "flag.rules", may: "rules: who gets what", done: "rules changed" },
            Kind { name: "flag.otherwise", may: "what everyone else gets", done: "what everyone else gets changed" },
            Kind { name: "flag.requires", may: "the flags that it requires", done: "required flags changed" },
            Kind { name: "flag.variants", may: "variants and their values", done: "variants changed" },
            Kind { name: "flag.describe", may: "description, owner, tags, dates", done: "described anew" },
            Kind { name: "flag.purpose", may: "purpose", done: "purpose changed" },
            Kind { name: "flag.visibility", may: "whether pages may see it", done: "visibility changed" },
            Kind { name: "flag.delete", may: "delete a flag", done: "flag deleted" },
        ],
    },
    Group {
        title: "Releases",
        pattern: "release.*",
        kinds: &[
            Kind { name: "release.create", may: "make a release", done: "release made" },
            Kind { name: "release.open", may: "open to a further stage", done: "opened further" },
            Kind { name: "release.narrow", may: "take back to an earlier stage", done: "taken back to an earlier stage" },
            Kind { name: "release.hold", may: "hold its clock", done: "held" },
            Kind { name: "release.resume", may: "let its clock go on", done: "clock went on" },
            Kind { name: "release.roll-back", may: "roll back", done: "rolled back" },
            Kind { name: "release.restore", may: "put back what was rolled back", done: "put back" },
            Kind { name: "release.readiness", may: "tick off what must be ready", done: "readiness ticked off" },
            Kind { name: "release.close", may: "close: it is done", done: "closed" },
            Kind { name: "release.reopen", may: "reopen", done: "reopened" },
            Kind { name: "release.flags", may: "the flags that it moves", done: "its flags changed" },
            Kind { name: "release.stages", may: "its stages", done: "its stages changed" },
            Kind { name: "release.describe", may: "title, description, owner, target", done: "described anew" },
            Kind { name: "release.delete", may: "delete a release", done: "release deleted" },
        ],
    },
    Group {
        title: "Segments",
        pattern: "segment.*",
        kinds: &[
            Kind { name: "segment.create", may: "make a segment", done: "segment made" },
            Kind { name: "segment.when", may: "who is in it", done: "who is in it changed" },
            Kind { name: "segment.describe", may: "its description", done: "described anew" },
            Kind { name: "segment.delete", may: "delete a segment", done: "segment deleted" },
        ],
    },
    Group {
        title: "Plans",
        pattern: "plan.*",
        kinds: &[
            Kind { name: "plan.create", may: "make a plan", done: "plan made" },
            Kind { name: "plan.change", may: "a plan’s stages", done: "plan changed" },
            Kind { name: "plan.delete", may: "delete a plan", done: "plan deleted" },
        ],
    },
    Group {
        title: "Scenarios",
        pattern: "scenarios.*",
        kinds: &[Kind { name: "scenarios.change", may: "scenarios that are checked", done: "scenarios changed" }],
    },
    Group {
        title: "Retired keys",
        pattern: "retired.*",
        kinds: &[Kind { name: "retired.change", may: "keys that may not come back", done: "retired keys changed" }],
    },
];

/// SDK keys: of the project's kinds, those that a role may hold.
pub(crate) const KEYS: Group = Group {
    title: "SDK keys",
    pattern: "key.*",
    kinds: &[
        Kind { name: "key.add", may: "make an SDK key", done: "SDK key made" },
        Kind { name: "key.rotate", may: "rotate an SDK key", done: "SDK key rotated" },
        Kind { name: "key.revoke", may: "revoke an SDK key", done: "SDK key revoked" },
        Kind { name: "key.change", may: "change an SDK key", done: "SDK key changed" },
    ],
};

/// What the project's history tells of, beside its keys.
pub(crate) const PROJECT: &[Group] = &[
    Group {
        title: "People",
        pattern: "person.*",
        kinds: &[
            Kind { name: "person.add", may: "add a person", done: "person added" },
            Kind { name: "person.roles", may: "what a person may do", done: "person’s roles changed" },
            Kind { name: "person.rename", may: "rename a person", done: "person renamed" },
            Kind { name: "person.remove", may: "remove a person", done: "person removed" },
        ],
    },
    Group {
        title: "Roles",
        pattern: "role.*",
        kinds: &[
            Kind { name: "role.add", may: "make a role", done: "role made" },
            Kind { name: "role.change", may: "change a role", done: "role changed" },
            Kind { name: "role.remove", may: "remove a role", done: "role removed" },
        ],
    },
    KEYS,
    Group {
        title: "Tokens",
        pattern: "token.*",
        kinds: &[
            Kind { name: "token.add", may: "make a token", done: "token made" },
            Kind { name: "token.change", may: "change a token", done: "token changed" },
            Kind { name: "token.revoke", may: "revoke a token", done: "token revoked" },
        ],
    },
    Group {
        title: "Environments",
        pattern: "environment.*",
        kinds: &[
            Kind { name: "environment.add", may: "add an environment", done: "environment added" },
            Kind { name: "environment.rename", may: "rename an environment", done: "environment renamed" },
            Kind { name: "environment.overrides", may: "let testers override public flags", done: "overrides allowed or not" },
            Kind { name: "environment.remove", may: "remove an environment", done: "environment removed" },
        ],
    },
    Group {
        title: "The project",
        pattern: "project.*",
        kinds: &[
            Kind { name: "project.rename", may: "its name", done: "project renamed" },
            Kind { name: "project.limits", may: "its limits", done: "limits changed" },
        ],
    },
];

fn every() -> impl Iterator<Item = &'static Group> {
    FLAGS.iter().chain(PROJECT)
}

/// A kind or a pattern as something that was done: `release.open` is "releases: opened further". One that is not known is itself.
pub(crate) fn words(kind: &str) -> String {
    for group in every() {
        if group.pattern == kind {
            return format!("anything of {}", group.title.to_lowercase());
        }
        if let Some(kind) = group.kinds.iter().find(|known| known.name == kind) {
            return format!("{}: {}", group.title.to_lowercase(), kind.done);
        }
    }
    kind.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_change_has_its_words_in_the_group_of_its_pattern() {
        for group in every() {
            let prefix = group.pattern.strip_suffix('*').unwrap();
            for kind in group.kinds {
                assert!(kind.name.starts_with(prefix), "{} is among {}", kind.name, group.title);
                assert!(!kind.may.is_empty() && !kind.done.is_empty());
            }
        }
        assert_eq!(words("flag.disable"), "flags: switched off");
        assert_eq!(words("release.*"), "anything of releases");
        assert_eq!(words("sail.hoist"), "sail.hoist");
    }

    #[test]
    fn no_kind_of_change_that_there_is_is_without_words() {
        let known: Vec<&str> = every().flat_map(|group| group.kinds).map(|kind| kind.name).collect();
        let documents = halyard_core::diff::Kind::ALL.into_iter().map(|kind| kind.as_str());
        for kind in documents.chain(halyard_edge::project::KINDS) {
            assert!(known.contains(&kind), "{kind} has no words");
        }
    }
}

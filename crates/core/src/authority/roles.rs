//! The roles that every project has.

use super::{Grant, Reach};
use crate::document::Purpose;

/// A built-in role.
///
/// ```
/// use halyard_core::authority::roles::BUILT_IN;
/// assert_eq!(BUILT_IN.map(|role| role.name), ["viewer", "releaser", "operator", "editor", "admin"]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn {
    /// Its name in a project: `releaser`.
    pub name: &'static str,
    /// For whom it is and what it may do, in plain words.
    pub description: &'static str,
    /// What it may do in an environment.
    pub grants: fn() -> Vec<Grant>,
}

/// The built-in roles, from the one that may least. No role of a project can have one of these names.
pub const BUILT_IN: [BuiltIn; 5] = [
    BuiltIn { name: "viewer", description: "looks at everything and changes nothing", grants: viewer },
    BuiltIn {
        name: "releaser",
        description: "opens, narrows, holds and rolls back releases whose flags are all of purpose `release` or `experiment`, and ticks off their readiness",
        grants: releaser,
    },
    BuiltIn {
        name: "operator",
        description: "switches any flag off, and operational flags back on, whatever rests on them",
        grants: operator,
    },
    BuiltIn { name: "editor", description: "makes every change of the document", grants: editor },
    BuiltIn {
        name: "admin",
        description: "makes every change of the document, and looks after the environment's SDK keys; everywhere (`*`), also after people, roles, tokens and environments",
        grants: admin,
    },
];

/// What a built-in role may do; none: it is not built in.
///
/// ```
/// use halyard_core::authority::roles;
/// assert!(roles::built_in("viewer").unwrap().is_empty());
/// assert!(roles::built_in("checkout-lead").is_none());
/// ```
pub fn built_in(name: &str) -> Option<Vec<Grant>> {
    BUILT_IN.iter().find(|role| role.name == name).map(|role| (role.grants)())
}

/// Looks, and changes nothing.
///
/// ```
/// use halyard_core::authority::roles;
/// assert!(roles::viewer().is_empty());
/// ```
pub fn viewer() -> Vec<Grant> {
    Vec::new()
}

/// Moves releases of flags that are meant to go away.
///
/// ```
/// use halyard_core::authority::roles;
/// let [grant] = &roles::releaser()[..] else { unreachable!() };
/// assert!(grant.covers("release.open") && !grant.covers("release.create"));
/// ```
pub fn releaser() -> Vec<Grant> {
    let changes =
        ["release.open", "release.narrow", "release.hold", "release.resume", "release.roll-back", "release.restore", "release.readiness"];
    vec![Grant { purposes: vec![Purpose::Release, Purpose::Experiment], ..Grant::of(&changes) }]
}

/// Throws kill switches.
///
/// ```
/// use halyard_core::authority::roles;
/// let [off, on] = &roles::operator()[..] else { unreachable!() };
/// assert!(!off.is_narrowed(), "any flag may be switched off");
/// assert!(on.is_narrowed(), "only operational ones back on");
/// ```
pub fn operator() -> Vec<Grant> {
    let off = Grant { reach: Reach::Anything, ..Grant::of(&["flag.disable"]) };
    let on = Grant { purposes: vec![Purpose::Operational], reach: Reach::Anything, ..Grant::of(&["flag.enable"]) };
    vec![off, on]
}

/// Makes every change of the document.
///
/// ```
/// use halyard_core::authority::roles;
/// assert!(roles::editor()[0].covers("flag.rules") && !roles::editor()[0].covers("key.add"));
/// ```
pub fn editor() -> Vec<Grant> {
    vec![Grant::of(&["*"])]
}

/// Makes every change of the document, and of the environment's SDK keys.
///
/// ```
/// use halyard_core::authority::roles;
/// assert!(roles::admin()[0].covers("key.add"));
/// ```
pub fn admin() -> Vec<Grant> {
    vec![Grant::of(&["*", "key.*"])]
}

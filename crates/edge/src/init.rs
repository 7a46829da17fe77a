//! A project's first objects: pure, from options and a [`Moment`] to what the host must write.

use std::collections::BTreeMap;

use halyard_core::Timestamp;
use serde::Serialize;

use crate::effect::Moment;
use crate::secrets::{Kind, Secret};
use crate::store::{LinkObject, link_key};

/// How long a one-time link is good for, in milliseconds: a day.
pub const LINK_LIFETIME_MS: i64 = 24 * 60 * 60 * 1000;

/// What a new project is to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// The project's name: `Acme`.
    pub name: String,
    /// The people, the first admin first. At least one must be an admin everywhere.
    pub people: Vec<NewPerson>,
    /// The environments, in order, and each one's first document; an empty one where none is given.
    pub environments: Vec<NewEnvironment>,
}

/// A person of a new project.
#[derive(Clone, Debug, PartialEq)]
pub struct NewPerson {
    /// Their e-mail address, by which they are known.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// Their roles, by environment or `*`: `viewer`, `editor`, `admin`.
    pub roles: BTreeMap<String, Vec<String>>,
}

/// An environment of a new project.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEnvironment {
    /// Its key: `production`.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// Its first document's JSON; none: a document without flags.
    pub document: Option<Vec<u8>>,
}

/// A new project: what to write, and what to tell whoever made it.
#[derive(Clone, Debug, PartialEq)]
pub struct Init {
    /// Objects to put, in this order, each only if absent. The last one, the project's head, is what makes the project: where it
    /// is there already, there is a project already.
    pub objects: Vec<(String, Vec<u8>)>,
    /// The secrets. They are nowhere else.
    pub told: Told,
}

/// What is printed after making a project (`halyard init --json`).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// SDK keys by environment.
    pub sdk_keys: BTreeMap<String, SdkKeys>,
    /// A token of the first admin, for programs.
    pub token: String,
    /// A one-time link of the first admin, as a path: `/sign-in#halyard_link_…`.
    pub link: String,
    /// Everyone's e-mail address.
    pub people: Vec<String>,
}

/// An environment's SDK keys.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SdkKeys {
    /// For servers.
    pub server: String,
    /// For pages.
    pub browser: String,
}

/// A new one-time link.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Link {
    /// The key of the object to put, if absent.
    pub key: String,
    /// The object's text.
    pub object: String,
    /// The link as a path: `/sign-in#halyard_link_…`. It is nowhere else.
    pub link: String,
}

/// Makes a one-time link for a person. That they are of the project is checked when it is used.
///
/// ```
/// use halyard_core::Timestamp;
/// use halyard_edge::{Moment, init};
/// let link = init::link("ann@acme.example", Moment { now: Timestamp(0), random: [1; 32] });
/// assert!(link.key.starts_with("sign-in/links/") && link.link.starts_with("/sign-in#halyard_link_"));
/// ```
pub fn link(person: &str, moment: Moment) -> Link {
    let secret = Secret::derive(Kind::Link, &moment.random, person);
    let object = LinkObject { person: person.to_owned(), expires: Timestamp(moment.now.0 + LINK_LIFETIME_MS), used: None };
    Link {
        key: link_key(&secret.hash()),
        object: serde_json::to_string(&object).unwrap_or_default(),
        link: format!("/sign-in#{}", secret.reveal()),
    }
}

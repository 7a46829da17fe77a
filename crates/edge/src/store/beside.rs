//! What the store holds beside histories: links, sessions, when tokens were used, testers' overrides. Each under a secret's hash.

use std::collections::BTreeMap;

use halyard_core::{Date, Timestamp};
use serde::{Deserialize, Serialize};

/// The key of a one-time link, by the hash of its secret.
///
/// ```
/// use halyard_edge::{secrets::Hash, store::link_key};
/// let hash = Hash::of("halyard_…");
/// assert_eq!(link_key(&hash), format!("sign-in/links/{}.json", hash.as_str()));
/// ```
pub fn link_key(hash: &crate::secrets::Hash) -> String {
    format!("sign-in/links/{}.json", hash.as_str())
}

/// The key of a session, by the hash of its secret.
///
/// ```
/// use halyard_edge::{secrets::Hash, store::session_key};
/// let hash = Hash::of("halyard_…");
/// assert_eq!(session_key(&hash), format!("sign-in/sessions/{}.json", hash.as_str()));
/// ```
pub fn session_key(hash: &crate::secrets::Hash) -> String {
    format!("sign-in/sessions/{}.json", hash.as_str())
}

/// The key of when a token was used last, by the hash of its secret.
///
/// ```
/// use halyard_edge::{secrets::Hash, store::token_use_key};
/// let hash = Hash::of("halyard_…");
/// assert_eq!(token_use_key(&hash), format!("tokens/used/{}.json", hash.as_str()));
/// ```
pub fn token_use_key(hash: &crate::secrets::Hash) -> String {
    format!("tokens/used/{}.json", hash.as_str())
}

/// The key of a tester's overrides, by the hash of their link's secret.
///
/// ```
/// use halyard_edge::{secrets::Hash, store::override_key};
/// let hash = Hash::of("halyard_…");
/// assert_eq!(override_key(&hash), format!("overrides/{}.json", hash.as_str()));
/// ```
pub fn override_key(hash: &crate::secrets::Hash) -> String {
    format!("overrides/{}.json", hash.as_str())
}

/// A one-time link.
///
/// ```
/// let text = r#"{"person": "ann@acme.example", "expires": 1796115600000}"#;
/// let link: halyard_edge::store::LinkObject = serde_json::from_str(text).unwrap();
/// assert_eq!(link.used, None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkObject {
    /// Whom it signs in.
    pub person: String,
    /// Until when.
    pub expires: Timestamp,
    /// The hash of the session that it was used for; none: it is unused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<String>,
}

/// A session of the admin app.
///
/// ```
/// let text = r#"{"person": "ann@acme.example", "expires": 1796115600000, "ended": true}"#;
/// let session: halyard_edge::store::SessionObject = serde_json::from_str(text).unwrap();
/// assert!(session.ended);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionObject {
    /// Who.
    pub person: String,
    /// Until when.
    pub expires: Timestamp,
    /// Signed out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ended: bool,
}

/// Variants that a tester sees in one browser, in place of what everybody gets.
///
/// ```
/// let text = r#"{"environment":"production","variants":{"banner":"on"},"by":"ann@acme.example","message":"Try it","until":1796115600000}"#;
/// let overrides: halyard_edge::store::OverrideObject = serde_json::from_str(text).unwrap();
/// assert_eq!(overrides.variants["banner"], "on");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverrideObject {
    /// Whose flags.
    pub environment: String,
    /// Flags and their variants.
    pub variants: BTreeMap<String, String>,
    /// Who made it.
    pub by: String,
    /// Why.
    pub message: String,
    /// Until when.
    pub until: Timestamp,
}

/// When a token was used last.
///
/// ```
/// let used: halyard_edge::store::TokenUseObject = serde_json::from_str(r#"{"day": "2026-11-22"}"#).unwrap();
/// assert_eq!(used.day.to_string(), "2026-11-22");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenUseObject {
    /// The UTC day.
    pub day: Date,
}

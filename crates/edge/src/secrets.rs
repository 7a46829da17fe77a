//! Secrets: made from the host's randomness, stored only as a hash, compared in constant time, never shown by `Debug`.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::store::is_key;

/// What a secret opens; each kind has a prefix that people and secret scanners recognise.
///
/// ```
/// use halyard_edge::secrets::Kind;
/// assert_eq!(Kind::of("halyard_link_abc"), Some(Kind::Link));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An SDK key for servers: every flag of one environment.
    Server,
    /// An SDK key for pages: the public flags of one environment.
    Browser,
    /// A person's token for programs.
    Token,
    /// A one-time sign-in link.
    Link,
    /// A session of the admin app.
    Session,
    /// A tester's link, which sets variants of public flags in one browser.
    Override,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 6] = [Kind::Server, Kind::Browser, Kind::Token, Kind::Link, Kind::Session, Kind::Override];

    /// What secrets of this kind begin with.
    ///
    /// ```
    /// use halyard_edge::secrets::Kind;
    /// assert!(Kind::ALL.iter().all(|kind| kind.prefix().starts_with("halyard_"))); // what a secret scanner looks for
    /// ```
    pub fn prefix(self) -> &'static str {
        match self {
            Kind::Server => "halyard_server_",
            Kind::Browser => "halyard_browser_",
            Kind::Token => "halyard_token_",
            Kind::Link => "halyard_link_",
            Kind::Session => "halyard_session_",
            Kind::Override => "halyard_override_",
        }
    }

    /// The kind that a text begins as; none: it is no secret of ours.
    ///
    /// ```
    /// use halyard_edge::secrets::Kind;
    /// assert_eq!((Kind::of("halyard_server_abc"), Kind::of("ghp_abc")), (Some(Kind::Server), None));
    /// ```
    pub fn of(text: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| text.starts_with(kind.prefix()))
    }
}

/// The digits that 256 bits are in base64url.
const DIGITS: usize = 43;

/// The environment that an SDK key was made for; none: it does not say. The project may have given it another since.
///
/// ```
/// use halyard_edge::secrets::{Kind, Secret, environment_of};
/// let key = Secret::sdk_key(Kind::Browser, &[1; 32], "staging_eu");
/// assert_eq!(environment_of(key.reveal()), Some("staging_eu"));
/// assert_eq!(environment_of(Secret::derive(Kind::Server, &[1; 32], "staging").reveal()), None);
/// ```
pub fn environment_of(sdk_key: &str) -> Option<&str> {
    let kind = Kind::of(sdk_key).filter(|kind| matches!(kind, Kind::Server | Kind::Browser))?;
    let rest = sdk_key.strip_prefix(kind.prefix())?;
    let (environment, bits) = rest.split_at_checked(rest.len().checked_sub(DIGITS + 1)?)?;
    (bits.starts_with('_') && is_key(environment)).then_some(environment)
}

/// A secret in the clear: on its way to the one who will keep it.
///
/// ```
/// use halyard_edge::secrets::{Kind, Secret};
/// let secret = Secret::derive(Kind::Server, &[1; 32], "production");
/// assert_eq!(secret.reveal().len(), "halyard_server_".len() + 43);
/// assert_eq!(format!("{secret:?}"), "halyard_server_…");
/// assert!(secret.hash().matches(secret.reveal()));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    kind: Kind,
    text: String,
}

impl Secret {
    /// A secret from 256 random bits; `label` tells several secrets from the same bits apart. Knowing one of them says nothing
    /// about another (SHA-256 as a pseudo-random function).
    ///
    /// ```
    /// use halyard_edge::secrets::{Kind, Secret};
    /// let random = [1; 32]; // from the host: nobody else knows it
    /// let (production, staging) = (Secret::derive(Kind::Server, &random, "production"), Secret::derive(Kind::Server, &random, "staging"));
    /// assert_ne!(production, staging);
    /// assert_eq!(production, Secret::derive(Kind::Server, &random, "production"));
    /// ```
    pub fn derive(kind: Kind, random: &[u8; 32], label: &str) -> Secret {
        let bits = Sha256::new().chain_update(random).chain_update(kind.prefix()).chain_update(label).finalize();
        Secret { kind, text: format!("{}{}", kind.prefix(), base64url(&bits)) }
    }

    /// An SDK key: the environment that it is for stands in it, so that people can tell keys apart, and a node that has just started knows
    /// what it will be asked for ([`environment_of`]).
    ///
    /// ```
    /// use halyard_edge::secrets::{Kind, Secret};
    /// assert!(Secret::sdk_key(Kind::Server, &[1; 32], "production").reveal().starts_with("halyard_server_production_"));
    /// ```
    pub fn sdk_key(kind: Kind, random: &[u8; 32], environment: &str) -> Secret {
        let Secret { kind, text } = Secret::derive(kind, random, environment);
        let bits = text.strip_prefix(kind.prefix()).unwrap_or_default();
        Secret { kind, text: format!("{}{environment}_{bits}", kind.prefix()) }
    }

    /// The secret itself. Say it once, to the one who will keep it.
    ///
    /// ```
    /// use halyard_edge::secrets::{Kind, Secret};
    /// assert!(Secret::derive(Kind::Token, &[1; 32], "ci").reveal().starts_with("halyard_token_"));
    /// ```
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// What is stored of it.
    ///
    /// ```
    /// use halyard_edge::secrets::{Hash, Kind, Secret};
    /// let secret = Secret::derive(Kind::Token, &[1; 32], "ci");
    /// assert_eq!(secret.hash(), Hash::of(secret.reveal()));
    /// ```
    pub fn hash(&self) -> Hash {
        Hash::of(&self.text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", self.kind.prefix())
    }
}

/// The SHA-256 of a whole secret, prefix included, in 64 hex digits.
///
/// ```
/// use halyard_edge::secrets::Hash;
/// let hash = Hash::of("halyard_token_x");
/// assert_eq!(Hash::parse(hash.as_str()), Some(hash));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash(String);

impl Hash {
    /// The hash of a secret's text.
    ///
    /// ```
    /// use halyard_edge::secrets::Hash;
    /// // SHA-256, as `printf %s halyard_token_x | sha256sum` has it.
    /// assert_eq!(Hash::of("halyard_token_x").as_str().len(), 64);
    /// ```
    pub fn of(secret: &str) -> Hash {
        Hash(hex(&Sha256::digest(secret.as_bytes())))
    }

    /// A hash as it was stored; none if it is not 64 small hex digits.
    ///
    /// ```
    /// use halyard_edge::secrets::Hash;
    /// assert!(Hash::parse(&"0f".repeat(32)).is_some());
    /// assert!(Hash::parse(&"0F".repeat(32)).is_none() && Hash::parse("0f").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Hash> {
        (text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))).then(|| Hash(text.to_owned()))
    }

    /// The hex digits.
    ///
    /// ```
    /// use halyard_edge::secrets::Hash;
    /// assert_eq!(Hash::parse(&"0f".repeat(32)).unwrap().as_str(), "0f".repeat(32));
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the hash of `secret`. Takes the same time wherever they differ.
    ///
    /// ```
    /// use halyard_edge::secrets::Hash;
    /// let hash = Hash::of("halyard_token_x");
    /// assert!(hash.matches("halyard_token_x") && !hash.matches("halyard_token_y"));
    /// ```
    pub fn matches(&self, secret: &str) -> bool {
        self.same(&Hash::of(secret))
    }

    /// Whether two hashes are equal. Takes the same time wherever they differ.
    ///
    /// ```
    /// use halyard_edge::secrets::Hash;
    /// assert!(Hash::of("a").same(&Hash::of("a")) && !Hash::of("a").same(&Hash::of("b")));
    /// ```
    pub fn same(&self, other: &Hash) -> bool {
        is_same(&self.0, &other.0)
    }
}

/// Whether two texts are equal. Takes the same time wherever they differ.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    let differing = one.bytes().zip(other.bytes()).fold(0, |bits, (a, b)| bits | (a ^ b));
    std::hint::black_box(differing) == 0 && one.len() == other.len()
}

/// Lower-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    out
}

/// Base64 with `-` and `_`, without padding (RFC 4648 §5).
fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().chain([&0, &0]).take(3).fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        for place in 0..=chunk.len() {
            let index = group >> (18 - 6 * place) & 63;
            out.push(ALPHABET.get(index).copied().map_or('A', char::from));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_is_rfc_4648s() {
        let cases =
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy")];
        for (plain, coded) in cases {
            assert_eq!(base64url(plain.as_bytes()), coded);
        }
        assert_eq!(base64url(&[0xfb, 0xff]), "-_8");
    }

    #[test]
    fn secrets_of_different_labels_and_kinds_differ() {
        let random = [3; 32];
        let one = Secret::derive(Kind::Server, &random, "a");
        assert_ne!(one, Secret::derive(Kind::Server, &random, "b"));
        assert!(!one.hash().matches(Secret::derive(Kind::Browser, &random, "a").reveal()));
        assert_eq!(Kind::of(one.reveal()), Some(Kind::Server));
    }

    #[test]
    fn only_a_whole_hash_is_a_hash() {
        assert!(Hash::parse(&"0f".repeat(32)).is_some());
        for bad in ["", "0f", &"0F".repeat(32), &"0g".repeat(32), &"0f".repeat(33)] {
            assert_eq!(Hash::parse(bad), None);
        }
    }
}

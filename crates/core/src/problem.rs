//! What is wrong with an input: where, what, and how to mend it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A problem refuses the document (an error) or only advises (a warning).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The document cannot be evaluated as written; it is refused.
    Error,
    /// The document works, but something in it is probably not what its author meant.
    Warning,
}

/// One thing that is wrong. All problems of an input are reported at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Whether it refuses the document.
    pub level: Level,
    /// Which rule it breaks; stable, for programs.
    pub code: Code,
    /// Where.
    pub pointer: Pointer,
    /// What is wrong, in plain words: lower case, names in backticks.
    pub message: String,
    /// How to mend it.
    pub hint: String,
}

impl Problem {
    /// An error.
    pub fn error(code: Code, pointer: Pointer, message: impl Into<String>, hint: impl Into<String>) -> Problem {
        Problem { level: Level::Error, code, pointer, message: message.into(), hint: hint.into() }
    }

    /// A warning.
    pub fn warning(code: Code, pointer: Pointer, message: impl Into<String>, hint: impl Into<String>) -> Problem {
        Problem { level: Level::Warning, code, pointer, message: message.into(), hint: hint.into() }
    }

    /// Whether it refuses the document.
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }
}

impl fmt::Display for Problem {
    /// `POINTER: message (hint)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = if self.pointer.as_str().is_empty() { "/" } else { self.pointer.as_str() };
        write!(f, "{pointer}: {}", self.message)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, " ({})", self.hint) }
    }
}

/// A place in a JSON document (RFC 6901): `/flags/new-cart/rules/0/when`. The empty text is the whole document.
///
/// ```
/// use halyard_core::Pointer;
/// let place = Pointer::root().at("flags").at("a/b").at(0);
/// assert_eq!(place.to_string(), "/flags/a~1b/0");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pointer(String);

impl Pointer {
    /// The whole document.
    pub fn root() -> Pointer {
        Pointer::default()
    }

    /// The place at these keys and indices, from the outside in.
    pub fn from_segments<'a>(segments: impl IntoIterator<Item = &'a str>) -> Pointer {
        segments.into_iter().fold(Pointer::root(), |pointer, segment| pointer.at(segment))
    }

    /// Reads a pointer's text. None where it neither is empty nor starts with `/`.
    pub fn parse(text: &str) -> Option<Pointer> {
        (text.is_empty() || text.starts_with('/')).then(|| Pointer(text.to_owned()))
    }

    /// The place one step further in: a member's key or an element's index.
    #[must_use]
    pub fn at(&self, segment: impl fmt::Display) -> Pointer {
        Pointer(format!("{}/{}", self.0, segment.to_string().replace('~', "~0").replace('/', "~1")))
    }

    /// The pointer's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The keys and indices, unescaped, from the outside in.
    pub fn segments(&self) -> impl Iterator<Item = String> + '_ {
        self.0.split('/').skip(1).map(|segment| segment.replace("~1", "/").replace("~0", "~"))
    }

    /// Whether this place is `other` or inside it.
    pub fn is_within(&self, other: &Pointer) -> bool {
        self.0.strip_prefix(&other.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which rule a problem breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it; each one's message and hint are in `check`")]
pub enum Code {
    // What cannot be read.
    Syntax,
    TooLarge,
    DuplicateKey,
    NewerFormat,
    // What has the wrong shape.
    MissingField,
    UnknownField,
    WrongType,
    BadValue,
    UnsafeNumber,
    BadKey,
    OverLimit,
    // What does not fit together.
    UnknownReference,
    UnknownVariant,
    DuplicateId,
    Cycle,
    TooDeep,
    TooExpensive,
    RetiredKey,
    PublicNeedsPrivate,
    TwoLiveReleases,
    MixedTypes,
    // Advice.
    NoExpiry,
    Expired,
    UnreachableRule,
    LongList,
    StageBehindUndated,
    PercentReachesNobody,
    NotOverMissing,
    Unused,
    // What a project's own limits and policy refuse.
    ProjectLimit,
    ScenarioFails,
    NotReady,
    // Not a problem of its own: so many others that they are not all listed.
    More,
}

//! What is wrong with an input: where, what, and how to mend it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A problem refuses the document (an error) or only advises (a warning).
///
/// ```
/// use halyard_core::{Level, check::Cap, read};
/// let report = read(br#"{"format": 1, "segments": {"staff": {"when": {"percent": 5}}}}"#, Cap::Reader);
/// assert_eq!(report.problems[0].level, Level::Warning, "nothing uses the segment");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Level {
    /// The document cannot be evaluated as written; it is refused.
    Error,
    /// The document works, but something in it is probably not what its author meant.
    Warning,
}

/// One thing that is wrong. All problems of an input are reported at once.
///
/// ```
/// use halyard_core::{Code, check::Cap, read};
/// let report = read(br#"{"format": 1, "retire": []}"#, Cap::Reader);
/// let problem = &report.problems[0];
/// assert_eq!((problem.code, problem.pointer.as_str()), (Code::UnknownField, "/retire"));
/// assert_eq!(problem.hint, "did you mean `retired`?");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    ///
    /// ```
    /// use halyard_core::{Code, Pointer, Problem};
    /// let problem = Problem::error(Code::Unused, Pointer::root().at("segments"), "nothing uses it", "remove it");
    /// assert!(problem.is_error());
    /// assert_eq!(problem.to_string(), "/segments: nothing uses it (remove it)");
    /// ```
    pub fn error(code: Code, pointer: Pointer, message: impl Into<String>, hint: impl Into<String>) -> Problem {
        Problem { level: Level::Error, code, pointer, message: message.into(), hint: hint.into() }
    }

    /// A warning.
    ///
    /// ```
    /// use halyard_core::{Code, Pointer, Problem};
    /// let problem = Problem::warning(Code::Unused, Pointer::root().at("segments"), "nothing uses it", "remove it");
    /// assert!(!problem.is_error());
    /// assert_eq!(problem.to_string(), "/segments: nothing uses it (remove it)");
    /// ```
    pub fn warning(code: Code, pointer: Pointer, message: impl Into<String>, hint: impl Into<String>) -> Problem {
        Problem { level: Level::Warning, code, pointer, message: message.into(), hint: hint.into() }
    }

    /// Whether it refuses the document.
    ///
    /// ```
    /// use halyard_core::{check::Cap, read};
    /// assert!(read(b"{", Cap::Reader).problems[0].is_error());
    /// ```
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pointer(String);

impl Pointer {
    /// The whole document.
    ///
    /// ```
    /// use halyard_core::Pointer;
    /// assert_eq!(Pointer::root().as_str(), "");
    /// ```
    pub fn root() -> Pointer {
        Pointer::default()
    }

    /// The place at these keys and indices, from the outside in.
    ///
    /// ```
    /// use halyard_core::Pointer;
    /// assert_eq!(Pointer::from_segments(["flags", "new-cart"]).as_str(), "/flags/new-cart");
    /// ```
    pub fn from_segments<'a>(segments: impl IntoIterator<Item = &'a str>) -> Pointer {
        segments.into_iter().fold(Pointer::root(), |pointer, segment| pointer.at(segment))
    }

    /// Reads a pointer's text. None where it neither is empty nor starts with `/`.
    ///
    /// ```
    /// use halyard_core::Pointer;
    /// assert!(Pointer::parse("/flags/new-cart").is_some());
    /// assert!(Pointer::parse("flags").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Pointer> {
        (text.is_empty() || text.starts_with('/')).then(|| Pointer(text.to_owned()))
    }

    /// The place one step further in: a member's key or an element's index.
    ///
    /// ```
    /// use halyard_core::Pointer;
    /// assert_eq!(Pointer::root().at("rules").at(2).as_str(), "/rules/2");
    /// ```
    #[must_use]
    pub fn at(&self, segment: impl fmt::Display) -> Pointer {
        Pointer(format!("{}/{}", self.0, segment.to_string().replace('~', "~0").replace('/', "~1")))
    }

    /// The pointer's text.
    ///
    /// ```
    /// use halyard_core::Pointer;
    /// assert_eq!(Pointer::root().at("a~b").as_str(), "/a~0b");
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The keys and indices, unescaped, from the outside in.
    ///
    /// ```
    /// use halyard_core::Pointer;
    /// let pointer = Pointer::parse("/flags/a~1b").unwrap();
    /// assert_eq!(pointer.segments().collect::<Vec<_>>(), ["flags", "a/b"]);
    /// ```
    pub fn segments(&self) -> impl Iterator<Item = String> + '_ {
        self.0.split('/').skip(1).map(|segment| segment.replace("~1", "/").replace("~0", "~"))
    }

    /// Whether this place is `other` or inside it.
    ///
    /// ```
    /// use halyard_core::Pointer;
    /// let flags = Pointer::root().at("flags");
    /// assert!(flags.at("new-cart").is_within(&flags));
    /// assert!(!Pointer::root().at("flagship").is_within(&flags));
    /// ```
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
///
/// ```
/// use halyard_core::Code;
/// assert_eq!(serde_json::to_string(&Code::UnknownReference).unwrap(), r#""unknown-reference""#);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Code {
    // What cannot be read.
    /// The text is not UTF-8, or not JSON.
    Syntax,
    /// More bytes than are read or published.
    TooLarge,
    /// An object names a key twice.
    DuplicateKey,
    /// A `format` that this version does not know.
    NewerFormat,
    // What has the wrong shape.
    /// A field that must be there is not.
    MissingField,
    /// A field or an operator that there is not.
    UnknownField,
    /// Another JSON type than belongs there.
    WrongType,
    /// The right type, and a value that it cannot have: a date that is none, a pattern that cannot be read.
    BadValue,
    /// A whole number beyond 2⁵³, which JSON readers do not agree on.
    UnsafeNumber,
    /// A key with characters or a length that no key has.
    BadKey,
    /// More than a limit of [`crate::limits`].
    OverLimit,
    // What does not fit together.
    /// A flag, a segment or another name that the document does not have.
    UnknownReference,
    /// A variant that the flag does not have.
    UnknownVariant,
    /// Two elements of a list with one name.
    DuplicateId,
    /// Something that depends on itself.
    Cycle,
    /// Conditions, flags or segments nested too deeply.
    TooDeep,
    /// A flag whose worst case takes too many steps.
    TooExpensive,
    /// A retired key in use.
    RetiredKey,
    /// A public flag that needs what is private.
    PublicNeedsPrivate,
    /// A flag in two live releases.
    TwoLiveReleases,
    /// Variants of more than one JSON type.
    MixedTypes,
    // Advice.
    /// A temporary flag without the day by which it should be gone.
    NoExpiry,
    /// A temporary flag past that day.
    Expired,
    /// A rule that nobody can reach.
    UnreachableRule,
    /// A list that is too long for people to keep right.
    LongList,
    /// A stage with a date behind one that has none.
    StageBehindUndated,
    /// A percentage that reaches nobody new.
    PercentReachesNobody,
    /// A `not` that also holds for those whose attribute is not known.
    NotOverMissing,
    /// A segment that nothing uses.
    Unused,
    // What a project's own limits and policy refuse.
    /// More than the project allows itself.
    ProjectLimit,
    /// A scenario that does not hold.
    ScenarioFails,
    /// A stage that is opened before what it needs is done.
    NotReady,
    /// So many other problems that they are not all listed.
    More,
}

//! What the node asks of its host, and what the host answers. The node itself does no I/O.

use halyard_core::Timestamp;

use crate::http::Response;

/// What a host gives with every call: the time and randomness, which the node never reads for itself.
///
/// ```
/// use halyard_core::Timestamp;
/// use halyard_edge::Moment;
/// let moment = Moment { now: Timestamp::parse("2026-12-01T09:00:00Z").unwrap(), random: [7; 32] };
/// assert!(!format!("{moment:?}").contains("random"), "randomness becomes secrets, so it is never shown");
/// ```
#[derive(Clone, Copy)]
pub struct Moment {
    /// The time now.
    pub now: Timestamp,
    /// 256 bits that nobody else knows: session secrets and the names of publishes are derived from them.
    pub random: [u8; 32],
}

impl std::fmt::Debug for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Moment").field("now", &self.now).finish_non_exhaustive()
    }
}

/// What a call came to.
///
/// ```
/// use halyard_core::Timestamp;
/// use halyard_edge::{Config, Effect, Moment, Node, Request, Step};
/// let mut node = Node::new(Config::default());
/// let step = node.start(Request::new("GET", "https://flags.example/health"), Moment { now: Timestamp(0), random: [7; 32] });
/// let Step::Effect { effect: Effect::Get { key, .. }, .. } = step else { unreachable!() };
/// assert_eq!(key, "project/head.json"); // a node that knows nothing yet looks for its project first
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The request has its answer.
    Answer {
        /// What goes to the client. After a background task: an empty answer that nobody waits for.
        response: Response,
        /// A continuation that the host starts with [`EffectResult::Begin`] after answering (`waitUntil`).
        background: Option<Vec<u8>>,
        /// The names of copies that passed every check: after answering, the host takes their bytes out of the instance
        /// ([`crate::Node::packed`]), and holds them to give them back by [`crate::Node::restore`].
        keep: Vec<String>,
    },
    /// The host must carry out `effect`, then call [`crate::Node::resume`] with its result.
    Effect {
        /// What to do.
        effect: Effect,
        /// What else will be asked for: reads, none of them needed before another. A host that can carries them out at the same time,
        /// and calls [`crate::Node::resume_beside`] with the result that is there first; one that cannot leaves them alone.
        beside: Vec<Effect>,
        /// All that the request needs to go on, in this instance or another.
        continuation: Vec<u8>,
    },
}

/// One thing for the host to do.
///
/// ```
/// use halyard_edge::Effect;
/// let effect = Effect::Get { key: "project/head.json".to_owned(), if_none_match: None, immutable: false, deadline_ms: 300 };
/// let where_to = match &effect {
///     Effect::Get { immutable: true, .. } => "the local cache, then the store",
///     Effect::Get { .. } | Effect::Put { .. } | Effect::List { .. } => "the store",
///     Effect::Kept { .. } => "what outlives the process",
///     Effect::Sleep { .. } => "the clock",
/// };
/// assert_eq!(where_to, "the store");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Reads an object. → `Found`, `NotModified`, `Missing`, `TimedOut`, `Failed`.
    Get {
        /// The object's key.
        key: String,
        /// Answer `NotModified` where the object still has this ETag.
        if_none_match: Option<String>,
        /// The object never changes: a cache may keep it for ever.
        immutable: bool,
        /// How long to wait, in milliseconds, before `TimedOut`.
        deadline_ms: u32,
    },
    /// Writes an object, atomically. → `Stored`, `Conflict`, `TimedOut`, `Failed`; after the last two nobody knows whether it was written.
    Put {
        /// The object's key.
        key: String,
        /// What to write.
        body: Vec<u8>,
        /// Write only where this holds, else `Conflict`.
        condition: Condition,
    },
    /// Lists keys in order. → `Listed`, `TimedOut`, `Failed`.
    List {
        /// What the keys begin with.
        prefix: String,
        /// Only keys behind this one.
        after: Option<String>,
        /// At most so many.
        limit: u32,
    },
    /// Asks for bytes that were kept by an earlier instance or process. → `Found` (the ETag is ignored), `Missing`.
    Kept {
        /// What they are of.
        name: String,
    },
    /// Waits. → `Done`.
    Sleep {
        /// Milliseconds.
        ms: u32,
    },
}

/// What must hold for a put.
///
/// ```
/// use halyard_edge::Condition;
/// /// Whether a store that has an object of this ETag at the key, or none, may write.
/// fn holds(condition: &Condition, there: Option<&str>) -> bool {
///     match condition {
///         Condition::IfAbsent => there.is_none(),
///         Condition::IfMatch(etag) => there == Some(etag),
///     }
/// }
/// assert!(holds(&Condition::IfAbsent, None) && !holds(&Condition::IfAbsent, Some("e1")));
/// assert!(holds(&Condition::IfMatch("e1".to_owned()), Some("e1")) && !holds(&Condition::IfMatch("e1".to_owned()), None));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// There is no object at the key.
    IfAbsent,
    /// The object at the key has this ETag.
    IfMatch(String),
}

/// What became of an effect.
///
/// ```
/// use halyard_edge::EffectResult;
/// /// What a store's HTTP status says of a put.
/// fn result(status: u16, etag: &str) -> EffectResult {
///     match status {
///         200 => EffectResult::Stored { etag: etag.to_owned() },
///         409 | 412 => EffectResult::Conflict,
///         _ => EffectResult::Failed { message: format!("the store answered {status}") },
///     }
/// }
/// assert_eq!(result(412, ""), EffectResult::Conflict);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EffectResult {
    /// The object is there.
    Found {
        /// Its ETag, as the store writes it.
        etag: String,
        /// Its bytes.
        body: Vec<u8>,
    },
    /// The object still has the ETag that was named.
    NotModified,
    /// There is no such object.
    Missing,
    /// The object was written.
    Stored {
        /// Its new ETag.
        etag: String,
    },
    /// The condition of a put did not hold; nothing was written.
    Conflict,
    /// Keys.
    Listed {
        /// In order.
        keys: Vec<String>,
        /// Whether there are further ones.
        more: bool,
    },
    /// It is done: a sleep is over.
    Done,
    /// No answer within the deadline.
    TimedOut,
    /// The store or the way to it is at fault. Of a put: nobody knows whether it was written.
    Failed {
        /// What the host knows about it; for logs.
        message: String,
    },
    /// Start a background task.
    Begin,
}

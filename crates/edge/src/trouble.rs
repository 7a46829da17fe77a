//! Errors of the API as `application/problem+json` (RFC 9457): what happened and what to do, for people and for programs.

use crate::http::{Response, to_json};
use crate::io::Stop;
use crate::wire::Trouble;

impl Trouble {
    /// A trouble: its status, a title of a few words, and a sentence that says what to do.
    ///
    /// ```
    /// use halyard_edge::wire::Trouble;
    /// let trouble = Trouble::new(404, "no such environment", "ask for the environments that you may see: GET /api/environments");
    /// assert_eq!(trouble.to_response().header("content-type"), Some("application/problem+json"));
    /// ```
    pub fn new(status: u16, title: &str, detail: impl Into<String>) -> Trouble {
        Trouble { kind: "about:blank".to_owned(), title: title.to_owned(), status, detail: detail.into(), ..Trouble::default() }
    }

    /// The same with a name of its own, for programs: `/problems/…`.
    ///
    /// ```
    /// use halyard_edge::wire::Trouble;
    /// assert_eq!(Trouble::new(412, "somebody else published first", "…").of_kind("conflict").kind, "/problems/conflict");
    /// ```
    #[must_use]
    pub fn of_kind(mut self, kind: &str) -> Trouble {
        self.kind = format!("/problems/{kind}");
        self
    }

    /// The response that carries it.
    ///
    /// ```
    /// use halyard_edge::wire::Trouble;
    /// let response = Trouble::new(404, "no such version", "the newest is 42").to_response();
    /// assert_eq!(response.status, 404);
    /// assert_eq!(serde_json::from_slice::<Trouble>(&response.body).unwrap().detail, "the newest is 42");
    /// ```
    pub fn to_response(&self) -> Response {
        Response::bytes(self.status, "application/problem+json", to_json(self))
    }
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Stop {
        Stop::Answer(Box::new(trouble.to_response()))
    }
}

/// The store did not do what it was asked; nothing was changed.
pub(crate) fn store_down(what: &str) -> Trouble {
    Trouble::new(
        503,
        "the store does not answer",
        format!("{what} could not be read or written just now; nothing was changed, try again in a moment"),
    )
    .of_kind("store")
}

/// What the store holds cannot be used.
pub(crate) fn store_broken(what: &str, why: &str) -> Trouble {
    Trouble::new(500, "the store holds something broken", format!("{what}: {why}; restore that object from a backup")).of_kind("store")
}

//! The API's routes, once: a request finds its handler by them, and [`crate::describe`] makes the description of them.

/// A path below `/api/`, of which `{name}` stands for any one segment, and what each of its methods does.
pub(crate) struct Route<A: 'static> {
    pub(crate) path: &'static str,
    pub(crate) methods: &'static [(&'static str, A)],
}

/// What there is once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Own {
    Describe,
    SignIn,
    WhoAmI,
    SignOut,
    Environments,
    TokenUses,
    Override,
}

/// What everything that is published has: an environment's flags behind `environments/{env}/`, and the project behind `project/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Published {
    Document,
    Publish,
    Check,
    RollBack,
    Diff,
    Records,
    Record,
    Verify,
}

pub(crate) const OWN: [Route<Own>; 5] = [
    Route { path: "openapi.json", methods: &[("GET", Own::Describe)] },
    Route { path: "session", methods: &[("GET", Own::WhoAmI), ("POST", Own::SignIn), ("DELETE", Own::SignOut)] },
    Route { path: "environments", methods: &[("GET", Own::Environments)] },
    Route { path: "environments/{env}/overrides", methods: &[("POST", Own::Override)] },
    Route { path: "project/tokens", methods: &[("GET", Own::TokenUses)] },
];

pub(crate) const PUBLISHED: [Route<Published>; 7] = [
    Route { path: "document", methods: &[("GET", Published::Document), ("PUT", Published::Publish)] },
    Route { path: "check", methods: &[("POST", Published::Check)] },
    Route { path: "diff", methods: &[("GET", Published::Diff)] },
    Route { path: "records", methods: &[("GET", Published::Records)] },
    Route { path: "records/{version}", methods: &[("GET", Published::Record)] },
    Route { path: "verify", methods: &[("GET", Published::Verify)] },
    Route { path: "rollback", methods: &[("POST", Published::RollBack)] },
];

/// The route of a path.
pub(crate) fn find<A>(routes: &'static [Route<A>], path: &[&str]) -> Option<&'static Route<A>> {
    routes.iter().find(|route| {
        let mut parts = path.iter();
        let fits = |part: &str| parts.next().is_some_and(|sent| part.starts_with('{') || part == *sent);
        route.path.split('/').all(fits) && parts.next().is_none()
    })
}

impl<A: Copy> Route<A> {
    /// What a method does here.
    pub(crate) fn action(&self, method: &str) -> Option<A> {
        self.methods.iter().find(|(known, _)| *known == method).map(|(_, action)| *action)
    }

    /// The methods, for the header `Allow`. Whatever answers GET answers HEAD.
    pub(crate) fn allow(&self) -> String {
        let names = self.methods.iter().map(|(method, _)| if *method == "GET" { "GET, HEAD" } else { method });
        names.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_as_a_whole() {
        let found = |path: &str| find(&PUBLISHED, &path.split('/').collect::<Vec<_>>()).map(|route| route.path);
        assert_eq!(
            (found("document"), found("records"), found("records/7")),
            (Some("document"), Some("records"), Some("records/{version}"))
        );
        assert_eq!((found(""), found("records/7/x"), found("doc"), found("document/")), (None, None, None, None));
        assert_eq!(find(&OWN, &["project"]).map(|route| route.path), None);
        assert_eq!(OWN[1].allow(), "GET, HEAD, POST, DELETE");
    }
}

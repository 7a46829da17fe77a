//! Who asks: one-time links, sessions, tokens, and the store's owner.

use halyard_core::Timestamp;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::effect::EffectResult;
use crate::history::PATIENCE_MS;
use crate::http::{Response, to_json};
use crate::io::{Io, Stop};
use crate::project::{Limits, Project, Role};
use crate::secrets::{Hash, Kind, Secret};
use crate::store::{LinkObject, SessionObject, link_key, session_key};
use crate::trouble::store_down;
use crate::wire::{Environment, Session, SignIn, Trouble};

/// How long a session lasts, in milliseconds.
pub(crate) const SESSION_MS: i64 = 12 * 60 * 60 * 1000;
const COOKIE: &str = "halyard_session";

/// A person who may ask, as they were when their request began.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Who {
    /// Their e-mail address, or the owner's name.
    pub(crate) person: String,
    name: String,
    /// How they came: `app`, `token`, `cli`.
    pub(crate) via: String,
    /// They own the store: they may do everything.
    pub(crate) owner: bool,
    /// They may change the project.
    pub(crate) admin: bool,
    project: String,
    /// The project's environments, with their names and this person's role there.
    pub(crate) environments: Vec<(String, String)>,
    roles: Vec<(String, Role)>,
    /// The project's own limits.
    pub(crate) limits: Limits,
}

impl Who {
    /// Their role in an environment; none: they may not see it.
    pub(crate) fn role_in(&self, environment: &str) -> Option<Role> {
        if self.owner {
            return Some(Role::Admin);
        }
        self.roles.iter().find(|(key, _)| key == environment).map(|(_, role)| *role)
    }

    fn environments(&self) -> Vec<Environment> {
        let seen = self.environments.iter().filter_map(|(key, name)| {
            let role = self.role_in(key)?;
            Some(Environment { key: key.clone(), name: name.clone(), may_publish: role >= Role::Editor })
        });
        seen.collect()
    }

    fn session(&self) -> Session {
        Session {
            person: self.person.clone(),
            name: self.name.clone(),
            project: self.project.clone(),
            environments: self.environments(),
            admin: self.admin,
        }
    }

    fn of_project(project: &Project, email: &str, via: &str) -> Option<Who> {
        let person = project.people.get(email)?;
        let roles = project.environments.keys().filter_map(|key| Some((key.clone(), person.role_in(key)?)));
        Some(Who { admin: person.is_admin(), roles: roles.collect(), ..Who::named(project, email, &person.name, via) })
    }

    fn owner(project: Option<&Project>, by: &str, via: &str) -> Who {
        let nothing = Project::new("");
        Who { owner: true, admin: true, ..Who::named(project.unwrap_or(&nothing), by, by, via) }
    }

    fn named(project: &Project, person: &str, name: &str, via: &str) -> Who {
        Who {
            person: person.to_owned(),
            name: name.to_owned(),
            via: via.to_owned(),
            owner: false,
            admin: false,
            project: project.name.clone(),
            environments: project.environments.iter().map(|(key, environment)| (key.clone(), environment.name.clone())).collect(),
            roles: Vec::new(),
            limits: project.limits,
        }
    }
}

/// Who asks. Found once in a request: what happens to the project while it is under way changes nothing of it.
pub(crate) fn who(call: &mut Call<'_>) -> Result<Who, Stop> {
    let Call { node, io, request, principal } = call;
    io.decided("who", |io| {
        node.follow_project(io)?;
        let project = node.project.copy.as_ref().map(|copy| &copy.content);
        if let Some(principal) = principal {
            return Ok(Who::owner(project, &principal.by, &principal.via));
        }
        let Some(project) = project else { return Err(store_down("the project").into()) };
        let (person, via) = if let Some(secret) = request.bearer().or_else(|| request.header("x-api-key")) {
            let by = |app: &str| if app == "cli" { "cli" } else { "token" };
            (token(project, secret, io.now())?, request.header("x-halyard").map_or("token", by))
        } else if let Some(secret) = request.cookie(COOKIE) {
            check_origin(request, &node.config.origins)?;
            if !matches!(request.method.as_str(), "GET" | "HEAD") && request.header("x-halyard") != Some("app") {
                let detail = "a request with the session's cookie that changes something needs the header `X-Halyard: app`";
                return Err(Trouble::new(403, "not from the app", detail).into());
            }
            (session(io, secret)?.0.person, "app")
        } else {
            return Err(sign_in_first("sign in by a one-time link, or send a person's token: `Authorization: Bearer halyard_token_…`"));
        };
        Who::of_project(project, &person, via).ok_or_else(|| sign_in_first("you are not, or no longer, one of the project's people"))
    })
}

fn sign_in_first(detail: &str) -> Stop {
    let response = Trouble::new(401, "who are you?", detail).to_response().with_header("www-authenticate", "Bearer");
    Stop::Answer(Box::new(response))
}

fn token(project: &Project, secret: &str, now: Timestamp) -> Result<String, Stop> {
    match (Kind::of(secret), project.token_person(secret, now)) {
        (Some(Kind::Token), Some(person)) => Ok(person.to_owned()),
        (Some(Kind::Server | Kind::Browser), _) => {
            let detail = "an SDK key evaluates flags and does nothing else; send a person's token";
            Err(Trouble::new(403, "not allowed", detail).into())
        }
        _ => Err(sign_in_first("this token is not, or no longer, one of the project's")),
    }
}

/// Refuses a request that a page of another origin sent.
fn check_origin(request: &crate::http::Request, origins: &[String]) -> Result<(), Stop> {
    match request.header("origin") {
        Some(origin) if origin != request.origin() && !origins.iter().any(|other| other == origin) => {
            let detail =
                format!("pages of `{origin}` may not use this project; name the origin in the node's configuration if they should");
            Err(Trouble::new(403, "another origin", detail).into())
        }
        _ => Ok(()),
    }
}

/// The session of a secret, with its object's ETag.
fn session(io: &mut Io, secret: &str) -> Result<(SessionObject, String), Stop> {
    let over = || sign_in_first("this session is over; ask for a new one-time link");
    if Kind::of(secret) != Some(Kind::Session) {
        return Err(over());
    }
    match io.get(&session_key(&Hash::of(secret)), PATIENCE_MS)? {
        EffectResult::Found { body, etag } => match serde_json::from_slice::<SessionObject>(&body) {
            Ok(session) if !session.ended && io.now() < session.expires => Ok((session, etag)),
            _ => Err(over()),
        },
        EffectResult::Missing => Err(over()),
        _ => Err(store_down("the session").into()),
    }
}

/// `GET /api/session`.
pub(super) fn who_am_i(call: &mut Call<'_>) -> Result<Response, Stop> {
    Ok(Response::json(200, &who(call)?.session()))
}

/// `GET /api/environments`.
pub(super) fn environments(call: &mut Call<'_>) -> Result<Response, Stop> {
    Ok(Response::json(200, &who(call)?.environments()))
}

/// `POST /api/session`: a one-time link becomes a session.
///
/// The session is written first, under a secret that nobody has yet; marking the link used is what makes it count, and only one
/// request can do that. Killed in between, the link is still good.
pub(super) fn sign_in(call: &mut Call<'_>) -> Result<Response, Stop> {
    check_origin(call.request, &call.node.config.origins)?;
    let SignIn { link } = call.body("{\"link\": \"halyard_link_…\"}")?;
    let stale = || -> Stop { Trouble::new(401, "this link is over", "a link works once, for a day; ask an admin for a new one").into() };
    if Kind::of(&link) != Some(Kind::Link) {
        return Err(stale());
    }
    let link_key = link_key(&Hash::of(&link));
    let (object, etag) = match call.io.get(&link_key, PATIENCE_MS)? {
        EffectResult::Found { body, etag } => (serde_json::from_slice::<LinkObject>(&body).map_err(|_| stale())?, etag),
        EffectResult::Missing => return Err(stale()),
        _ => return Err(store_down("the link").into()),
    };
    let secret = Secret::derive(Kind::Session, &call.io.random("session"), &object.person);
    let hash = secret.hash();
    if call.io.started() >= object.expires || object.used.is_some() {
        return Err(stale());
    }
    let who = person(call, &object.person)?;
    let session = SessionObject { person: object.person.clone(), expires: Timestamp(call.io.started().0 + SESSION_MS), ended: false };
    let session = to_json(&session);
    if !matches!(call.io.put_new(&session_key(&hash), &session)?, EffectResult::Stored { .. } | EffectResult::Conflict) {
        return Err(store_down("the session").into());
    }
    let used = LinkObject { used: Some(hash.as_str().to_owned()), ..object };
    let used_bytes = to_json(&used);
    if !matches!(call.io.put_over(&link_key, &used_bytes, &etag)?, EffectResult::Stored { .. }) {
        // Used by somebody else, or by us with the acknowledgement lost: the link says for which session.
        match call.io.get(&link_key, PATIENCE_MS)? {
            EffectResult::Found { body, .. } if serde_json::from_slice::<LinkObject>(&body).ok() == Some(used) => {}
            EffectResult::Found { .. } | EffectResult::Missing => return Err(stale()),
            _ => return Err(store_down("the link").into()),
        }
    }
    let cookie = cookie(call, secret.reveal(), SESSION_MS / 1000);
    Ok(Response::json(200, &who.session()).with_header("set-cookie", cookie))
}

/// A person of the project by their address.
fn person(call: &mut Call<'_>, email: &str) -> Result<Who, Stop> {
    let Call { node, io, .. } = call;
    io.decided("person", |io| {
        node.follow_project(io)?;
        let Some(project) = &node.project.copy else { return Err(store_down("the project").into()) };
        Who::of_project(&project.content, email, "app").ok_or_else(|| {
            let detail = format!("`{email}` is not one of the project's people; an admin can add them");
            Trouble::new(403, "not one of the people", detail).into()
        })
    })
}

/// `DELETE /api/session`.
pub(super) fn sign_out(call: &mut Call<'_>) -> Result<Response, Stop> {
    let Some(secret) = call.request.cookie(COOKIE) else {
        return Err(
            Trouble::new(400, "there is no session", "only a session can be signed out of; a token is revoked in the project").into()
        );
    };
    who(call)?;
    let (session, etag) = session(call.io, secret)?;
    let key = session_key(&Hash::of(secret));
    let ended = to_json(&SessionObject { ended: true, ..session });
    let gone = cookie(call, "", 0);
    let response = match call.io.put_over(&key, &ended, &etag)? {
        EffectResult::Stored { .. } | EffectResult::Conflict => Response::empty(204),
        _ => store_down("the session").to_response(),
    };
    Ok(response.with_header("set-cookie", gone))
}

fn cookie(call: &Call<'_>, value: &str, seconds: i64) -> String {
    let secure = if call.request.is_secure() { "; Secure" } else { "" };
    format!("{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

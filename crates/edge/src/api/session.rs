//! Who asks: one-time links, sessions, tokens, and the store's owner.

use halyard_core::Timestamp;
use halyard_core::authority::{Authority, KEY_KINDS};
use serde::{Deserialize, Serialize};

use super::Call;
use crate::effect::EffectResult;
use crate::history::PATIENCE_MS;
use crate::http::{Response, to_json};
use crate::io::{Io, Stop};
use crate::node::Node;
use crate::project::{self, ADMIN, EVERYWHERE, Limits, Project, Roles, is_admin, roles_in};
use crate::secrets::{Hash, Kind, Secret};
use crate::store::{LinkObject, SessionObject, link_key, session_key};
use crate::trouble::store_down;
use crate::wire::{Environment, Session, SignIn, Trouble};

/// How long a session lasts, in milliseconds.
pub(crate) const SESSION_MS: i64 = 12 * 60 * 60 * 1000;
const COOKIE: &str = "halyard_session";

/// Who asks, a person or a program, as they were when their request began.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Who {
    /// A person's e-mail address, a token's name, or what the store's owner is called.
    pub(crate) name: String,
    /// What people call them.
    called: String,
    /// How they came: `app`, `token`, `cli`.
    pub(crate) via: String,
    /// They own the store: they may do everything.
    pub(crate) owner: bool,
    /// They may change the project.
    pub(crate) admin: bool,
    project: String,
    /// The environments that they may see, and what they may do there.
    pub(crate) environments: Vec<Environment>,
    /// The project's own limits.
    pub(crate) limits: Limits,
    /// The hash of the token that they came by.
    token: Option<String>,
}

impl Who {
    /// What they may do in an environment; none: they may not see it, or there is none.
    pub(crate) fn authority(&self, environment: &str) -> Option<Authority> {
        if self.owner {
            return Some(Authority::everything());
        }
        self.environments.iter().find(|known| known.key == environment).map(|known| known.authority.clone())
    }

    fn session(&self) -> Session {
        let manages = |known: &&Environment| KEY_KINDS.into_iter().any(|kind| known.authority.covers(kind));
        Session {
            person: self.name.clone(),
            name: self.called.clone(),
            via: self.via.clone(),
            project: self.project.clone(),
            environments: self.environments.clone(),
            admin: self.admin,
            manage_keys: self.environments.iter().filter(manages).map(|known| known.key.clone()).collect(),
        }
    }

    fn person(project: &Project, email: &str, via: &str) -> Option<Who> {
        let person = project.people.get(email)?;
        Some(Who::of(project, (email, &person.name, via), &person.roles))
    }

    fn owner(project: Option<&Project>, by: &str, via: &str) -> Who {
        let nothing = Project::new("");
        let roles = [(EVERYWHERE.to_owned(), vec![ADMIN.to_owned()])].into();
        Who { owner: true, ..Who::of(project.unwrap_or(&nothing), (by, by, via), &roles) }
    }

    fn of(project: &Project, (name, called, via): (&str, &str, &str), roles: &Roles) -> Who {
        let environment = |(key, environment): (&String, &project::Environment)| {
            let authority = project.authority(roles, key)?;
            Some(Environment {
                key: key.clone(),
                name: environment.name.clone(),
                may_publish: authority.allows_some(),
                roles: roles_in(roles, key).into_iter().map(str::to_owned).collect(),
                authority,
            })
        };
        Who {
            name: name.to_owned(),
            called: called.to_owned(),
            via: via.to_owned(),
            owner: false,
            admin: is_admin(roles),
            project: project.name.clone(),
            environments: project.environments.iter().filter_map(environment).collect(),
            limits: project.limits,
            token: None,
        }
    }
}

/// Who asks. Found once in a request: what happens to the project while it is under way changes nothing of it.
pub(crate) fn who(call: &mut Call<'_>) -> Result<Who, Stop> {
    let Call { node, io, request, principal } = call;
    let who = io.decided("who", |io| {
        node.follow_project(io)?;
        let project = node.project.copy.as_ref().map(|copy| &copy.content);
        if let Some(principal) = principal {
            return Ok(Who::owner(project, &principal.by, &principal.via));
        }
        let Some(project) = project else { return Err(store_down("the project").into()) };
        if let Some(secret) = request.bearer().or_else(|| request.header("x-api-key")) {
            let by = |app: &str| if app == "cli" { "cli" } else { "token" };
            return token(project, secret, request.header("x-halyard").map_or("token", by), io);
        } else if let Some(secret) = request.cookie(COOKIE) {
            check_origin(request, &node.config.origins)?;
            if !matches!(request.method.as_str(), "GET" | "HEAD") && request.header("x-halyard") != Some("app") {
                let detail = "a request with the session's cookie that changes something needs the header `X-Halyard: app`";
                return Err(Trouble::new(403, "not from the app", detail).into());
            }
            let email = session(io, secret)?.0.person;
            let who = person(node, io, &email)?;
            return who.ok_or_else(|| sign_in_first("you are not, or no longer, one of the project's people"));
        }
        Err(sign_in_first("sign in by a one-time link, or send a token: `Authorization: Bearer halyard_token_…`"))
    })?;
    if let Some(hash) = &who.token {
        node.note_use_after_answer(io, hash);
    }
    Ok(who)
}

fn sign_in_first(detail: &str) -> Stop {
    let response = Trouble::new(401, "who are you?", detail).to_response().with_header("www-authenticate", "Bearer");
    Stop::Answer(Box::new(response))
}

/// The program of a token.
fn token(project: &Project, secret: &str, via: &str, io: &mut Io) -> Result<Who, Stop> {
    match (Kind::of(secret), project.token(secret)) {
        (Some(Kind::Token), Some((name, token))) if token.is_good(io.now()) => {
            let called = if token.description.is_empty() { name } else { &token.description };
            Ok(Who { token: Some(token.hash.as_str().to_owned()), ..Who::of(project, (name, called, via), &token.roles) })
        }
        (Some(Kind::Token), Some((name, token))) => {
            let detail = format!("the token `{name}` expired at {}; an admin of the project can make a new one", token.expires);
            Err(sign_in_first(&detail))
        }
        (Some(Kind::Server | Kind::Browser), _) => {
            let detail = "an SDK key evaluates flags and does nothing else; send a token";
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
    Ok(Response::json(200, &who(call)?.environments))
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
    let who = person(call.node, call.io, &object.person)?.ok_or_else(|| {
        let detail = format!("`{}` is not one of the project's people; an admin can add them", object.person);
        Trouble::new(403, "not one of the people", detail)
    })?;
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

/// A person of the project by their address. Whom this node's copy does not have may have been added through another node a moment
/// ago, so the store is asked once before anybody is refused: only for those whom a link or a session in the store names, for no
/// stranger may make a node ask.
fn person(node: &mut Node, io: &mut Io, email: &str) -> Result<Option<Who>, Stop> {
    for (look, is_last) in [("person", false), ("person, as the store has them", true)] {
        let who = io.decided(look, |io| {
            if is_last {
                node.project.expire();
            }
            node.follow_project(io)?;
            let project = node.project.copy.as_ref().ok_or_else(|| store_down("the project"))?;
            Ok(Who::person(&project.content, email, "app"))
        })?;
        if who.is_some() {
            return Ok(who);
        }
    }
    Ok(None)
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

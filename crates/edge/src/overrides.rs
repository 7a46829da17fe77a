//! Overrides for testers: somebody who may publish makes a link, and the page of whoever opens it shows other variants, for a while,
//! in that browser only. Only public flags, whose variants every page holds anyway; only where the project allows it.

use std::collections::BTreeMap;

use halyard_core::check::{Cap, hint};
use halyard_core::document::Visibility;
use halyard_core::{Code, Document, Pointer, Problem, Timestamp, read};

use crate::api::Call;
use crate::effect::EffectResult;
use crate::history;
use crate::http::{Response, to_json};
use crate::io::{Io, Stop};
use crate::node::Node;
use crate::sdk::Caller;
use crate::secrets::{Hash, Kind, Secret};
use crate::store::{OverrideObject, Scope, override_key};
use crate::trouble::{store_broken, store_down};
use crate::wire::{MakeOverrides, OverrideLink, Overrides, Trouble};

/// For how many hours a link works, where nothing else is said, and at most.
const HOURS: (u32, u32) = (8, 72);
/// The most flags of a link, and the longest message in bytes.
const FLAGS: usize = 50;
const MESSAGE_BYTES: usize = 4096;
const HOUR_MS: i64 = 60 * 60 * 1000;

/// `POST /api/environments/{env}/overrides`.
pub(crate) fn make(call: &mut Call<'_>, environment: &str) -> Result<Response, Stop> {
    let scope = Scope::Environment(environment.to_owned());
    let who = call.enter(&scope)?;
    if !who.authority(environment).is_some_and(|authority| authority.allows_some()) {
        let detail = format!("whoever may publish some change in `{environment}` may make such a link; your roles there allow none");
        return Err(Trouble::new(403, "not allowed", detail).into());
    }
    if !is_allowed(call.node, environment) {
        let detail =
            format!("the project does not allow overrides in `{environment}`; an admin sets `overrides` of the environment to true");
        return Err(Trouble::new(403, "no overrides here", detail).into());
    }
    let wanted: MakeOverrides = call.body("{\"variants\": {\"flag\": \"variant\"}, \"message\": \"why\", \"hours\": 8}")?;
    let hours = wanted.hours.unwrap_or(HOURS.0);
    let said = match () {
        () if wanted.message.trim().is_empty() || wanted.message.len() > MESSAGE_BYTES => {
            Some(format!("say in `message` why, in up to {MESSAGE_BYTES} bytes"))
        }
        () if !(1..=HOURS.1).contains(&hours) => Some(format!("`hours` is 1 to {}, not {hours}", HOURS.1)),
        () if !(1..=FLAGS).contains(&wanted.variants.len()) => Some(format!("`variants` names 1 to {FLAGS} flags")),
        () => None,
    };
    if let Some(detail) = said {
        return Err(Trouble::new(422, "the request does not fit", detail).into());
    }
    let (head, _) = history::head(call.io, &scope)?;
    let document = read(&history::document(call.io, &scope, &head.document)?, Cap::Reader).checked;
    let document = document.ok_or_else(|| store_broken(&scope.document(&head.document), "it does not pass its checks"))?;
    let problems: Vec<Problem> = wanted.variants.iter().filter_map(|(flag, variant)| problem(&document, flag, variant)).collect();
    if !problems.is_empty() {
        let detail = "a link sets variants that there are, of public flags: `problems` says which of these are not";
        return Err(Trouble { problems, ..Trouble::new(422, "these cannot be overridden", detail) }.into());
    }
    let secret = Secret::derive(Kind::Override, &call.io.random("override"), environment);
    let until = Timestamp(call.io.started().0 + i64::from(hours) * HOUR_MS);
    let object = OverrideObject {
        environment: environment.to_owned(),
        variants: wanted.variants,
        by: who.name,
        message: wanted.message.trim().to_owned(),
        until,
    };
    match call.io.put_new(&override_key(&secret.hash()), &to_json(&object))? {
        EffectResult::Stored { .. } => Ok(Response::json(200, &OverrideLink { token: secret.reveal().to_owned(), until })),
        _ => Err(store_down("the link").into()),
    }
}

/// What stands against a variant of a link.
fn problem(document: &Document, key: &str, variant: &str) -> Option<Problem> {
    let place = Pointer::root().at("variants").at(key);
    let Some(flag) = document.flags.get(key).filter(|flag| flag.visibility == Visibility::Public) else {
        let public = document.flags.iter().filter(|(_, flag)| flag.visibility == Visibility::Public).map(|(key, _)| key.as_str());
        let hint = hint(key, public, || "name a flag whose `visibility` is public".to_owned());
        return Some(Problem::error(Code::UnknownReference, place, format!("there is no public flag `{key}`"), hint));
    };
    if flag.variants.contains_key(variant) {
        return None;
    }
    let hint = hint(variant, flag.variants.keys().map(String::as_str), || "name one of its variants".to_owned());
    Some(Problem::error(Code::UnknownVariant, place, format!("the flag `{key}` has no variant `{variant}`"), hint))
}

/// `GET /v1/overrides/{token}`. Flags that are public no more, or gone, are left out.
pub(crate) fn get(node: &mut Node, io: &mut Io, caller: &Caller, secret: &str) -> Result<Response, Stop> {
    let nothing = || {
        let detail = "this link is none, is over, or may not be used here any more; ask whoever gave it to you for a new one";
        Stop::from(Trouble::new(404, "no such link", detail))
    };
    let is_one = Kind::of(secret) == Some(Kind::Override) && is_allowed(node, &caller.environment);
    if !is_one {
        return Err(nothing());
    }
    let found = match io.get_immutable(&override_key(&Hash::of(secret)), history::PATIENCE_MS)? {
        EffectResult::Found { body, .. } => serde_json::from_slice::<OverrideObject>(&body).map_err(|_| nothing())?,
        EffectResult::Missing => return Err(nothing()),
        _ => return Err(store_down("the link").into()),
    };
    if found.environment != caller.environment || found.until <= io.now() {
        return Err(nothing());
    }
    node.follow_environment(io, &caller.environment)?;
    let flags = node.copy(&caller.environment).map(|copy| &copy.content);
    let is_public = |flag: &String| flags.is_none_or(|flags| flags.is_public(flag));
    let variants: BTreeMap<String, String> = found.variants.into_iter().filter(|(flag, _)| is_public(flag)).collect();
    Ok(Response::json(200, &Overrides { variants, until: found.until }))
}

/// Whether the project, as this node has it, allows overrides in an environment.
fn is_allowed(node: &Node, environment: &str) -> bool {
    let project = node.project.copy.as_ref().map(|copy| &copy.content);
    project.and_then(|project| project.environments.get(environment)).is_some_and(|environment| environment.overrides)
}

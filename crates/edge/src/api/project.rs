//! What the project has beside its document: when its tokens were used last.

use std::ops::ControlFlow;

use super::{Call, session};
use crate::effect::EffectResult;
use crate::history::PATIENCE_MS;
use crate::http::Response;
use crate::io::Stop;
use crate::secrets::Hash;
use crate::store::{TokenUseObject, token_use_key};
use crate::trouble::store_down;
use crate::wire::{TokenUse, Trouble};

/// `GET /api/project/tokens`: when each token was used last, by UTC day.
pub(super) fn tokens(call: &mut Call<'_>) -> Result<Response, Stop> {
    let who = session::who(call)?;
    if !who.admin {
        return Err(Trouble::new(403, "not allowed", "only an admin of the whole project (`*`) looks after its tokens").into());
    }
    let Call { node, io, .. } = call;
    let names: Vec<(String, String)> = io.decided("tokens", |_| {
        let copy = node.project.copy.as_ref().ok_or_else(|| store_down("the project"))?;
        Ok(copy.content.tokens.iter().map(|(name, token)| (name.clone(), token.hash.as_str().to_owned())).collect())
    })?;
    let told = io.rounds("token uses", Vec::new(), |io, mut told: Vec<TokenUse>| {
        let Some((name, hash)) = names.get(told.len()) else { return Ok(ControlFlow::Break(told)) };
        let found = Hash::parse(hash).map(|hash| io.get(&token_use_key(&hash), PATIENCE_MS)).transpose()?;
        let last_used = match found {
            Some(EffectResult::Found { body, .. }) => serde_json::from_slice::<TokenUseObject>(&body).ok().map(|used| used.day.to_string()),
            Some(EffectResult::Missing) | None => None,
            Some(_) => return Err(store_down("when a token was used").into()),
        };
        told.push(TokenUse { name: name.clone(), last_used });
        Ok(ControlFlow::Continue(told))
    })?;
    Ok(Response::json(200, &told))
}

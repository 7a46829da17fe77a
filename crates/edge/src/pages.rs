//! What pages load to evaluate for themselves: the public flags of an environment as an image, and overrides for testers.

use halyard_core::check::{Cap, Checked};
use halyard_core::document::digest;
use halyard_core::evaluate::Audience;
use halyard_core::image::FORMAT;
use halyard_core::read;

use crate::effect::{Effect, EffectResult};
use crate::follow::{COLD_MS, WAIT_MS};
use crate::http::{Request, Response, etags};
use crate::image;
use crate::io::{Io, Stop};
use crate::node::Node;
use crate::project::KeyKind;
use crate::router::{method, nothing_here, wrong_method};
use crate::sdk::{self, Caller, Refusal, for_pages, preflight};
use crate::secrets::hex;
use crate::store::{Head, Scope};
use crate::trouble::store_down;
use crate::wire::Trouble;

/// The media type of images.
const IMAGE: &str = "application/vnd.halyard.image";
const METHODS: &str = "GET, HEAD, OPTIONS";

/// The public part of a version, as it was sent last.
pub(crate) struct Page {
    /// The document's name, of which this is the public part.
    document: String,
    version: u64,
    image: Vec<u8>,
    /// The public part as JSON, once somebody has asked for it.
    json: Option<String>,
}

/// Answers a request behind `/v1/`.
#[inline(never)] // Compiled when it is called first, and not with all the rest.
pub(crate) fn handle(node: &mut Node, io: &mut Io, request: &Request, path: &[&str]) -> Result<Response, Stop> {
    if !matches!(path, ["document"] | ["overrides", _]) {
        return Ok(nothing_here());
    }
    match method(request) {
        "OPTIONS" => return Ok(preflight(METHODS)),
        "GET" => {}
        _ => return Ok(for_pages(wrong_method(METHODS))),
    }
    let mut is_for_pages = true;
    let answered = answer(node, io, request, path, &mut is_for_pages);
    let response = match answered {
        Ok(response) => response,
        Err(Stop::Answer(response)) => *response,
        Err(stop) => return Err(stop),
    };
    Ok(if is_for_pages { for_pages(response) } else { response })
}

fn answer(node: &mut Node, io: &mut Io, request: &Request, path: &[&str], is_for_pages: &mut bool) -> Result<Response, Stop> {
    let caller = match sdk::caller(node, io, request)? {
        Ok(caller) => caller,
        Err(Refusal::Key(401, detail)) => {
            let trouble = Trouble::new(401, "which application is asking?", detail);
            return Ok(trouble.to_response().with_header("www-authenticate", "Bearer"));
        }
        Err(Refusal::Key(status, detail)) => return Ok(Trouble::new(status, "not allowed", detail).to_response()),
        Err(Refusal::NotReady) => return Ok(not_ready()),
    };
    *is_for_pages = caller.kind == KeyKind::Browser;
    let response = match path {
        ["overrides", secret] => crate::overrides::get(node, io, &caller, secret)?,
        _ => document(node, io, request, &caller)?,
    };
    Ok(sdk::with_trouble(node, &caller.environment, response).with_header("halyard-time", io.now().0.to_string()))
}

/// What of a version a request wants.
enum Wanted {
    /// The image of its public part.
    Public,
    /// That part as JSON.
    PublicJson,
    /// The image of all flags.
    All,
    /// What that is made of, as JSON: by it a server finds out which flags a version changed.
    AllJson,
}

fn wanted(request: &Request, caller: &Caller) -> Result<Wanted, Stop> {
    let bad = |detail: String| Err(Trouble::new(400, "what do you want?", detail).into());
    let is_json = match request.query("as").as_deref() {
        None | Some("image") => false,
        Some("json") => true,
        Some(other) => return bad(format!("`as` is `image` or `json`, not `{other}`")),
    };
    let is_all = match request.query("all").as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(other) => return bad(format!("`all` is `true` or `false`, not `{other}`")),
    };
    if let Some(format) = request.query("format").filter(|format| !is_json && *format != FORMAT.to_string()) {
        let detail = format!("images are of format {FORMAT} here, and of no other; you asked for `{format}`");
        return Err(Trouble::new(406, "no such format", detail).into());
    }
    match (is_all, is_json, caller.kind) {
        (true, _, KeyKind::Browser) => {
            let detail = "a browser key opens the public flags, and nothing else; all of them need a server key";
            Err(Trouble::new(403, "not allowed", detail).into())
        }
        (true, true, KeyKind::Server) => Ok(Wanted::AllJson),
        (true, false, KeyKind::Server) => Ok(Wanted::All),
        (false, true, _) => Ok(Wanted::PublicJson),
        (false, false, _) => Ok(Wanted::Public),
    }
}

fn document(node: &mut Node, io: &mut Io, request: &Request, caller: &Caller) -> Result<Response, Stop> {
    let wanted = wanted(request, caller)?;
    node.follow_environment(io, &caller.environment)?;
    let Some(copy) = node.copy(&caller.environment) else { return Ok(not_ready()) };
    if matches!(wanted, Wanted::All) {
        let (tag, version) = (copy.head.document.clone(), copy.head.version);
        return Ok(said(request, &tag, version, || (IMAGE, copy.content.to_image(&image::bits(&tag).unwrap_or_default()))));
    }
    let head = copy.head.clone();
    if matches!(wanted, Wanted::AllJson) {
        // Made anew for each who asks: a server does once for each version.
        let Some(document) = whole(io, &Scope::Environment(caller.environment.clone()), &head.document, COLD_MS)? else {
            return Err(store_down("the document").into());
        };
        return Ok(said(request, &head.document, head.version, || ("application/json", document.bare().canonical().into_bytes())));
    }
    bring(node, io, &caller.environment, &head)?;
    if matches!(wanted, Wanted::PublicJson) {
        bring_json(node, io, &caller.environment)?;
    }
    let Some(page) = node.pages.get(&caller.environment) else { return Ok(not_ready()) };
    let tag = image::document_of(&page.image).map(|hash| hex(hash)).unwrap_or_default();
    Ok(match (wanted, &page.json) {
        (Wanted::PublicJson, Some(json)) => said(request, &tag, page.version, || ("application/json", json.clone().into_bytes())),
        (Wanted::PublicJson, None) => return Err(store_down("the document").into()),
        _ => said(request, &tag, page.version, || (IMAGE, page.image.clone())),
    })
}

/// An answer that a page keeps and asks for again. Its ETag is the hash of the document that it is of: the public part stays the same
/// where only private flags change.
fn said(request: &Request, tag: &str, version: u64, body: impl FnOnce() -> (&'static str, Vec<u8>)) -> Response {
    let known = request.header("if-none-match").map(etags).unwrap_or_default();
    let response = if known.contains(&tag) || known.contains(&"*") {
        Response::empty(304)
    } else {
        let (kind, body) = body();
        Response::bytes(200, kind, body)
    };
    response
        .with_header("etag", format!("\"{tag}\""))
        .with_header("halyard-version", version.to_string())
        .with_header("cache-control", "private, no-cache")
}

fn not_ready() -> Response {
    let detail = "this node has no flags yet: the store does not answer; go on with what you have, and try again";
    Trouble::new(503, "not ready", detail).to_response().with_header("retry-after", "5")
}

/// Sees to it that the public part of the version that a head names is at hand. Where the store does not have it just now, an older
/// version's stays.
fn bring(node: &mut Node, io: &mut Io, environment: &str, head: &Head) -> Result<(), Stop> {
    let page = node.pages.get_mut(environment);
    if let Some(page) = page.filter(|page| page.document == head.document) {
        page.version = head.version; // Of the same document, published anew.
        return Ok(());
    }
    let deadline = if node.pages.contains_key(environment) { WAIT_MS } else { COLD_MS };
    let scope = Scope::Environment(environment.to_owned());
    let stored = good(io, &scope.image(&head.document, Audience::Page), deadline, |object| {
        image::open(object, &head.document, Audience::Page).map(<[u8]>::to_vec)
    })?;
    let (image, json) = match stored {
        Some(image) => (image, None),
        // From before images were written, or damaged since.
        None => match public(io, &scope, &head.document, deadline)? {
            Some(public) => (image::of_public(&public), Some(public.canonical())),
            None => return Ok(()),
        },
    };
    node.pages.insert(environment.to_owned(), Page { document: head.document.clone(), version: head.version, image, json });
    Ok(())
}

/// The same with its JSON, which only a page that explains asks for.
fn bring_json(node: &mut Node, io: &mut Io, environment: &str) -> Result<(), Stop> {
    let Some(document) = node.pages.get(environment).filter(|page| page.json.is_none()).map(|page| page.document.clone()) else {
        return Ok(());
    };
    let public = public(io, &Scope::Environment(environment.to_owned()), &document, COLD_MS)?;
    if let (Some(page), Some(public)) = (node.pages.get_mut(environment).filter(|page| page.document == document), public) {
        page.json = Some(public.canonical());
    }
    Ok(())
}

/// The public part of a document, made from its JSON; none: the store does not have it just now, or not a good one.
fn public(io: &mut Io, scope: &Scope, name: &str, deadline: u32) -> Result<Option<Checked>, Stop> {
    Ok(whole(io, scope, name, deadline)?.map(|checked| checked.public()))
}

/// A document from its JSON; none: as above.
fn whole(io: &mut Io, scope: &Scope, name: &str, deadline: u32) -> Result<Option<Checked>, Stop> {
    let document = good(io, &scope.document(name), deadline, |bytes| (digest(bytes) == name).then(|| bytes.to_vec()))?;
    Ok(document.and_then(|bytes| read(&bytes, Cap::Reader).checked))
}

/// An object that never changes, from a cache, or from the store itself where the cache has a bad one.
fn good<T>(io: &mut Io, key: &str, deadline_ms: u32, take: impl Fn(&[u8]) -> Option<T>) -> Result<Option<T>, Stop> {
    for immutable in [true, false] {
        let get = Effect::Get { key: key.to_owned(), if_none_match: None, immutable, deadline_ms };
        let EffectResult::Found { body, .. } = io.perform(get)? else { return Ok(None) };
        if let Some(good) = take(&body) {
            return Ok(Some(good));
        }
    }
    Ok(None)
}

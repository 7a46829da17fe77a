//! A publisher: reads a document, edits it, publishes, and tries again, as a careful client does. It knows only what it was answered.

use halyard_core::{Change, Document, Json, apply, check, read};
use halyard_edge::store::Scope;
use halyard_edge::{Principal, Request, Response, http};

use crate::call::Asked;
use crate::flags::{ENVIRONMENT, Edit};
use crate::invariants::served::version_of;
use crate::ledger::{Order, What};
use crate::random::Random;

/// Where requests go.
pub(crate) const BASE: &str = "https://flags.example";

/// A version that it has read.
#[derive(Clone, Debug)]
struct Base {
    record: String,
    version: u64,
    document: Json,
}

/// What it wants to publish.
#[derive(Clone, Debug)]
struct Intent {
    edit: Wish,
    id: Option<String>,
    message: String,
    /// Sent, and nobody knows what became of it: the same is to be sent again.
    sent: Option<Order>,
}

#[derive(Clone, Debug)]
enum Wish {
    Flags(Edit),
    Name(String),
    RollBack(u64),
}

/// One publisher.
pub(crate) struct Publisher {
    pub(crate) number: usize,
    pub(crate) scope: Scope,
    /// The call whose answer it waits for.
    pub(crate) waits_for: Option<u64>,
    base: Option<Base>,
    intent: Option<Intent>,
    count: u32,
}

/// What it asks of a node.
pub(crate) struct Ask {
    pub(crate) request: Request,
    pub(crate) principal: Option<Principal>,
    pub(crate) asked: Asked,
}

impl Publisher {
    pub(crate) fn new(number: usize, scope: Scope) -> Publisher {
        Publisher { number, scope, waits_for: None, base: None, intent: None, count: 0 }
    }

    /// Whether it has sent something of which nobody knows what became of it.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.intent.as_ref().is_some_and(|intent| intent.sent.is_some())
    }

    /// Forgets what it wanted, and wants to note something of its own in this version.
    pub(crate) fn begin_with(&mut self, record: &str, version: u64, document: &[u8]) {
        self.count += 1;
        let text = format!("{} wins", self.count);
        let edit = Wish::Flags(Edit::Note { flag: "banner", key: format!("p{}", self.number), text });
        self.intent = Some(Intent { edit, id: None, message: format!("publisher {} races", self.number), sent: None });
        self.base = Json::parse(document).ok().map(|document| Base { record: record.to_owned(), version, document });
    }

    /// What it does next.
    pub(crate) fn act(&mut self, token: &str, random: &mut Random) -> Ask {
        if let Some(order) = self.intent.as_ref().and_then(|intent| intent.sent.clone()) {
            return self.ask(order, token);
        }
        let Some(base) = self.base.clone() else {
            let request = Request::new("GET", format!("{BASE}{}/document", self.path()));
            return self.with_right(request, token, Asked::Read { scope: self.scope.clone() });
        };
        if self.intent.is_none() {
            self.intent = Some(self.new_intent(&base, random));
        }
        let Some(intent) = &mut self.intent else { return self.act(token, random) };
        let what = match &intent.edit {
            Wish::Flags(edit) => {
                let body = edit.apply(&base.document).canonical();
                What::Document { is_good: read(body.as_bytes(), check::Cap::Publisher).checked.is_some(), body }
            }
            Wish::Name(name) => {
                let mut project = base.document.clone();
                if let Json::Object(members) = &mut project {
                    members.insert("name".to_owned(), Json::from(name.as_str()));
                }
                What::Document { body: project.canonical(), is_good: true }
            }
            Wish::RollBack(version) => What::Version((*version).min(base.version)),
        };
        let order = Order {
            scope: self.scope.clone(),
            base: (base.record, base.version),
            id: intent.id.clone(),
            what,
            message: intent.message.clone(),
        };
        self.ask(order, token)
    }

    fn new_intent(&mut self, base: &Base, random: &mut Random) -> Intent {
        self.count += 1;
        let (number, count) = (self.number, self.count);
        let edit = match &self.scope {
            Scope::Project => Wish::Name(format!("Acme {number} {count}")),
            Scope::Environment(_) if random.chance(120) => {
                Wish::RollBack(u64::try_from(random.between(1, i64::try_from(base.version).unwrap_or(1))).unwrap_or(1))
            }
            Scope::Environment(_) => Wish::Flags(Edit::random(random, number, count)),
        };
        let id = random.chance(700).then(|| format!("p{number}-{count}"));
        Intent { edit, id, message: format!("publisher {number} for the {count}. time"), sent: None }
    }

    fn path(&self) -> String {
        match &self.scope {
            Scope::Project => "/api/project".to_owned(),
            Scope::Environment(_) => format!("/api/environments/{ENVIRONMENT}"),
        }
    }

    fn ask(&self, order: Order, token: &str) -> Ask {
        let id = order.id.as_ref().map(|id| format!("publish={id}")).unwrap_or_default();
        let message = order.message.replace(' ', "+");
        let request = match &order.what {
            What::Document { body, .. } => {
                Request::new("PUT", format!("{BASE}{}/document?message={message}&{id}", self.path())).with_body(body.clone())
            }
            What::Version(version) => {
                let body = format!(r#"{{"version":{version},"message":"{}"}}"#, order.message);
                Request::new("POST", format!("{BASE}{}/rollback?{id}", self.path())).with_body(body)
            }
        };
        let request = request.with_header("If-Match", format!("\"{}\"", order.base.0));
        self.with_right(request, token, Asked::Publish(order))
    }

    /// Some are programs with a token, some are the store's owner.
    fn with_right(&self, request: Request, token: &str, asked: Asked) -> Ask {
        if self.number % 3 == 2 {
            let principal = Principal { by: format!("owner{}@acme.example", self.number), via: "cli".to_owned() };
            return Ask { request, principal: Some(principal), asked };
        }
        Ask { request: request.with_header("Authorization", format!("Bearer {token}")), principal: None, asked }
    }

    /// It was answered.
    pub(crate) fn hear(&mut self, asked: &Asked, response: &Response, random: &mut Random) {
        self.waits_for = None;
        match asked {
            Asked::Publish(order) => self.hear_of_publish(order, response, random),
            _ if response.status == 200 => {
                let record = etag(response);
                self.base = Json::parse(&response.body).ok().zip(record).map(|(document, record)| Base {
                    record,
                    version: version_of(response).unwrap_or_default(),
                    document,
                });
            }
            _ => {}
        }
    }

    fn hear_of_publish(&mut self, order: &Order, response: &Response, random: &mut Random) {
        let Some(intent) = &mut self.intent else { return };
        match response.status {
            200 => {
                let is_next = version_of(response) == Some(order.base.1 + 1);
                self.base = match (&order.what, etag(response)) {
                    // It goes on from its own version without looking.
                    (What::Document { body, .. }, Some(record)) if is_next && random.chance(500) => {
                        let document = Json::parse(body.as_bytes()).ok();
                        document.map(|document| Base { record, version: order.base.1 + 1, document })
                    }
                    _ => None,
                };
                self.intent = None;
            }
            412 => {
                intent.sent = None;
                let merged = self.base.as_ref().and_then(|base| on_top_of(base, response));
                self.base = merged.filter(|_| random.chance(800));
                match random.below(10) {
                    0..=1 => self.intent = None,
                    2 => intent.id = None,
                    _ => {}
                }
            }
            404 | 500 | 503 => {
                let id = response.header("halyard-publish").map(str::to_owned).or_else(|| order.id.clone());
                intent.id.clone_from(&id);
                // Without a name to ask by, it was told that nothing has changed: the same again is a new publish.
                intent.sent = Some(Order { id, ..order.clone() });
            }
            _ => {
                self.intent = None;
                self.base = self.base.take().filter(|_| random.chance(500));
            }
        }
    }

    /// No answer will come.
    pub(crate) fn lose(&mut self, asked: &Asked) {
        self.waits_for = None;
        if let (Asked::Publish(order), Some(intent)) = (asked, &mut self.intent) {
            if order.id.is_some() {
                intent.sent = Some(order.clone());
            } else {
                // Nothing to ask by: it looks at what is there, and begins anew.
                (self.intent, self.base) = (None, None);
            }
        }
    }
}

fn etag(response: &Response) -> Option<String> {
    let tags = response.header("etag").map(http::etags)?;
    tags.first().map(|tag| (*tag).to_owned())
}

/// What the winner of a race has published, made of what the loser has and the winner's changes.
fn on_top_of(base: &Base, response: &Response) -> Option<Base> {
    let answer = Json::parse(&response.body).ok()?;
    let changes = answer.get("changes").and_then(Json::as_array)?;
    let changes: Vec<Change> = serde_json::from_str(&Json::Array(changes.to_vec()).canonical()).ok()?;
    let document: Document = check::decode_document(&base.document).ok()?;
    let document = apply(&document, &changes).ok()?.to_json();
    Some(Base { record: etag(response)?, version: version_of(response)?, document })
}

//! A project's first objects: pure, from options and a [`Moment`] to what the host must write.

use std::collections::BTreeMap;

use halyard_core::check::Cap;
use halyard_core::evaluate::Audience;
use halyard_core::{Document, Json, Pointer, Problem, Timestamp};
use serde::Serialize;

use crate::effect::Moment;
use crate::project::{ADMIN, EVERYWHERE, Environment, KeyKind, Person, Project, Roles, SdkKey, Token};
use crate::publish::{Flags, People, Subject};
use crate::secrets::{Kind, Secret};
use crate::store::{Head, LinkObject, Moves, RecordObject, Scope, link_key};

/// How long a one-time link is good for, in milliseconds: a day.
pub const LINK_LIFETIME_MS: i64 = 24 * 60 * 60 * 1000;

/// How long the first token is good for, in milliseconds: a year.
const TOKEN_LIFETIME_MS: i64 = 365 * 24 * 60 * 60 * 1000;
/// What the first token is called: it is what the history says of what is done with it.
pub const FIRST_TOKEN: &str = "first";
/// What the first version of everything says for its reason.
const MESSAGE: &str = "The beginning";

/// What a new project is to be.
///
/// ```
/// use halyard_edge::init::{NewEnvironment, NewPerson, Options, init};
/// use halyard_edge::Moment;
/// let nobody = Options { name: "Acme".into(), people: vec![], environments: vec![NewEnvironment::empty("production", "Production")] };
/// let problems = init(&nobody, Moment { now: halyard_core::Timestamp(0), random: [1; 32] }).unwrap_err();
/// assert!(problems[0].message.contains("admin"), "{}", problems[0]); // somebody must be one, or nobody could ever change it
/// let ann = Options { people: vec![NewPerson::admin("ann@acme.example", "Ann")], ..nobody };
/// assert!(init(&ann, Moment { now: halyard_core::Timestamp(0), random: [1; 32] }).is_ok());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// The project's name: `Acme`.
    pub name: String,
    /// The people, the first admin first. At least one must be an admin everywhere.
    pub people: Vec<NewPerson>,
    /// The environments, in order, and each one's first document; an empty one where none is given.
    pub environments: Vec<NewEnvironment>,
}

/// A person of a new project.
///
/// ```
/// use halyard_edge::init::NewPerson;
/// let roles = [("production".to_owned(), vec!["releaser".to_owned()]), ("*".to_owned(), vec!["viewer".to_owned()])].into();
/// let bo = NewPerson { email: "bo@acme.example".into(), name: "Bo".into(), roles };
/// assert_eq!(bo.roles["production"], ["releaser"]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct NewPerson {
    /// Their e-mail address, by which they are known.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// Their roles, by environment or `*`: `viewer`, `releaser`, `operator`, `editor`, `admin`.
    pub roles: Roles,
}

/// An environment of a new project.
///
/// ```
/// use halyard_edge::init::NewEnvironment;
/// let flags = br#"{"format": 1, "retired": ["old-banner"]}"#;
/// let staging = NewEnvironment { document: Some(flags.to_vec()), ..NewEnvironment::empty("staging", "Staging") };
/// assert_eq!(staging.key, "staging");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct NewEnvironment {
    /// Its key: `production`.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// Its first document's JSON; none: a document without flags.
    pub document: Option<Vec<u8>>,
}

/// A new project: what to write, and what to tell whoever made it.
///
/// ```
/// use halyard_edge::{Moment, init::{Init, NewPerson, Options, init}};
/// let options = Options { name: "Acme".into(), people: vec![NewPerson::admin("ann@acme.example", "Ann")], environments: vec![] };
/// let Init { objects, told } = init(&options, Moment { now: halyard_core::Timestamp(0), random: [1; 32] }).unwrap();
/// let text: String = objects.iter().map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect();
/// assert!(!text.contains(&told.token), "the store has only the hashes of secrets");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Init {
    /// Objects to put, in this order, each only if absent. The last one, the project's head, is what makes the project: where it
    /// is there already, there is a project already.
    pub objects: Vec<(String, Vec<u8>)>,
    /// The secrets. They are nowhere else.
    pub told: Told,
}

/// What is printed after making a project (`halyard init --json`).
///
/// ```
/// use halyard_edge::{Moment, init::{NewEnvironment, NewPerson, Options, init}};
/// let options = Options {
///     name: "Acme".into(),
///     people: vec![NewPerson::admin("ann@acme.example", "Ann")],
///     environments: vec![NewEnvironment::empty("production", "Production")],
/// };
/// let told = init(&options, Moment { now: halyard_core::Timestamp(0), random: [1; 32] }).unwrap().told;
/// assert!(told.link.starts_with("/sign-in#halyard_link_"));
/// assert!(told.sdk_keys["production"].browser.starts_with("halyard_browser_"));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// SDK keys by environment.
    pub sdk_keys: BTreeMap<String, SdkKeys>,
    /// A token for programs, which may do everything for a year; it is called [`FIRST_TOKEN`].
    pub token: String,
    /// A one-time link of the first admin, as a path: `/sign-in#halyard_link_…`.
    pub link: String,
    /// Everyone's e-mail address.
    pub people: Vec<String>,
}

/// An environment's SDK keys.
///
/// ```
/// use halyard_edge::init::SdkKeys;
/// let keys = SdkKeys { server: "halyard_server_…".to_owned(), browser: "halyard_browser_…".to_owned() };
/// assert_eq!(serde_json::to_string(&keys).unwrap(), r#"{"server":"halyard_server_…","browser":"halyard_browser_…"}"#);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SdkKeys {
    /// For servers.
    pub server: String,
    /// For pages.
    pub browser: String,
}

/// Makes a project: version 1 of it and of each of its environments, SDK keys, a token and a one-time link of the first person.
///
/// ```
/// use halyard_core::Timestamp;
/// use halyard_edge::{Moment, init};
/// let options = init::Options {
///     name: "Acme".to_owned(),
///     people: vec![init::NewPerson::admin("ann@acme.example", "Ann")],
///     environments: vec![init::NewEnvironment::empty("production", "Production")],
/// };
/// let project = init::init(&options, Moment { now: Timestamp(0), random: [1; 32] }).unwrap();
/// assert_eq!(project.objects.last().unwrap().0, "project/head.json");
/// assert!(project.told.token.starts_with("halyard_token_"));
/// ```
///
/// # Errors
/// Every problem of the options and of the environments' documents; a document's pointers begin with its environment's key.
pub fn init(options: &Options, moment: Moment) -> Result<Init, Vec<Problem>> {
    let created = moment.now.date();
    let mut project = Project::new(&options.name);
    let mut told = Told { sdk_keys: BTreeMap::new(), token: String::new(), link: String::new(), people: Vec::new() };
    for person in &options.people {
        project.people.insert(person.email.clone(), Person { name: person.name.clone(), roles: person.roles.clone() });
        told.people.push(person.email.clone());
    }
    for environment in &options.environments {
        let key = &environment.key;
        project.environments.insert(key.clone(), Environment { name: environment.name.clone(), overrides: false });
        let mut sdk_key = |kind: KeyKind| {
            let secret = Secret::sdk_key(kind.secret(), &moment.random, key);
            let id = format!("{key}-{}", kind.as_str());
            let entry = SdkKey { environment: key.clone(), kind, hash: secret.hash(), created, previous: None };
            project.keys.insert(id, entry);
            secret.reveal().to_owned()
        };
        let keys = SdkKeys { server: sdk_key(KeyKind::Server), browser: sdk_key(KeyKind::Browser) };
        told.sdk_keys.insert(key.clone(), keys);
    }
    let mut objects = Vec::new();
    let by = options.people.first().map_or("", |person| person.email.as_str());
    if !by.is_empty() {
        let token = Secret::derive(Kind::Token, &moment.random, by);
        let entry = Token {
            description: "Made with the project".to_owned(),
            roles: [(EVERYWHERE.to_owned(), vec![ADMIN.to_owned()])].into(),
            hash: token.hash(),
            created,
            created_by: by.to_owned(),
            expires: Timestamp(moment.now.0 + TOKEN_LIFETIME_MS).into(),
        };
        project.tokens.insert(FIRST_TOKEN.to_owned(), entry);
        told.token = token.reveal().to_owned();
        let link = link(by, moment);
        objects.push((link.key, link.object.into_bytes()));
        told.link = link.link;
    }
    let project = Project::read(project.canonical().as_bytes())?;
    let mut problems = Vec::new();
    for environment in &options.environments {
        let empty = Document::default().canonical().into_bytes();
        let nothing = Flags::read(&empty, Cap::Publisher).content;
        let reading = Flags::read(environment.document.as_ref().unwrap_or(&empty), Cap::Publisher);
        match (nothing, reading.content) {
            (Some(nothing), Some(document)) => {
                let scope = Scope::Environment(environment.key.clone());
                let digest = document.digest();
                let image = |audience: &Audience| (scope.image(&digest, *audience), Flags::image(&document, &digest, *audience));
                objects.extend(Flags::IMAGES.iter().map(image));
                objects.extend(first_version::<Flags>(&scope, &nothing, &document, (by, "init"), moment));
            }
            _ => {
                let moved = |problem: Problem| {
                    let root = Pointer::root().at(&environment.key);
                    let pointer = problem.pointer.segments().fold(root, |pointer, segment| pointer.at(segment));
                    Problem { pointer, ..problem }
                };
                problems.extend(reading.problems.into_iter().map(moved));
            }
        }
    }
    objects.extend(first_version::<People>(&Scope::Project, &Project::new(&options.name), &project, (by, "init"), moment));
    if problems.iter().any(Problem::is_error) { Err(problems) } else { Ok(Init { objects, told }) }
}

/// The objects of a new environment without flags, which no image would help; its head comes last.
pub(crate) fn environment(key: &str, by: &str, via: &str, moment: Moment) -> Vec<(String, Vec<u8>)> {
    let empty = Flags::read(Document::default().canonical().as_bytes(), Cap::Publisher).content;
    let scope = Scope::Environment(key.to_owned());
    empty.map(|empty| first_version::<Flags>(&scope, &empty, &empty, (by, via), moment)).unwrap_or_default()
}

/// The document, record and head of a history that begins; the head comes last.
fn first_version<S: Subject>(
    scope: &Scope,
    nothing: &S::Content,
    content: &S::Content,
    (by, via): (&str, &str),
    moment: Moment,
) -> Vec<(String, Vec<u8>)> {
    let document = S::canonical(content);
    let digest = halyard_core::document::digest(document.as_bytes());
    // Names are hashes of the randomness, which itself must stay unknown: secrets are made from it.
    let name = |of: &str| {
        let hash = halyard_core::document::digest(&[&moment.random, of.as_bytes(), scope.folder().as_bytes()].concat());
        hash.get(7..39).unwrap_or_default().to_owned()
    };
    let (lineage, publish) = (name("lineage of "), name("first publish of "));
    let record = RecordObject {
        lineage: lineage.clone(),
        version: 1,
        parent: None,
        publish,
        at: moment.now,
        by: by.to_owned(),
        via: via.to_owned(),
        message: MESSAGE.to_owned(),
        changes: S::diff(nothing, content).iter().map(Json::from_value).collect(),
        moves: Moves::new(),
        marks: Vec::new(),
        document: digest.clone(),
        milestones: Vec::new(),
        recent: Vec::new(),
    };
    let (name, bytes) = record.to_bytes();
    let head = Head { format: 1, lineage, version: 1, record: name.clone(), document: digest.clone() };
    vec![(scope.document(&digest), document.into_bytes()), (scope.record(&name), bytes), (scope.head(), head.to_bytes())]
}

impl NewPerson {
    /// Somebody who may do everything.
    ///
    /// ```
    /// use halyard_edge::init::NewPerson;
    /// assert_eq!(NewPerson::admin("ann@acme.example", "Ann").roles["*"], ["admin"]);
    /// ```
    pub fn admin(email: &str, name: &str) -> NewPerson {
        let roles = [(EVERYWHERE.to_owned(), vec![ADMIN.to_owned()])].into();
        NewPerson { email: email.to_owned(), name: name.to_owned(), roles }
    }
}

impl NewEnvironment {
    /// An environment without flags.
    ///
    /// ```
    /// use halyard_edge::init::NewEnvironment;
    /// assert_eq!(NewEnvironment::empty("production", "Production").document, None);
    /// ```
    pub fn empty(key: &str, name: &str) -> NewEnvironment {
        NewEnvironment { key: key.to_owned(), name: name.to_owned(), document: None }
    }
}

/// A new one-time link.
///
/// ```
/// use halyard_core::Timestamp;
/// use halyard_edge::{Moment, init};
/// let init::Link { object, link, .. } = init::link("ann@acme.example", Moment { now: Timestamp(0), random: [1; 32] });
/// let (_, secret) = link.split_once('#').unwrap();
/// assert!(object.contains("ann@acme.example") && !object.contains(secret), "the store does not learn the secret");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Link {
    /// The key of the object to put, if absent.
    pub key: String,
    /// The object's text.
    pub object: String,
    /// The link as a path: `/sign-in#halyard_link_…`. It is nowhere else.
    pub link: String,
}

/// Makes a one-time link for a person. That they are of the project is checked when it is used.
///
/// ```
/// use halyard_core::Timestamp;
/// use halyard_edge::{Moment, init};
/// let link = init::link("ann@acme.example", Moment { now: Timestamp(0), random: [1; 32] });
/// assert!(link.key.starts_with("sign-in/links/") && link.link.starts_with("/sign-in#halyard_link_"));
/// ```
pub fn link(person: &str, moment: Moment) -> Link {
    let secret = Secret::derive(Kind::Link, &moment.random, person);
    let object = LinkObject { person: person.to_owned(), expires: Timestamp(moment.now.0 + LINK_LIFETIME_MS), used: None };
    Link { key: link_key(&secret.hash()), object: Json::from_value(&object).canonical(), link: format!("/sign-in#{}", secret.reveal()) }
}

//! Histories written straight into a store: thousands of versions take a moment.

use halyard_core::check::decode_document;
use halyard_core::{Document, Json, Timestamp, diff};
use halyard_edge::store::{Head, RecordObject, moves};
use halyard_edge::wire::{Records, Told};
use halyard_edge::{Effect, Node, Response};

use super::{HEAD, START, World, get, text};

pub const FOLDER: &str = "environments/production";

/// A publish without the node: what changes, and who says so when.
pub struct Deed {
    pub path: Vec<String>,
    pub to: Option<Json>,
    pub by: String,
    pub at: i64,
    pub publish: String,
}

impl Deed {
    pub fn new(path: &[&str], to: Option<&str>) -> Deed {
        let path = path.iter().map(|part| (*part).to_owned()).collect();
        let to = to.map(|text| Json::parse(text.as_bytes()).unwrap());
        Deed { path, to, by: "ann@acme.example".to_owned(), at: 0, publish: String::new() }
    }
}

pub fn set(json: &mut Json, path: &[String], to: Option<Json>) {
    let Json::Object(object) = json else { panic!("no object") };
    match (path, to) {
        ([key], Some(to)) => drop(object.insert(key.clone(), to)),
        ([key], None) => drop(object.remove(key)),
        ([key, rest @ ..], to) => set(object.entry(key.clone()).or_insert_with(|| Json::Object(Default::default())), rest, to),
        ([], _) => panic!("no path"),
    }
}

/// Writes versions as a publisher would, but straight into the store: thousands take a moment.
pub struct Press {
    pub head: Head,
    pub record: RecordObject,
    pub document: Document,
}

impl Press {
    pub fn of(world: &World) -> Press {
        let head = Head::parse(world.store.body(HEAD)).unwrap();
        let record = RecordObject::parse(&head.record, world.store.body(&record_key(&head.record))).unwrap();
        let document = read(world.store.body(&document_key(&head.document)));
        Press { head, record, document }
    }

    /// Without the head: as somebody who has not won yet.
    pub fn prepare(&mut self, world: &mut World, deed: Deed) {
        let mut document = self.document.to_json();
        set(&mut document, &deed.path, deed.to);
        let document = decode_document(&document).unwrap();
        let changes = diff(&self.document, &document).into_iter().map(Told::from).collect::<Vec<_>>();
        assert!(!changes.is_empty(), "{:?}", deed.path);
        let version = self.head.version + 1;
        let record = RecordObject {
            version,
            parent: Some(self.head.record.clone()),
            publish: if deed.publish.is_empty() { format!("p{version}") } else { deed.publish },
            at: Timestamp(if deed.at == 0 { START + version as i64 * 60_000 } else { deed.at }),
            by: deed.by,
            via: "app".to_owned(),
            message: format!("the {version}th"),
            moves: moves(&self.document, &document, changes.iter().map(|told| &told.change)),
            changes,
            document: document.digest(),
            milestones: self.record.milestones_for_next(&self.head.record),
            recent: self.record.recent_for_next(&self.head.record),
            ..self.record.clone()
        };
        self.write(world, record, document);
    }

    pub fn write(&mut self, world: &mut World, record: RecordObject, document: Document) {
        let (name, bytes) = record.to_bytes();
        world.store.put(&document_key(&record.document), document.canonical());
        world.store.put(&record_key(&name), bytes);
        self.head = Head { version: record.version, record: name, document: record.document.clone(), ..self.head.clone() };
        (self.record, self.document) = (record, document);
    }

    pub fn publish(&mut self, world: &mut World, deed: Deed) {
        self.prepare(world, deed);
        world.store.put(HEAD, self.head.to_bytes());
    }
}

pub fn record_key(name: &str) -> String {
    format!("{FOLDER}/records/{name}.json")
}

pub fn document_key(name: &str) -> String {
    format!("{FOLDER}/documents/{name}.json")
}

pub fn read(bytes: &[u8]) -> Document {
    decode_document(&Json::parse(bytes).unwrap()).unwrap()
}

/// Production with so many versions, each of a small change.
pub fn acme(versions: u64) -> World {
    let mut world = World::acme();
    let mut press = Press::of(&world);
    for version in 2..=versions {
        press.prepare(&mut world, Deed::new(&["flags", "quiet", "metadata", "n"], Some(&version.to_string())));
    }
    world.store.put(HEAD, press.head.to_bytes());
    world
}

/// Every record of production, newest first, straight from the store.
pub fn every_record(world: &World) -> Vec<(String, RecordObject)> {
    let mut name = Some(Head::parse(world.store.body(HEAD)).unwrap().record);
    let mut records = Vec::new();
    while let Some(own) = name {
        let record = RecordObject::parse(&own, world.store.body(&record_key(&own))).unwrap();
        name = record.parent.clone();
        records.push((own, record));
    }
    records
}

/// An answer, and which objects were read for it.
pub fn ask(world: &mut World, node: &mut Node, path: &str) -> (Response, Vec<String>) {
    let token = world.token();
    world.effects.clear();
    let response = world.ask_only(node, get(path, &token));
    let read = world.effects.iter().filter_map(|effect| match effect {
        Effect::Get { key, .. } => Some(key.clone()),
        Effect::List { prefix, .. } => Some(format!("list {prefix}")),
        _ => None,
    });
    let read = read.filter(|key| key.contains(FOLDER)).collect();
    (response, read)
}

/// A history with everything that a filter can ask for: people, clocks that disagree, changes too large to be repeated, releases.
pub fn busy(versions: u64) -> World {
    let mut world = World::acme();
    let mut press = Press::of(&world);
    let mut random = 1_u64;
    let mut draw = move |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    for version in 2..=versions {
        let release = format!("r{}", draw(3));
        let is_there = press.document.to_json().get("releases").is_some_and(|releases| releases.get(&release).is_some());
        let release_path = ["releases", &release];
        let mut deed = match draw(10) {
            0 => Deed::new(&["flags", "checkout", "metadata", "text"], Some(&format!("\"{version} {}\"", "long ".repeat(600)))),
            1 if is_there => Deed::new(&release_path, None),
            1 | 2 if !is_there => {
                let flag = ["banner", "price"][draw(2) as usize];
                let stages = r#"[{"name": "one", "audience": {"percent": 1}}, {"name": "all", "audience": {"all": []}}]"#;
                let variant = if flag == "banner" { "on" } else { "a" };
                let text = format!(
                    r#"{{"title": "T", "owner": "o", "flags": [{{"flag": "{flag}", "variant": "{variant}"}}], "stages": {stages}}}"#
                );
                Deed::new(&release_path, Some(&text))
            }
            2 | 3 if is_there => Deed::new(&["releases", &release, "title"], Some(&format!("\"{version}\""))),
            4 => Deed::new(&["segments", &format!("s{version}")], Some(r#"{"when": {"attribute": "a", "is": ["b"]}}"#)),
            5 => Deed::new(&["flags", "banner", "description"], Some(&format!("\"{version}\""))),
            _ => Deed::new(&["flags", "quiet", "metadata", "n"], Some(&version.to_string())),
        };
        deed.by = ["ann@acme.example", "bo@acme.example", "ci"][draw(3) as usize].to_owned();
        deed.at = START + version as i64 * 3_600_000 - draw(20) as i64 * 3_600_000;
        press.prepare(&mut world, deed);
    }
    world.store.put(HEAD, press.head.to_bytes());
    world
}

/// A page of records, and how many objects were read for it.
pub fn page(world: &mut World, node: &mut Node, query: &str) -> (Records, usize) {
    let (response, read) = ask(world, node, &format!("/api/{FOLDER}/records?{query}"));
    assert_eq!(response.status, 200, "{query}: {}", text(&response));
    (serde_json::from_slice(&response.body).unwrap(), read.len())
}

//! Histories of hundreds and thousands of versions: pages, filters, jumps, and what `verify` finds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

mod support;

use std::collections::BTreeSet;

use halyard_core::check::decode_document;
use halyard_core::{Document, Json, Timestamp, diff};
use halyard_edge::store::{Head, RecordObject};
use halyard_edge::wire::{Finding, Record, Records, Sort, Told, Verified};
use halyard_edge::{Effect, Node, Response, Step};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use support::{Fault, HEAD, START, World, at, get, json, text, trouble};

const FOLDER: &str = "environments/production";

/// A publish without the node: what changes, and who says so when.
struct Deed {
    path: Vec<String>,
    to: Option<Json>,
    by: String,
    at: i64,
    publish: String,
}

impl Deed {
    fn new(path: &[&str], to: Option<&str>) -> Deed {
        let path = path.iter().map(|part| (*part).to_owned()).collect();
        let to = to.map(|text| Json::parse(text.as_bytes()).unwrap());
        Deed { path, to, by: "ann@acme.example".to_owned(), at: 0, publish: String::new() }
    }
}

fn set(json: &mut Json, path: &[String], to: Option<Json>) {
    let Json::Object(object) = json else { panic!("no object") };
    match (path, to) {
        ([key], Some(to)) => drop(object.insert(key.clone(), to)),
        ([key], None) => drop(object.remove(key)),
        ([key, rest @ ..], to) => set(object.entry(key.clone()).or_insert_with(|| Json::Object(Default::default())), rest, to),
        ([], _) => panic!("no path"),
    }
}

/// Writes versions as a publisher would, but straight into the store: thousands take a moment.
struct Press {
    head: Head,
    record: RecordObject,
    document: Document,
}

impl Press {
    fn of(world: &World) -> Press {
        let head = Head::parse(world.store.body(HEAD)).unwrap();
        let record = RecordObject::parse(&head.record, world.store.body(&record_key(&head.record))).unwrap();
        let document = read(world.store.body(&document_key(&head.document)));
        Press { head, record, document }
    }

    /// Without the head: as somebody who has not won yet.
    fn prepare(&mut self, world: &mut World, deed: Deed) {
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
            changes,
            document: document.digest(),
            milestones: self.record.milestones_for_next(&self.head.record),
            recent: self.record.recent_for_next(&self.head.record),
            ..self.record.clone()
        };
        self.write(world, record, document);
    }

    fn write(&mut self, world: &mut World, record: RecordObject, document: Document) {
        let (name, bytes) = record.to_bytes();
        world.store.put(&document_key(&record.document), document.canonical());
        world.store.put(&record_key(&name), bytes);
        self.head = Head { version: record.version, record: name, document: record.document.clone(), ..self.head.clone() };
        (self.record, self.document) = (record, document);
    }

    fn publish(&mut self, world: &mut World, deed: Deed) {
        self.prepare(world, deed);
        world.store.put(HEAD, self.head.to_bytes());
    }
}

fn record_key(name: &str) -> String {
    format!("{FOLDER}/records/{name}.json")
}

fn document_key(name: &str) -> String {
    format!("{FOLDER}/documents/{name}.json")
}

fn read(bytes: &[u8]) -> Document {
    decode_document(&Json::parse(bytes).unwrap()).unwrap()
}

/// Production with so many versions, each of a small change.
fn acme(versions: u64) -> World {
    let mut world = World::acme();
    let mut press = Press::of(&world);
    for version in 2..=versions {
        press.prepare(&mut world, Deed::new(&["flags", "quiet", "metadata", "n"], Some(&version.to_string())));
    }
    world.store.put(HEAD, press.head.to_bytes());
    world
}

/// Every record of production, newest first, straight from the store.
fn every_record(world: &World) -> Vec<(String, RecordObject)> {
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
fn ask(world: &mut World, node: &mut Node, path: &str) -> (Response, Vec<String>) {
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

fn page(world: &mut World, node: &mut Node, query: &str) -> (Records, usize) {
    let (response, read) = ask(world, node, &format!("/api/{FOLDER}/records?{query}"));
    assert_eq!(response.status, 200, "{query}: {}", text(&response));
    (serde_json::from_slice(&response.body).unwrap(), read.len())
}

/// All pages of a query, and the most objects that one took.
fn pages(world: &mut World, node: &mut Node, query: &str) -> (Vec<Record>, usize, usize) {
    let (mut found, mut before, mut most, mut count) = (Vec::new(), None::<u64>, 0, 0);
    loop {
        let (page, read) = page(world, node, &format!("{query}{}", before.map(|before| format!("&before={before}")).unwrap_or_default()));
        assert!(page.before.is_none_or(|next| before.is_none_or(|before| next < before)), "it goes on");
        found.extend(page.records);
        (most, count) = (most.max(read), count + 1);
        before = page.before;
        if before.is_none() {
            return (found, most, count);
        }
    }
}

#[test]
fn any_version_of_five_thousand_is_a_few_reads_away() {
    let mut world = acme(5_000);
    let mut node = world.node();
    ask(&mut world, &mut node, "/api/environments");
    for (query, first, most) in [("limit=1&before=2", 1, 6), ("before=2501", 2_500, 8), ("", 5_000, 3), ("before=4990", 4_989, 4)] {
        let (page, read) = page(&mut world, &mut node, query);
        assert_eq!(page.records[0].version, first);
        assert!(read <= most, "{query}: {read} reads");
    }
    let (response, read) = ask(&mut world, &mut node, &format!("/api/{FOLDER}/diff?from=1&to=4999"));
    assert_eq!(json(&response).as_array().unwrap().len(), 1);
    assert!(read.len() <= 12, "{read:?}");
    let (response, read) = ask(&mut world, &mut node, &format!("/api/{FOLDER}/document?version=77"));
    assert!(text(&response).contains("\"n\":77"));
    assert!(read.len() <= 7, "{read:?}");
    let (response, _) = ask(&mut world, &mut node, &format!("/api/{FOLDER}/records/5001"));
    trouble(&response, 404);
    // Who began with version 3 learns in a few reads what has changed since.
    let (response, _) = ask(&mut world, &mut node, &format!("/api/{FOLDER}/document?version=3"));
    let request = support::publish_request(&world.token(), &text(&response), response.header("etag").unwrap(), "");
    world.effects.clear();
    let conflict = trouble(&world.ask_only(&mut node, request), 412);
    assert_eq!(at(&conflict, &["changes"]).as_array().unwrap().len(), 1);
    assert!(world.effects.len() <= 12, "{:?}", world.effects);
}

/// A history with everything that a filter can ask for: people, clocks that disagree, changes too large to be repeated, releases.
fn busy(versions: u64) -> World {
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

#[derive(Clone, Debug)]
struct Query {
    by: Option<&'static str>,
    flag: Option<&'static str>,
    release: Option<&'static str>,
    kind: Option<&'static str>,
    since: Option<i64>,
    until: Option<i64>,
    limit: usize,
}

impl Query {
    fn text(&self) -> String {
        let word =
            |name: &str, value: Option<&str>| value.map(|value| format!("&{name}={}", value.replace('@', "%40"))).unwrap_or_default();
        let time =
            |name: &str, hour: Option<i64>| hour.map(|hour| format!("&{name}={}", Timestamp(START + hour * 3_600_000))).unwrap_or_default();
        let words = [word("by", self.by), word("flag", self.flag), word("release", self.release), word("kind", self.kind)].concat();
        format!("limit={}{words}{}{}", self.limit, time("since", self.since), time("until", self.until))
    }

    /// The rule, said another way than the code says it.
    fn wants(&self, record: &RecordObject) -> bool {
        let hour = |hour: i64| START + hour * 3_600_000;
        let change_fits = |told: &Told| {
            let text = Json::from_value(&told.change).canonical();
            let (collection, key) = told.change.subject();
            let kind = serde_json::to_value(told.change.kind).unwrap();
            let flag = self.flag.is_none_or(|flag| {
                collection == "flags" && key == flag || collection == "releases" && text.contains(&format!("\"flag\":\"{flag}\""))
            });
            let kind = self.kind.is_none_or(|pattern| {
                let (start, open) = pattern.split_once('*').map_or((pattern, false), |(start, _)| (start, true));
                let kind = kind.as_str().unwrap();
                if open { kind.starts_with(start) } else { kind == start }
            });
            flag && kind && self.release.is_none_or(|release| collection == "releases" && key == release)
        };
        self.by.is_none_or(|by| record.by == by)
            && self.since.is_none_or(|since| record.at.0 >= hour(since))
            && self.until.is_none_or(|until| record.at.0 < hour(until))
            && record.changes.iter().any(change_fits)
    }
}

fn queries() -> impl Strategy<Value = Query> {
    let by = prop::option::of(prop::sample::select(vec!["ann@acme.example", "bo@acme.example", "ci", "nobody"]));
    let flag = prop::option::weighted(0.3, prop::sample::select(vec!["banner", "price", "quiet", "checkout", "gone"]));
    let release = prop::option::weighted(0.3, prop::sample::select(vec!["r0", "r1", "r2"]));
    let kinds = vec!["flag.describe", "flag.*", "release.*", "release.create", "segment.create", "*", "flag.d*"];
    let kind = prop::option::weighted(0.4, prop::sample::select(kinds));
    let hours = || prop::option::weighted(0.4, -10_i64..320);
    let limit = prop::sample::select(vec![1_usize, 7, 50]);
    (by, flag, release, kind, hours(), hours(), limit).prop_map(|(by, flag, release, kind, since, until, limit)| Query {
        by,
        flag,
        release,
        kind,
        since,
        until,
        limit,
    })
}

#[test]
fn the_pages_of_any_filter_together_are_what_a_plain_filter_over_all_records_finds() {
    let mut world = busy(300);
    let mut node = world.node();
    let records: Vec<RecordObject> = every_record(&world).into_iter().map(|(_, record)| record).collect();
    assert_eq!(records.len(), 300);
    let large = records.iter().skip(1).filter(|record| record.entry("x").changes.is_none()).count();
    assert!(large > 20, "{large} records must be read themselves");
    let world = std::cell::RefCell::new((&mut world, &mut node));
    let mut runner = TestRunner::new(Config { cases: 40, failure_persistence: None, ..Config::default() });
    let told = std::cell::Cell::new(0);
    let result = runner.run(&queries(), |query| {
        let (world, node) = &mut *world.borrow_mut();
        let (found, most, _) = pages(world, node, &query.text());
        let expected: Vec<&RecordObject> = records.iter().filter(|record| query.wants(record)).collect();
        prop_assert!(found.iter().map(|record| record.version).eq(expected.iter().map(|record| record.version)), "{}", query.text());
        for (found, expected) in found.iter().zip(expected) {
            prop_assert_eq!((&found.changes, found.at, &found.by), (&expected.changes, expected.at, &expected.by));
        }
        prop_assert!(most <= 33, "{} took {} objects", query.text(), most);
        told.set(told.get() + found.len());
        Ok(())
    });
    result.unwrap();
    assert!(told.get() > 300, "the filters found something: {}", told.get());
}

#[test]
fn a_request_looks_at_a_thousand_records_at_most_and_says_where_to_go_on() {
    let mut world = acme(1_234);
    let mut node = world.node();
    let (first, read) = page(&mut world, &mut node, "by=nobody");
    assert_eq!((first.records.len(), first.before), (0, Some(235)));
    assert!(read <= 25, "{read}");
    let (last, _) = page(&mut world, &mut node, "by=nobody&before=235");
    assert_eq!((last.records.len(), last.before), (0, None));
    // Who asks for a time need not walk through all that lies before it.
    let since = Timestamp(START + 1_200 * 60_000 - 1);
    let (recent, read) = page(&mut world, &mut node, &format!("since={since}&limit=50"));
    assert_eq!((recent.records.len(), recent.records.last().unwrap().version), (35, 1_200));
    assert!(read <= 33, "{read}");
    let (all, _, count) = pages(&mut world, &mut node, "limit=50");
    assert!(all.iter().map(|record| record.version).eq((1..=1_234).rev()) && count == 25, "{count}");
}

#[test]
fn a_time_or_a_filter_that_makes_no_sense_is_refused_with_what_would() {
    let mut world = World::acme();
    let mut node = world.node();
    for query in ["since=yesterday", "until=2026-11-22", "since=2026-11-22T09:00:00"] {
        let (response, _) = ask(&mut world, &mut node, &format!("/api/{FOLDER}/records?{query}"));
        assert!(at(&trouble(&response, 400), &["detail"]).as_str().unwrap().contains("2026-11-22T09:00:00Z"));
    }
    for (query, found) in [("since=2026-11-30T01:53:20%2B01:00", 1), ("since=2026-11-30T01:53:21+01:00", 0), ("by=&kind=", 1)] {
        assert_eq!(page(&mut world, &mut node, query).0.records.len(), found, "{query}");
    }
    for path in ["environments/production/records?kind=flag.desc", "project/records?kind=flag.*", "project/records?kind=person"] {
        let (response, _) = ask(&mut world, &mut node, &format!("/api/{path}"));
        assert!(at(&trouble(&response, 400), &["detail"]).as_str().unwrap().contains("the kinds are"), "{path}");
    }
    let (response, _) = ask(&mut world, &mut node, "/api/project/records?flag=banner");
    trouble(&response, 400);
    let (response, _) = ask(&mut world, &mut node, "/api/project/records?kind=person.*&by=ann%40acme.example");
    assert_eq!(at(&json(&response), &["records", "0", "version"]).as_f64(), Some(1.0));
    let (response, _) = ask(&mut world, &mut node, "/api/project/records?kind=role.*");
    assert!(at(&json(&response), &["records"]).as_array().unwrap().is_empty());
}

/// The whole of a verification, slice by slice.
#[derive(Default)]
struct Whole {
    faults: BTreeSet<(String, Sort)>,
    words: String,
    notes: Vec<Finding>,
    orphans: BTreeSet<String>,
    strangers: BTreeSet<String>,
    most_reads: usize,
}

fn verify(world: &mut World, node: &mut Node) -> Whole {
    let (mut whole, mut before, mut next) = (Whole::default(), None::<u64>, None);
    loop {
        let query = before.map(|before| format!("?before={before}")).unwrap_or_default();
        let (response, read) = ask(world, node, &format!("/api/{FOLDER}/verify{query}"));
        assert_eq!(response.status, 200, "{}", text(&response));
        let slice: Verified = serde_json::from_slice(&response.body).unwrap();
        assert!(slice.to == 0 || next.is_none_or(|next| next == slice.to), "slices lie side by side: {next:?} {slice:?}");
        (next, before) = (slice.before.map(|before| before - 1), slice.before);
        whole.most_reads = whole.most_reads.max(read.len());
        for fault in slice.faults {
            let words = format!("{fault:?}\n");
            assert!(!whole.words.contains(&words), "told once: {words}");
            whole.words.push_str(&words);
            whole.faults.insert((fault.object, fault.sort));
        }
        whole.notes.extend(slice.notes);
        for orphan in slice.orphans {
            let list = if orphan.sort == Sort::Stranger { &mut whole.strangers } else { &mut whole.orphans };
            assert!(list.insert(orphan.object));
        }
        if before.is_none() {
            return whole;
        }
    }
}

impl Whole {
    fn assert_whole(&self) {
        assert_eq!((self.words.as_str(), &self.notes), ("", &Vec::new()));
    }
}

#[test]
fn a_whole_history_has_no_faults_and_no_orphans() {
    let mut world = acme(130);
    let mut node = world.node();
    world.pass(200 * 60_000);
    // A roll back shares its document with an earlier version.
    let token = world.token();
    let head = Head::parse(world.store.body(HEAD)).unwrap();
    let body = r#"{"version": 17, "message": "back"}"#;
    let request =
        support::send("POST", &format!("/api/{FOLDER}/rollback"), &token, body).with_header("If-Match", format!("\"{}\"", head.record));
    assert_eq!(world.ask(&mut node, request).status, 200);
    let whole = verify(&mut world, &mut node);
    whole.assert_whole();
    assert!(whole.orphans.is_empty() && whole.strangers.is_empty());
    assert!(whole.most_reads <= 60, "{}", whole.most_reads);
    let mut world = busy(60);
    let mut node = world.node();
    let whole = verify(&mut world, &mut node);
    assert_eq!(whole.words, "");
    assert!(whole.notes.iter().all(|note| note.what.contains("clocks")) && whole.notes.len() > 10, "{:?}", whole.notes);
}

/// An object of a version, by what it is of.
fn key_of(records: &[(String, RecordObject)], version: u64, is_record: bool) -> String {
    let (name, record) = records.iter().find(|(_, record)| record.version == version).unwrap();
    if is_record { record_key(name) } else { document_key(&record.document) }
}

#[test]
fn every_object_that_is_altered_or_gone_is_named_and_no_other() {
    let damaged = |good: &World, damage: &dyn Fn(&mut World)| {
        let mut world = World::acme();
        (world.store, world.told) = (good.clone_store(), good.told.clone());
        damage(&mut world);
        let mut node = world.node();
        verify(&mut world, &mut node)
    };
    let good = acme(60);
    let records = every_record(&good);
    damaged(&good, &|_| {}).assert_whole();
    // At both ends, at a milestone, and where one slice ends and the next begins.
    for version in [1, 2, 36, 37, 50, 60] {
        for is_record in [true, false] {
            let key = key_of(&records, version, is_record);
            let expected = |sort: Sort| {
                let mut expected = BTreeSet::from([(key.clone(), sort)]);
                // The newest record alone names the others: without it, nobody knows which they were.
                expected.extend((version == 60 && is_record).then(|| (format!("{FOLDER}/records/"), Sort::Missing)));
                expected
            };
            let bytes = good.store.body(&key).to_vec();
            let flipped = |place: usize| {
                let mut bytes = bytes.clone();
                bytes[place] ^= 1;
                bytes
            };
            let mut others = vec![flipped(bytes.len() * version as usize / 61)];
            if version == 50 {
                others.extend([flipped(0), flipped(bytes.len() - 1), Vec::new(), b"null".to_vec(), bytes[..bytes.len() - 1].to_vec()]);
            }
            for other in others {
                let whole = damaged(&good, &|world| drop(world.store.put(&key, other.clone())));
                assert_eq!(whole.faults, expected(Sort::Altered), "version {version}: {}", whole.words);
                assert!(whole.words.contains(&format!("version: Some({version})")), "{}", whole.words);
            }
            let whole = damaged(&good, &|world| drop(world.store.objects.remove(&key)));
            assert_eq!(whole.faults, expected(Sort::Missing), "version {version}: {}", whole.words);
        }
    }
    for is_record in [true, false] {
        let keys = [key_of(&records, 40, is_record), key_of(&records, 41, is_record)];
        let whole = damaged(&good, &|world| {
            let bodies = keys.clone().map(|key| world.store.body(&key).to_vec());
            world.store.put(&keys[0], bodies[1].clone());
            world.store.put(&keys[1], bodies[0].clone());
        });
        assert_eq!(whole.faults, keys.map(|key| (key, Sort::Altered)).into(), "swapped: {}", whole.words);
    }
    let whole = damaged(&good, &|world| drop(world.store.put(HEAD, b"null".to_vec())));
    assert_eq!(whole.faults, [(HEAD.to_owned(), Sort::Altered)].into());
    let whole = damaged(&good, &|world| drop(world.store.objects.remove(HEAD)));
    assert_eq!(whole.faults, [(HEAD.to_owned(), Sort::Missing)].into());
    // Sixty records in a row are gone: milestones lead past them, and every one that anything still names is told.
    let good = acme(135);
    let records = every_record(&good);
    let gone: BTreeSet<String> = (70..=129).map(|version| key_of(&records, version, true)).collect();
    let whole = damaged(&good, &|world| world.store.objects.retain(|key, _| !gone.contains(key)));
    let told: BTreeSet<String> = whole.faults.iter().map(|(key, _)| key.clone()).collect();
    assert!(told.intersection(&gone).count() >= 50, "{}", whole.words);
    assert!(whole.words.contains("nothing that can be read leads to versions"), "{}", whole.words);
    let others: Vec<_> = told.difference(&gone).collect();
    assert_eq!(others, [&format!("{FOLDER}/records/")], "{}", whole.words);
}

/// Rewrites the newest record, under its new name and with a head that names it, as somebody would who can write to the store.
fn rewrite(world: &mut World, change: impl Fn(&mut RecordObject)) {
    let mut press = Press::of(world);
    change(&mut press.record);
    let (record, document) = (press.record.clone(), press.document.clone());
    press.write(world, record, document);
    world.store.put(HEAD, press.head.to_bytes());
}

#[test]
fn a_record_that_was_written_anew_is_found_where_it_does_not_fit() {
    let good = acme(110);
    let records = every_record(&good);
    let name = |version: u64| records.iter().find(|(_, record)| record.version == version).unwrap().0.clone();
    let rewritten = |change: &dyn Fn(&mut RecordObject)| {
        let mut world = World::acme();
        (world.store, world.told) = (good.clone_store(), good.told.clone());
        rewrite(&mut world, change);
        let mut node = world.node();
        (verify(&mut world, &mut node), world)
    };
    type Change = Box<dyn Fn(&mut RecordObject)>;
    let misfits: Vec<(&str, Change)> = vec![
        ("changes were altered", Box::new(|record| record.changes.clear())),
        ("changes were altered", Box::new(|record| record.changes[0].change.to = Some(Json::from(7.0)))),
        ("another history", Box::new(|record| record.lineage = "x".to_owned())),
        ("publish id", Box::new(|record| record.publish = "p100".to_owned())),
        ("what it says of version 109", Box::new(|record| record.recent[0].by = "bo@acme.example".to_owned())),
        ("what it says of version 109", Box::new(|record| record.recent[0].changes = Some(Vec::new()))),
        ("what it says of version 80", Box::new(|record| record.recent[29].message = "x".to_owned())),
        ("leaves out", Box::new(|record| record.recent.truncate(10))),
        ("milestone", Box::new(|record| record.milestones.push(format!("00000090-{}", "0".repeat(64))))),
        ("not the first that it tells of", {
            let other = name(108);
            Box::new(move |record| record.parent = Some(other.clone()))
        }),
        ("stands where version 109 belongs", Box::new(|record| drop(record.recent.remove(0)))),
    ];
    for (words, change) in &misfits {
        let (whole, _) = rewritten(&|record| {
            change(record);
            record.parent =
                record.parent.take().filter(|_| *words != "stands where version 109 belongs").or(Some(record.recent[0].record.clone()));
        });
        assert!(whole.words.contains(words), "{words}: {}", whole.words);
        assert!(whole.faults.iter().all(|(_, sort)| *sort == Sort::Misfit), "{}", whole.words);
        assert!(whole.orphans.contains(&record_key(&name(110))), "{words}: the record that stood there before");
    }
    // What is no fault: another person or message in the newest record leaves only the old one behind, as a lost race does.
    let (whole, world) = rewritten(&|record| record.by = "bo@acme.example".to_owned());
    whole.assert_whole();
    assert_eq!(whole.orphans, [record_key(&name(110))].into());
    // A kind that is told otherwise leads to the same document: it is noted.
    let (whole, _) = rewritten(&|record| record.changes[0].change.kind = halyard_core::diff::Kind::FlagPurpose);
    assert_eq!((whole.words.as_str(), whole.notes.len()), ("", 1));
    let (whole, _) = rewritten(&|record| record.changes[0].sentence = "in other words".to_owned());
    whole.assert_whole();
    // Whoever also takes the old record away has rewritten the history: from the store alone nobody can tell.
    let mut world = world;
    world.store.objects.remove(&record_key(&name(110)));
    let mut node = world.node();
    let whole = verify(&mut world, &mut node);
    whole.assert_whole();
    assert!(whole.orphans.is_empty());
}

#[test]
fn records_without_milestones_are_whole_too_and_a_head_that_was_set_back_leaves_orphans() {
    let mut world = acme(60);
    let old = world.store.body(HEAD).to_vec();
    let mut press = Press::of(&world);
    press.record.milestones.clear();
    for version in 61..=170_u64 {
        press.prepare(&mut world, Deed::new(&["flags", "quiet", "metadata", "n"], Some(&version.to_string())));
        // As a build writes that knows no milestones.
        let mut record = press.record.clone();
        world.store.objects.remove(&record_key(&press.head.record));
        record.milestones.clear();
        let document = press.document.clone();
        press.write(&mut world, record, document);
    }
    world.store.put(HEAD, press.head.to_bytes());
    let mut node = world.node();
    let whole = verify(&mut world, &mut node);
    whole.assert_whole();
    assert!(whole.orphans.is_empty());
    assert_eq!(page(&mut world, &mut node, "before=2").0.records[0].version, 1);
    world.store.put(HEAD, old);
    let mut node = world.node();
    let whole = verify(&mut world, &mut node);
    whole.assert_whole();
    assert_eq!(whole.orphans.len(), 2 * 110);
}

#[test]
fn what_a_publish_leaves_behind_that_was_cut_off_is_told_and_is_no_fault() {
    let mut world = World::acme();
    let mut node = world.node();
    let (document, etag) = support::current(&mut world, &mut node);
    let token = world.token();
    let request = support::publish_request(&token, &document.replacen("\"team\":\"shop\"", "\"team\":\"cut off\"", 1), &etag, "");
    // Killed before its last step.
    let moment = world.moment();
    let mut step = node.start(request, moment);
    while let Step::Effect { effect, continuation } = step {
        if matches!(&effect, Effect::Put { key, .. } if key == HEAD) {
            break;
        }
        let (result, moment) = (world.carry_out(&effect), world.moment());
        step = node.resume(&continuation, result, moment);
    }
    let whole = verify(&mut world, &mut node);
    whole.assert_whole();
    assert_eq!(whole.orphans.len(), 2, "its document and its record");
    support::publish_directly(&mut world);
    world.store.put(&format!("{FOLDER}/records/notes.txt"), "x");
    world.store.put("environments/production-2/head.json", "of another environment");
    let whole = verify(&mut world, &mut node);
    whole.assert_whole();
    assert_eq!((whole.orphans.len(), whole.strangers), (2, [format!("{FOLDER}/records/notes.txt")].into()));
}

#[test]
fn a_slice_holds_one_large_document_at_a_time() {
    let mut world = World::acme();
    let mut press = Press::of(&world);
    let large = "x".repeat(3_900_000);
    for version in 0..6 {
        let deed = match version {
            0 => Deed::new(&["flags", "checkout", "metadata", "large"], Some(&format!("\"{large}\""))),
            _ => Deed::new(&["flags", "quiet", "metadata", "n"], Some(&version.to_string())),
        };
        press.publish(&mut world, deed);
    }
    let mut node = world.node();
    let (mut before, mut requests, mut heaviest) = (String::new(), 0, 0);
    loop {
        requests += 1;
        let token = world.token();
        let moment = world.moment();
        let mut step = node.start(get(&format!("/api/{FOLDER}/verify{before}"), &token), moment);
        let response = loop {
            match step {
                Step::Answer { response, .. } => break response,
                Step::Effect { effect, continuation } => {
                    heaviest = heaviest.max(continuation.len());
                    let (result, moment) = (world.carry_out(&effect), world.moment());
                    step = node.resume(&continuation, result, moment);
                }
            }
        };
        let slice: Verified = serde_json::from_slice(&response.body).unwrap();
        assert!(slice.faults.is_empty(), "{slice:?}");
        match slice.before {
            Some(next) => before = format!("?before={next}"),
            None => break,
        }
    }
    assert!(requests >= 3, "so many bytes are more than one request's: {requests}");
    assert!(heaviest < 5_000_000, "{heaviest} bytes are carried");
}

#[test]
fn whoever_may_see_an_environment_may_verify_it_and_a_store_that_does_not_answer_is_no_fault() {
    let mut world = acme(5);
    let mut node = world.node();
    let path = format!("/api/{FOLDER}/verify");
    trouble(&world.ask(&mut node, get(&path, "halyard_token_nobody")), 401);
    let token = world.token();
    trouble(&world.ask(&mut node, get("/api/environments/nowhere/verify", &token)), 404);
    let post = support::send("POST", &path, &token, "{}");
    assert_eq!(world.ask(&mut node, post).header("allow"), Some("GET, HEAD"));
    for nth in 0..12 {
        let seen = std::cell::Cell::new(0);
        world.faults = Box::new(move |effect, _| {
            let is_history = matches!(effect, Effect::Get { key, .. } if key.starts_with(FOLDER));
            seen.set(seen.get() + usize::from(is_history));
            if is_history && seen.get() == nth + 1 { Fault::Failed } else { Fault::None }
        });
        let (response, read) = ask(&mut world, &mut node, &format!("/api/{FOLDER}/verify"));
        assert_eq!(response.status, if read.len() > nth { 503 } else { 200 }, "{nth}: {}", text(&response));
    }
    world.mend();
    verify(&mut world, &mut node).assert_whole();
}

#[test]
fn the_project_is_verified_as_its_environments_are() {
    let mut world = World::acme();
    let mut node = world.node();
    let token = world.token();
    for (from, to) in [("\"Bo\"", "\"Bob\""), ("\"Cy\"", "\"Cyd\""), ("\"name\":\"Acme\"", "\"name\":\"Acme Shop\"")] {
        let response = world.ask(&mut node, get("/api/project/document", &token));
        let (document, etag) = (text(&response), response.header("etag").unwrap().to_owned());
        assert!(document.contains(from), "{document}");
        let put = support::send("PUT", "/api/project/document?message=names", &token, document.replacen(from, to, 1));
        let response = world.ask(&mut node, put.with_header("If-Match", etag));
        assert_eq!(response.status, 200, "{}", text(&response));
    }
    let response = world.ask(&mut node, get("/api/project/verify", &token));
    let slice: Verified = serde_json::from_slice(&response.body).unwrap();
    assert_eq!((slice.from, slice.to, slice.before, slice.faults.len(), slice.notes.len()), (1, 4, Some(1), 0, 0), "{slice:?}");
    let response = world.ask(&mut node, get("/api/project/verify?before=1", &token));
    let slice: Verified = serde_json::from_slice(&response.body).unwrap();
    assert_eq!((slice.before, slice.orphans.len()), (None, 0), "{slice:?}");
}

#[test]
fn a_record_and_a_head_of_the_first_builds_read_as_they_did() {
    let head = include_bytes!("stored/head.json");
    let record = include_bytes!("stored/00000002-876bf513abb881b59e3064e7d09dba9c4704fe49013e75cf00ef7eb5a8f888cd.json");
    let read = Head::parse(head).unwrap();
    assert_eq!((read.version, read.to_bytes().as_slice()), (2, head.as_slice()));
    let told = RecordObject::<Told>::parse(&read.record, record).unwrap();
    assert_eq!((told.by.as_str(), told.recent.len(), told.recent[0].version), ("ann@acme.example", 1, 1));
    assert_eq!(told.to_bytes(), (read.record.clone(), record.to_vec()), "not a byte is written otherwise");
    let passed_on = RecordObject::<Json>::parse(&read.record, record).unwrap();
    assert_eq!(passed_on.to_bytes().1, record.to_vec());
}

//! Histories of hundreds and thousands of versions: pages, filters, jumps.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

mod support;

use halyard_core::{Json, Timestamp};
use halyard_edge::Node;
use halyard_edge::store::{Head, Moves, RecordObject};
use halyard_edge::wire::{Record, Told};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use support::press::{Deed, FOLDER, Press, acme, ask, busy, every_record, page};
use support::{START, World, at, json, play, text, trouble};

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

    /// The rule, said another way than the code says it: over the documents before and after.
    fn wants(&self, record: &RecordObject, documents: &[Json]) -> bool {
        let hour = |hour: i64| START + hour * 3_600_000;
        let change_fits = |told: &Told| {
            let text = Json::from_value(&told.change).canonical();
            let (collection, key) = told.change.subject();
            let kind = serde_json::to_value(told.change.kind).unwrap();
            let flag = self.flag.is_none_or(|flag| {
                let release = |document: &Json| document.get("releases")?.get(key).map(Json::canonical);
                let texts = documents.iter().filter_map(release).chain([text.clone()]);
                collection == "flags" && key == flag
                    || collection == "releases" && texts.into_iter().any(|text| text.contains(&format!("\"flag\":\"{flag}\"")))
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
    let document = |record: &RecordObject| world.store.json(&support::press::document_key(&record.document));
    let documents: Vec<Json> = records.iter().map(document).collect();
    let world = std::cell::RefCell::new((&mut world, &mut node));
    let mut runner = TestRunner::new(Config { cases: 40, failure_persistence: None, ..Config::default() });
    let told = std::cell::Cell::new(0);
    let result = runner.run(&queries(), |query| {
        let (world, node) = &mut *world.borrow_mut();
        let (found, most, _) = pages(world, node, &query.text());
        let wanted =
            records.iter().zip(1..).filter(|(record, place)| query.wants(record, &documents[place - 1..documents.len().min(place + 1)]));
        let expected: Vec<&RecordObject> = wanted.map(|(record, _)| record).collect();
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
fn what_became_of_a_release_is_found_by_each_flag_that_it_moves() {
    let mut world = World::acme();
    let mut node = world.node();
    let launch = r#"{"releases": {"launch": {"title": "Launch", "owner": "o", "flags": [{"flag": "checkout", "variant": "new"}],
        "stages": [{"name": "in", "audience": {"percent": 5}}, {"name": "out", "audience": {"all": []}}]}}}"#;
    let open = |stage: &str| format!(r#"{{"releases": {{"launch": {{"stage": "{stage}"}}}}}}"#);
    let other = r#"{"releases": {"launch": {"flags": [{"flag": "banner", "variant": "on"}]}}}"#;
    play(&mut world, &mut node, &[launch, &open("in"), other, &open("out"), r#"{"flags": {"price": {"description": "x"}}}"#]);
    let mut found = |world: &mut World, query: &str| -> Vec<u64> {
        page(world, &mut node, query).0.records.into_iter().map(|record| record.version).collect()
    };
    for (query, versions) in [
        ("flag=checkout", vec![4, 3, 2, 1]),
        ("flag=banner", vec![5, 4, 1]),
        ("flag=checkout&kind=release.open", vec![3]),
        ("flag=banner&kind=release.*&release=launch", vec![5, 4]),
        ("flag=price&kind=release.*", vec![]),
        ("flag=checkout&before=4", vec![3, 2, 1]),
    ] {
        assert_eq!(found(&mut world, query), versions, "{query}");
    }
    // A record of an earlier build does not say which flags: it is found by what its changes name.
    let mut press = Press::of(&world);
    press.prepare(&mut world, Deed::new(&["releases", "launch", "stage"], Some("\"in\"")));
    let (record, document) = (RecordObject { moves: Moves::new(), ..press.record.clone() }, press.document.clone());
    press.write(&mut world, record, document);
    world.store.put(support::HEAD, press.head.to_bytes());
    world.pass(20_000);
    assert_eq!((found(&mut world, "release=launch&limit=1"), found(&mut world, "flag=banner&limit=1")), (vec![7], vec![5]));
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

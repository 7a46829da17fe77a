//! What `verify` finds in a history: whole ones, damaged ones, and what a lost race leaves behind.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

mod support;

use std::collections::BTreeSet;

use halyard_core::Json;
use halyard_edge::store::{Head, RecordObject};
use halyard_edge::wire::{Finding, Sort, Verified};
use halyard_edge::{Effect, Node, Step};
use support::press::{Deed, FOLDER, Press, acme, ask, busy, document_key, every_record, page, record_key};
use support::{Fault, HEAD, World, get, text, trouble};

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
fn flags_that_a_record_tells_of_a_release_are_those_of_its_documents() {
    let mut world = World::acme();
    let mut node = world.node();
    let release = r#"{"releases": {"launch": {"title": "Launch", "owner": "o", "flags": [{"flag": "checkout", "variant": "new"}],
        "stages": [{"name": "in", "audience": {"all": []}}]}}}"#;
    support::play(&mut world, &mut node, &[release, r#"{"releases": {"launch": {"stage": "in"}}}"#]);
    verify(&mut world, &mut node).assert_whole();
    for (flags, is_whole) in [(vec!["checkout"], true), (vec!["banner"], false), (vec![], true)] {
        let mut press = Press::of(&world);
        press.prepare(&mut world, Deed::new(&["releases", "launch", "hold"], Some("\"2026-12-01T09:00:00Z\"")));
        let moves = flags.iter().map(|flag| ("launch".to_owned(), vec![(*flag).to_owned()])).collect();
        let (record, document) = (RecordObject { moves, ..press.record.clone() }, press.document.clone());
        press.write(&mut world, record, document);
        let before = world.store.body(HEAD).to_vec();
        world.store.put(HEAD, press.head.to_bytes());
        let words = verify(&mut world, &mut node).words;
        assert_eq!(words.is_empty(), is_whole, "{flags:?}: {words}");
        assert!(is_whole || words.contains("the flags that it tells of its releases"), "{words}");
        world.store.put(HEAD, before);
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
    while let Step::Effect { effect, continuation, .. } = step {
        if matches!(&effect, Effect::Put { key, .. } if key == HEAD) {
            break;
        }
        let (result, moment) = (world.carry_out(&effect), world.moment());
        step = node.resume(&continuation, result, moment);
    }
    let whole = verify(&mut world, &mut node);
    whole.assert_whole();
    assert_eq!(whole.orphans.len(), 4, "its document, two images, and its record");
    support::publish_directly(&mut world);
    world.store.put(&format!("{FOLDER}/records/notes.txt"), "x");
    world.store.put("environments/production-2/head.json", "of another environment");
    let whole = verify(&mut world, &mut node);
    whole.assert_whole();
    assert_eq!((whole.orphans.len(), whole.strangers), (4, [format!("{FOLDER}/records/notes.txt")].into()));
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
                Step::Effect { effect, continuation, .. } => {
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

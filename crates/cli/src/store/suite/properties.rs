//! What every store must do. Each function is one property, and its name says which.

use std::collections::BTreeSet;
use std::sync::{Barrier, Mutex};
use std::time::Duration;

use super::Store;
use crate::host;
use crate::store::objects::{Demand, Got, Objects, PATIENCE, Put};

const WRITERS: usize = 24;
const ROUNDS: usize = 20;

/// A put that must come through.
fn stored(objects: &dyn Objects, key: &str, body: &[u8], demand: Demand<'_>) -> String {
    match objects.put(key, body, demand).unwrap() {
        Put::Stored { etag } => etag,
        Put::Conflict => panic!("`{key}`: {demand:?} did not hold"),
    }
}

/// Every writer at once, each with a way of its own to the store: all have read before one writes. What was read may be an error, which
/// only `write` looks into: a writer that stopped before the others are ready would keep them waiting for ever.
fn at_once<R: Send, T: Send>(
    store: &Store,
    read: impl Fn(&dyn Objects) -> R + Sync,
    write: impl Fn(&dyn Objects, usize, R) -> T + Sync,
) -> Vec<T> {
    let ready = Barrier::new(WRITERS);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (ready, read, write) = (&ready, &read, &write);
                scope.spawn(move || {
                    let objects = if writer.is_multiple_of(2) { &*store.objects } else { &*store.other };
                    let found = read(objects);
                    ready.wait();
                    write(objects, writer, found)
                })
            })
            .collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    })
}

/// Compare-and-swap: each writer adds one, again and again, and lets nobody's addition go.
pub(super) fn writers_at_once_lose_no_update_and_win_none_twice(store: &Store) {
    const KEY: &str = "counter";
    stored(&*store.objects, KEY, b"0 nobody", Demand::Absent);
    let won = Mutex::new(BTreeSet::new());
    let mut lost = 0;
    for _ in 0..ROUNDS {
        let read = |objects: &dyn Objects| objects.object(KEY);
        let losses = at_once(store, read, |objects, writer, found| {
            let (mut object, mut lost) = (found.unwrap().unwrap(), 0);
            loop {
                let (began, next) = (host::now(), count(&object.body) + 1);
                if objects.put(KEY, format!("{next} {writer}").as_bytes(), Demand::Match(&object.etag)).unwrap() != Put::Conflict {
                    assert!(won.lock().unwrap().insert(next), "{next} was won twice");
                    return lost;
                }
                lost += 1;
                // As long as it takes to serve all who are at it, twice over: without a pause most of the time would go into losing.
                let took = (host::now().0 - began.0).unsigned_abs();
                host::pause(Duration::from_millis(2 * took * u64::from(host::random().unwrap()[0]) / 255));
                object = read(objects).unwrap().unwrap();
            }
        });
        lost += losses.iter().sum::<usize>();
    }
    println!("{lost} races were lost");
    assert_eq!(count(&store.objects.object(KEY).unwrap().unwrap().body), WRITERS * ROUNDS);
    assert_eq!(won.into_inner().unwrap(), (1..=WRITERS * ROUNDS).collect());
    assert!(lost >= (WRITERS - 1) * ROUNDS, "all but one lose the first race of a round, but only {lost} were lost");
}

fn count(body: &[u8]) -> usize {
    std::str::from_utf8(body).unwrap().split(' ').next().unwrap().parse().unwrap()
}

pub(super) fn of_many_who_create_one_object_exactly_one_does(store: &Store) {
    for round in 0..5 {
        let key = format!("created/{round}");
        let won = at_once(
            store,
            |_| (),
            |objects, writer, ()| {
                (objects.put(&key, writer.to_string().as_bytes(), Demand::Absent).unwrap() != Put::Conflict).then_some(writer)
            },
        );
        let won: Vec<usize> = won.into_iter().flatten().collect();
        assert_eq!(won.len(), 1, "{won:?} all created `{key}`");
        assert_eq!(store.other.object(&key).unwrap().unwrap().body, won[0].to_string().as_bytes());
    }
}

pub(super) fn what_was_put_is_what_the_next_get_finds(store: &Store) {
    let mut etag = stored(&*store.objects, "seen", b"0", Demand::Absent);
    for round in 1..=ROUNDS {
        let (writer, reader) = if round.is_multiple_of(2) { (&store.objects, &store.other) } else { (&store.other, &store.objects) };
        etag = stored(&**writer, "seen", round.to_string().as_bytes(), Demand::Match(&etag));
        assert_eq!(reader.object("seen").unwrap().unwrap().body, round.to_string().as_bytes());
        stored(&**writer, &format!("seen-{round:02}"), b"{}", Demand::Absent);
        assert_eq!(reader.list("seen-", None, 100).unwrap().0.len(), round, "a list is behind");
    }
}

pub(super) fn the_etag_of_a_get_is_the_etag_of_its_put(store: &Store) {
    let first = stored(&*store.objects, "etag", b"first", Demand::Absent);
    assert_eq!(store.other.object("etag").unwrap().unwrap().etag, first);
    let second = stored(&*store.other, "etag", b"second", Demand::Match(&first));
    assert_eq!(store.objects.object("etag").unwrap().unwrap().etag, second);
    assert_ne!(first, second);
    assert_eq!(store.objects.put("etag", b"third", Demand::Match(&first)).unwrap(), Put::Conflict);
}

/// An ETag names bytes on all these stores: what is put again as it was cannot be told from never having been replaced. The protocol asks
/// for no more; see `protocol::no_two_heads_of_a_history_are_alike`.
pub(super) fn the_same_bytes_again_are_held_to_the_same_conditions(store: &Store) {
    let objects = &*store.objects;
    let first = stored(objects, "same", b"a", Demand::Absent);
    assert_eq!(objects.put("same", b"a", Demand::Absent).unwrap(), Put::Conflict, "it is there, whatever its bytes");
    let again = stored(objects, "same", b"a", Demand::Match(&first));
    let other = stored(objects, "same", b"b", Demand::Match(&again));
    assert_eq!(objects.put("same", b"a", Demand::Match(&first)).unwrap(), Put::Conflict);
    let back = stored(objects, "same", b"a", Demand::Match(&other));
    assert_eq!(objects.object("same").unwrap().unwrap().etag, back);
    assert_eq!(objects.put("same", b"c", Demand::Match(&other)).unwrap(), Put::Conflict);
    assert_eq!(back, first, "this store tells a return from never having left: say so in tests/stores/README.md");
}

pub(super) fn what_is_missing_and_what_is_not_modified_is_told(store: &Store) {
    let objects = &*store.objects;
    assert_eq!(objects.get("none", None, PATIENCE).unwrap(), Got::Missing);
    let etag = stored(objects, "some", b"1", Demand::Absent);
    assert_eq!(objects.get("none", Some(&etag), PATIENCE).unwrap(), Got::Missing);
    assert_eq!(objects.put("none", b"1", Demand::Match(&etag)).unwrap(), Put::Conflict, "what is gone matches nothing");
    assert_eq!(objects.get("none", None, PATIENCE).unwrap(), Got::Missing);
    assert_eq!(objects.get("some", Some(&etag), PATIENCE).unwrap(), Got::NotModified);
    let next = stored(objects, "some", b"2", Demand::Match(&etag));
    let Got::Found(found) = objects.get("some", Some(&etag), PATIENCE).unwrap() else { panic!("it has changed") };
    assert_eq!((found.body, found.etag), (b"2".to_vec(), next));
}

pub(super) fn long_lists_come_whole_in_order_and_page_by_page(store: &Store) {
    // Digits of different lengths: 10 comes before 2. More than two of the longest pages.
    let mut keys: Vec<String> = (0..2100).map(|number| format!("records/{number}.json")).collect();
    keys.extend(["record".to_owned(), "records-old/1.json".to_owned(), "recordz".to_owned()]);
    std::thread::scope(|scope| {
        for part in keys.chunks(keys.len().div_ceil(WRITERS)) {
            scope.spawn(|| part.iter().for_each(|key| drop(stored(&*store.objects, key, b"{}", Demand::Absent))));
        }
    });
    keys.sort_unstable();
    let inner: Vec<String> = keys.iter().filter(|key| key.starts_with("records/")).cloned().collect();
    for (prefix, limit, whole) in [("records/", 1000, &inner), ("records/", 333, &inner), ("records/", 5000, &inner), ("", 2101, &keys)] {
        let mut all: Vec<String> = Vec::new();
        loop {
            let (page, more) = store.other.list(prefix, all.last().map(String::as_str), limit).unwrap();
            assert!(page.len() <= limit && (!more || !page.is_empty()), "a page of {} where {limit} were asked for", page.len());
            all.extend(page);
            if !more {
                break;
            }
        }
        assert!(all == *whole, "in pages of {limit} behind `{prefix}`: {} keys of {}", all.len(), whole.len());
    }
    // Behind a key that is there, one that is not, and the last.
    assert_eq!(
        store.objects.list("records/", Some("records/1000.json"), 2).unwrap(),
        (vec!["records/1001.json".into(), "records/1002.json".into()], true)
    );
    assert_eq!(store.objects.list("records/", Some("records/1000"), 1).unwrap(), (vec!["records/1000.json".into()], true));
    assert_eq!(store.objects.list("records/", Some("records/999.json"), 9).unwrap(), (vec![], false));
    // Exactly as many as there are: no more.
    assert!(!store.objects.list("records/20", None, 111).unwrap().1);
    assert!(store.objects.list("records/20", None, 110).unwrap().1);
}

pub(super) fn lists_hold_what_begins_with_the_prefix_and_nothing_else(store: &Store) {
    let objects = &*store.objects;
    assert_eq!(objects.list("", None, 10).unwrap(), (vec![], false), "an empty store has no keys");
    for key in ["b/2.json", "b/1.json", "b/10.json", "a.json", "b/c/d.json", "bb.json"] {
        stored(objects, key, b"{}", Demand::Absent);
    }
    let all = |prefix, after, limit| objects.list(prefix, after, limit).unwrap();
    assert_eq!(all("", None, 10).0, ["a.json", "b/1.json", "b/10.json", "b/2.json", "b/c/d.json", "bb.json"]);
    assert_eq!(all("b/", None, 2), (vec!["b/1.json".to_owned(), "b/10.json".to_owned()], true));
    assert_eq!(all("b/", Some("b/10.json"), 2), (vec!["b/2.json".to_owned(), "b/c/d.json".to_owned()], false));
    assert_eq!(all("b/1", None, 9).0, ["b/1.json", "b/10.json"]);
    assert_eq!(all("b/", Some("a"), 9).0.len(), 4);
    assert_eq!(all("none/", None, 9).0, Vec::<String>::new());
}

pub(super) fn keys_of_every_shape_that_is_used_are_kept_apart(store: &Store) {
    let digest = "0f".repeat(32);
    let keys = [
        "project/head.json".to_owned(),
        "environments/a.b_c-D9/head.json".to_owned(),
        "environments/A.b_c-D9/head.json".to_owned(),
        format!("environments/{}/records/00000042-{digest}.json", "e".repeat(128)),
        format!("environments/production/documents/sha256-{digest}.json"),
        format!("sign-in/links/{digest}.json"),
        // No key of ours needs these; a way to the store that gets them right escapes the others rightly too.
        "odd/a b+c%2Fd&e=f?g#h'i(j)*k~l:m@n,o;p!q$r.json".to_owned(),
        "odd/%61.json".to_owned(),
        "odd/a.json".to_owned(),
        "odd/vlag-ü-旗.json".to_owned(),
    ];
    for key in &keys {
        stored(&*store.objects, key, key.as_bytes(), Demand::Absent);
    }
    for key in &keys {
        assert_eq!(store.other.object(key).unwrap().unwrap().body, key.as_bytes(), "{key}");
        assert_eq!(store.other.list(key, None, 9).unwrap().0, [key.as_str()]);
    }
    let mut sorted = keys.to_vec();
    sorted.sort_unstable();
    assert_eq!(store.objects.list("", None, 100).unwrap().0, sorted);
    let first_odd = sorted.iter().position(|key| key.starts_with("odd/")).unwrap();
    assert_eq!(store.objects.list("odd/", Some(&sorted[first_odd]), 1).unwrap().0, [sorted[first_odd + 1].as_str()]);
}

pub(super) fn large_bodies_come_back_as_they_went(store: &Store) {
    // As large as a document may be published, of bytes that no text has.
    let body: Vec<u8> = (0..4_u32 << 20).map(|place| u8::try_from(place.wrapping_mul(2_654_435_761) >> 24).unwrap()).collect();
    let etag = stored(&*store.objects, "large", &body, Demand::Absent);
    let found = store.other.object("large").unwrap().unwrap();
    assert!(found.body == body && found.etag == etag);
    let smaller = stored(&*store.other, "large", &body[..body.len() - 1], Demand::Match(&etag));
    assert_eq!(store.objects.object("large").unwrap().unwrap().body.len(), body.len() - 1);
    stored(&*store.objects, "large", b"", Demand::Match(&smaller));
    assert_eq!(store.other.object("large").unwrap().unwrap().body, b"");
}

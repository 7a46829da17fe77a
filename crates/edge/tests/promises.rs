//! docs/testing.md's promises, as far as they can be held in one process: the store, the clock and the traps are ours.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

mod support;

use halyard_core::document::digest;
use halyard_edge::store::Head;
use halyard_edge::{Config, Effect, EffectResult, Node, Response, Step, follow};
use support::{
    ANN, Fault, HEAD, World, at, current, flag, flags, json, publish, publish_directly, publish_request, served, text, version_served,
};

/// Puts a head that names `document` as `version`, as somebody without our checks would.
fn point_at(world: &mut World, document: &[u8], version: u64, change: impl Fn(&mut Head)) {
    let name = digest(document);
    world.store.put(&format!("environments/production/documents/{name}.json"), document);
    let good = Head::parse(world.store.body(HEAD)).unwrap();
    let mut head = Head { version, record: format!("{version:08}-{}", &name[7..]), document: name, ..good };
    change(&mut head);
    world.store.put(HEAD, head.to_bytes());
}

#[test]
fn promise_1_a_document_that_fails_a_check_never_replaces_the_last_good_one() {
    let mut world = World::acme();
    let mut node = world.node();
    let good = served(&mut world, &mut node);
    let good_head = world.store.body(HEAD).to_vec();
    let document = support::document();
    let mut bad: Vec<Vec<u8>> = (0..document.len()).step_by(7).map(|length| document.as_bytes()[..length].to_vec()).collect();
    let broken = [
        ("\"otherwise\":\"old\"", "\"otherwise\":\"none\""),
        ("\"format\":1", "\"format\":2"),
        ("\"segment\":\"staff\"", "\"segment\":\"nobody\""),
        ("\"weight\":1", "\"weight\":-1"),
        ("\"flags\":{", "\"flags\":{\"banner\":{},"),
        ("\"flags\":{", "\"flagz\":{},\"flags\":{"),
    ];
    bad.extend(broken.iter().map(|(from, to)| {
        assert!(document.contains(from));
        document.replacen(from, to, 1).into_bytes()
    }));
    bad.extend([b"null".to_vec(), b"[]".to_vec(), b"{}".to_vec(), vec![0xff; 100], vec![b' '; 9 << 20], b"<html>404</html>".to_vec()]);
    for document in bad {
        point_at(&mut world, &document, 2, |_| {});
        world.pass(60_000);
        assert_eq!(served(&mut world, &mut node), good, "{}", String::from_utf8_lossy(&document[..document.len().min(80)]));
        let key = world.server_key();
        let told = world.ask(&mut node, flags(&key, "{}"));
        assert_eq!(told.header("halyard-trouble"), Some("environment: the newest document does not pass its checks"));
        // Nor on a node that knows only what was kept, nor on one that has nothing.
        let mut rebuilt = world.rebuilt();
        assert_eq!(served(&mut world, &mut rebuilt), good);
        let mut cold = world.node();
        assert_eq!(served(&mut world, &mut cold), good, "the kept copy, not the bad one");
    }
    world.store.put(HEAD, good_head);
    world.pass(60_000);
    served(&mut world, &mut node);
    let key = world.server_key();
    assert_eq!(world.ask(&mut node, flags(&key, "{}")).header("halyard-trouble"), None, "all is well again");
}

#[test]
fn promise_1_no_truncation_of_a_kept_copy_is_served() {
    let mut world = World::acme();
    let mut node = world.node();
    served(&mut world, &mut node);
    let kept = world.kept.clone();
    for name in ["project", "environments/production"] {
        let bytes = &kept[name];
        for length in (0..bytes.len()).step_by(11) {
            assert!(follow::unpack(&bytes[..length]).is_none(), "{name} cut at {length}");
            world.kept.insert(name.to_owned(), bytes[..length].to_vec());
            world.break_down();
            let mut cold = world.node();
            let key = world.server_key();
            assert_eq!(world.ask(&mut cold, flags(&key, "{}")).status, 503);
            world.kept = kept.clone();
        }
    }
}

#[test]
fn promise_2_a_source_that_flaps_changes_nothing_but_to_a_newer_good_version() {
    let mut world = World::acme();
    let mut node = world.node();
    let good = served(&mut world, &mut node);
    let head = world.store.body(HEAD).to_vec();
    let parsed = Head::parse(&head).unwrap();
    let odd = |change: &dyn Fn(&mut Head)| {
        let mut head = parsed.clone();
        change(&mut head);
        Fault::Body(head.to_bytes())
    };
    let faults = [
        Fault::Failed,
        Fault::TimedOut,
        Fault::Missing,
        Fault::Body(Vec::new()),
        Fault::Body(b"null".to_vec()),
        Fault::Body(b"{}".to_vec()),
        Fault::Body(b"<html>403</html>".to_vec()),
        Fault::Body(head[..head.len() / 2].to_vec()),
        odd(&|head| head.version = 0),
        odd(&|head| head.format = 2),
        odd(&|head| head.document = format!("sha256-{}", "0".repeat(64))),
        odd(&|head| {
            head.version = 7;
            head.record = format!("00000007-{}", "0".repeat(64));
            head.document = format!("sha256-{}", "0".repeat(64));
        }),
    ];
    for (round, fault) in faults.iter().cycle().take(36).enumerate() {
        let (fault, of_head) = (fault.clone(), round % 3 != 2);
        world.faults = Box::new(move |effect, _| match effect {
            Effect::Get { key, .. } if !of_head || key == HEAD => fault.clone(),
            _ => Fault::None,
        });
        world.pass(45_000);
        assert_eq!(served(&mut world, &mut node), good, "round {round}");
        world.pass(400);
        assert_eq!(served(&mut world, &mut node), good, "round {round}");
        world.mend();
        world.pass(45_000);
        assert_eq!(served(&mut world, &mut node), good, "round {round}, mended");
    }
    assert_eq!(publish(&mut world, &mut node, "\"team\":\"shop\"", "\"team\":\"web\"").status, 200);
    assert_ne!(served(&mut world, &mut node), good);
}

#[test]
fn promise_4_a_version_never_goes_back_within_a_lineage() {
    let mut world = World::acme();
    let mut node = world.node();
    let first = world.store.body(HEAD).to_vec();
    publish(&mut world, &mut node, "\"team\":\"shop\"", "\"team\":\"web\"");
    let second = world.store.body(HEAD).to_vec();
    assert_eq!(version_served(&mut world, &mut node), 2);
    world.store.put(HEAD, first.clone());
    world.pass(11_000);
    for _ in 0..3 {
        assert_eq!(version_served(&mut world, &mut node), 2);
        world.pass(40_000);
    }
    // Another document under the version that is served is not taken either.
    let document = support::document().replace("\"team\":\"shop\"", "\"team\":\"other\"");
    point_at(&mut world, document.as_bytes(), 2, |_| {});
    world.pass(40_000);
    version_served(&mut world, &mut node);
    let key = world.server_key();
    let told = world.ask(&mut node, flags(&key, ANN));
    assert_eq!(told.header("halyard-trouble"), Some("environment: the store has another document for the version that is served"));
    assert!(text(&told).contains("\"team\":\"web\""));
    // An environment made anew has another lineage and may begin at 1; the old lineage may come back only where it was, or further.
    point_at(&mut world, document.as_bytes(), 1, |head| head.lineage = "anew".to_owned());
    world.pass(40_000);
    version_served(&mut world, &mut node);
    assert_eq!(version_served(&mut world, &mut node), 1);
    world.store.put(HEAD, first);
    world.pass(40_000);
    version_served(&mut world, &mut node);
    assert!(text(&world.ask(&mut node, flags(&key, ANN))).contains("\"team\":\"other\""));
    world.store.put(HEAD, second);
    world.pass(40_000);
    version_served(&mut world, &mut node);
    assert_eq!(version_served(&mut world, &mut node), 2);
}

#[test]
fn promise_4_what_could_be_published_can_be_loaded() {
    let mut world = World::acme();
    let mut node = world.node();
    let (document, etag) = current(&mut world, &mut node);
    let long = "x".repeat(3 << 20);
    let large = document.replacen("\"purpose\"", &format!("\"description\":\"{long}\",\"purpose\""), 1);
    let token = world.token();
    let response = world.ask(&mut node, publish_request(&token, &large, &etag, ""));
    assert_eq!(response.status, 200, "{}", text(&response));
    let mut other = world.node();
    assert_eq!(version_served(&mut world, &mut other), 2);
}

/// One publisher's request on its way.
struct Publisher {
    node: Node,
    step: Step,
}

#[test]
fn promise_5_of_many_publishers_one_wins_and_the_others_get_its_changes() {
    const PUBLISHERS: usize = 8;
    for order in 0..40_u64 {
        let mut world = World::acme();
        let mut node = world.node();
        let (document, etag) = current(&mut world, &mut node);
        let token = world.token();
        let mut publishers: Vec<Publisher> = (0..PUBLISHERS)
            .map(|number| {
                let mut node = world.node();
                let mine = document.replace("\"team\":\"shop\"", &format!("\"team\":\"{number}\""));
                let moment = world.moment();
                let step = node.start(publish_request(&token, &mine, &etag, ""), moment);
                Publisher { node, step }
            })
            .collect();
        // Their effects interleave in an order of each round's own.
        let mut random = order.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut answers: Vec<Option<Response>> = vec![None; PUBLISHERS];
        while answers.iter().any(Option::is_none) {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let who = (random >> 33) as usize % PUBLISHERS;
            let Publisher { node, step } = &mut publishers[who];
            match step {
                Step::Answer { response, .. } => answers[who] = Some(response.clone()),
                Step::Effect { effect, continuation, .. } => {
                    let result = world.carry_out(effect);
                    let moment = world.moment();
                    *step = node.resume(continuation, result, moment);
                }
            }
        }
        let answers: Vec<Response> = answers.into_iter().flatten().collect();
        let winners: Vec<&Response> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(winners.len(), 1, "order {order}");
        let won = json(winners[0]);
        for answer in answers.iter().filter(|answer| answer.status != 200) {
            let told = json(answer);
            assert_eq!(answer.status, 412, "{}", text(answer));
            assert_eq!(at(&told, &["version"]), at(&won, &["version"]));
            assert_eq!(at(&told, &["changes"]), at(&won, &["changes"]));
            assert_eq!(answer.header("etag"), winners[0].header("etag"));
        }
        assert_eq!(world.whole_chain(), 2);
    }
}

#[test]
fn promise_6_killed_between_any_two_effects_readers_see_the_old_or_the_new() {
    for killed_after in 0.. {
        let mut world = World::acme();
        let mut node = world.node();
        let (document, etag) = current(&mut world, &mut node);
        let token = world.token();
        let mine = document.replace("\"team\":\"shop\"", "\"team\":\"web\"");
        let request = || publish_request(&token, &mine, &etag, "&publish=mine");
        let moment = world.moment();
        let mut step = node.start(request(), moment);
        let mut effects = 0;
        let finished = loop {
            match step {
                Step::Answer { .. } => break true,
                Step::Effect { .. } if effects == killed_after => break false,
                Step::Effect { effect, continuation, .. } => {
                    let result = world.carry_out(&effect);
                    effects += 1;
                    let moment = world.moment();
                    step = node.resume(&continuation, result, moment);
                }
            }
        };
        // The process is gone. Another one reads, and the publisher tries again there.
        let mut reader = world.node();
        let version = version_served(&mut world, &mut reader);
        assert_eq!(world.whole_chain(), version);
        assert!(version == 1 || version == 2);
        let again = world.ask(&mut reader, request());
        assert_eq!((again.status, at(&json(&again), &["version"]).as_f64()), (200, Some(2.0)), "{}", text(&again));
        assert_eq!(world.whole_chain(), 2);
        if finished {
            assert!(killed_after >= 6, "a publish has several effects");
            break;
        }
    }
}

#[test]
fn promise_3_a_trap_before_every_effect_loses_no_publish_and_no_answer() {
    let mut world = World::acme();
    let mut node = world.node();
    let good = served(&mut world, &mut node);
    world.always_trap = true;
    let mut trapped = world.node();
    world.kept.clear();
    assert_eq!(served(&mut world, &mut trapped), good);
    let response = publish(&mut world, &mut trapped, "\"team\":\"shop\"", "\"team\":\"web\"");
    assert_eq!(response.status, 200, "{}", text(&response));
    assert_eq!(world.whole_chain(), 2);
    // What the lost instance knew to be old is looked at when it would be anyway.
    world.pass(11_000);
    let key = world.server_key();
    assert!(text(&world.ask(&mut trapped, flag(&key, "checkout", ANN))).contains("\"web\""));
}

#[test]
fn promise_3_a_continuation_of_another_build_is_an_answer_and_no_trap() {
    let mut world = World::acme();
    let mut node = world.node();
    let key = world.server_key();
    let moment = world.moment();
    let Step::Effect { continuation, .. } = node.start(flags(&key, "{}"), moment) else { panic!("a cold node needs the store") };
    let mut bad: Vec<Vec<u8>> = (0..continuation.len()).map(|length| continuation[..length].to_vec()).collect();
    bad.extend((0..continuation.len()).map(|place| {
        let mut bytes = continuation.clone();
        bytes[place] ^= 0x55;
        bytes
    }));
    for bytes in bad {
        let moment = world.moment();
        match node.resume(&bytes, EffectResult::Missing, moment) {
            Step::Answer { response, .. } => assert!(response.status >= 400),
            Step::Effect { .. } => {} // A flipped bit in a header or a name is another request.
        }
    }
    let cut = continuation[..continuation.len() - 1].to_vec();
    let moment = world.moment();
    let Step::Answer { response, .. } = node.resume(&cut, EffectResult::Missing, moment) else { panic!("it is cut short") };
    assert_eq!(response.status, 503);
}

#[test]
fn promise_7_a_lost_acknowledgement_is_a_success_even_when_others_have_published_since() {
    for others in 0..60 {
        if others > 3 && others != 59 {
            continue;
        }
        let mut world = World::acme();
        let mut node = world.node();
        let (document, etag) = current(&mut world, &mut node);
        let token = world.token();
        let mine = document.replace("\"team\":\"shop\"", "\"team\":\"mine\"");
        let moment = world.moment();
        let mut step = node.start(publish_request(&token, &mine, &etag, ""), moment);
        let response = loop {
            match step {
                Step::Answer { response, .. } => break response,
                Step::Effect { effect, continuation, .. } => {
                    let is_commit = matches!(&effect, Effect::Put { key, .. } if key == HEAD);
                    let mut result = world.carry_out(&effect);
                    if is_commit {
                        assert!(matches!(result, EffectResult::Stored { .. }), "only one commit is tried");
                        result = EffectResult::Failed { message: "reset".to_owned() };
                        let mut from = "mine".to_owned();
                        for other in 0..others {
                            let mut elsewhere = world.node();
                            let next = format!("other {other}");
                            let theirs =
                                publish(&mut world, &mut elsewhere, &format!("\"team\":\"{from}\""), &format!("\"team\":\"{next}\""));
                            assert_eq!(theirs.status, 200, "{}", text(&theirs));
                            from = next;
                        }
                    }
                    let moment = world.moment();
                    step = node.resume(&continuation, result, moment);
                }
            }
        };
        assert_eq!(response.status, 200, "{}", text(&response));
        assert_eq!(at(&json(&response), &["version"]).as_f64(), Some(2.0));
        assert_eq!(world.whole_chain(), 2 + others);
    }
}

#[test]
fn promise_7_no_fault_of_any_effect_publishes_twice() {
    let faults = [Fault::Failed, Fault::LostAck, Fault::TimedOut, Fault::Conflict, Fault::Missing];
    for fault in faults {
        for place in 0.. {
            for lasting in [1, 2, 100] {
                let mut world = World::acme();
                let mut node = world.node();
                let (document, etag) = current(&mut world, &mut node);
                let token = world.token();
                let mine = document.replace("\"team\":\"shop\"", "\"team\":\"web\"");
                let request = || publish_request(&token, &mine, &etag, "&publish=mine");
                let (begin, wrong) = (world.effects.len() + place, fault.clone());
                world.faults =
                    Box::new(move |_, count| if count >= begin && count < begin + lasting { wrong.clone() } else { Fault::None });
                let first = world.ask(&mut node, request());
                let effects = world.effects.len();
                world.mend();
                assert!(matches!(first.status, 200 | 404 | 412 | 500 | 503), "{fault:?} at {place}: {}", text(&first));
                let between = world.whole_chain();
                assert!(between == 1 || between == 2);
                assert!(first.status != 200 || between == 2, "no success without a version: {fault:?} at {place} for {lasting}");
                // What a client does: the same again, to the same node or another.
                world.pass(40_000);
                let mut other = world.node();
                let again = world.ask(if place % 2 == 0 { &mut node } else { &mut other }, request());
                assert_eq!((again.status, at(&json(&again), &["version"]).as_f64()), (200, Some(2.0)), "{}", text(&again));
                assert_eq!(world.whole_chain(), 2, "{fault:?} at {place} for {lasting}");
                if effects < begin {
                    assert!(place >= 6);
                }
            }
            if place > 14 {
                break;
            }
        }
    }
}

#[test]
fn an_outcome_that_nobody_knows_is_said_with_the_name_to_ask_by() {
    let mut world = World::acme();
    let mut node = world.node();
    let (document, etag) = current(&mut world, &mut node);
    let token = world.token();
    let mine = document.replace("\"team\":\"shop\"", "\"team\":\"web\"");
    // The commit goes through, and from then on nothing comes back.
    let mut gone = false;
    world.faults = Box::new(move |effect, _| {
        let is_commit = matches!(effect, Effect::Put { key, .. } if key == HEAD);
        let fault = if is_commit && !gone {
            Fault::LostAck
        } else if gone {
            Fault::Failed
        } else {
            Fault::None
        };
        gone |= is_commit;
        fault
    });
    let response = world.ask(&mut node, publish_request(&token, &mine, &etag, ""));
    assert_eq!(response.status, 503, "{}", text(&response));
    let publish = response.header("halyard-publish").unwrap().to_owned();
    assert!(text(&response).contains(&publish));
    world.mend();
    let again = world.ask(&mut node, publish_request(&token, &mine, &etag, &format!("&publish={publish}")));
    assert_eq!((again.status, world.whole_chain()), (200, 2), "{}", text(&again));
}

#[test]
fn promise_8_with_the_store_down_for_an_hour_a_warm_node_answers_byte_for_byte_as_before() {
    for fault in [Fault::Failed, Fault::TimedOut, Fault::Missing, Fault::Body(b"null".to_vec())] {
        let mut world = World::acme();
        let mut node = world.node();
        let good = served(&mut world, &mut node);
        let wrong = fault.clone();
        world.faults = Box::new(move |_, _| wrong.clone());
        let (began, asked) = (world.now, world.effects.len());
        while world.now < began + 60 * 60 * 1000 {
            let before = world.now;
            let key = world.server_key();
            let response = world.ask_only(&mut node, flags(&key, ANN));
            assert!(world.now - before <= 600, "no request waits for long: {}", world.now - before);
            assert_eq!(response.body, good[0]);
            world.work(&mut node);
            world.pass(500);
        }
        let looks = world.effects.len() - asked;
        assert!(looks < 1_000, "an ill store is asked less often than a well one (1440): {looks} looks in an hour");
        world.mend();
        publish_directly(&mut world);
        world.pass(50_000);
        served(&mut world, &mut node);
        assert_eq!(version_served(&mut world, &mut node), 2, "and it is back");
    }
}

#[test]
fn promise_8_a_cold_node_uses_a_kept_copy_else_the_snapshot_else_says_so() {
    let mut world = World::acme();
    let mut warm = world.node();
    let good = served(&mut world, &mut warm);
    world.break_down();
    let mut cold = world.node();
    assert_eq!(served(&mut world, &mut cold), good, "the kept copy");

    // A bundled one is text, and therefore holds the document where the kept copy holds its image.
    let snapshot = |(name, bytes): (String, Vec<u8>)| {
        let (head, etag, seen, _) = follow::unpack(&bytes).unwrap();
        let document = world.store.body(&format!("{name}/documents/{}.json", head.document));
        (name, String::from_utf8(follow::pack(&head, etag.as_deref(), seen, document)).unwrap())
    };
    let snapshots = world.kept.clone().into_iter().map(snapshot).collect();
    world.kept.clear();
    let mut bundled = Node::new(Config { snapshots, ..Config::default() });
    assert_eq!(served(&mut world, &mut bundled), good, "the snapshot");

    let mut bare = world.node();
    let key = world.server_key();
    for request in [flags(&key, ANN), flag(&key, "banner", ANN)] {
        let response = world.ask(&mut bare, request);
        assert_eq!((response.status, at(&json(&response), &["errorCode"]).as_str()), (503, Some("GENERAL")));
        assert!(response.header("retry-after").is_some());
    }
    world.mend();
    world.pass(3_000);
    assert_eq!(served(&mut world, &mut bare), good, "and it is back");
}

#[test]
fn promise_10_nodes_that_come_back_at_once_do_not_stampede_the_store() {
    const NODES: usize = 200;
    const EVERY_MS: i64 = 250;
    const MINUTE: i64 = 60_000;
    let mut world = World::acme();
    world.break_down();
    let key = world.server_key();
    // How many nodes look at the store in each quarter of a second, all of them started at once and asked all the time.
    let mut looks = vec![0; usize::try_from(MINUTE / EVERY_MS).unwrap()];
    for _ in 0..NODES {
        let mut node = world.node();
        for (moment, looks) in looks.iter_mut().enumerate() {
            world.now = support::START + i64::try_from(moment).unwrap() * EVERY_MS;
            world.effects.clear();
            assert_eq!(world.ask(&mut node, flags(&key, ANN)).status, 503);
            *looks += world.effects.iter().filter(|effect| matches!(effect, Effect::Get { .. })).count();
        }
    }
    assert_eq!(looks[0], NODES, "cold, each looks once");
    let (soon, later) = (&looks[1..20], &looks[20..]);
    assert!(soon.iter().all(|looks| *looks < NODES / 2), "{soon:?}");
    assert!(later.iter().all(|looks| *looks < NODES / 6), "they have spread: {later:?}");
    assert!(looks.iter().sum::<usize>() < NODES * 16, "each looks a dozen times a minute at most: {}", looks.iter().sum::<usize>() / NODES);
}

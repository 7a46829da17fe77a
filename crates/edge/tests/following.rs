//! How a node follows a head: what it asks of the store, when, and who waits for it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

mod support;

use halyard_core::Timestamp;
use halyard_edge::{Effect, EffectResult, Node, Request, Response, Step, follow};
use support::{ANN, Fault, World, flags, publish, publish_directly, served, version_served};

#[test]
fn a_fresh_copy_answers_without_any_effect_and_an_old_one_is_brought_up_to_date_behind_the_answer() {
    let mut world = World::acme();
    let mut node = world.node();
    served(&mut world, &mut node);
    let (key, asked) = (world.server_key(), world.effects.len());
    world.pass(4_000);
    world.ask(&mut node, flags(&key, ANN));
    assert_eq!(world.effects.len(), asked);
    publish_directly(&mut world);
    let asked = world.effects.len();
    world.pass(2_000);
    let response = world.ask_only(&mut node, flags(&key, ANN));
    assert_eq!((response.header("halyard-version"), world.effects.len()), (Some("1"), asked), "the answer does not wait");
    world.ask_only(&mut node, flags(&key, ANN));
    assert_eq!(world.background.len(), 1, "one refresh at a time");
    world.work(&mut node);
    assert_eq!(version_served(&mut world, &mut node), 2);
}

#[test]
fn a_refresh_that_was_cancelled_blocks_nothing() {
    let mut world = World::acme();
    let mut node = world.node();
    served(&mut world, &mut node);
    publish_directly(&mut world);
    let key = world.server_key();
    world.pass(6_000);
    world.ask_only(&mut node, flags(&key, ANN));
    assert_eq!(world.background.len(), 1);
    world.background.clear(); // The host forgot it.
    world.pass(16_000);
    assert_eq!(version_served(&mut world, &mut node), 2);
}

#[test]
fn a_refresh_that_outlived_its_lease_does_not_end_the_one_that_has_begun_since() {
    let mut world = World::acme();
    let mut node = world.node();
    served(&mut world, &mut node);
    let key = world.server_key();
    let begin = |world: &mut World, node: &mut halyard_edge::Node| {
        world.ask_only(node, flags(&key, ANN));
        let task = world.background.pop().unwrap();
        let moment = world.moment();
        let Step::Effect { continuation, .. } = node.resume(&task, EffectResult::Begin, moment) else { panic!("it looks at the head") };
        continuation
    };
    world.pass(6_000);
    let late = begin(&mut world, &mut node);
    world.pass(16_000); // The host was asleep.
    world.faults = Box::new(|_, _| Fault::TimedOut);
    let second = begin(&mut world, &mut node);
    let moment = world.moment();
    node.resume(&late, EffectResult::Missing, moment);
    world.pass(11_000); // Longer than any pause.
    world.ask_only(&mut node, flags(&key, ANN));
    assert!(world.background.is_empty(), "the second refresh is still at it");
    let moment = world.moment();
    node.resume(&second, EffectResult::NotModified, moment);
}

#[test]
fn a_refresh_that_goes_on_does_not_take_its_old_look_for_a_new_one() {
    let mut world = World::acme();
    let mut node = world.node();
    served(&mut world, &mut node);
    let key = world.server_key();
    world.pass(6_000);
    world.ask_only(&mut node, flags(&key, ANN));
    let mut continuation = world.background.pop().unwrap();
    let mut result = EffectResult::Begin;
    // It has looked at the project's head, and waits for the environment's.
    loop {
        let moment = world.moment();
        let Step::Effect { effect, continuation: next, .. } = node.resume(&continuation, result, moment) else {
            panic!("it looks at both")
        };
        continuation = next;
        if matches!(&effect, Effect::Get { key, .. } if key == "environments/production/head.json") {
            break;
        }
        result = world.carry_out(&effect);
    }
    world.edit_project(&mut node, r#"{"name": "Acme and daughters"}"#);
    let moment = world.moment();
    let step = node.resume(&continuation, EffectResult::TimedOut, moment);
    assert!(matches!(step, Step::Answer { .. }), "it has looked at the project already: {step:?}");
    let asked = world.effects.len();
    world.ask(&mut node, flags(&key, ANN));
    let looked = world.effects[asked..].iter().any(|effect| matches!(effect, Effect::Get { key, .. } if key == "project/head.json"));
    assert!(looked, "what was published through this node is still known to be newer than its copy");
}

#[test]
fn a_node_that_slept_waits_for_the_head_but_not_for_long() {
    let mut world = World::acme();
    let mut node = world.node();
    served(&mut world, &mut node);
    publish_directly(&mut world);
    world.pass(60 * 60 * 1000);
    assert_eq!(version_served(&mut world, &mut node), 2, "the first answer after an hour is the newest");
    // With a slow store it answers from what it has, and goes on looking behind the answer.
    let mut other = world.node();
    served(&mut world, &mut other);
    let response = publish(&mut world, &mut node, "\"team\":\"web\"", "\"team\":\"third\"");
    assert_eq!(response.status, 200);
    world.pass(60 * 60 * 1000);
    world.faults =
        Box::new(
            |effect, _| {
                if matches!(effect, Effect::Get { deadline_ms, .. } if *deadline_ms <= 300) { Fault::TimedOut } else { Fault::None }
            },
        );
    let (key, before) = (world.server_key(), world.now);
    let response = world.ask_only(&mut other, flags(&key, ANN));
    assert_eq!(response.header("halyard-version"), Some("2"));
    assert!(world.now - before <= 700, "{} ms", world.now - before);
    assert_eq!(response.header("halyard-trouble"), None, "slowness is no fault yet");
    world.work(&mut other);
    assert_eq!(version_served(&mut world, &mut other), 3);
}

#[test]
fn a_cold_burst_asks_the_store_once() {
    let mut world = World::acme();
    let mut node = world.node();
    let key = world.server_key();
    let mut steps: Vec<Step> = (0..20)
        .map(|_| {
            let moment = world.moment();
            node.start(flags(&key, ANN), moment)
        })
        .collect();
    let mut answered = 0;
    while answered < steps.len() {
        answered = 0;
        world.pass(20);
        for step in &mut steps {
            match step {
                Step::Answer { response, .. } => {
                    assert_eq!(response.status, 200);
                    answered += 1;
                }
                Step::Effect { effect, continuation, .. } => {
                    // Twenty sleeps at once take no longer than one.
                    let result = if matches!(effect, Effect::Sleep { .. }) { EffectResult::Done } else { world.carry_out(effect) };
                    let moment = world.moment();
                    *step = node.resume(continuation, result, moment);
                }
            }
        }
    }
    let gets = world.effects.iter().filter(|effect| matches!(effect, Effect::Get { .. })).count();
    assert_eq!(gets, 4, "two heads, a document and an image");
}

#[test]
fn who_waits_for_what_another_reads_looks_again_soon_and_then_less_often() {
    let mut world = World::acme();
    let (mut node, key) = (world.node(), world.server_key());
    let moment = world.moment();
    node.start(flags(&key, ANN), moment); // It reads, and never comes back.
    let mut step = node.start(flags(&key, ANN), world.moment());
    let mut sleeps = Vec::new();
    while let Step::Effect { effect, continuation, .. } = step {
        if let Effect::Sleep { ms } = effect {
            sleeps.push(ms);
        }
        let result = world.carry_out(&effect);
        step = node.resume(&continuation, result, world.moment());
    }
    assert_eq!(sleeps[..6], [10, 20, 41, 83, 166, 166]);
    assert!((2_000..2_166).contains(&sleeps.iter().sum::<u32>()), "{sleeps:?}");
}

#[test]
fn a_cache_that_holds_something_broken_is_passed_by() {
    let mut world = World::acme();
    let mut node = world.node();
    served(&mut world, &mut node);
    publish_directly(&mut world);
    world.faults =
        Box::new(|effect, _| if matches!(effect, Effect::Get { immutable: true, .. }) { Fault::Body(b"{".to_vec()) } else { Fault::None });
    world.pass(60 * 60 * 1000);
    assert_eq!(version_served(&mut world, &mut node), 2);
    assert!(world.effects.iter().any(|effect| matches!(effect, Effect::Get { immutable: true, .. })), "the cache was asked");
}

/// Drives a step as a host does that carries out all that is named at once, and has every result at the same time; the last or the first
/// of those that it has is told first. The response, and what was asked for in each round.
fn at_once(world: &mut World, node: &mut Node, mut step: Step, last_first: bool) -> (Response, Vec<Vec<String>>) {
    let mut rounds = Vec::new();
    let mut running: Vec<(Effect, EffectResult)> = Vec::new();
    loop {
        let (wanted, continuation) = match step {
            Step::Answer { response, .. } => return (response, rounds),
            Step::Effect { effect, beside, continuation } => ([vec![effect], beside].concat(), continuation),
        };
        let is_at_hand = |effect: &Effect| running.iter().position(|(other, _)| other == effect);
        let mut at_hand: Vec<usize> = (0..wanted.len()).filter(|place| is_at_hand(&wanted[*place]).is_some()).collect();
        if at_hand.is_empty() {
            rounds.push(wanted.iter().map(name_of).collect());
            running = wanted.iter().map(|effect| (effect.clone(), world.carry_out(effect))).collect();
            at_hand = (0..wanted.len()).collect();
            world.pass(10);
        }
        let place = if last_first { *at_hand.last().unwrap() } else { at_hand[0] };
        let known = running.iter().position(|(other, _)| *other == wanted[place]).unwrap();
        let (_, result) = running.remove(known);
        let moment = world.moment();
        step = match place {
            0 => node.resume(&continuation, result, moment),
            _ => node.resume_beside(&continuation, place - 1, result, moment),
        };
    }
}

fn name_of(effect: &Effect) -> String {
    match effect {
        Effect::Get { key, .. } => key.split(".json").next().unwrap().split("/sha256-").next().unwrap().to_owned(),
        Effect::Kept { name } => format!("kept {name}"),
        other => format!("{other:?}"),
    }
}

fn ask_at_once(world: &mut World, node: &mut Node, request: Request, last_first: bool) -> (Response, Vec<Vec<String>>) {
    let moment = world.moment();
    let step = node.start(request, moment);
    at_once(world, node, step, last_first)
}

const HEADS: [&str; 4] = ["environments/production/head", "kept environments/production", "kept project", "project/head"];

#[test]
fn a_cold_node_asks_at_once_for_all_that_it_can_know_of() {
    for last_first in [false, true] {
        let mut world = World::acme();
        let (mut node, key) = (world.node(), world.server_key());
        let (response, mut rounds) = ask_at_once(&mut world, &mut node, flags(&key, ANN), last_first);
        assert_eq!((response.status, response.header("halyard-version"), response.header("halyard-trouble")), (200, Some("1"), None));
        rounds.iter_mut().for_each(|round| round.sort());
        assert_eq!(rounds.len(), 2, "{rounds:?}");
        assert_eq!(rounds[0], HEADS);
        for object in ["environments/production/images", "project/documents"] {
            assert!(rounds[1].iter().any(|name| name == object), "{rounds:?}");
        }
        // One after the other it comes to the same.
        let mut another = world.node();
        assert_eq!(response, world.ask(&mut another, flags(&key, ANN)));
    }
}

#[test]
fn what_a_host_has_kept_and_the_head_still_names_is_not_read_again() {
    for last_first in [false, true] {
        let mut world = World::acme();
        let (mut node, key) = (world.node(), world.server_key());
        served(&mut world, &mut node);
        let (response, rounds) = {
            let mut another = world.node();
            ask_at_once(&mut world, &mut another, flags(&key, ANN), last_first)
        };
        assert_eq!((response.status, response.header("halyard-version"), rounds.len()), (200, Some("1"), 1), "{rounds:?}");
        // What is kept and is another version's, or broken, helps nobody, and harms nobody.
        publish_directly(&mut world);
        for _ in 0..2 {
            let mut another = world.node();
            let (response, rounds) = ask_at_once(&mut world, &mut another, flags(&key, ANN), last_first);
            assert_eq!((response.header("halyard-version"), rounds.len()), (Some("2"), 2), "{rounds:?}");
            world.kept.values_mut().for_each(|bytes| *bytes = b"{}\n".to_vec());
        }
    }
}

#[test]
fn an_environment_that_a_key_only_says_it_is_for_is_not_its_own() {
    let mut world = World::acme();
    let mut node = world.node();
    // Written by nobody who was given one: it is found out, and the environment is asked for no second time.
    let made_up = |environment: &str| format!("halyard_server_{environment}_{}", "A".repeat(43));
    for (environment, asked) in [("nowhere", true), ("elsewhere", false)] {
        world.pass(100);
        let before = world.effects.len();
        let (response, _) = ask_at_once(&mut world, &mut node, flags(&made_up(environment), ANN), false);
        assert_eq!(response.status, 401);
        let is_asked = world.effects[before..].iter().any(|effect| name_of(effect).contains(environment));
        assert_eq!(is_asked, asked, "only a node that has just started asks");
    }
    // Moved to another environment, a key opens that one, whatever it says.
    let key = world.server_key();
    assert!(key.starts_with("halyard_server_production_"));
    world.edit_project(&mut node, r#"{"keys": {"production-server": {"environment": "staging"}}}"#);
    let expected = world.ask(&mut node, flags(&key, ANN));
    let mut another = world.node();
    let (response, rounds) = ask_at_once(&mut world, &mut another, flags(&key, ANN), false);
    assert_eq!(response, expected);
    assert!(rounds.concat().iter().any(|name| name == "environments/staging/head"), "{rounds:?}");
}

#[test]
fn whoever_publishes_sees_it_at_once_even_right_after_the_store_was_down() {
    let mut world = World::acme();
    let mut node = world.node();
    served(&mut world, &mut node);
    world.break_down();
    for _ in 0..6 {
        world.pass(20_000);
        served(&mut world, &mut node);
    }
    world.mend();
    assert_eq!(publish(&mut world, &mut node, "\"team\":\"shop\"", "\"team\":\"web\"").status, 200);
    assert_eq!(version_served(&mut world, &mut node), 2);
}

#[test]
fn a_copy_that_was_kept_at_a_time_to_come_is_old() {
    let mut world = World::acme();
    let mut node = world.node();
    let good = served(&mut world, &mut node);
    publish_directly(&mut world);
    // Another process kept the first version, with a clock that was an hour ahead.
    let name = "environments/production";
    let (head, etag, seen, content) = follow::unpack(&world.kept[name]).unwrap();
    let ahead = follow::pack(&head, etag.as_deref(), Timestamp(seen.0 + 3_600_000), content);
    let mut node = world.node();
    node.restore(name, &ahead);
    assert_eq!(version_served(&mut world, &mut node), 2, "it is not answered from without a look at the head");
    assert_ne!(served(&mut world, &mut node), good);
    // And a clock that was set back makes nothing fresh.
    world.pass(-3_600_000);
    publish_directly_again(&mut world);
    assert_eq!(version_served(&mut world, &mut node), 3);
}

fn publish_directly_again(world: &mut World) {
    let mut other = world.node();
    let response = publish(world, &mut other, "\"team\":\"web\"", "\"team\":\"shop\"");
    assert_eq!(response.status, 200);
}

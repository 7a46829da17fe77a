//! What pages ask for, an answer in one number, and what is told of answers: whether two are one, and how far evaluating goes.

use super::bind::Binding;
use super::bounds::Bounds;
use super::outcome::Outcome;
use super::run::{Given, Run};
use super::slots::Slots;
use super::trace::{Look, Note, Trace};
use super::{Cause, ErrorCode};
use crate::check::Cap;
use crate::context::Value;
use crate::image::Section;
use crate::{Context, Json, Ruleset, Timestamp, compile, read};
use proptest::prelude::*;

fn ruleset(flags: &[(&str, &str)]) -> Ruleset {
    let flag = |(key, rest): &(&str, &str)| {
        format!(r#""{key}": {{"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {{"off": 0, "on": 1}}{rest}}}"#)
    };
    let flags: Vec<String> = flags.iter().map(flag).collect();
    let report = read(format!(r#"{{"format": 1, "flags": {{{}}}}}"#, flags.join(",")).as_bytes(), Cap::Publisher);
    compile(&report.checked.unwrap_or_else(|| panic!("{:?}", report.problems)))
}

#[test]
fn a_decision_is_one_number() {
    let rule = |when: &str| format!(r#", "rules": [{{"id": "r", "when": {when}, "serve": "on"}}]"#);
    let ruleset = ruleset(&[
        ("a", r#", "otherwise": "on""#),
        ("b", &rule(r#"{"any": []}"#)),
        ("c", &rule(r#"{"all": []}"#)),
        ("d", r#", "otherwise": {"split": [{"variant": "on", "weight": 1}]}"#),
        ("e", r#", "enabled": false, "offVariant": "off""#),
        ("f", r#", "requires": [{"flag": "a", "is": ["off"]}]"#),
    ]);
    let (image, now) = (ruleset.image(), Timestamp(0));
    // Each flag has two variants, `off` first: 0 and 1 are a's, 2 and 3 b's, and so on.
    let known = [2 << 4, 1, (6 << 4) | 2, (8 << 4) | 3, (9 << 4) | 4, 4];
    let unknown = [2 << 4, 1, (6 << 4) | 2, 6, (9 << 4) | 4, 4];
    let causes = [Cause::None, Cause::None, Cause::Rule(1), Cause::None, Cause::None, Cause::BlockedBy(0)];
    for (context, expected) in [(r#"{"targetingKey": "ann"}"#, known), ("{}", unknown)] {
        let parsed = Context::parse(context.as_bytes()).unwrap();
        let binding = Binding::new(image, parsed.values());
        for (flag, (number, cause)) in (0..).zip(expected.into_iter().zip(causes)) {
            assert_eq!(image.decide(flag, binding.slots(), now), (number, cause), "{flag} for {context}");
        }
        assert_eq!(image.decide(1 << 20, binding.slots(), now), (5, Cause::None), "there is no such flag");
        assert_eq!(all(&ruleset, context, now), expected);
    }
    assert_eq!(Outcome::FLAG_NOT_FOUND.reason(), Err(ErrorCode::FlagNotFound));
    assert_eq!(Outcome::TARGETING_KEY_MISSING.reason(), Err(ErrorCode::TargetingKeyMissing));
}

/// What `decide_all` says, with all room that it asks for.
fn all(ruleset: &Ruleset, context: &str, now: Timestamp) -> Vec<u32> {
    let (image, context) = (ruleset.image(), Context::parse(context.as_bytes()).unwrap());
    let mut room = vec![9; image.room()];
    image.decide_all(Binding::new(image, context.values()).slots(), now, &mut room).to_vec()
}

/// And what `decide` says of each flag.
fn each(ruleset: &Ruleset, context: &str, now: Timestamp) -> Vec<u32> {
    let (image, context) = (ruleset.image(), Context::parse(context.as_bytes()).unwrap());
    let binding = Binding::new(image, context.values());
    (0..image.flags()).map(|flag| image.decide(flag, binding.slots(), now).0).collect()
}

/// Half of those who have a text at an attribute, one such flag behind the other; and those who are served by a split or a ramp.
fn shares() -> Ruleset {
    let rule = |when: &str| format!(r#", "rules": [{{"id": "r", "when": {when}, "serve": "on"}}], "otherwise": "off""#);
    let percent = |by: &str, seed: &str| rule(&format!(r#"{{"percent": 50, "by": "{by}", "seed": "{seed}"}}"#));
    let split = |by: &str| {
        format!(
            r#", "otherwise": {{"split": [{{"variant": "off", "weight": 1}}, {{"variant": "on", "weight": 3}}], "by": "{by}", "seed": "s"}}, "offVariant": "off""#
        )
    };
    ruleset(&[
        ("a", &percent("targetingKey", "s")),
        ("b", &percent("targetingKey", "longer")),
        ("c", &percent("plan", "s")),
        ("d", &percent("targetingKey", "s")),
        ("e", &percent("seats", "s")),
        ("f", &rule(r#"{"percent": 100, "by": "plan"}"#)),
        ("g", &rule(r#"{"ramp": [{"at": "1970-01-01T00:00:00Z", "percent": 50}], "by": "plan", "seed": "s"}"#)),
        ("h", &split("plan")),
        ("i", &split("targetingKey")),
        ("j", &rule(r#"{"not": {"percent": [50, 100], "by": "seats", "seed": "s"}}"#)),
    ])
}

#[test]
fn all_at_once_come_to_their_places_each_in_their_own_way() {
    let (shares, now) = (shares(), Timestamp(0));
    let on = |context: &str| {
        let all = all(&shares, context, now);
        assert_eq!(all, each(&shares, context, now), "{context}");
        // Of each flag's two variants the second is `on`.
        let word = |(place, number): (u32, &u32)| match number & 15 {
            6 => '?',
            _ => char::from(b'0' + u8::from(number >> 4 == 2 * place + 2)),
        };
        (0..).zip(&all).map(word).collect::<String>()
    };
    // The same person, plan or number of seats is on one side under one seed, whichever flag asks.
    let places = ["ann", "bob", "7", "true", "false", ""].map(|text| {
        let hash = |seed: &str| murmur3::murmur3_32(&mut std::io::Cursor::new(format!("{seed}.{text}")), 0).unwrap();
        let half = |seed: &str| if hash(seed) < 1 << 31 { '1' } else { '0' };
        let split = if hash("s") < 1 << 30 { '0' } else { '1' };
        (half("s"), half("longer"), split)
    });
    let [ann, bob, seven, yes, no, empty] = places;
    for (context, person, plan, seats) in [
        (r#"{"targetingKey": "ann", "plan": "bob", "seats": 7}"#, Some(ann), Some(bob), Some(seven)),
        (r#"{"targetingKey": "bob", "plan": true, "seats": false}"#, Some(bob), Some(yes), Some(no)),
        (r#"{"targetingKey": true, "plan": "", "seats": "7"}"#, Some(yes), Some(empty), Some(seven)),
        (r#"{"targetingKey": "", "plan": ["ann"], "seats": {"n": 7}}"#, None, None, None),
        (r#"{"plan": "ann"}"#, None, Some(ann), None),
    ] {
        let (by_person, by_plan) = (person.unwrap_or(('0', '0', '?')), plan.unwrap_or(('0', '0', '0')));
        let by_seats = seats.map_or('0', |(half, ..)| half);
        let not = seats.map_or('1', |(half, ..)| half);
        let (half, longer, split) = by_person;
        let expected = [half, longer, by_plan.0, half, by_seats, '1', by_plan.0, by_plan.2, split, not];
        assert_eq!(on(context), expected.iter().collect::<String>(), "{context}");
    }
}

#[test]
fn where_there_is_less_room_fewer_are_decided_and_all_the_same() {
    let (shares, now, context) = (shares(), Timestamp(0), r#"{"targetingKey": "ann", "plan": "bob", "seats": 7}"#);
    let (image, parsed, expected) = (shares.image(), Context::parse(context.as_bytes()).unwrap(), each(&shares, context, now));
    let binding = Binding::new(image, parsed.values());
    for words in 0..image.room() + 3 {
        let mut room = vec![u32::MAX; words];
        let answers = image.decide_all(binding.slots(), now, &mut room);
        assert_eq!(answers, &expected[..words.min(expected.len())], "{words} words");
    }
}

proptest! {
    #[test]
    fn all_at_once_are_decided_as_each_alone((document, requests) in halyard_reference::generate::document_and_requests()) {
        let report = read(document.to_string().as_bytes(), Cap::Reader);
        let ruleset = compile(&report.checked.unwrap());
        for request in requests {
            let (context, now) = (request.context.to_string(), Timestamp(request.now_ms));
            prop_assert_eq!(all(&ruleset, &context, now), each(&ruleset, &context, now), "{:?}\n{}", request, document);
        }
    }
}

#[test]
fn a_whole_path_goes_before_a_way_through_objects_whatever_comes_first() {
    let ruleset = ruleset(&[("f", r#", "rules": [{"id": "r", "when": {"attribute": "a.b", "is": ["x"]}, "serve": "on"}]"#)]);
    let nested = Json::parse(br#"{"b": "x"}"#).unwrap();
    for (whole, expected) in [(Value::from("y"), None), (Value::from("x"), Some("on")), (Value::Null, Some("on"))] {
        let mut attributes = [("a.b", whole), ("a", Value::from(&nested))];
        for _ in 0..2 {
            assert_eq!(ruleset.bind_values(attributes).evaluate("f", Timestamp(0)).variant, expected, "{attributes:?}");
            attributes.reverse();
        }
    }
}

#[test]
fn answers_that_tell_different_things_are_different() {
    let told = |metadata: &str| ruleset(&[("f", &format!(r#", "metadata": {{{metadata}}}"#))]);
    let (one, same, other) = (told(r#""team": "a", "n": 1"#), told(r#""n": 1, "team": "a""#), told(r#""team": "b", "n": 1"#));
    let [one, same, other] = [&one, &same, &other].map(|ruleset| ruleset.evaluate("f", &Context::default(), Timestamp(0)));
    assert_eq!(one, same);
    assert_ne!(one, other);
}

/// As deep and as long as `check` lets a document go, and no further.
#[test]
fn evaluating_has_bounds() {
    let mut bounds = Bounds::new();
    let deep = (0..100_000).take_while(|_| bounds.enter(1)).count();
    assert_eq!(deep, 8 * (2 + 17 * 10), "eight flags, each within sixteen segments and a rule, each with conditions in conditions");
    bounds.leave();
    assert!(bounds.enter(1) && !bounds.enter(1), "one back, one on");

    let mut bounds = Bounds::new();
    let mut step = || {
        let may = bounds.enter(3);
        bounds.leave();
        may
    };
    assert_eq!((0..100_000).take_while(|_| step()).count(), 10_000, "coming back gives no steps back");
    assert!(!Bounds::new().enter(30_001) && Bounds::new().enter(30_000));
}

/// Of which some are rules of one condition, which is judged without going deeper.
#[test]
fn everything_that_is_looked_at_is_a_step() {
    struct Count(usize);

    impl Trace for Count {
        fn open(&mut self, look: Look) {
            self.0 += usize::from(matches!(look, Look::Condition(..)));
        }

        fn close(&mut self, _: bool, _: Timestamp) {}

        fn answered(&mut self, _: Option<u32>) {}

        fn note(&mut self, _: Note) {}
    }

    let nobody: String =
        (0..90).map(|n| format!(r#"{{"id": "r{n}", "when": {{"attribute": "a", "is": [{n}]}}, "serve": "on"}}, "#)).collect();
    let ask = |id| format!(r#"{{"id": "{id}", "when": {{"flag": "other", "is": ["off"]}}, "serve": "on"}}"#);
    let rules = format!(r#", "rules": [{nobody}{}, {}]"#, ask("s"), ask("t"));
    let mut lies = ruleset(&[("f", &rules), ("other", "")]);
    let width = Section::WIDTHS[Section::FlagTests as usize];
    let (start, count) = (lies.image().start(Section::FlagTests), lies.image().count(Section::FlagTests) as usize);
    (0..count).for_each(|row| lies.words[start + row * width] = 0);
    let given = Given::new(lies.image(), Slots::default());
    let mut run = Run::new(&given, Count(0));
    run.flag(0, Timestamp(0));
    assert!((20_000..31_000).contains(&run.trace.0), "{} conditions", run.trace.0);
}

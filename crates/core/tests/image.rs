//! An image may come from anybody: whatever its bytes are, it is refused, or evaluating it ends without a panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails may panic")]

mod support;

use halyard_core::check::Cap;
use halyard_core::evaluate::Audience;
use halyard_core::image::{BadImage, FORMAT};
use halyard_core::{Context, Json, Ruleset, Timestamp, compile, read};
use halyard_reference::generate;
use proptest::prelude::*;

/// Where the words begin: behind the magic, the format, the document's hash and three lengths.
const HEAD: usize = 52;

fn image(document: &str) -> Vec<u8> {
    let report = read(document.as_bytes(), Cap::Publisher);
    compile(&report.checked.unwrap_or_else(|| panic!("{:?}", report.problems))).to_image(&[7; 32])
}

const SMALL: &str = r#"{"format": 1, "flags": {"new-cart": {"purpose": "operational", "owner": "o", "created": "2026-11-01",
    "variants": {"on": true, "off": false},
    "rules": [{"id": "r", "when": {"not": {"attribute": "country", "is": ["NL"]}}, "serve": "on"}], "otherwise": "off"}}}"#;

#[test]
fn what_is_no_image_is_told_from_what_is_damaged() {
    let good = image(SMALL);
    let refused = |bytes: &[u8]| Ruleset::from_image(bytes).unwrap_err();
    assert_eq!(refused(b""), BadImage::Foreign);
    assert_eq!(refused(SMALL.as_bytes()), BadImage::Foreign);
    let mut later = good.clone();
    later[4] = 99;
    assert_eq!(refused(&later), BadImage::Format(99));
    assert!(refused(&later).to_string().contains(&format!("a reader of format {FORMAT}")));
    for length in [8, HEAD - 1, HEAD, good.len() - 1] {
        assert_eq!(refused(&good[..length]), BadImage::Length, "{length}");
    }
    assert_eq!(refused(&[&good[..], b"\0"].concat()), BadImage::Length);
}

/// Every word of a small image, made to name what is not there or to name itself.
/// A flag with a rule of each kind of condition, and what a document has beside flags. Never to be changed.
fn of_everything() -> Vec<u8> {
    let conditions = [
        r#"{"attribute": "country", "is": ["NL", 7, true]}"#,
        r#"{"attribute": "user.tags", "hasAll": ["beta", "eu"]}"#,
        r#"{"attribute": "email", "contains": ["@acme."]}"#,
        r#"{"attribute": "email", "startsWith": ["Ann"], "ignoreCase": true}"#,
        r#"{"attribute": "email", "endsWith": [".example"]}"#,
        r#"{"attribute": "email", "matches": "^[a-z]+(\\.[a-z]{2,3})?@acme"}"#,
        r#"{"attribute": "age", "greaterThan": 17.5}"#,
        r#"{"attribute": "signup", "after": "2026-01-01T00:00:00Z"}"#,
        r#"{"attribute": "app", "version": ">=2.1 <3.0.0-rc.1"}"#,
        r#"{"attribute": "ip", "network": ["10.0.0.0/8", "2001:db8::/32"]}"#,
        r#"{"attribute": "plan", "exists": false}"#,
        r#"{"all": [{"segment": "staff"}, {"any": [{"not": {"percent": [10, 20], "by": "email", "seed": "s"}}, {"before": "2027-01-01T00:00:00Z"}]}]}"#,
        r#"{"ramp": [{"at": "2026-11-01T00:00:00Z", "percent": 1}, {"at": "2026-12-01T00:00:00Z", "percent": 50}], "shape": "linear"}"#,
        r#"{"ramp": [{"at": "2026-11-01T00:00:00Z", "percent": 1}, {"at": "2026-12-01T00:00:00Z", "percent": 50}]}"#,
        r#"{"flag": "b", "is": ["on"]}"#,
    ];
    let rules: Vec<String> =
        conditions.iter().enumerate().map(|(place, when)| format!(r#"{{"id": "r{place}", "when": {when}, "serve": "on"}}"#)).collect();
    let flag = r#""purpose": "release", "owner": "o", "created": "2026-11-01", "variants": {"on": [{"é": 1}], "off": [1, 2]}"#;
    image(&format!(
        r#"{{"format": 1, "segments": {{"staff": {{"visibility": "public", "when": {{"attribute": "email", "endsWith": ["@acme.example"]}}}}}},
        "releases": {{"r": {{"title": "R", "owner": "o", "flags": [{{"flag": "b", "variant": "on"}}], "stage": "first", "stages": [
            {{"name": "first", "audience": {{"segment": "staff"}}}}, {{"name": "all", "audience": {{"all": []}}, "startsAt": "2026-12-10T00:00:00Z"}}]}}}},
        "flags": {{
            "a": {{{flag}, "rules": [{}], "otherwise": {{"split": [{{"variant": "on", "weight": 1}}, {{"variant": "off", "weight": 3}}]}}}},
            "b": {{{flag}, "visibility": "public", "metadata": {{"team": "é"}}, "otherwise": "off"}},
            "c": {{{flag}, "enabled": false, "offVariant": "off", "requires": [{{"flag": "a", "is": ["on"]}}]}}}}}}"#,
        rules.join(", ")
    ))
}

/// Stores hold images of this format, and nodes and pages of other builds read them.
#[test]
fn an_image_of_this_format_has_these_bytes() {
    let told = "where a build of before would read this image otherwise, raise FORMAT; then write the new digest here";
    assert_eq!(
        (FORMAT, halyard_core::document::digest(&of_everything()).as_str()),
        (2, "sha256-8f39cd1364c71a7dda7d5bc4f6804af585adf554ca17104045cb5bf8aafdddb9"),
        "{told}"
    );
}

#[test]
fn an_image_that_contradicts_itself_is_refused() {
    let good = image(SMALL);
    let words = u32::from_le_bytes(good[40..44].try_into().unwrap()) as usize;
    let refused = |place: usize, word: u32| {
        let mut bad = good.clone();
        bad[HEAD + 4 * place..][..4].copy_from_slice(&word.to_le_bytes());
        Ruleset::from_image(&bad).is_err()
    };
    // Most words are indices or lengths. The rest (yes or no, a hash, a bucket's seed) may be anything.
    let strict = (0..words).filter(|place| refused(*place, u32::MAX - 1)).count();
    assert!(strict * 10 > words * 7, "{strict} of {words}");
}

/// The `not` is the only condition with one inside: made to hold itself, it would never end.
#[test]
fn an_image_that_follows_itself_ends() {
    let mut image = image(SMALL);
    let words = u32::from_le_bytes(image[40..44].try_into().unwrap()) as usize;
    let row: Vec<u32> = image[HEAD..].as_chunks().0.iter().take(words).map(|word| u32::from_le_bytes(*word)).collect();
    // Behind the condition that it holds: an `is`, which names an attribute and a list.
    let both = row.array_windows().position(|words| matches!(words, [10, 0, 0, 0, 2, 0, 0, 0])).expect("the rows of both conditions");
    let not = both + 4;
    image[HEAD + 4 * (not + 1)..][..4].copy_from_slice(&1_u32.to_le_bytes());
    let (ruleset, _) = Ruleset::from_image(&image).unwrap();
    let context = Context::parse(br#"{"country": "NL"}"#).unwrap();
    assert!(ruleset.evaluate("new-cart", &context, Timestamp(0)).error.is_none());
    assert_eq!(ruleset.next_change(Timestamp(0)), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_image_is_refused_or_evaluated_to_an_end(
        document in generate::document(), requests in proptest::collection::vec((generate::context(), generate::time()), 1..4),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), prop_oneof![any::<u32>(), 0..64_u32, Just(u32::MAX)]), 1..4)
    ) {
        let mut bytes = image(&document.to_string());
        let words = (bytes.len() - HEAD) / 4;
        for (place, word) in damage {
            // Among the words, or anywhere in what follows them.
            let at = if word % 4 == 3 { HEAD + place.index(bytes.len() - HEAD - 4) } else { HEAD + 4 * place.index(words) };
            bytes[at..at + 4].copy_from_slice(&word.to_le_bytes());
        }
        if let Ok((ruleset, _)) = Ruleset::from_image(&bytes) {
            for (context, now) in requests {
                let context = Context::from_json(Json::from(context)).unwrap();
                for answer in ruleset.evaluate_all(Audience::Server, &context, Timestamp(now)) {
                    std::hint::black_box(answer.to_json());
                }
                prop_assert!(ruleset.next_change(Timestamp(now)).is_none_or(|at| at > Timestamp(now)), "it lies ahead");
            }
        }
    }

    #[test]
    fn bytes_that_begin_as_an_image_never_panic(rest in proptest::collection::vec(any::<u8>(), 0..600)) {
        let bytes = [&b"HLYD\x02\0\0\0"[..], &rest].concat();
        prop_assert!(Ruleset::from_image(&bytes).is_err());
    }
}

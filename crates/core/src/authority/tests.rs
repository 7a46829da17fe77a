//! What roles allow, change by change, and what somebody tries who wants more than theirs.

use super::{Authority, Grant, roles};
use crate::diff::{Kind, diff};
use crate::document::Document;
use crate::json::Json;

/// A shop: `pay` is operational and rests on everything else, `cart` and `look` are meant to go away, `vip` is a permission.
const SHOP: &str = r#"{"format": 1,
    "segments": {
        "staff": {"when": {"attribute": "email", "endsWith": ["@acme.example"]}},
        "inner": {"when": {"segment": "staff"}},
        "idle": {"when": {"attribute": "x", "is": [1]}}},
    "plans": {"standard": {"stages": [{"name": "all", "audience": {"all": []}}]}},
    "flags": {
        "cart": {"purpose": "release", "owner": "team-cart", "tags": ["shop"], "created": "2026-11-01", "variants": {"on": true, "off": false},
            "offVariant": "off", "otherwise": "off"},
        "look": {"purpose": "experiment", "owner": "team-look", "created": "2026-11-01", "variants": {"on": true, "off": false}, "otherwise": "off"},
        "vip": {"purpose": "permission", "owner": "team-cart", "tags": ["shop", "paid"], "created": "2026-11-01", "variants": {"on": true, "off": false},
            "otherwise": "off"},
        "pay": {"purpose": "operational", "owner": "ops", "created": "2026-11-01", "variants": {"on": true, "off": false}, "otherwise": "on",
            "rules": [{"id": "inner", "when": {"segment": "inner"}, "serve": "on"}]}},
    "releases": {
        "look-out": {"title": "Look", "owner": "o", "flags": [{"flag": "look", "variant": "on"}], "stage": "in",
            "stages": [{"name": "in", "audience": {"segment": "staff"}}, {"name": "out", "audience": {"all": []}}],
            "readiness": [{"item": "told", "done": false}]},
        "mixed": {"title": "Mixed", "owner": "o", "flags": [{"flag": "cart", "variant": "on"}, {"flag": "vip", "variant": "on"}], "stage": "in",
            "stages": [{"name": "in", "audience": {"segment": "staff"}}, {"name": "out", "audience": {"all": []}}]}}}"#;

fn document(text: &str) -> Document {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn authority(grants: &str) -> Authority {
    Authority { grants: serde_json::from_str::<Vec<Grant>>(grants).unwrap() }
}

/// The shop with texts replaced; each must be there.
fn with(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(SHOP.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

/// What is refused of the way from one text to another: the kind, and the flag that stands against it.
fn refused(authority: &Authority, from: &str, to: &str) -> Vec<(Kind, String)> {
    let (from, to) = (document(from), document(to));
    let changes = diff(&from, &to);
    assert!(!changes.is_empty(), "the two are the same");
    let refusals = authority.refusals(&from, &to, &changes);
    refusals.into_iter().map(|refusal| (refusal.change.kind, refusal.flag.unwrap_or_default())).collect()
}

fn against(kind: Kind, flag: &str) -> Vec<(Kind, String)> {
    vec![(kind, flag.to_owned())]
}

const ALL_OF_RELEASE_FLAGS: &str = r#"[{"changes": ["*"], "purposes": ["release", "experiment"]}]"#;

#[test]
fn everything_is_allowed_to_everything_and_nothing_to_nothing() {
    let changes = diff(&Document::default(), &document(SHOP));
    let (empty, shop) = (Document::default(), document(SHOP));
    assert!(Authority::everything().refusals(&empty, &shop, &changes).is_empty());
    assert_eq!(Authority::nothing().refusals(&empty, &shop, &changes).len(), changes.len());
    assert!(Authority::everything().allows_some() && !Authority::nothing().allows_some());
    assert!(!authority(r#"[{"changes": ["key.*"]}]"#).allows_some(), "keys are no change of the document");
}

#[test]
fn a_refusal_says_why_and_because_of_which_flag() {
    let (from, to) =
        (document(SHOP), document(&with(&[(r#""stage": "in""#, r#""stage": "out""#), (r#"["@acme.example"]"#, r#"["@b.example"]"#)])));
    let told = |authority: Authority| {
        let refusals = authority.refusals(&from, &to, &diff(&from, &to));
        refusals.into_iter().map(|refusal| refusal.why).collect::<Vec<_>>()
    };
    assert_eq!(
        told(authority(r#"[{"changes": ["release.*", "segment.when"], "purposes": ["release", "experiment"]}]"#)),
        [
            "`segment.when` is yours only for flags of purpose `release` or `experiment`, and `pay`, which rests on it, is of purpose `operational`"
        ]
    );
    assert_eq!(told(authority(r#"[{"changes": ["segment.*"]}]"#)), ["your roles do not include `release.open`"]);
    assert_eq!(
        told(authority(
            r#"[{"changes": ["segment.*"]}, {"changes": ["release.open"], "tags": ["shop", "web"], "owners": ["ops"]}, {"changes": ["release.*"], "tags": ["x"]}]"#
        )),
        [
            "`release.open` is yours only for flags tagged `shop` or `web` and owned by `ops`, or tagged `x`, and `look` is without a tag and owned by `team-look`"
        ]
    );
}

#[test]
fn a_releaser_moves_releases_of_flags_that_go_away_and_nothing_else() {
    let releaser = Authority { grants: roles::releaser() };
    for (from, to) in [
        (r#""stage": "in","#, r#""stage": "out","#),
        (r#""stage": "in","#, ""),
        (r#""stage": "in","#, r#""stage": "in", "hold": "2026-11-20T00:00:00Z","#),
        (r#""stage": "in","#, r#""stage": "in", "rolledBack": true,"#),
        (r#""done": false"#, r#""done": true"#),
    ] {
        assert_eq!(refused(&releaser, SHOP, &with(&[(from, to)])), [], "{from} → {to}");
    }
    let mixed = r#"{"flag": "vip", "variant": "on"}], "stage": "in""#;
    assert_eq!(refused(&releaser, SHOP, &with(&[(mixed, &mixed.replace("in\"", "out\""))])), against(Kind::ReleaseOpen, "vip"));
    for (from, to, kind) in [
        (r#"[{"flag": "look", "variant": "on"}]"#, r#"[{"flag": "look", "variant": "off"}]"#, Kind::ReleaseFlags),
        (r#""stage": "in","#, r#""stage": "in", "closed": true,"#, Kind::ReleaseClose),
        (r#""title": "Look""#, r#""title": "Looks""#, Kind::ReleaseDescribe),
        (
            r#""audience": {"all": []}}],
            "readiness""#,
            r#""audience": {"percent": 1}}],
            "readiness""#,
            Kind::ReleaseStages,
        ),
    ] {
        assert_eq!(refused(&releaser, SHOP, &with(&[(from, to)])), against(kind, ""), "{from} → {to}");
    }
}

#[test]
fn to_hold_a_release_at_a_later_time_is_to_let_it_go_on() {
    let held = |at: &str| with(&[(r#""stage": "in","#, &format!(r#""stage": "in", "hold": "{at}","#))]);
    let holder = authority(r#"[{"changes": ["release.hold"]}]"#);
    assert_eq!(refused(&holder, &held("2026-11-20T00:00:00Z"), &held("2099-01-01T00:00:00Z")), against(Kind::ReleaseResume, ""));
    assert_eq!(refused(&holder, &held("2026-11-20T00:00:00Z"), &held("2026-11-19T00:00:00Z")), []);
}

#[test]
fn an_operator_throws_kill_switches_whatever_rests_on_them() {
    let operator = Authority { grants: roles::operator() };
    // `look`, an experiment, needs the kill switch `pay`.
    let resting = with(&[(r#""owner": "team-look", "#, r#""owner": "team-look", "requires": [{"flag": "pay", "is": ["on"]}], "#)]);
    let off = |text: &str, flag: &str| text.replacen(&format!(r#""{flag}": {{"#), &format!(r#""{flag}": {{"enabled": false, "#), 1);
    for flag in ["pay", "cart", "look", "vip"] {
        assert_eq!(refused(&operator, &resting, &off(&resting, flag)), [], "{flag} off");
        let back = refused(&operator, &off(&resting, flag), &resting);
        let expected = if flag == "pay" { Vec::new() } else { against(Kind::FlagEnable, flag) };
        assert_eq!(back, expected, "{flag} on");
    }
    let without_reach = authority(r#"[{"changes": ["flag.disable"], "purposes": ["operational"]}]"#);
    assert_eq!(refused(&without_reach, &resting, &off(&resting, "pay")), against(Kind::FlagDisable, "look"));
}

#[test]
fn what_an_operational_flag_rests_on_is_as_good_as_the_flag() {
    let may = authority(ALL_OF_RELEASE_FLAGS);
    // Through a segment of a segment.
    let segment = [(r#"["@acme.example"]"#, r#"["@"]"#)];
    assert_eq!(refused(&may, SHOP, &with(&segment)), against(Kind::SegmentWhen, "pay"));
    // A segment that nothing rests on is free, and what is only read about one.
    assert_eq!(refused(&may, SHOP, &with(&[(r#""is": [1]"#, r#""is": [2]"#)])), []);
    assert_eq!(refused(&may, SHOP, &with(&[(r#""staff": {"#, r#""staff": {"description": "us", "#)])), []);
    // Through a prerequisite, a condition on a flag, a live release's stage.
    let requires = (r#""owner": "ops", "#, r#""owner": "ops", "requires": [{"flag": "cart", "is": ["on"]}], "#);
    let condition = (r#"{"segment": "inner"}"#, r#"{"any": [{"not": {"flag": "cart", "is": ["on"]}}]}"#);
    let edit = (r#""offVariant": "off", "otherwise": "off""#, r#""offVariant": "on", "otherwise": "off""#);
    for link in [requires, condition] {
        assert_eq!(refused(&may, &with(&[link]), &with(&[link, edit])), against(Kind::FlagOtherwise, "pay"));
    }
    assert_eq!(refused(&may, SHOP, &with(&[edit])), []);
    let released = (
        r#"[{"flag": "look", "variant": "on"}], "stage": "in",
            "stages": [{"name": "in", "audience": {"segment": "staff"}}"#,
        r#"[{"flag": "pay", "variant": "off"}], "stage": "in",
            "stages": [{"name": "in", "audience": {"flag": "cart", "is": ["on"]}}"#,
    );
    assert_eq!(refused(&may, &with(&[released]), &with(&[released, edit])), against(Kind::FlagOtherwise, "pay"));
    // Readiness opens stages by the clock: what rests on the release's flag is reached by it.
    let on_look = (r#""owner": "ops", "#, r#""owner": "ops", "requires": [{"flag": "look", "is": ["on"]}], "#);
    let ready = (r#""done": false"#, r#""done": true"#);
    assert_eq!(refused(&may, &with(&[on_look]), &with(&[on_look, ready])), against(Kind::ReleaseReadiness, "pay"));
}

#[test]
fn two_steps_in_one_publish_do_not_get_past_the_old_or_the_new() {
    let may = authority(ALL_OF_RELEASE_FLAGS);
    // Another purpose, and an edit with it.
    let purpose = (r#""purpose": "operational", "owner": "ops""#, r#""purpose": "release", "owner": "ops""#);
    let edit = (r#""otherwise": "on""#, r#""otherwise": "off""#);
    let both = [(Kind::FlagOtherwise, "pay".to_owned()), (Kind::FlagPurpose, "pay".to_owned())];
    assert_eq!(refused(&may, SHOP, &with(&[purpose, edit])), both);
    assert_eq!(refused(&may, &with(&[purpose]), SHOP), against(Kind::FlagPurpose, "pay"), "nor away from what is theirs");
    // Freed from what it rests on and changed at once: the old document counts.
    let free = (r#"{"segment": "inner"}"#, r#"{"attribute": "y", "is": [1]}"#);
    let segment = (r#"["@acme.example"]"#, r#"["@"]"#);
    assert_eq!(refused(&may, SHOP, &with(&[free, segment])), [(Kind::FlagRules, "pay".to_owned()), (Kind::SegmentWhen, "pay".to_owned())]);
    // Taken out of its release and edited: the flag stays what it is.
    let out = (r#", {"flag": "vip", "variant": "on"}"#, "");
    let opened = (r#"{"flag": "cart", "variant": "on"}], "stage": "in""#, r#"{"flag": "cart", "variant": "on"}], "stage": "out""#);
    assert_eq!(refused(&may, SHOP, &with(&[out, opened])), [(Kind::ReleaseFlags, "vip".to_owned()), (Kind::ReleaseOpen, "vip".to_owned())]);
    let told = (r#""title": "Mixed""#, r#""title": "Cart""#);
    assert_eq!(
        refused(&may, SHOP, &with(&[out, told])),
        [(Kind::ReleaseFlags, "vip".to_owned()), (Kind::ReleaseDescribe, "vip".to_owned())],
        "nor is it told of as if it had never moved the flag"
    );
    // A flag of another's into a release of one's own.
    let into = (r#"[{"flag": "look", "variant": "on"}"#, r#"[{"flag": "look", "variant": "on"}, {"flag": "pay", "variant": "off"}"#);
    assert_eq!(refused(&may, SHOP, &with(&[into])), against(Kind::ReleaseFlags, "pay"));
    // Gone and made anew under the same key, as another: to the diff that is the same flag.
    let anew = (
        r#""pay": {"purpose": "operational", "owner": "ops", "created": "2026-11-01""#,
        r#""pay": {"purpose": "release", "owner": "me", "created": "2026-11-22""#,
    );
    assert_eq!(refused(&may, SHOP, &with(&[anew])).len(), 2 + 1, "created, owner and purpose: {:?}", refused(&may, SHOP, &with(&[anew])));
    // In two publishes: the first is refused.
    let mut gone: Json = Json::parse(SHOP.as_bytes()).unwrap();
    if let Json::Object(object) = &mut gone
        && let Some(Json::Object(flags)) = object.get_mut("flags")
    {
        flags.remove("pay");
    }
    assert_eq!(refused(&may, SHOP, &gone.canonical()), against(Kind::FlagDelete, "pay"));
    // A flag of one's own may come to need another's; another's may not come to need one's own.
    let own = (r#""owner": "team-look", "#, r#""owner": "team-look", "requires": [{"flag": "pay", "is": ["on"]}], "#);
    assert_eq!(refused(&may, SHOP, &with(&[own])), []);
    let others = (r#""owner": "ops", "#, r#""owner": "ops", "requires": [{"flag": "look", "is": ["on"]}], "#);
    assert_eq!(refused(&may, SHOP, &with(&[others])), against(Kind::FlagRequires, "pay"));
}

#[test]
fn tags_and_owners_narrow_and_are_not_put_on_to_get_in() {
    let may = authority(r#"[{"changes": ["flag.*"], "tags": ["shop"]}, {"changes": ["flag.*"], "owners": ["team-look"]}]"#);
    let described = |flag: &str| with(&[(&format!(r#""{flag}": {{"#), &format!(r#""{flag}": {{"description": "x", "#))]);
    for flag in ["cart", "vip", "look"] {
        assert_eq!(refused(&may, SHOP, &described(flag)), [], "{flag}");
    }
    assert_eq!(refused(&may, SHOP, &described("pay")), against(Kind::FlagDescribe, "pay"));
    let tagged = with(&[(r#""owner": "ops", "#, r#""owner": "ops", "tags": ["shop"], "#)]);
    assert_eq!(refused(&may, SHOP, &tagged), against(Kind::FlagDescribe, "pay"));
    assert_eq!(refused(&may, &tagged, SHOP), against(Kind::FlagDescribe, "pay"), "nor taken off");
    let all_must_hold = authority(r#"[{"changes": ["flag.*"], "tags": ["paid"], "purposes": ["release"]}]"#);
    assert_eq!(refused(&all_must_hold, SHOP, &described("vip")), against(Kind::FlagDescribe, "vip"));
}

#[test]
fn each_document_may_be_covered_by_a_grant_of_its_own() {
    let may = authority(
        r#"[{"changes": ["flag.purpose"], "purposes": ["operational"]}, {"changes": ["flag.purpose"], "purposes": ["release"]}]"#,
    );
    let purpose = with(&[(r#""purpose": "operational", "owner": "ops""#, r#""purpose": "release", "owner": "ops""#)]);
    assert_eq!(refused(&may, SHOP, &purpose), []);
}

#[test]
fn a_grant_that_reaches_anything_does_so_from_what_it_may_touch() {
    let may = authority(
        r#"[{"changes": ["flag.otherwise"], "purposes": ["release"]}, {"changes": ["flag.otherwise"], "purposes": ["operational"], "reach": "anything"}]"#,
    );
    let on = |flag: &str| {
        (r#""tags": ["shop", "paid"], "#, format!(r#""tags": ["shop", "paid"], "requires": [{{"flag": "{flag}", "is": ["on"]}}], "#))
    };
    let (from, to) = on("pay");
    let operational = r#""otherwise": "on""#;
    assert_eq!(refused(&may, &with(&[(from, &to)]), &with(&[(from, &to), (operational, r#""otherwise": "off""#)])), []);
    let (from, to) = on("cart");
    let release = r#""offVariant": "off", "otherwise": "off""#;
    let edited = with(&[(from, &to), (release, r#""offVariant": "off", "otherwise": "on""#)]);
    assert_eq!(refused(&may, &with(&[(from, &to)]), &edited), against(Kind::FlagOtherwise, "vip"));
}

#[test]
fn a_document_that_goes_round_in_circles_is_judged_all_the_same() {
    let round = with(&[
        (r#""owner": "ops", "#, r#""owner": "ops", "requires": [{"flag": "look", "is": ["on"]}], "#),
        (r#""owner": "team-look", "#, r#""owner": "team-look", "requires": [{"flag": "pay", "is": ["on"]}], "#),
    ]);
    let may = authority(ALL_OF_RELEASE_FLAGS);
    let edited = round.replacen(r#""attribute": "x""#, r#""attribute": "z""#, 1);
    assert_eq!(refused(&may, &round, &edited), []);
}

#[test]
fn a_role_that_is_written_down_reads_back() {
    for role in roles::BUILT_IN {
        let json = Json::from_value(&(role.grants)());
        let read: Vec<Grant> = serde_json::from_str(&json.canonical()).unwrap();
        assert_eq!(read, (role.grants)(), "{}", role.name);
    }
    let grant = r#"{"changes":["flag.*"],"owners":["o"],"purposes":["release"],"reach":"anything","tags":["t"]}"#;
    assert_eq!(Json::from_value(&serde_json::from_str::<Grant>(grant).unwrap()).canonical(), grant);
}

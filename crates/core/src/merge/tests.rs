//! What two people do to one document, and what comes of it.

use super::{Merge, Side, merge};
use crate::check::decode_document;
use crate::document::Document;
use crate::json::Json;

fn document(parts: &str) -> Document {
    decode_document(&Json::parse(format!("{{\"format\": 1, {parts}}}").as_bytes()).unwrap()).unwrap()
}

/// A flag `f` with these parts beside what a flag must have.
fn flag(parts: &str) -> Document {
    document(&format!(r#""flags": {{{}}}"#, flag_text("f", parts)))
}

fn flag_text(key: &str, parts: &str) -> String {
    format!(r#""{key}": {{"purpose": "release", "owner": "o", "created": "2026-11-01", "variants": {{"on": true, "off": false}} {parts}}}"#)
}

/// A flag `f` with rules: `a` is a rule of that name for everyone, `a=5` one for 5%.
fn rules(names: &str) -> Document {
    let rule = |name: &str| {
        let (id, when) = match name.split_once('=') {
            Some((id, percent)) => (id, format!(r#"{{"percent": {percent}}}"#)),
            None => (name, r#"{"all": []}"#.to_owned()),
        };
        format!(r#"{{"id": "{id}", "when": {when}, "serve": "on"}}"#)
    };
    let rules: Vec<String> = names.split_whitespace().map(rule).collect();
    flag(&format!(r#", "rules": [{}]"#, rules.join(",")))
}

fn release(parts: &str) -> Document {
    document(&format!(
        r#""flags": {{{}}}, "releases": {{"r": {{"title": "R", "owner": "o", "flags": [{{"flag": "f", "variant": "on"}}] {parts}}}}}"#,
        flag_text("f", "")
    ))
}

/// Stages of these names, for a release.
fn stages(names: &str) -> String {
    let stages: Vec<String> = names.split_whitespace().map(|name| format!(r#"{{"name": "{name}", "audience": {{"all": []}}}}"#)).collect();
    format!(r#", "stages": [{}]"#, stages.join(","))
}

fn scenarios(named: &[(&str, &str)]) -> Document {
    let scenario = |(name, variant): &(&str, &str)| format!(r#"{{"name": "{name}", "context": {{}}, "expect": {{"f": "{variant}"}}}}"#);
    document(&format!(r#""scenarios": [{}]"#, named.iter().map(scenario).collect::<Vec<_>>().join(",")))
}

/// The places of the clashes.
fn places(merged: &Merge) -> Vec<String> {
    merged.clashes.iter().map(|clash| clash.path.join("/") + if clash.order { " (order)" } else { "" }).collect()
}

/// A clean merge's document, which is the same whoever came second.
#[track_caller]
fn clean(base: &Document, mine: &Document, head: &Document) -> Document {
    let (merged, swapped) = (merge(base, mine, head), merge(base, head, mine));
    assert_eq!((places(&merged), places(&swapped)), (vec![], vec![]));
    assert_eq!(merged.document, swapped.document);
    merged.document
}

/// The place of the one clash. Theirs stands until a person says otherwise, and then mine does.
#[track_caller]
fn clash(base: &Document, mine: &Document, head: &Document) -> String {
    let merged = merge(base, mine, head);
    assert_eq!(merged.clashes.len(), 1, "{:?}", places(&merged));
    assert_eq!(merged.document, *head);
    assert_eq!(merged.taken, []);
    assert_eq!(merged.resolve(&[Side::Theirs]).as_ref(), Ok(head));
    assert_eq!(merged.resolve(&[Side::Mine]).as_ref(), Ok(mine));
    assert_eq!(merged.resolve(&[]).as_ref(), Ok(head), "a choice that is missing leaves theirs");
    places(&merged).remove(0)
}

fn clash_places(base: &Document, mine: &Document, head: &Document) -> Vec<String> {
    places(&merge(base, mine, head))
}

#[track_caller]
fn rules_merge(base: &str, mine: &str, head: &str, expected: &str) {
    let merged = merge(&rules(base), &rules(mine), &rules(head));
    assert_eq!(places(&merged), Vec::<String>::new());
    assert_eq!(merged.document, rules(expected), "{}", merged.document.canonical());
}

#[test]
fn rules_that_both_add_at_one_place_stand_one_behind_the_other_the_published_first() {
    rules_merge("a b", "a x b", "a y b", "a y x b");
    rules_merge("a", "x a", "y a", "y x a");
    rules_merge("a", "a x", "a y", "a y x");
    rules_merge("", "x1 x2", "y1 y2", "y1 y2 x1 x2");
    rules_merge("a b", "a x b", "a b y", "a x b y");
}

#[test]
fn a_rule_keeps_its_place_behind_the_one_that_it_follows_or_behind_what_is_left_of_those() {
    rules_merge("a b c", "a b x c", "a c", "a x c");
    rules_merge("a b", "a x b", "b", "x b");
    rules_merge("a b c", "a b x c", "c a b", "c a b x");
}

#[test]
fn different_rules_of_one_flag_never_clash() {
    rules_merge("a b c", "a=5 b c", "a b c=9", "a=5 b c=9");
    rules_merge("a b c", "a c", "a b x c=9", "a x c=9");
    rules_merge("a b c", "a b=5 c", "c a b", "c a b=5");
    rules_merge("a b c", "c a b", "a b=5 c", "c a b=5");
    rules_merge("a b c", "c a b", "a x b c", "c a x b");
    // Who takes one away has not moved the others.
    rules_merge("a b c", "a b", "b a c", "b a");
    rules_merge("a b c", "b a c", "a b", "b a");
}

#[test]
fn a_rule_that_both_edit_clashes_alone() {
    assert_eq!(clash(&rules("a b"), &rules("a=5 b"), &rules("a=9 b")), "flags/f/rules/a");
    let merged = merge(&rules("a b"), &rules("a=5 b x"), &rules("a=9 b=1"));
    assert_eq!(places(&merged), ["flags/f/rules/a"]);
    assert_eq!(merged.document, rules("a=9 b=1 x"), "what does not clash is taken all the same");
    assert_eq!(merged.resolve(&[Side::Mine]), Ok(rules("a=5 b=1 x")));
    let clash = &merged.clashes[0];
    let told = |changes: &[crate::Change]| changes.iter().map(crate::Change::sentence).collect::<Vec<_>>();
    assert_eq!(told(&clash.my_changes), ["rule `a` of flag `f` is now: in 5% of users → `on` (was: everyone → `on`)"]);
    assert_eq!(told(&clash.their_changes), ["rule `a` of flag `f` is now: in 9% of users → `on` (was: everyone → `on`)"]);
    assert_eq!(told(&merged.taken), ["rule `x` of flag `f` is new: everyone → `on`"]);
}

#[test]
fn the_same_edit_by_both_is_none() {
    assert_eq!(clean(&rules("a b"), &rules("a=5 b"), &rules("a=5 b")), rules("a=5 b"));
    assert_eq!(clean(&rules("a b"), &rules("b a"), &rules("b a x")), rules("b a x"));
    assert_eq!(clean(&rules("a"), &document(r#""retired": ["f"]"#), &document(r#""retired": ["f"]"#)), document(r#""retired": ["f"]"#));
}

#[test]
fn two_orders_clash_as_orders_and_leave_the_elements_alone() {
    assert_eq!(clash(&rules("a b c"), &rules("b a c"), &rules("a c b")), "flags/f/rules (order)");
    let merged = merge(&rules("a b c"), &rules("c b a m"), &rules("b a=5 t c"));
    assert_eq!(places(&merged), ["flags/f/rules (order)"]);
    assert_eq!(merged.document, rules("b a=5 t m c"));
    let clash = &merged.clashes[0];
    assert_eq!(clash.mine, Some(Json::Array(["c", "b", "a", "m"].map(Json::from).to_vec())));
    assert_eq!((clash.my_changes.len(), clash.their_changes.len()), (1, 1));
    assert_eq!(merged.resolve(&[Side::Mine]), Ok(rules("c b a=5 t m")), "their edit and their rule stay");
    // New to both, at different places: nobody can say which place was meant.
    assert_eq!(clash_places(&rules("a b"), &rules("x a b"), &rules("a b x")), ["flags/f/rules (order)"]);
    let order = |names: &str| document(&format!(r#""retired": [{names}]"#));
    assert_eq!(clash_places(&order(r#""a","b","c""#), &order(r#""c","b","a""#), &order(r#""b","a","c""#)), ["retired (order)"]);
}

#[test]
fn who_deletes_what_the_other_edits_clashes_with_all_of_it() {
    let gone = document("\"flags\": {}");
    assert_eq!(clash(&rules("a"), &gone, &rules("a=5")), "flags/f");
    assert_eq!(clash(&rules("a"), &rules("a=5 b"), &gone), "flags/f");
    assert_eq!(clash(&rules("a b"), &rules("b"), &rules("a=5 b")), "flags/f/rules/a");
    assert_eq!(clash(&rules("a b"), &rules("a=5 b"), &rules("b")), "flags/f/rules/a");
    let segment =
        |attribute: &str| document(&format!(r#""segments": {{"staff": {{"when": {{"attribute": "{attribute}", "exists": true}}}}}}"#));
    assert_eq!(clash(&segment("email"), &document("\"flags\": {}"), &segment("badge")), "segments/staff");
    let plain = release(&stages("in out"));
    let held = release(&(stages("in out") + r#", "hold": "2026-12-01T00:00:00Z""#));
    let without = flag("");
    assert_eq!(clash(&plain, &without, &held), "releases/r");
    assert_eq!(clash(&plain, &held, &without), "releases/r");
    assert_eq!(
        clash(
            &plain,
            &release(&stages("in")),
            &release(&stages("in out").replace(r#""out", "audience": {"all""#, r#""out", "audience": {"any""#))
        ),
        "releases/r/stages/out"
    );
}

#[test]
fn a_flags_key_is_retired_with_it_or_not_at_all() {
    let retired = document(r#""retired": ["f"]"#);
    assert_eq!(clash(&rules("a"), &retired, &rules("a=5")), "flags/f");
    assert_eq!(clash(&rules("a"), &rules("a=5"), &retired), "flags/f");
    let merged = merge(&rules("a"), &retired, &rules("a=5"));
    assert!(merged.clashes[0].my_changes.iter().any(|change| change.sentence() == "key `f` is retired"));

    // Another key stands for itself, and so does what is no flag and has the same key.
    let more = document(r#""retired": ["f", "old"], "segments": {"f": {"when": {"all": []}}}"#);
    let merged = merge(&rules("a"), &more, &rules("a=5"));
    assert_eq!((&merged.document.retired[..], merged.document.segments.len()), (&["old".to_owned()][..], 1));
    let said: Vec<String> = merged.clashes[0].my_changes.iter().map(crate::Change::sentence).collect();
    assert_eq!(said, ["flag `f` is deleted", "key `f` is retired"]);
}

#[test]
fn both_may_create_the_same_flag_and_a_different_one_clashes() {
    let none = document("\"flags\": {}");
    assert_eq!(clean(&none, &rules("a"), &rules("a")), rules("a"));
    assert_eq!(clash(&none, &rules("a"), &rules("b")), "flags/f");
    let two = |first: &str, second: &str| document(&format!("\"flags\": {{{first}{second}}}"));
    let (f, g) = (flag_text("f", ""), flag_text("g", ""));
    assert_eq!(clean(&none, &two(&f, ""), &two(&g, "")), two(&(f + ","), &g));
}

#[test]
fn fields_variants_and_metadata_of_one_flag_merge_each_for_itself() {
    let merged =
        clean(&flag(""), &flag(r#", "enabled": false, "metadata": {"a": 1}"#), &flag(r#", "description": "D", "metadata": {"b": 2}"#));
    assert_eq!(merged, flag(r#", "enabled": false, "description": "D", "metadata": {"a": 1, "b": 2}"#));
    assert_eq!(clash(&flag(""), &flag(r#", "metadata": {"a": 1}"#), &flag(r#", "metadata": {"a": 2}"#)), "flags/f/metadata/a");
    assert_eq!(clash(&flag(""), &flag(r#", "otherwise": "on""#), &flag(r#", "otherwise": "off""#)), "flags/f/otherwise");
}

#[test]
fn opening_a_stage_and_ticking_readiness_do_not_clash() {
    let of =
        |done: bool, rest: &str| release(&format!(r#"{}, "readiness": [{{"item": "Runbook", "done": {done}}}]{rest}"#, stages("in out")));
    let opened = r#", "stage": "in""#;
    assert_eq!(clean(&of(true, ""), &of(true, opened), &of(false, "")), of(false, opened));
    assert_eq!(clash(&of(false, opened), &of(false, r#", "stage": "out""#), &of(false, "")), "releases/r/stage");
    let held = r#", "stage": "in", "hold": "2026-12-01T00:00:00Z""#;
    assert_eq!(clean(&of(true, ""), &of(true, opened), &of(true, r#", "hold": "2026-12-01T00:00:00Z""#)), of(true, held));
}

#[test]
fn scenarios_meet_by_name() {
    let base = scenarios(&[("one", "on")]);
    assert_eq!(clash(&base, &scenarios(&[("one", "off")]), &scenarios(&[])), "scenarios/one");
    assert_eq!(clash(&scenarios(&[]), &scenarios(&[("one", "on")]), &scenarios(&[("one", "off")])), "scenarios/one");
    let merged = merge(&base, &scenarios(&[("one", "on"), ("mine", "on")]), &scenarios(&[("one", "off"), ("theirs", "on")]));
    assert_eq!(merged.document, scenarios(&[("one", "off"), ("theirs", "on"), ("mine", "on")]));
    // Two of one name in one document cannot be told apart: the list is compared as a whole.
    let twice = scenarios(&[("one", "on"), ("one", "off")]);
    assert_eq!(clash(&base, &twice, &scenarios(&[("one", "off")])), "scenarios");
    assert_eq!(clean(&base, &twice, &base), twice);
}

#[test]
fn a_part_that_would_lack_what_it_must_have_clashes_as_a_whole() {
    let variants = |variants: &str| {
        document(&format!(
            r#""flags": {{"f": {{"purpose": "release", "owner": "o", "created": "2026-11-01", "variants": {{{variants}}}}}}}"#
        ))
    };
    let both = variants(r#""a": 1, "b": 2"#);
    assert_eq!(clash(&both, &variants(r#""a": 1"#), &variants(r#""b": 2"#)), "flags/f");
    assert_eq!(clash(&release(&stages("in out")), &release(&stages("in")), &release(&stages("out"))), "releases/r");
    // Sound while theirs stands, and not where mine does: with mine `a` is gone, and with theirs `b`, whoever comes second.
    let (mine, head) = (variants(r#""b": 2"#), variants(r#""a": 5"#));
    assert_eq!(clash(&both, &mine, &head), "flags/f");
    assert_eq!(clash(&both, &head, &mine), "flags/f");
}

#[test]
fn what_would_be_more_than_there_may_be_clashes_as_a_whole() {
    let plan = |name: &str| {
        let names: Vec<String> = (0..crate::limits::STAGES).map(|nth| format!("{name}{nth}")).collect();
        document(&format!(r#""plans": {{"p": {{{}}}}}"#, stages(&names.join(" ")).replacen(",", "", 1)))
    };
    assert_eq!(clash(&document(r#""plans": {"p": {"stages": []}}"#), &plan("mine"), &plan("theirs")), "plans/p");

    let mut base = flag("");
    let one = base.flags["f"].clone();
    base.flags = (1..crate::limits::FLAGS).map(|nth| (format!("f{nth}"), one.clone())).collect();
    let with = |key: &str| {
        let mut document = base.clone();
        document.flags.insert(key.to_owned(), one.clone());
        document
    };
    assert_eq!(clash(&base, &with("mine"), &with("theirs")), "");
}

#[test]
fn choices_that_cannot_stand_together_are_told_and_change_nothing() {
    let variants = |variants: &str| {
        document(&format!(
            r#""flags": {{"f": {{"purpose": "release", "owner": "o", "created": "2026-11-01", "variants": {{{variants}}}}}}}"#
        ))
    };
    let (mine, head) = (variants(r#""b": 3"#), variants(r#""a": 5"#));
    let merged = merge(&variants(r#""a": 1, "b": 2"#), &mine, &head);
    assert_eq!(places(&merged), ["flags/f/variants/a", "flags/f/variants/b"]);
    let misfits = merged.resolve(&[Side::Mine, Side::Theirs]).unwrap_err();
    assert_eq!(misfits.iter().map(|misfit| misfit.change.path.join("/")).collect::<Vec<_>>(), ["flags/f/variants/a"]);
    assert_eq!(merged.resolve(&[Side::Mine, Side::Mine]), Ok(mine));
    assert_eq!(merged.resolve(&[Side::Theirs, Side::Mine]), Ok(variants(r#""a": 5, "b": 3"#)));
}

#[test]
fn a_draft_of_long_ago_merges_over_all_that_came_since() {
    let base = rules("a b");
    let head = document(&format!(
        r#""segments": {{"staff": {{"when": {{"all": []}}}}}}, "flags": {{{}, {}}}"#,
        flag_text("f", r#", "owner": "new", "rules": [{"id": "a", "when": {"percent": 5}, "serve": "on"}]"#)
            .replace(r#""owner": "o", "#, ""),
        flag_text("g", "")
    ));
    let merged = merge(&base, &rules("a b x"), &head);
    assert_eq!(places(&merged), Vec::<String>::new());
    assert_eq!(merged.taken.iter().map(crate::Change::sentence).collect::<Vec<_>>(), ["rule `x` of flag `f` is new: everyone → `on`"]);
    let mut expected = head.clone();
    expected.flags.get_mut("f").unwrap().rules.push(rules("x").flags["f"].rules[0].clone());
    assert_eq!(merged.document, expected);
}

#[test]
fn what_each_side_may_do_alone_and_not_together_is_left_to_check() {
    let used = document(&format!(
        r#""segments": {{"staff": {{"when": {{"all": []}}}}}}, "flags": {{{}}}"#,
        flag_text("f", r#", "rules": [{"id": "s", "when": {"segment": "staff"}, "serve": "on"}]"#)
    ));
    let base = document(&format!(r#""segments": {{"staff": {{"when": {{"all": []}}}}}}, "flags": {{{}}}"#, flag_text("f", "")));
    let merged = clean(&base, &used, &flag(""));
    let report = crate::check::check_json(&merged.to_json());
    assert_eq!(report.errors().map(|problem| problem.pointer.to_string()).collect::<Vec<_>>(), ["/flags/f/rules/0/when/segment"]);
}

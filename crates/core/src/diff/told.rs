//! What each kind of change is called, and what is said of it: one line a change, both from the real diff.

use super::{apply, diff};
use crate::check::decode_document;
use crate::document::Document;
use crate::json::{Json, Object};

const BASE: &str = r#"{"format": 1,
    "segments": {"s": {"when": {"attribute": "a", "is": ["x"]}}},
    "plans": {"p": {"stages": [{"name": "in", "audience": {"segment": "s"}}, {"name": "out", "audience": {"all": []}}]}},
    "flags": {"f": {"purpose": "release", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false}}},
    "releases": {"r": {"title": "R", "owner": "o", "flags": [{"flag": "f", "variant": "on"}],
        "stages": [{"name": "in", "audience": {"segment": "s"}}, {"name": "mid", "audience": {"percent": 5}}, {"name": "out", "audience": {"all": []}}]}}}"#;

/// The base with something at a place; without a value, with nothing there.
fn with(place: &str, value: &str) -> Document {
    fn put(json: &mut Json, place: &[&str], value: &str) {
        let (Json::Object(object), [key, rest @ ..]) = (json, place) else { panic!("no object at {place:?}") };
        match rest {
            [] if value.is_empty() => drop(object.remove(*key)),
            [] => drop(object.insert((*key).to_owned(), Json::parse(value.as_bytes()).unwrap())),
            rest => put(object.entry((*key).to_owned()).or_insert(Json::Object(Object::new())), rest, value),
        }
    }
    let mut json = Json::parse(BASE.as_bytes()).unwrap();
    put(&mut json, &place.split('/').collect::<Vec<_>>(), value);
    decode_document(&json).unwrap_or_else(|problems| panic!("{place} {value}: {problems:?}"))
}

/// Lines of `place`, `before`, `after` and what is told, with `|` between.
#[track_caller]
fn hold(table: &str) {
    let (mut told, mut expected) = (Vec::new(), Vec::new());
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let [place, before, after, words] = line.splitn(4, '|').map(str::trim).collect::<Vec<_>>()[..] else { panic!("{line}") };
        let (from, to) = (with(place, before), with(place, after));
        let changes = diff(&from, &to);
        assert_eq!(apply(&from, &changes), Ok(to), "{line}");
        let said: Vec<String> = changes.iter().map(|change| format!("{} {}", change.kind.as_str(), change.sentence())).collect();
        told.push(format!("{place} | {before} | {after} | {}", said.join("; ")));
        expected.push(format!("{place} | {before} | {after} | {words}"));
    }
    assert_eq!(told, expected, "\n{}", told.join("\n"));
}

#[test]
fn of_flags() {
    hold(
        r#"
        flags/g | | {"purpose": "release", "owner": "o", "created": "2026-11-01", "variants": {"a": 1}, "otherwise": "a"} | flag.create flag `g` is new: purpose `release`, owner `o`, otherwise `a`
        flags/g | | {"purpose": "release", "owner": "o", "created": "2026-11-01", "variants": {"a": 1}, "enabled": false} | flag.create flag `g` is new: purpose `release`, owner `o`, otherwise the application's own default, switched off
        flags/g | {"purpose": "release", "owner": "o", "created": "2026-11-01", "variants": {"a": 1}} |  | flag.delete flag `g` is deleted
        flags/f/enabled | | false | flag.disable flag `f` is switched off for everyone
        flags/f/enabled | false |  | flag.enable flag `f` is switched on
        flags/f/purpose | "release" | "permission" | flag.purpose flag `f`: purpose is now `permission` (was `release`)
        flags/f/visibility | | "public" | flag.visibility flag `f`: visibility is now `public`
        flags/f/visibility | "public" |  | flag.visibility flag `f`: visibility is taken away (was `public`)
        flags/f/owner | "o" | "p" | flag.describe flag `f`: owner is now `p` (was `o`)
        flags/f/expires | | "2026-12-20" | flag.describe flag `f`: expires is now `2026-12-20`
        flags/f/expires | "2026-12-20" |  | flag.describe flag `f`: expires is taken away (was `2026-12-20`)
        flags/f/offVariant | | "off" | flag.otherwise flag `f` serves while it is off: `off` (was the application's own default)
        flags/f/offVariant | "off" | "on" | flag.otherwise flag `f` serves while it is off: `on` (was `off`)
        flags/f/otherwise | "off" |  | flag.otherwise flag `f` serves otherwise: the application's own default (was `off`)
        flags/f/otherwise | {"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}]} | {"split": [{"variant": "on", "weight": 3}, {"variant": "off", "weight": 1}]} | flag.otherwise flag `f` serves otherwise: `on` for 75% and `off` for 25% (was `on` for 50% and `off` for 50%)
        flags/f/variants/x | | true | flag.variants variant `x` of flag `f` is new: `true`
        flags/f/variants/on | true | false | flag.variants variant `on` of flag `f` is now: `false` (was: `true`)
        flags/f/variants/x | true |  | flag.variants variant `x` of flag `f` is gone
        flags/f/metadata/m | | 1 | flag.describe metadata `m` of flag `f` is new: `1`
        flags/f/metadata/m | 1 | "1" | flag.describe metadata `m` of flag `f` changes
        flags/f/metadata/m | 1 |  | flag.describe metadata `m` of flag `f` is gone
        flags/f/requires | | [{"flag": "g", "is": ["on", "off"]}] | flag.requires the requirement of `g` of flag `f` is new: `on` or `off`
        flags/f/requires | [{"flag": "g", "is": ["on"]}] | [{"flag": "g", "is": ["off"]}] | flag.requires the requirement of `g` of flag `f` is now: `off` (was: `on`)
        flags/f/requires | [{"flag": "g", "is": ["on"]}] |  | flag.requires the requirement of `g` of flag `f` is gone
        flags/f/requires | [{"flag": "g", "is": ["a"]}, {"flag": "h", "is": ["a"]}] | [{"flag": "h", "is": ["a"]}, {"flag": "g", "is": ["a"]}] | flag.requires the requirements of flag `f` are now in this order: `h`, `g`
        flags/f/rules | [{"id": "a", "when": {"all": []}, "serve": "on"}] | [{"id": "a", "when": {"any": []}, "serve": "on"}] | flag.rules rule `a` of flag `f` is now: nobody → `on` (was: everyone → `on`)
        flags/f/rules | [{"id": "a", "when": {"all": []}, "serve": "on"}] | [{"id": "a", "when": {"all": []}, "serve": "on", "description": "d"}] | flag.rules rule `a` of flag `f` changes
        flags/f/rules | [{"id": "a", "when": {"all": []}, "serve": "on"}] |  | flag.rules rule `a` of flag `f` is gone
        flags/f/rules | [{"id": "a", "when": {"all": []}, "serve": "on"}, {"id": "b", "when": {"all": []}, "serve": "on"}] | [{"id": "b", "when": {"all": []}, "serve": "on"}, {"id": "a", "when": {"all": []}, "serve": "on"}] | flag.rules the rules of flag `f` are now in this order: `b`, `a`
    "#,
    );
}

#[test]
fn of_segments_and_plans() {
    hold(
        r#"
        segments/t | | {"when": {"segment": "s"}} | segment.create segment `t` is new: in segment `s`
        segments/t | {"when": {"segment": "s"}} |  | segment.delete segment `t` is deleted
        segments/s/when | {"all": []} | {"any": []} | segment.when segment `s` is now: nobody (was: everyone)
        segments/s/visibility | | "public" | segment.when segment `s`: visibility is now `public`
        segments/s/description | "a" | "b" | segment.describe segment `s`: description is now `b` (was `a`)
        plans/q | | {"stages": [{"name": "in", "audience": {"all": []}}]} | plan.create plan `q` is new
        plans/q | {"stages": [{"name": "in", "audience": {"all": []}}]} |  | plan.delete plan `q` is deleted
        plans/p/description | | "d" | plan.change plan `p`: description is now `d`
        plans/p/readiness | | ["Runbook"] | plan.change plan `p`: readiness is now `["Runbook"]`
        plans/p/stages | [{"name": "a", "audience": {"all": []}}] | [{"name": "a", "audience": {"percent": 5}}] | plan.change stage `a` of plan `p` is now: in 5% of users (was: everyone)
        plans/p/stages | [{"name": "a", "audience": {"all": []}}] | [{"name": "a", "audience": {"all": []}}, {"name": "b", "audience": {"all": []}}] | plan.change stage `b` of plan `p` is new: everyone
    "#,
    );
}

#[test]
fn of_releases() {
    hold(
        r#"
        releases/q | | {"title": "Q", "owner": "o", "flags": [{"flag": "f", "variant": "on"}], "stages": [{"name": "in", "audience": {"all": []}}]} | release.create release `q` is new: Q
        releases/q | {"title": "Q", "owner": "o", "flags": [{"flag": "f", "variant": "on"}], "stages": [{"name": "in", "audience": {"all": []}}]} |  | release.delete release `q` is deleted
        releases/r/title | "R" | "S" | release.describe release `r`: title is now `S` (was `R`)
        releases/r/target | | "2026-12-01" | release.describe release `r`: target is now `2026-12-01`
        releases/r/plan | "p" |  | release.describe release `r`: plan is taken away (was `p`)
        releases/r/stage | | "mid" | release.open release `r` opens to `mid` (nobody had opened it)
        releases/r/stage | "in" | "out" | release.open release `r` opens to `out` (it was at `in`)
        releases/r/stage | "out" | "mid" | release.narrow release `r` goes back to `mid` (it was at `out`)
        releases/r/stage | "mid" |  | release.narrow release `r` goes back to nobody (it was at `mid`)
        releases/r/hold | | "2026-12-01T00:00:00Z" | release.hold release `r` is held as it was at 2026-12-01T00:00:00Z
        releases/r/hold | "2026-12-01T00:00:00Z" | "2026-12-02T00:00:00Z" | release.resume release `r` goes on up to 2026-12-02T00:00:00Z, and is held as it is then
        releases/r/hold | "2026-12-02T00:00:00Z" | "2026-12-01T00:00:00Z" | release.hold release `r` is held as it was at 2026-12-01T00:00:00Z
        releases/r/hold | "2026-12-01T00:00:00Z" | "2026-12-01T01:00:00+01:00" | release.hold release `r` is held as it was at 2026-12-01T01:00:00+01:00
        releases/r/hold | "2026-12-01T00:00:00Z" |  | release.resume release `r` goes on: it is no longer held
        releases/r/rolledBack | | true | release.roll-back release `r` is rolled back
        releases/r/rolledBack | true |  | release.restore release `r` is no longer rolled back
        releases/r/closed | | true | release.close release `r` is closed
        releases/r/closed | true |  | release.reopen release `r` is open again: it is no longer closed
        releases/r/flags | [{"flag": "f", "variant": "on"}] | [{"flag": "f", "variant": "off"}] | release.flags flag `f` of release `r` is now: `off` (was: `on`)
        releases/r/flags | [{"flag": "f", "variant": "on"}] | [{"flag": "f", "variant": "on"}, {"flag": "g", "variant": "a"}] | release.flags flag `g` of release `r` is new: `a`
        releases/r/flags | [{"flag": "f", "variant": "on"}, {"flag": "g", "variant": "a"}] | [{"flag": "f", "variant": "on"}] | release.flags flag `g` of release `r` is gone
        releases/r/flags | [{"flag": "f", "variant": "on"}, {"flag": "g", "variant": "a"}] | [{"flag": "g", "variant": "a"}, {"flag": "f", "variant": "on"}] | release.flags the flags of release `r` are now in this order: `g`, `f`
        releases/r/stages | [{"name": "a", "audience": {"all": []}}] | [{"name": "a", "audience": {"all": []}, "startsAt": "2026-12-01T00:00:00Z", "needs": ["Runbook", "Support"]}] | release.stages stage `a` of release `r` is now: everyone, from 2026-12-01T00:00:00Z, needs `Runbook`, `Support` (was: everyone)
        releases/r/stages | [{"name": "a", "audience": {"all": []}}, {"name": "b", "audience": {"all": []}}] | [{"name": "b", "audience": {"all": []}}, {"name": "a", "audience": {"all": []}}] | release.stages the stages of release `r` are now in this order: `b`, `a`
        releases/r/stages | [{"name": "a", "audience": {"all": []}}, {"name": "b", "audience": {"all": []}}] | [{"name": "b", "audience": {"all": []}}] | release.stages stage `a` of release `r` is gone
        releases/r/readiness | | [{"item": "Runbook", "done": true}] | release.readiness release `r`: `Runbook` is done
        releases/r/readiness | | [{"item": "Runbook", "done": false}] | release.readiness release `r` has to have `Runbook` done
        releases/r/readiness | [{"item": "Runbook", "done": false}] | [{"item": "Runbook", "done": true}] | release.readiness release `r`: `Runbook` is done
        releases/r/readiness | [{"item": "Runbook", "done": true}] | [{"item": "Runbook", "done": false}] | release.readiness release `r`: `Runbook` is no longer done
        releases/r/readiness | [{"item": "Runbook", "done": true}] |  | release.readiness release `r` no longer has to have `Runbook` done
        releases/r/readiness | [{"item": "Runbook", "done": true}] | [{"item": "Runbook", "done": true, "by": "ann"}] | release.readiness release `r`: `Runbook` changes
        releases/r/readiness | [{"item": "a", "done": true}, {"item": "b", "done": true}] | [{"item": "b", "done": true}, {"item": "a", "done": true}] | release.readiness the readiness items of release `r` are now in this order: `b`, `a`
    "#,
    );
}

#[test]
fn of_scenarios_and_retired_keys() {
    hold(
        r#"
        scenarios | | [{"name": "n", "context": {}, "expect": {"f": "on"}}] | scenarios.change scenario “n” is new
        scenarios | [{"name": "n", "context": {}, "expect": {"f": "on"}}] | [{"name": "n", "context": {}, "expect": {"f": "off"}}] | scenarios.change scenario “n” changes
        scenarios | [{"name": "n", "context": {}, "expect": {"f": "on"}}] |  | scenarios.change scenario “n” is gone
        scenarios | [{"name": "n", "context": {}, "expect": {}}, {"name": "m", "context": {}, "expect": {}}] | [{"name": "m", "context": {}, "expect": {}}, {"name": "n", "context": {}, "expect": {}}] | scenarios.change the scenarios are in another order
        retired | | ["k"] | retired.change key `k` is retired
        retired | ["k"] |  | retired.change key `k` is no longer retired
        retired | ["k", "l"] | ["l", "k"] | retired.change the retired keys are in another order
    "#,
    );
}

//! A change in plain words.

use super::{Change, Kind};
use crate::check::{decode_condition, decode_serve};
use crate::json::Json;
use crate::phrase;

impl Change {
    /// What changed, as a sentence for a person: "release `checkout` opens to `beta` (it was at `internal`)".
    ///
    /// ```
    /// use halyard_core::Change;
    /// let change: Change = serde_json::from_str(r#"{"kind": "flag.disable", "path": ["flags", "new-cart", "enabled"], "to": false}"#).unwrap();
    /// assert_eq!(change.sentence(), "flag `new-cart` is switched off for everyone");
    /// ```
    pub fn sentence(&self) -> String {
        let (_, key) = self.subject();
        let field = self.path.get(2).map_or("", String::as_str);
        let item = self.path.get(3).map(String::as_str);
        let (from, to) = (self.from.as_ref(), self.to.as_ref());
        match self.kind {
            Kind::FlagCreate => format!("flag `{key}` is new: {}", new_flag(to)),
            Kind::FlagDelete => format!("flag `{key}` is deleted"),
            Kind::FlagEnable => format!("flag `{key}` is switched on"),
            Kind::FlagDisable => format!("flag `{key}` is switched off for everyone"),
            Kind::FlagVariants => named("variant", item, &format!("flag `{key}`"), from, to, phrase::value),
            Kind::FlagDescribe if item.is_some() => named("metadata", item, &format!("flag `{key}`"), from, to, phrase::value),
            Kind::FlagRequires => match item {
                Some(_) => named("the requirement of", item, &format!("flag `{key}`"), from, to, requirement),
                None => order("requirements", &format!("flag `{key}`"), to),
            },
            Kind::FlagRules => match item {
                Some(_) => named("rule", item, &format!("flag `{key}`"), from, to, rule),
                None => order("rules", &format!("flag `{key}`"), to),
            },
            Kind::FlagOtherwise => {
                let what = if field == "otherwise" { "serves otherwise" } else { "serves while it is off" };
                format!("flag `{key}` {what}: {} (was {})", served(to), served(from))
            }
            Kind::FlagPurpose | Kind::FlagVisibility | Kind::FlagDescribe => set(&format!("flag `{key}`"), field, from, to),
            Kind::SegmentCreate => format!("segment `{key}` is new: {}", to.map(|to| when(to.get("when"))).unwrap_or_default()),
            Kind::SegmentDelete => format!("segment `{key}` is deleted"),
            Kind::SegmentWhen if field == "when" => format!("segment `{key}` is now: {} (was: {})", when(to), when(from)),
            Kind::SegmentWhen | Kind::SegmentDescribe => set(&format!("segment `{key}`"), field, from, to),
            Kind::PlanCreate => format!("plan `{key}` is new"),
            Kind::PlanDelete => format!("plan `{key}` is deleted"),
            Kind::PlanChange if field == "stages" => stages(&format!("plan `{key}`"), item, from, to),
            Kind::PlanChange => set(&format!("plan `{key}`"), field, from, to),
            Kind::ReleaseCreate => {
                let title = to.and_then(|to| to.get("title")).and_then(Json::as_str).unwrap_or_default();
                format!("release `{key}` is new: {title}")
            }
            Kind::ReleaseDelete => format!("release `{key}` is deleted"),
            Kind::ReleaseOpen => {
                let was = from.map_or("nobody had opened it".to_owned(), |from| format!("it was at {}", phrase::value(from)));
                format!("release `{key}` opens to {} ({was})", text(to))
            }
            Kind::ReleaseNarrow => match to {
                Some(to) => format!("release `{key}` goes back to {} (it was at {})", phrase::value(to), text(from)),
                None => format!("release `{key}` goes back to nobody (it was at {})", text(from)),
            },
            Kind::ReleaseHold => format!("release `{key}` is held as it was at {}", plain(to)),
            Kind::ReleaseResume if to.is_some() => format!("release `{key}` goes on up to {}, and is held as it is then", plain(to)),
            Kind::ReleaseResume => format!("release `{key}` goes on: it is no longer held"),
            Kind::ReleaseRollBack => format!("release `{key}` is rolled back"),
            Kind::ReleaseRestore => format!("release `{key}` is no longer rolled back"),
            Kind::ReleaseClose => format!("release `{key}` is closed"),
            Kind::ReleaseReopen => format!("release `{key}` is open again: it is no longer closed"),
            Kind::ReleaseFlags => match item {
                Some(_) => named("flag", item, &format!("release `{key}`"), from, to, |to| text(to.get("variant"))),
                None => order("flags", &format!("release `{key}`"), to),
            },
            Kind::ReleaseStages => stages(&format!("release `{key}`"), item, from, to),
            Kind::ReleaseReadiness => readiness(key, item, from, to),
            Kind::ReleaseDescribe => set(&format!("release `{key}`"), field, from, to),
            Kind::Scenarios => match (from, to) {
                (None, Some(_)) => format!("scenario “{key}” is new"),
                (Some(_), None) => format!("scenario “{key}” is gone"),
                _ if key.is_empty() => "the scenarios are in another order".to_owned(),
                _ => format!("scenario “{key}” changes"),
            },
            Kind::Retired => match (from, to) {
                (None, Some(_)) => format!("key `{key}` is retired"),
                (Some(_), None) => format!("key `{key}` is no longer retired"),
                _ => "the retired keys are in another order".to_owned(),
            },
        }
    }
}

/// "rule `staff` of flag `f` is new: …", "… is gone", "… is now: … (was: …)".
fn named(what: &str, item: Option<&str>, of: &str, from: Option<&Json>, to: Option<&Json>, say: impl Fn(&Json) -> String) -> String {
    let item = item.unwrap_or_default();
    match (from, to) {
        (None, Some(to)) => format!("{what} `{item}` of {of} is new: {}", say(to)),
        (Some(from), Some(to)) if say(from) == say(to) => format!("{what} `{item}` of {of} changes"),
        (Some(from), Some(to)) => format!("{what} `{item}` of {of} is now: {} (was: {})", say(to), say(from)),
        _ => format!("{what} `{item}` of {of} is gone"),
    }
}

fn order(what: &str, of: &str, to: Option<&Json>) -> String {
    let names = to.and_then(Json::as_array).unwrap_or_default().iter().map(|name| text(Some(name))).collect::<Vec<_>>();
    format!("the {what} of {of} are now in this order: {}", names.join(", "))
}

/// "flag `f`: owner is now `a` (was `b`)".
fn set(of: &str, field: &str, from: Option<&Json>, to: Option<&Json>) -> String {
    let field = match field {
        "offVariant" => "off variant",
        other => other,
    };
    match (from, to) {
        (None, Some(to)) => format!("{of}: {field} is now {}", phrase::value(to)),
        (Some(from), None) => format!("{of}: {field} is taken away (was {})", phrase::value(from)),
        _ => format!("{of}: {field} is now {} (was {})", text(to), text(from)),
    }
}

fn stages(of: &str, item: Option<&str>, from: Option<&Json>, to: Option<&Json>) -> String {
    match item {
        Some(_) => named("stage", item, of, from, to, |stage| {
            let starts = stage.get("startsAt").map(|at| format!(", from {}", plain(Some(at)))).unwrap_or_default();
            let needs: Vec<String> =
                stage.get("needs").and_then(Json::as_array).unwrap_or_default().iter().map(|need| text(Some(need))).collect();
            let needs = if needs.is_empty() { String::new() } else { format!(", needs {}", needs.join(", ")) };
            format!("{}{starts}{needs}", when(stage.get("audience")))
        }),
        None => order("stages", of, to),
    }
}

fn readiness(key: &str, item: Option<&str>, from: Option<&Json>, to: Option<&Json>) -> String {
    let done = |side: Option<&Json>| side.and_then(|item| item.get("done")).and_then(Json::as_bool);
    let Some(item) = item else { return order("readiness items", &format!("release `{key}`"), to) };
    match (done(from), done(to)) {
        (Some(false) | None, Some(true)) => format!("release `{key}`: `{item}` is done"),
        (Some(true), Some(false)) => format!("release `{key}`: `{item}` is no longer done"),
        (None, Some(false)) => format!("release `{key}` has to have `{item}` done"),
        (Some(_), None) => format!("release `{key}` no longer has to have `{item}` done"),
        _ => format!("release `{key}`: `{item}` changes"),
    }
}

fn new_flag(flag: Option<&Json>) -> String {
    let field = |name: &str| flag.and_then(|flag| flag.get(name));
    let off = if field("enabled") == Some(&Json::Bool(false)) { ", switched off" } else { "" };
    format!("purpose {}, owner {}, otherwise {}{off}", text(field("purpose")), text(field("owner")), served(field("otherwise")))
}

fn requirement(requirement: &Json) -> String {
    let variants = requirement.get("is").and_then(Json::as_array).unwrap_or_default();
    variants.iter().map(|variant| text(Some(variant))).collect::<Vec<_>>().join(" or ")
}

fn rule(rule: &Json) -> String {
    format!("{} → {}", when(rule.get("when")), served(rule.get("serve")))
}

fn when(condition: Option<&Json>) -> String {
    condition.map_or("nobody".to_owned(), |json| {
        decode_condition(json).map_or_else(|_| phrase::value(json), |condition| phrase::condition(&condition))
    })
}

fn served(serve: Option<&Json>) -> String {
    serve.map_or("the application's own default".to_owned(), |json| {
        decode_serve(json).map_or_else(|_| phrase::value(json), |serve| phrase::serve(&serve))
    })
}

fn text(json: Option<&Json>) -> String {
    json.map_or("nothing".to_owned(), phrase::value)
}

fn plain(json: Option<&Json>) -> &str {
    json.and_then(Json::as_str).unwrap_or_default()
}

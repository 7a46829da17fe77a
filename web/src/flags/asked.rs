//! What a flag asks of a user: the attributes that decide about it, and the values that they are compared with.

use std::collections::BTreeSet;

use halyard_core::document::Document;
use halyard_core::json::Object;
use halyard_core::{Json, Pointer};

use crate::form::{at, scalar};

/// The attributes on which a flag's answer can depend, by their paths, each with the list of what it is compared with. `json` is the
/// document.
pub(crate) fn asked(document: &Document, json: &Json, flag: &str) -> Object {
    let mut search = Search { document, json, found: Object::new(), seen: BTreeSet::new() };
    search.flag(flag);
    search.found
}

/// What somebody means who types this for an attribute that is compared with these values, and is `now` at present.
pub(crate) fn meant(typed: &str, compared: &[Json], now: Option<&Json>) -> Json {
    let plain = compared.iter().chain(now).any(|value| value.as_str().is_none());
    if plain { scalar(typed, false) } else { Json::from(typed) }
}

struct Search<'d> {
    document: &'d Document,
    json: &'d Json,
    found: Object,
    /// The flags, segments and releases that were looked into.
    seen: BTreeSet<String>,
}

impl Search<'_> {
    /// Looks into a part of the document, once.
    fn part(&mut self, part: &str, key: &str, members: &[&str]) {
        let place = Pointer::root().at(part).at(key);
        if self.seen.insert(place.to_string()) {
            let json = self.json;
            members.iter().filter_map(|member| at::get(json, &place.at(*member))).for_each(|member| self.value(member));
        }
    }

    fn flag(&mut self, key: &str) {
        self.part("flags", key, &["requires", "rules", "otherwise"]);
        let document = self.document;
        if let Some((release, _)) = document.live_release(key) {
            self.part("releases", release, &["stages"]);
        }
    }

    fn value(&mut self, json: &Json) {
        if let Json::Array(items) = json {
            items.iter().for_each(|item| self.value(item));
        }
        let Json::Object(members) = json else { return };
        let text = |member: &str| members.get(member).and_then(Json::as_str);
        if let Some(attribute) = text("attribute") {
            let compared =
                ["is", "hasAll", "greaterThan", "atLeast", "lessThan", "atMost"].into_iter().filter_map(|name| members.get(name));
            let all = compared.flat_map(|one| one.as_array().unwrap_or(std::slice::from_ref(one)).iter().cloned());
            let values = self.found.entry(attribute.to_owned()).or_insert_with(|| Json::Array(Vec::new()));
            if let Json::Array(values) = values {
                values.extend(all);
            }
            return;
        }
        if ["percent", "ramp", "split"].into_iter().any(|member| members.contains_key(member)) {
            self.found.entry(text("by").unwrap_or("targetingKey").to_owned()).or_insert_with(|| Json::Array(Vec::new()));
        }
        if let Some(segment) = text("segment") {
            self.part("segments", segment, &["when"]);
        }
        if let Some(flag) = text("flag") {
            self.flag(flag);
        }
        members.values().for_each(|member| self.value(member));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halyard_core::check::Cap;
    use halyard_core::read;

    #[test]
    fn whatever_can_decide_about_a_flag_is_asked_for_through_segments_flags_and_releases() {
        let flag = r#""purpose": "release", "owner": "o", "created": "2026-11-01", "expires": "2027-01-01", "variants": {"on": true, "off": false}, "offVariant": "off""#;
        let text = format!(
            r#"{{"format": 1,
            "segments": {{"dutch": {{"when": {{"attribute": "country", "is": ["NL", "BE"]}}}}, "unused": {{"when": {{"attribute": "shoes", "is": [44]}}}}}},
            "flags": {{
                "f": {{{flag}, "requires": [{{"flag": "g", "is": ["on"]}}], "metadata": {{"attribute": "none"}},
                    "rules": [{{"id": "r", "when": {{"all": [{{"segment": "dutch"}}, {{"not": {{"attribute": "company.seats", "atLeast": 5}}}}]}}, "serve": "on"}}]}},
                "g": {{{flag}, "otherwise": {{"split": [{{"variant": "on", "weight": 1}}, {{"variant": "off", "weight": 1}}]}}}}}},
            "releases": {{"launch": {{"title": "t", "owner": "o", "flags": [{{"flag": "f", "variant": "on"}}],
                "stages": [{{"name": "beta", "audience": {{"attribute": "beta", "exists": true}}}}]}}}}}}"#
        );
        let report = read(text.as_bytes(), Cap::Reader);
        let document = report.checked.unwrap_or_else(|| panic!("{:?}", report.problems)).into_inner();
        let json = document.to_json();
        let found = Json::Object(asked(&document, &json, "f")).canonical();
        assert_eq!(found, r#"{"beta":[],"company.seats":[5],"country":["NL","BE"],"targetingKey":[]}"#);
        assert_eq!(Json::Object(asked(&document, &json, "g")).canonical(), r#"{"targetingKey":[]}"#);
        assert!(asked(&document, &json, "none").is_empty());
    }

    #[test]
    fn a_number_is_one_where_the_flag_compares_with_numbers_or_there_is_one() {
        let (five, text) = (Json::from(5.0), Json::from("x"));
        assert_eq!(meant("5", std::slice::from_ref(&five), None), five);
        assert_eq!(meant("5", &[], Some(&five)), five);
        assert_eq!(meant("5", std::slice::from_ref(&text), Some(&text)), Json::from("5"));
    }
}

//! Tests of an attribute's value: what each operator takes, and lists.

use crate::compile::tables::{Comparison, SHORT_LIST, Scalars, Tables, Test};
use crate::json::Json;
use crate::operators::network::Address;
use crate::operators::version::Version;
use crate::operators::{scalar, text};
use crate::time::Timestamp;

/// Whether a test holds for the value of an attribute; none: it is missing.
pub(crate) fn holds(tables: &Tables, test: &Test, value: Option<&Json>) -> bool {
    match (test, value) {
        (Test::Exists(wanted), value) => value.is_some() == *wanted,
        (_, None) => false,
        (Test::HasAll(wanted), Some(Json::Array(elements))) => has_all(tables, wanted, elements),
        (Test::HasAll(wanted), Some(one)) => one.is_scalar() && has_all(tables, wanted, std::slice::from_ref(one)),
        (test, Some(Json::Array(elements))) => {
            elements.iter().any(|element| !matches!(element, Json::Array(_)) && holds_for_one(tables, test, element))
        }
        (test, Some(one)) => holds_for_one(tables, test, one),
    }
}

/// A test other than `exists` and `hasAll`, of a value that is no list.
fn holds_for_one(tables: &Tables, test: &Test, value: &Json) -> bool {
    match test {
        Test::Is(scalars) => is_any(tables, scalars, value),
        Test::Compare(comparison, bound) => value.as_f64().is_some_and(|number| compare(*comparison, number, *bound)),
        Test::After(instant) => time(value).is_some_and(|time| time >= number(instant.at)),
        Test::Before(instant) => time(value).is_some_and(|time| time < number(instant.at)),
        Test::Find { place, wanted, ignore_case } => value.as_str().is_some_and(|found| {
            let wanted = wanted.of(&tables.texts).iter().map(|wanted| tables.text(*wanted));
            text::any_found(*place, found, wanted, *ignore_case)
        }),
        Test::Matches(pattern) => {
            value.as_str().is_some_and(|text| tables.patterns.get(*pattern as usize).is_some_and(|pattern| pattern.is_match(text)))
        }
        Test::Version(comparators, _) => value.as_str().and_then(Version::parse).is_some_and(|version| {
            let order = |bound: &crate::compile::tables::Bound| version.order(bound.version(tables));
            comparators.of(&tables.comparators).iter().all(|comparator| comparator.holds(order))
        }),
        Test::Network(networks) => value
            .as_str()
            .and_then(Address::parse)
            .is_some_and(|address| networks.of(&tables.networks).iter().any(|(network, _)| network.holds(address))),
        Test::Exists(_) | Test::HasAll(_) => false,
    }
}

fn is_any(tables: &Tables, scalars: &Scalars, value: &Json) -> bool {
    match value {
        Json::String(value) => {
            let texts = scalars.texts.of(&tables.texts);
            if texts.len() > SHORT_LIST {
                texts.binary_search_by(|text| tables.text(*text).cmp(value)).is_ok()
            } else {
                texts.iter().any(|text| tables.text(*text) == value)
            }
        }
        Json::Number(value) => {
            let numbers = scalars.numbers.of(&tables.numbers);
            if numbers.len() > SHORT_LIST {
                numbers.binary_search_by(|number| scalar::order(*number, *value)).is_ok()
            } else {
                numbers.contains(value)
            }
        }
        Json::Bool(true) => scalars.yes,
        Json::Bool(false) => scalars.no,
        Json::Null | Json::Array(_) | Json::Object(_) => false,
    }
}

fn has_all(tables: &Tables, wanted: &Scalars, elements: &[Json]) -> bool {
    let has = |wanted: bool| elements.iter().any(|element| element.as_bool() == Some(wanted));
    wanted.texts.of(&tables.texts).iter().all(|text| {
        let text = tables.text(*text);
        elements.iter().any(|element| element.as_str() == Some(text))
    }) && wanted.numbers.of(&tables.numbers).iter().all(|number| elements.iter().any(|element| element.as_f64() == Some(*number)))
        && (!wanted.yes || has(true))
        && (!wanted.no || has(false))
}

fn compare(comparison: Comparison, number: f64, bound: f64) -> bool {
    match comparison {
        Comparison::GreaterThan => number > bound,
        Comparison::AtLeast => number >= bound,
        Comparison::LessThan => number < bound,
        Comparison::AtMost => number <= bound,
    }
}

/// Milliseconds since 1970: a number as it is, a text as RFC 3339.
fn time(value: &Json) -> Option<f64> {
    match value {
        Json::Number(millis) => Some(*millis),
        Json::String(text) => Timestamp::parse(text).map(number),
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "the years 0001 to 9999 lie within 2^53 ms")]
fn number(at: Timestamp) -> f64 {
    at.0 as f64
}

/// What a value lacks to be tested at all: "a number". None where it is of the kind that the test takes.
pub(crate) fn lacks(test: &Test, value: &Json) -> Option<&'static str> {
    let is_text = value.as_str().is_some();
    match test {
        Test::Is(_) | Test::HasAll(_) | Test::Exists(_) => None,
        Test::Find { .. } | Test::Matches(_) => (!is_text).then_some("text"),
        Test::Compare(..) => value.as_f64().is_none().then_some("number"),
        Test::After(_) | Test::Before(_) => time(value).is_none().then_some("time"),
        Test::Version(..) => value.as_str().and_then(Version::parse).is_none().then_some("version"),
        Test::Network(_) => value.as_str().and_then(Address::parse).is_none().then_some("address"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Cap;
    use crate::compile::compile;
    use crate::{Context, Ruleset, read};
    use proptest::prelude::*;

    /// A ruleset whose one flag is on where the condition on `a` holds.
    fn ruleset(operator: &str) -> Ruleset {
        let document = format!(
            r#"{{"format": 1, "flags": {{"f": {{"purpose": "operational", "owner": "o", "created": "2026-11-01",
                "variants": {{"on": true, "off": false}},
                "rules": [{{"id": "r", "when": {{"attribute": "a", {operator}}}, "serve": "on"}}], "otherwise": "off"}}}}}}"#
        );
        let report = read(document.as_bytes(), Cap::Reader);
        assert_eq!(report.errors().collect::<Vec<_>>(), Vec::<&crate::Problem>::new());
        compile(&report.checked.unwrap())
    }

    fn is_on(ruleset: &Ruleset, value: &str) -> bool {
        let context = Context::parse(format!(r#"{{"a": {value}}}"#).as_bytes()).unwrap();
        ruleset.evaluate("f", &context, Timestamp(0)).variant == Some("on")
    }

    #[test]
    fn an_operator_takes_its_own_types_and_is_false_for_the_others() {
        let values = [r#""2.1.0""#, "5", "true", "null", r#"{"x": "2.1.0"}"#, r#"[["2.1.0", 5, true]]"#, "[]"];
        for (operator, held) in [
            (r#""is": ["2.1.0", 5, true]"#, [true, true, true, false, false, false, false]),
            (r#""contains": [""]"#, [true, false, false, false, false, false, false]),
            (r#""startsWith": ["2"]"#, [true, false, false, false, false, false, false]),
            (r#""endsWith": [".0"], "ignoreCase": true"#, [true, false, false, false, false, false, false]),
            (r#""matches": """#, [true, false, false, false, false, false, false]),
            (r#""atLeast": 0"#, [false, true, false, false, false, false, false]),
            (r#""before": "2026-01-01T00:00:00Z""#, [false, true, false, false, false, false, false]),
            (r#""version": ">=2""#, [true, false, false, false, false, false, false]),
            (r#""network": ["0.0.0.0/0", "::/0"]"#, [false; 7]),
            (r#""exists": true"#, [true, true, true, false, true, true, true]),
            (r#""exists": false"#, [false, false, false, true, false, false, false]),
            (r#""hasAll": ["2.1.0"]"#, [true, false, false, false, false, false, false]),
        ] {
            let ruleset = ruleset(operator);
            assert_eq!(values.map(|value| is_on(&ruleset, value)), held, "{operator}");
        }
    }

    #[test]
    fn over_a_list_an_operator_holds_for_any_element_that_is_no_list() {
        let is = ruleset(r#""is": [7]"#);
        assert!(is_on(&is, r#"["x", null, {"a": 7}, 7]"#));
        assert!(!is_on(&is, r#"["7", [7], {"a": 7}]"#));
        let all = ruleset(r#""hasAll": [7, "x", false]"#);
        assert!(is_on(&all, r#"[false, "x", 7.0, "y"]"#));
        assert!(!is_on(&all, r#"[[7], "x", false]"#));
        assert!(!is_on(&all, r#"{"x": 7}"#));
    }

    #[test]
    fn a_time_in_a_context_is_text_or_milliseconds_compared_as_they_are() {
        let after = ruleset(r#""after": "1970-01-01T00:00:00.005Z""#);
        for (value, held) in [
            ("5", true),
            ("4.9", false),
            (r#""1970-01-01T01:00:00.0059+01:00""#, true),
            (r#""1970-01-01T00:00:00.0049Z""#, false),
            (r#""5""#, false),
        ] {
            assert_eq!(is_on(&after, value), held, "{value}");
        }
    }

    proptest! {
        #[test]
        fn long_lists_are_searched_as_short_ones_are(
            texts in proptest::collection::btree_set("[a-dé𝄞]{0,2}", SHORT_LIST + 1..40), numbers in proptest::collection::btree_set(-20_i32..20, SHORT_LIST + 1..30),
            text in "[a-dé𝄞]{0,2}", number in -20_i32..20
        ) {
            // Not in the order that they are searched in.
            let texts: Vec<Json> = texts.iter().rev().map(|text| Json::from(text.as_str())).collect();
            let numbers: Vec<Json> = numbers.iter().rev().map(|number| Json::from(f64::from(*number) / 2.0)).collect();
            let list = Json::Array(texts.iter().chain(&numbers).cloned().collect());
            let ruleset = ruleset(&format!(r#""is": {list}"#));
            let (text, number) = (Json::from(text), Json::from(f64::from(number) / 2.0));
            prop_assert_eq!(is_on(&ruleset, &text.canonical()), texts.contains(&text));
            prop_assert_eq!(is_on(&ruleset, &number.canonical()), numbers.contains(&number));
            prop_assert_eq!(is_on(&ruleset, "-0.0"), numbers.contains(&Json::from(0.0)));
        }
    }
}

//! Tests of an attribute's value: what each operator takes, and lists.

use crate::evaluate::run::Given;
use crate::evaluate::slots::{self, Slot, Slots, Value};
use crate::image::node::kind;
use crate::image::part::{Span, double, time};
use crate::image::row::{Pattern, Scalars};
use crate::image::{Image, Section};
use crate::operators::network::{Address, Network};
use crate::operators::text::Place;
use crate::operators::version::Places;
use crate::operators::{matches, scalar, text};
use crate::time::Timestamp;

/// Whether a list has what a context has at an attribute: the test that most conditions are. Of a text without a call, where no
/// list has it or one alone.
#[inline(always)]
pub(crate) fn is(given: &Given<'_, '_>, attribute: u32, list: u32) -> bool {
    match given.slots.slot(attribute) {
        Some([slots::kind::TEXT, listed, ..]) => has_text(given, list, *listed),
        Some(_) => is_any(given, attribute, list),
        None => false,
    }
}

/// The same of whatever it is, with a call.
#[inline(never)]
pub(crate) fn is_any(given: &Given<'_, '_>, attribute: u32, list: u32) -> bool {
    given.slots.all(attribute).iter().any(|one| match one {
        [slots::kind::TEXT, listed, ..] => has_text(given, list, *listed),
        other => has_other(given, list, other),
    })
}

/// Whether a list has a text, of which a slot's word says which lists have it.
#[inline(always)]
fn has_text(given: &Given<'_, '_>, list: u32, listed: u32) -> bool {
    listed.checked_sub(1).is_some_and(|listed| given.image.list_has(list, listed))
}

/// Whether a list has what a slot holds that holds no text.
#[inline(never)]
fn has_other(given: &Given<'_, '_>, list: u32, slot: &Slot) -> bool {
    holds_for_one(given, &[kind::IS, 0, list, 0], given.slots.value_of(slot))
}

/// Whether a test holds for what a context has at its attribute. It is the words of a condition.
#[inline(never)]
pub(crate) fn holds(given: &Given<'_, '_>, test: &[u32; 4]) -> bool {
    let [kind, attribute, ..] = *test;
    let value = given.slots.value(attribute);
    match kind {
        kind::EXISTS => !matches!(value, Value::Missing),
        kind::MISSING => matches!(value, Value::Missing),
        _ => match value {
            Value::List(elements) => elements.iter().any(|element| holds_for_one(given, test, given.slots.value_of(element))),
            one => holds_for_one(given, test, one),
        },
    }
}

/// A test other than `exists`, of a value that is no list.
fn holds_for_one(given: &Given<'_, '_>, test: &[u32; 4], value: Value<'_>) -> bool {
    let ([kind, _, b, c], image) = (*test, &given.image);
    match value {
        Value::Text(slot) => holds_for_text(given, test, slot),
        Value::Bool(yes) if kind == kind::IS => image.row(b).is_some_and(|list: Scalars| if yes { list.yes } else { list.no }),
        Value::Number(number) => match kind {
            kind::IS => image.row(b).is_some_and(|list: Scalars| has_number(image, list.numbers, number)),
            kind::GREATER_THAN => number > double([b, c]),
            kind::AT_LEAST => number >= double([b, c]),
            kind::LESS_THAN => number < double([b, c]),
            kind::AT_MOST => number <= double([b, c]),
            // Milliseconds since 1970.
            kind::LATER | kind::EARLIER => (number >= millis(time([b, c]))) == (kind == kind::LATER),
            _ => false,
        },
        Value::Bool(_) | Value::Missing | Value::Object | Value::List(_) => false,
    }
}

fn holds_for_text(given: &Given<'_, '_>, test: &[u32; 4], slot: &Slot) -> bool {
    let ([kind, _, b, c], image) = (*test, &given.image);
    let text = given.slots.text_of(slot);
    let span = Span { start: b, len: c };
    match kind {
        kind::CONTAINS..=kind::ENDS_WITH_IN_ANY_CASE => {
            let place = match kind {
                ..kind::STARTS_WITH => Place::Anywhere,
                kind::STARTS_WITH..kind::ENDS_WITH => Place::Start,
                _ => Place::End,
            };
            let text = if kind % 2 == 1 { given.slots.lower_case_of(slot) } else { text };
            image.list(Section::Listed, span).iter().any(|wanted| text::found(place, text, image.text(*wanted)))
        }
        kind::MATCHES => {
            let program = image.row(b).map(|pattern: Pattern| image.list(Section::Programs, pattern.program));
            matches::is_match(program.unwrap_or_default(), text)
        }
        kind::LATER | kind::EARLIER => Timestamp::read(text).is_some_and(|at| (at >= time([b, c])) == (kind == kind::LATER)),
        kind::VERSION => Slots::version_of(slot).is_some_and(|place| image.rows(span).all(|comparator: Places| comparator.holds(place))),
        kind::NETWORK => Address::parse(text).is_some_and(|address| image.rows(span).any(|network: Network| network.holds(address))),
        _ => false,
    }
}

fn has_number(image: &Image<'_>, numbers: Span, wanted: f64) -> bool {
    image.numbers(numbers).binary_search_by(|number| scalar::order(double(*number), wanted)).is_ok()
}

#[expect(clippy::cast_precision_loss, reason = "the years 0001 to 9999 lie within 2^53 ms")]
pub(crate) fn millis(at: Timestamp) -> f64 {
    at.0 as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Cap;
    use crate::compile::compile;
    use crate::{Context, Json, Ruleset, read};
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
        fn a_list_holds_what_is_in_it_whatever_its_order(
            texts in proptest::collection::btree_set("[a-dé𝄞]{0,2}", 1..40), numbers in proptest::collection::btree_set(-20_i32..20, 1..30),
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

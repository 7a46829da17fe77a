//! Scalars of a context: their text, which buckets hash, and the order of numbers in sorted lists.

use core::cmp::Ordering;

#[cfg(feature = "document")]
use crate::json::Json;

/// What `use_text` makes of a value's text: a string itself, a number as JavaScript's `String(n)` writes it, `true`, `false`.
/// Arrays, objects and null have none. The text of a number is made on the stack.
#[cfg(feature = "document")]
pub(crate) fn with_text<T>(value: &Json, use_text: impl FnOnce(&str) -> T) -> Option<T> {
    match value {
        Json::String(text) => Some(use_text(text)),
        Json::Number(number) => Some(use_text(ryu_js::Buffer::new().format(*number))),
        Json::Bool(true) => Some(use_text("true")),
        Json::Bool(false) => Some(use_text("false")),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

/// The order of numbers in which both zeros are one.
pub(crate) fn order(a: f64, b: f64) -> Ordering {
    (a + 0.0).total_cmp(&(b + 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: Json) -> Option<String> {
        with_text(&value, str::to_owned)
    }

    #[test]
    fn numbers_are_written_as_javascript_writes_them() {
        for (number, written) in [
            (5.0, "5"),
            (-0.0, "0"),
            (1.5, "1.5"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (9_007_199_254_740_993.0, "9007199254740992"),
            (f64::MAX, "1.7976931348623157e+308"),
            (5e-324, "5e-324"),
        ] {
            assert_eq!(text(Json::from(number)).unwrap(), written);
        }
    }

    #[test]
    fn strings_and_booleans_have_a_text_and_nothing_else_does() {
        assert_eq!(text(Json::from("")).unwrap(), "");
        assert_eq!(text(Json::from(true)).unwrap(), "true");
        assert_eq!(text(Json::from(false)).unwrap(), "false");
        assert_eq!(text(Json::Null), None);
        assert_eq!(text(Json::Array(vec![Json::from("a")])), None);
        assert_eq!(text(Json::Object(Default::default())), None);
    }

    #[test]
    fn both_zeros_are_one_number() {
        assert_eq!(order(0.0, -0.0), Ordering::Equal);
        assert_eq!(order(-1.0, 0.0), Ordering::Less);
        assert_eq!(order(f64::NAN, 1e308), Ordering::Greater);
    }
}

//! Numbers of a context: their text, which buckets hash, and the order of numbers in sorted lists.

use core::cmp::Ordering;

/// What `use_text` makes of a number's text, as JavaScript's `String(n)` writes it. It is made on the stack.
#[cfg(feature = "document")]
pub(crate) fn with_text<T>(number: f64, use_text: impl FnOnce(&str) -> T) -> T {
    use_text(ryu_js::Buffer::new().format(number))
}

/// The order of numbers in which both zeros are one.
pub(crate) fn order(a: f64, b: f64) -> Ordering {
    (a + 0.0).total_cmp(&(b + 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(with_text(number, str::to_owned), written);
        }
    }

    #[test]
    fn both_zeros_are_one_number() {
        assert_eq!((order(0.0, -0.0), order(-0.0, 0.0)), (Ordering::Equal, Ordering::Equal));
        assert_eq!(order(-1.0, 0.0), Ordering::Less);
        assert_eq!(order(f64::NAN, 1e308), Ordering::Greater);
    }
}

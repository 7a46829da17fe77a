//! Values of a context: finding an attribute, its text, and equality of scalars.

use serde_json::Value;

/// The attribute at `path`: the whole path as one key, else split at dots through objects. A null is missing.
pub(crate) fn attribute<'a>(context: &'a Value, path: &str) -> Option<&'a Value> {
    if let Some(value) = context.get(path).filter(|value| !value.is_null()) {
        return Some(value);
    }
    let mut value = context;
    for name in path.split('.') {
        value = value.as_object()?.get(name)?;
    }
    Some(value).filter(|value| !value.is_null())
}

/// The text that buckets by the attribute at `by` use; an empty `targetingKey` counts as missing.
pub(crate) fn bucket_text(context: &Value, by: &str) -> Option<String> {
    let text = text(attribute(context, by)?)?;
    if by == "targetingKey" && text.is_empty() { None } else { Some(text) }
}

/// The text of a scalar; arrays and objects have none.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => number.as_f64().map(number_text),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether two scalars have the same JSON type and are equal. Numbers are doubles: 5 equals 5.0.
pub(crate) fn same_scalar(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        _ => false,
    }
}

/// A number as JavaScript's `String(n)` writes it (ECMA-262, Number::toString with radix 10).
pub fn number_text(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned(); // both zeros
    }
    if number < 0.0 {
        return format!("-{}", number_text(-number));
    }
    // Rust's `{:e}` writes the shortest digits that read back as the same double. Of several that are as short the standard takes the
    // nearest, and of two that are as near the even one: as Rust rounds to a given number of digits.
    let shortest = format!("{number:e}");
    let count = shortest.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count();
    let rounded = format!("{number:.*e}", count.saturating_sub(1));
    let scientific = if rounded.parse() == Ok(number) { rounded } else { shortest };
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific; // not finite; JSON has no such numbers
    };
    let digits = mantissa.replace('.', "");
    let exponent: i32 = exponent.parse().unwrap_or(0);
    // In the standard's terms: the value is 0.DIGITS × 10^point, with `count` digits.
    let (count, point) = (digits.len() as i32, exponent + 1);
    let zeros = |n: i32| "0".repeat(n.max(0) as usize);
    if count <= point && point <= 21 {
        format!("{digits}{}", zeros(point - count))
    } else if 0 < point && point <= 21 {
        let (whole, fraction) = digits.split_at(point as usize);
        format!("{whole}.{fraction}")
    } else if -6 < point && point <= 0 {
        format!("0.{}{digits}", zeros(-point))
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{mantissa}e{sign}{}", exponent.abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_written_as_javascript_writes_them() {
        for (number, expected) in [
            (5.0, "5"),
            (-5.0, "-5"),
            (-0.0, "0"),
            (0.1, "0.1"),
            (1.5, "1.5"),
            (123_456.789, "123456.789"),
            (1e20, "100000000000000000000"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            (1e21, "1e+21"),
            (1.5e21, "1.5e+21"),
            (-1.5e21, "-1.5e+21"),
            (1e-6, "0.000001"),
            (1.25e-6, "0.00000125"),
            (1e-7, "1e-7"),
            (1.25e-7, "1.25e-7"),
            (9_007_199_254_740_993.0, "9007199254740992"),
            (f64::MAX, "1.7976931348623157e+308"),
            (5e-324, "5e-324"),
            // As near to .2 as to .3, which both read back as it.
            (901_719_925_474_049.2, "901719925474049.2"),
            (901_719_925_474_049.8, "901719925474049.8"),
        ] {
            assert_eq!(number_text(number), expected);
        }
    }

    #[test]
    fn the_whole_path_goes_before_its_parts_unless_it_is_null() {
        let context = json!({"a.b": 1, "a": {"b": 2, "c": 3, "": 4}, "a.c": null, "": 5});
        assert_eq!(attribute(&context, "a.b"), Some(&json!(1)));
        assert_eq!(attribute(&context, "a.c"), Some(&json!(3)));
        assert_eq!(attribute(&context, "a."), Some(&json!(4)));
        assert_eq!(attribute(&context, ""), Some(&json!(5)));
        assert_eq!(attribute(&context, "a.b.c"), None);
    }
}

//! The kinds of condition and the operators on attributes, as a person chooses them: their words, and how one becomes another
//! without losing what was typed.

use halyard_core::Json;
use halyard_core::json::Object;

/// A kind of condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Attribute,
    Segment,
    Flag,
    Percent,
    Ramp,
    After,
    Before,
    All,
    Any,
    Not,
}

impl What {
    /// Those that a line can be about; groups and `not` are made otherwise.
    pub(crate) const LINES: [What; 7] = [What::Attribute, What::Segment, What::Flag, What::Percent, What::Ramp, What::After, What::Before];

    /// The member that tells it apart. A flag test has `is` too, so `flag` is asked for by name.
    pub(crate) fn member(self) -> &'static str {
        match self {
            What::Attribute => "attribute",
            What::Segment => "segment",
            What::Flag => "flag",
            What::Percent => "percent",
            What::Ramp => "ramp",
            What::After => "after",
            What::Before => "before",
            What::All => "all",
            What::Any => "any",
            What::Not => "not",
        }
    }

    /// In a list to choose from.
    pub(crate) fn word(self) -> &'static str {
        match self {
            What::Attribute => "attribute",
            What::Segment => "in segment",
            What::Flag => "flag",
            What::Percent => "share of users",
            What::Ramp => "growing share",
            What::After => "from",
            What::Before => "until",
            What::All => "all of these",
            What::Any => "any of these",
            What::Not => "not",
        }
    }

    /// The kind of a condition; none: no form fits it.
    pub(crate) fn of(condition: &Json) -> Option<What> {
        let members = condition.as_object()?;
        let all = [
            What::Attribute,
            What::Segment,
            What::Flag,
            What::Percent,
            What::Ramp,
            What::All,
            What::Any,
            What::Not,
            What::After,
            What::Before,
        ];
        all.into_iter().find(|what| members.contains_key(what.member()))
    }

    /// A new condition of this kind.
    pub(crate) fn fresh(self) -> Json {
        let text = || Json::from("");
        match self {
            What::Attribute => object([("attribute", text()), ("is", Json::Array(Vec::new()))]),
            What::Segment => object([("segment", text())]),
            What::Flag => object([("flag", text()), ("is", Json::Array(Vec::new()))]),
            What::Percent => object([("percent", Json::from(10.0))]),
            What::Ramp => object([("ramp", Json::Array(vec![Op::point(0.0), Op::point(100.0)])), ("shape", Json::from("linear"))]),
            What::After => object([("after", text())]),
            What::Before => object([("before", text())]),
            What::All => object([("all", Json::Array(Vec::new()))]),
            What::Any => object([("any", Json::Array(Vec::new()))]),
            What::Not => object([("not", What::Attribute.fresh())]),
        }
    }
}

/// An operator on an attribute. `exists` is two, because people say "is known" and "is not known".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Is,
    HasAll,
    Contains,
    StartsWith,
    EndsWith,
    Matches,
    AtLeast,
    GreaterThan,
    AtMost,
    LessThan,
    Version,
    Network,
    After,
    Before,
    Known,
    Unknown,
}

/// What an operator compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    Scalars,
    Texts,
    Networks,
    Pattern,
    Number,
    Range,
    Time,
    Nothing,
}

impl Op {
    /// All of them, as they are offered.
    pub(crate) const ALL: [Op; 16] = [
        Op::Is,
        Op::Contains,
        Op::StartsWith,
        Op::EndsWith,
        Op::Matches,
        Op::AtLeast,
        Op::GreaterThan,
        Op::AtMost,
        Op::LessThan,
        Op::Version,
        Op::After,
        Op::Before,
        Op::Network,
        Op::HasAll,
        Op::Known,
        Op::Unknown,
    ];

    /// The member of the condition that has the operand.
    pub(crate) fn member(self) -> &'static str {
        match self {
            Op::Is => "is",
            Op::HasAll => "hasAll",
            Op::Contains => "contains",
            Op::StartsWith => "startsWith",
            Op::EndsWith => "endsWith",
            Op::Matches => "matches",
            Op::AtLeast => "atLeast",
            Op::GreaterThan => "greaterThan",
            Op::AtMost => "atMost",
            Op::LessThan => "lessThan",
            Op::Version => "version",
            Op::Network => "network",
            Op::After => "after",
            Op::Before => "before",
            Op::Known | Op::Unknown => "exists",
        }
    }

    /// As it stands in a sentence behind the attribute's name.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Op::Is => "is any of",
            Op::HasAll => "has all of",
            Op::Contains => "contains",
            Op::StartsWith => "starts with",
            Op::EndsWith => "ends with",
            Op::Matches => "matches the pattern",
            Op::AtLeast => "is at least",
            Op::GreaterThan => "is above",
            Op::AtMost => "is at most",
            Op::LessThan => "is below",
            Op::Version => "is a version in",
            Op::Network => "is an address in",
            Op::After => "is a time from",
            Op::Before => "is a time before",
            Op::Known => "is known",
            Op::Unknown => "is not known",
        }
    }

    /// What it compares with.
    pub(crate) fn operand(self) -> Operand {
        match self {
            Op::Is | Op::HasAll => Operand::Scalars,
            Op::Contains | Op::StartsWith | Op::EndsWith => Operand::Texts,
            Op::Matches => Operand::Pattern,
            Op::AtLeast | Op::GreaterThan | Op::AtMost | Op::LessThan => Operand::Number,
            Op::Version => Operand::Range,
            Op::Network => Operand::Networks,
            Op::After | Op::Before => Operand::Time,
            Op::Known | Op::Unknown => Operand::Nothing,
        }
    }

    /// The operator of an attribute condition; none: it has none that we know.
    pub(crate) fn of(condition: &Json) -> Option<Op> {
        let members = condition.as_object()?;
        let op = Op::ALL.into_iter().find(|op| members.contains_key(op.member()))?;
        let refused = members.get("exists").and_then(Json::as_bool) == Some(false);
        Some(if op == Op::Known && refused { Op::Unknown } else { op })
    }

    /// The same condition with this operator, and as much of what was compared with as fits it.
    pub(crate) fn instead(self, condition: &Json) -> Json {
        let mut members = condition.as_object().cloned().unwrap_or_default();
        let old = Op::of(condition).and_then(|op| members.remove(op.member())).unwrap_or_default();
        let list = || match &old {
            Json::Array(items) => items.clone(),
            Json::Null | Json::Bool(_) | Json::Object(_) => Vec::new(),
            Json::String(text) if text.is_empty() => Vec::new(),
            one => vec![one.clone()],
        };
        let texts = || list().iter().map(|item| Json::from(text_of(item))).collect();
        let text = || Json::from(list().first().map(text_of).unwrap_or_default());
        let operand = match self.operand() {
            Operand::Scalars => Json::Array(list()),
            Operand::Texts | Operand::Networks => Json::Array(texts()),
            Operand::Pattern | Operand::Range | Operand::Time => text(),
            Operand::Number => list().first().map_or(Json::from(""), |item| number(&text_of(item))),
            Operand::Nothing => Json::Bool(self == Op::Known),
        };
        members.insert(self.member().to_owned(), operand);
        if self.operand() != Operand::Texts {
            members.remove("ignoreCase");
        }
        Json::Object(members)
    }

    fn point(percent: f64) -> Json {
        object([("at", Json::from("")), ("percent", Json::from(percent))])
    }
}

/// An object of these members.
pub(crate) fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Object>())
}

/// A value as a text field shows it.
pub(crate) fn text_of(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.canonical(),
    }
}

/// What was typed where a number is wanted: the number, or the text as it stands, for `check` to say what is wrong with it.
pub(crate) fn number(typed: &str) -> Json {
    match Json::parse(typed.trim().as_bytes()) {
        Ok(number @ Json::Number(_)) => number,
        _ => Json::from(typed),
    }
}

/// What was typed where any scalar may stand. A number or truth value is one unless the attribute's values are known to be
/// texts; what stands in double quotes is a text in any case.
pub(crate) fn scalar(typed: &str, texts: bool) -> Json {
    match Json::parse(typed.trim().as_bytes()) {
        Ok(quoted @ Json::String(_)) => quoted,
        Ok(plain @ (Json::Number(_) | Json::Bool(_))) if !texts => plain,
        _ => Json::from(typed.trim()),
    }
}

/// A scalar as its chip shows it: a text that would read as another scalar keeps its quotes.
pub(crate) fn chip(json: &Json) -> String {
    match json {
        Json::String(text) if scalar(text, false) != *json || text.trim() != text || text.is_empty() => json.canonical(),
        other => text_of(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        Json::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn every_fresh_condition_and_operator_is_known_again() {
        for what in What::LINES.into_iter().chain([What::All, What::Any, What::Not]) {
            assert_eq!(What::of(&what.fresh()), Some(what));
        }
        for op in Op::ALL {
            let made = op.instead(&What::Attribute.fresh());
            assert_eq!((Op::of(&made), What::of(&made)), (Some(op), Some(What::Attribute)), "{op:?}");
        }
        assert_eq!(What::of(&json(r#"{"flag": "f", "is": ["on"]}"#)), Some(What::Flag));
        assert_eq!(What::of(&json(r#"{"attribute": "a", "after": "2026-01-01T00:00:00Z"}"#)), Some(What::Attribute));
        assert_eq!(What::of(&json(r#"{"when": 1}"#)), None);
        assert_eq!(What::of(&json("[]")), None);
    }

    #[test]
    fn another_operator_keeps_what_was_typed() {
        let is = json(r#"{"attribute": "version", "is": ["2.1", 5]}"#);
        for (op, then) in [
            (Op::StartsWith, r#"{"attribute":"version","startsWith":["2.1","5"]}"#),
            (Op::Version, r#"{"attribute":"version","version":"2.1"}"#),
            (Op::AtLeast, r#"{"atLeast":2.1,"attribute":"version"}"#),
            (Op::Unknown, r#"{"attribute":"version","exists":false}"#),
            (Op::HasAll, r#"{"attribute":"version","hasAll":["2.1",5]}"#),
        ] {
            assert_eq!(op.instead(&is).canonical(), then);
        }
        let folded = json(r#"{"attribute": "e", "endsWith": ["@a"], "ignoreCase": true}"#);
        assert_eq!(Op::Contains.instead(&folded).canonical(), r#"{"attribute":"e","contains":["@a"],"ignoreCase":true}"#);
        assert_eq!(Op::Is.instead(&folded).canonical(), r#"{"attribute":"e","is":["@a"]}"#);
    }

    #[test]
    fn a_value_is_what_was_meant_and_its_chip_reads_back() {
        for (typed, texts, meant) in [
            ("NL", false, r#""NL""#),
            ("5", false, "5"),
            ("5", true, r#""5""#),
            (r#""5""#, false, r#""5""#),
            ("true", false, "true"),
            ("null", false, r#""null""#),
        ] {
            assert_eq!(scalar(typed, texts).canonical(), meant, "{typed}");
        }
        for value in ["5", "true", r#""5""#, r#""NL""#, r#""a\"b""#, r#"" ""#, r#""""#, r#""\"q\"""#] {
            assert_eq!(scalar(&chip(&json(value)), false), json(value), "{value}");
        }
        assert_eq!(number(" 1e3 "), Json::from(1000.0));
        assert_eq!(number("ten"), Json::from("ten"));
    }
}

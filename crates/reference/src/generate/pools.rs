//! What documents and contexts are both made of: names, texts, numbers, times, versions, addresses.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

/// Attribute paths; the contexts have most of them, now and then.
pub(super) const PATHS: [&str; 20] = [
    "email",
    "country",
    "plan",
    "beta",
    "n",
    "score",
    "tags",
    "scores",
    "company.id",
    "company.size",
    "name",
    "app",
    "ip",
    "signup",
    "deep",
    "nul",
    "nothing",
    "targetingKey",
    "größe.✓",
    "odd key",
];

/// Texts, many of which lie within others: by case, by a final sigma, by a dotted İ, by a character beyond 16 bits.
pub(super) const TEXTS: [&str; 28] = [
    "",
    "a",
    "A",
    "NL",
    "nl",
    "DE",
    "u1@acme.example",
    "@acme.example",
    "Ann",
    "ann",
    "ZOË",
    "zoë",
    "élan vital",
    "ΟΔΥΣΣΕΥΣ",
    "οδυσσευς",
    "οδυσσευσ",
    "Σ",
    "İstanbul",
    "i̇stanbul",
    "istanbul",
    "straße",
    "STRASSE",
    "𝄞 clef",
    "line\nbreak",
    "true",
    "7",
    "free",
    "enterprise",
];

/// Patterns in regex-lite's syntax.
const PATTERNS: [&str; 14] = [
    "",
    "a",
    "^u\\d+@",
    "(acme|beta)\\.example$",
    "\\bacme\\b",
    "(?i)ann",
    "^.$",
    "^\\w+$",
    "\\s",
    "^line$",
    "(?m)^break$",
    "ë",
    "[À-ÿ]",
    "^(?:nl|NL){1,2}$",
];

/// Instants, as milliseconds since 1970, at which documents change and near which they are asked.
const INSTANTS: [i64; 10] = [
    1_796_083_200_000, // 2026-12-01T00:00:00Z
    1_796_115_600_000, // 2026-12-01T09:00:00Z
    1_796_169_600_000, // 2026-12-02T00:00:00Z
    1_796_256_000_001, // 2026-12-03T00:00:00.001Z
    1_796_468_400_000, // 2026-12-05T11:00:00Z
    1_796_688_000_000, // 2026-12-08T00:00:00Z
    1_797_724_800_500, // 2026-12-20T00:00:00.5Z
    951_782_400_000,   // 2000-02-29T00:00:00Z
    -1,                // 1969-12-31T23:59:59.999Z
    4_102_444_800_000, // 2100-01-01T00:00:00Z
];

/// A time at, just before or just after an instant at which documents change, or anywhere among them.
pub fn time() -> impl Strategy<Value = i64> {
    let anywhere = 1_796_000_000_000..1_798_000_000_000_i64;
    prop_oneof![6 => (select(&INSTANTS[..7]), -1..=1_i64).prop_map(|(at, by)| at + by), 1 => (select(&INSTANTS[..]), -1..=1_i64).prop_map(|(at, by)| at + by), 3 => anywhere]
}

/// One of the instants.
pub(super) fn instant() -> impl Strategy<Value = i64> {
    prop_oneof![8 => select(&INSTANTS[..7]), 1 => select(&INSTANTS[..])]
}

/// An instant as RFC 3339, in one of the ways to write it.
pub(super) fn written(ms: i64, way: u8) -> String {
    let (offset_minutes, offset) = match way % 5 {
        0 | 1 => (0, "Z"),
        2 => (0, "z"),
        3 => (330, "+05:30"),
        _ => (-1439, "-23:59"),
    };
    let local = ms + offset_minutes * 60_000;
    let (days, in_day) = (local.div_euclid(86_400_000), local.rem_euclid(86_400_000));
    let (seconds, millis) = (in_day / 1000, in_day % 1000);
    let fraction = match (millis, way % 3) {
        (0, 0 | 1) => String::new(),
        (0, _) => ".0009".to_owned(), // below a millisecond: cut off
        (millis, _) => format!(".{millis:03}"),
    };
    let (year, month, day) = date(days);
    let t = if way % 7 == 6 { 't' } else { 'T' };
    format!("{year:04}-{month:02}-{day:02}{t}{:02}:{:02}:{:02}{fraction}{offset}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The date that is so many days after 1970-01-01, by walking there.
fn date(mut days: i64) -> (i64, i64, i64) {
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut year = 1970;
    while days < 0 {
        year -= 1;
        days += if is_leap(year) { 366 } else { 365 };
    }
    while days >= if is_leap(year) { 366 } else { 365 } {
        days -= if is_leap(year) { 366 } else { 365 };
        year += 1;
    }
    let february = if is_leap(year) { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

/// An RFC 3339 text for one of the instants.
pub(super) fn time_text() -> impl Strategy<Value = String> {
    (instant(), any::<u8>()).prop_map(|(at, way)| written(at, way))
}

pub(super) fn path() -> impl Strategy<Value = String> {
    select(&PATHS[..]).prop_map(str::to_owned)
}

pub(super) fn pattern() -> impl Strategy<Value = String> {
    select(&PATTERNS[..]).prop_map(str::to_owned)
}

/// Different texts, at least one.
pub(super) fn texts() -> impl Strategy<Value = Vec<String>> {
    subsequence(TEXTS.map(str::to_owned).to_vec(), 1..6)
}

/// Different scalars, at least one.
pub(super) fn scalars() -> impl Strategy<Value = Vec<Value>> {
    let mut all: Vec<Value> = TEXTS.iter().map(|&text| json!(text)).collect();
    all.extend([json!(0), json!(1), json!(-1), json!(1.5), json!(7), json!(0.1), json!(true), json!(false), json!(1e15)]);
    subsequence(all, 1..12)
}

/// The few scalars that lists in contexts are mostly made of.
pub(super) fn common() -> Vec<Value> {
    vec![json!("a"), json!("NL"), json!("free"), json!(7), json!(true), json!(1.5)]
}

pub(super) fn number() -> impl Strategy<Value = Value> {
    select(vec![
        json!(0),
        json!(-0.0),
        json!(1),
        json!(1.0),
        json!(-1),
        json!(1.5),
        json!(7),
        json!(7.0),
        json!(0.1),
        json!(1e-7),
        json!(-2.5e10),
        json!(1e15),
    ])
}

/// A version's core of one to three parts, and what may follow a full one.
fn version() -> impl Strategy<Value = String> {
    let part = || prop_oneof![4 => 0..4_u64, 1 => select(vec![10_u64, u64::MAX])];
    let tail = select(vec![
        "",
        "",
        "",
        "-0",
        "-alpha",
        "-alpha.1",
        "-alpha.2",
        "-beta.11",
        "-1.2",
        "-x.99999999999999999999999",
        "+b7",
        "-rc.1+b.007",
        "---",
    ]);
    (any::<bool>(), 1..=3_usize, [part(), part(), part()], tail).prop_map(|(v, given, [major, minor, patch], tail)| {
        let core = match given {
            1 => format!("{major}"),
            2 => format!("{major}.{minor}"),
            _ => format!("{major}.{minor}.{patch}{tail}"),
        };
        format!("{}{core}", if v { "v" } else { "" })
    })
}

/// What stands in a context where a version is asked for: mostly versions.
pub(super) fn version_value() -> impl Strategy<Value = String> {
    prop_oneof![8 => version(), 1 => select(vec!["01.2.3", "1.2-beta", "1.2.3.4", "bad", "", "1.2.3-", "1.2.3-01", " 1.2.3", "V1.2.3", "18446744073709551616.0.0"]).prop_map(str::to_owned)]
}

/// One to three comparators.
pub(super) fn range() -> impl Strategy<Value = String> {
    let operator = select(vec!["", "=", "!=", ">", ">=", "<", "<=", "^", "~"]);
    let comparator =
        (operator, select(vec!["", "", " "]), version()).prop_map(|(operator, blank, version)| format!("{operator}{blank}{version}"));
    (proptest::collection::vec(comparator, 1..4), select(vec![" ", ",", ", ", " , "]))
        .prop_map(|(comparators, between)| comparators.join(between))
}

const ADDRESSES: [&str; 9] =
    ["10.1.2.3", "10.255.0.1", "192.168.1.7", "255.255.255.255", "0.0.0.0", "2001:db8::1", "2001:DB8:0:1::", "::ffff:10.1.2.3", "::1"];

/// What stands in a context where an address is asked for.
pub(super) fn address() -> impl Strategy<Value = String> {
    let odd = ["::FFFF:0a01:0203", "010.1.2.3", "10.1.2", "nonsense", "", "10.1.2.3/32", "fe80::1%eth0", "::10.1.2.3", "10.1.2.3 "];
    prop_oneof![4 => select(&ADDRESSES[..]), 1 => select(odd.to_vec())].prop_map(str::to_owned)
}

/// Networks of either family, with host bits, with and without a prefix.
pub(super) fn networks() -> impl Strategy<Value = Vec<String>> {
    let one = (select(&ADDRESSES[..]), any::<u8>(), any::<bool>()).prop_map(|(address, length, whole)| {
        let most = if address.contains(':') { 129 } else { 33 };
        if whole { address.to_owned() } else { format!("{address}/{}", u32::from(length) % most) }
    });
    let wide = select(vec![
        "0.0.0.0/0",
        "::/0",
        "10.0.0.0/8",
        "10.9.9.9/8",
        "2001:db8::/32",
        "::ffff:10.0.0.0/104",
        "::ffff:0:0/96",
        "::ffff:0:0/95",
    ])
    .prop_map(str::to_owned);
    proptest::collection::btree_set(prop_oneof![one, wide], 1..4).prop_map(|set| set.into_iter().collect())
}

/// A share in percent, of up to three decimals, from 0 to 100.
pub(super) fn percent() -> impl Strategy<Value = f64> {
    let usual = select(vec![0.0, 0.001, 1.0, 5.0, 12.345, 20.0, 33.333, 50.0, 66.5, 99.999, 100.0]);
    prop_oneof![usual, (0..=100_000_u32).prop_map(|thousandths| f64::from(thousandths) / 1000.0)]
}

/// A percentage as JSON: whole ones as 5 or as 5.0, which are the same.
pub(super) fn percent_json(percent: f64) -> Value {
    if percent.fract() == 0.0 && percent % 2.0 == 0.0 { json!(percent as u64) } else { json!(percent) }
}

pub(super) fn seed() -> impl Strategy<Value = String> {
    select(vec!["", "x", "new-cart", "new-cart/split", "sée\u{301}d-✓", "𝄞"]).prop_map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_reads_back_from_each_way_to_write_it() {
        for at in INSTANTS {
            for way in 0..=u8::MAX {
                assert_eq!(crate::parse_time(&written(at, way)), Some(at), "{}", written(at, way));
            }
        }
    }
}

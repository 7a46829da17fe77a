//! What `check` lets through, these read: its words about what is wrong are written apart from the reading itself.

use proptest::prelude::*;

use super::{network::Network, version};
use crate::Json;
use crate::check::{Cap, read};

/// Whether `check` lets a document with this operator through.
fn passes(operator: &str, value: Json) -> bool {
    let document = format!(r#"{{"format": 1, "segments": {{"s": {{"when": {{"attribute": "a", "{operator}": {value}}}}}}}}}"#);
    read(document.as_bytes(), Cap::Reader).checked.is_some()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ranges_that_pass_check_are_read(range in "([=!<>~^]{0,2} ?v?(0|1|18446744073709551615)(\\.[0-3])?(\\.(0|10))?(-(0|a|01|--|a\\.1))?(\\+b)?[ ,]{0,2}){0,3}") {
        prop_assert_eq!(passes("version", Json::from(range.as_str())), version::parse_range(&range).is_some(), "{}", range);
    }

    #[test]
    fn networks_that_pass_check_are_read(network in "(10\\.0\\.0\\.[0-9]{1,3}|010\\.0\\.0\\.1|::|2001:db8::1|::ffff:10\\.0\\.0\\.1|x)(/[0-9]{0,3}|/\\+8|)") {
        prop_assert_eq!(passes("network", Json::Array(vec![Json::from(network.as_str())])), Network::parse(&network).is_some(), "{}", network);
    }
}

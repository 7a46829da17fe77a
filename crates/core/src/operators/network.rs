//! `network`: addresses and CIDRs of both families.

#[cfg(feature = "document")]
mod cidr;

/// An address: an IPv4-mapped IPv6 address is that IPv4 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    V4(u32),
    V6(u128),
}

impl Address {
    /// Reads `192.0.2.1` (no leading zeros) or `2001:db8::1` (no zone): what `std` reads, without the code that its messages take.
    #[expect(clippy::manual_contains, reason = "`contains` brings code for long texts along, which every page would load")]
    pub(crate) fn parse(text: &[u8]) -> Option<Address> {
        if let Some((address, b"")) = v4(text) {
            return Some(Address::V4(address));
        }
        let (head, count, rest) = groups(text, 8);
        let address = match (count, rest) {
            (8, b"") => head,
            (..8, [b':', b':', rest @ ..]) => {
                // Two colons stand for one group at least, and an IPv4 address stands at the end only.
                if text.strip_suffix(rest).is_some_and(|head| head.iter().any(|byte| *byte == b'.')) {
                    return None;
                }
                let (tail, _, b"") = groups(rest, 7 - count) else { return None };
                head.checked_shl(16 * (8 - count)).unwrap_or(0) | tail
            }
            _ => return None,
        };
        Some(match address >> 32 {
            0xffff => Address::V4(address as u32),
            _ => Address::V6(address),
        })
    }
}

/// Reads up to `most` groups of four hexadecimal digits with colons between them off the front; the last two may be an IPv4
/// address. What they come to, how many they are, and the rest.
fn groups(text: &[u8], most: u32) -> (u128, u32, &[u8]) {
    let (mut value, mut count, mut rest) = (0, 0, text);
    while count < most {
        let next = match (count, rest) {
            (0, next) | (_, [b':', next @ ..]) => next,
            _ => break,
        };
        if let (true, Some((address, behind))) = (count + 1 < most, v4(next)) {
            return (value << 32 | u128::from(address), count + 2, behind);
        }
        let Some((group, behind)) = digits(next, 16, 4) else { break };
        (value, count, rest) = (value << 16 | u128::from(group), count + 1, behind);
    }
    (value, count, rest)
}

/// Reads an IPv4 address off the front.
fn v4(text: &[u8]) -> Option<(u32, &[u8])> {
    let (mut value, mut rest) = (0, text);
    for place in 0..4 {
        if place > 0 {
            rest = rest.strip_prefix(b".")?;
        }
        let (part, behind) = digits(rest, 10, 3)?;
        let has_zero = rest.starts_with(b"0") && rest.len() - behind.len() > 1;
        if part > 255 || has_zero {
            return None;
        }
        (value, rest) = (value << 8 | part, behind);
    }
    Some((value, rest))
}

/// Reads at least one digit off the front; none, if there are more than `most`.
fn digits(text: &[u8], radix: u32, most: usize) -> Option<(u32, &[u8])> {
    let (mut value, mut rest) = (0_u32, text);
    while let Some((digit, behind)) = rest.split_first().and_then(|(byte, behind)| Some((char::from(*byte).to_digit(radix)?, behind))) {
        (value, rest) = (value.wrapping_mul(radix).wrapping_add(digit), behind);
    }
    let count = text.len() - rest.len();
    (1..=most).contains(&count).then_some((value, rest))
}

/// A network: the addresses of one family that share a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    V4 { prefix: u32, mask: u32 },
    V6 { prefix: u128, mask: u128 },
}

impl Network {
    /// Whether the address is in it.
    pub(crate) fn holds(self, address: Address) -> bool {
        match (self, address) {
            (Network::V4 { prefix, mask }, Address::V4(address)) => address & mask == prefix,
            (Network::V6 { prefix, mask }, Address::V6(address)) => address & mask == prefix,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::IpAddr;

    fn as_std_reads_it(text: &str) -> Option<Address> {
        Some(match text.parse().ok()? {
            IpAddr::V4(address) => Address::V4(address.to_bits()),
            IpAddr::V6(address) => match address.to_ipv4_mapped() {
                Some(mapped) => Address::V4(mapped.to_bits()),
                None => Address::V6(address.to_bits()),
            },
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn addresses_are_those_that_std_reads(text in "(::|[0-9a-f]{0,5}:|[0-9]{1,3}\\.|:){0,9}([0-9a-fA-F]{0,4}|([0-9]{1,3}\\.){3}[0-9]{1,4})") {
            prop_assert_eq!(Address::parse(text.as_bytes()), as_std_reads_it(&text));
        }

        #[test]
        fn every_address_is_read(bits in any::<u128>(), holes in any::<u128>(), v4 in any::<u32>()) {
            for bits in [bits, bits & holes, bits & 0xffff_0000_0000_ffff_u128.wrapping_mul(0x1_0000_0000_0001), u128::from(v4) | 0xffff_u128 << 32] {
                let text = std::net::Ipv6Addr::from_bits(bits).to_string();
                prop_assert_eq!(Address::parse(text.as_bytes()), as_std_reads_it(&text));
            }
            prop_assert_eq!(Address::parse(std::net::Ipv4Addr::from_bits(v4).to_string().as_bytes()), Some(Address::V4(v4)));
        }
    }

    #[test]
    fn addresses_are_within_networks_of_their_family() {
        for (network, address, expected) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.9.9.9/8", "10.1.2.3", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("10.0.0.0/8", "::FFFF:0a01:0203", true),
            ("10.0.0.0/8", "::10.1.2.3", false),
            ("::ffff:10.0.0.0/104", "10.1.2.3", true),
            ("::ffff:0:0/96", "192.0.2.1", true),
            ("::ffff:0:0/95", "192.0.2.1", false),
            ("::/0", "192.0.2.1", false),
            ("::/0", "::ffff:192.0.2.1", false),
            ("::/0", "2001:db8::1", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("0.0.0.0/0", "255.255.255.255", true),
            ("192.168.1.7", "192.168.1.7", true),
            ("192.168.1.7", "192.168.1.8", false),
            ("2001:db8::1", "2001:DB8:0:0:0:0:0:1", true),
            ("2001:db8::/32", "2001:db9::", false),
        ] {
            let held = Network::parse(network).unwrap().holds(Address::parse(address.as_bytes()).unwrap());
            assert_eq!(held, expected, "{address} in {network}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in
            ["", "10.1.2", "010.1.2.3", "10.1.2.3 ", "10.1.2.3/32", "fe80::1%eth0", "256.0.0.1", "1.2.3.4:80", "[::1]", "1:1.2.3.4::1"]
        {
            assert_eq!(Address::parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/",
            "10.0.0.0/08",
            "10.0.0.0/+8",
            "10.0.0.0/-1",
            "10/8",
            "10.0.0.0/8/8",
            "::ffff:10.0.0.0/129",
        ] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}

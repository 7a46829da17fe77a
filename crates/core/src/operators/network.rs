//! `network`: addresses and CIDRs of both families.

#[cfg(feature = "document")]
mod cidr;

/// An address, its first 32 bits first. One of IPv4 is the IPv6 address that it is mapped to: `::ffff:192.0.2.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address([u32; 4]);

impl Address {
    /// Reads `192.0.2.1` (no leading zeros) or `2001:db8::1` (no zone): what `std` reads, without the code that its messages take.
    #[expect(clippy::manual_contains, reason = "`contains` brings code for long texts along, which every page would load")]
    pub(crate) fn parse(text: &[u8]) -> Option<Address> {
        if let Some((address, b"")) = v4(text) {
            return Some(Address([0, 0, 0xffff, address]));
        }
        let mut all = [0; 8];
        let (count, rest) = groups(text, &mut all);
        match (count, rest) {
            (8, b"") => {}
            (..8, [b':', b':', rest @ ..]) => {
                // Two colons stand for one group at least, and an IPv4 address stands at the end only.
                if text.strip_suffix(rest).is_some_and(|head| head.iter().any(|byte| *byte == b'.')) {
                    return None;
                }
                let mut tail = [0; 8];
                let (behind, b"") = groups(rest, tail.get_mut(count..7)?) else { return None };
                let tail = tail.get(count..count + behind)?;
                all.iter_mut().rev().zip(tail.iter().rev()).for_each(|(place, group)| *place = *group);
            }
            _ => return None,
        }
        let [a, b, c, d, e, f, g, h] = all;
        Some(Address([a << 16 | b, c << 16 | d, e << 16 | f, g << 16 | h]))
    }

    fn is_v4(self) -> bool {
        matches!(self.0, [0, 0, 0xffff, _])
    }
}

/// Reads groups of four hexadecimal digits with colons between them off the front, as many as there is room for; the last two may be
/// an IPv4 address. How many they are, and the rest.
fn groups<'t>(text: &'t [u8], into: &mut [u32]) -> (usize, &'t [u8]) {
    let (mut count, mut rest) = (0, text);
    while let Some([place, behind @ ..]) = into.get_mut(count..) {
        let next = match (count, rest) {
            (0, next) | (_, [b':', next @ ..]) => next,
            _ => break,
        };
        if let (Some((address, rest)), Some(second)) = (v4(next), behind.first_mut()) {
            (*place, *second) = (address >> 16, address & 0xffff);
            return (count + 2, rest);
        }
        let Some((group, behind)) = digits(next, 16, 4) else { break };
        (*place, count, rest) = (group, count + 1, behind);
    }
    (count, rest)
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

/// A network: the addresses of one family that share their first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network {
    pub(crate) prefix: [u32; 4],
    /// How many bits: of IPv4 96 and those that are written.
    pub(crate) length: u32,
}

impl Network {
    /// Whether the address is in it.
    pub(crate) fn holds(self, address: Address) -> bool {
        // A shorter prefix means IPv6 alone.
        let mut left = self.length;
        (left >= 96 || !address.is_v4())
            && self.prefix.iter().zip(address.0).all(|(prefix, word)| {
                let bits = left.min(32);
                left -= bits;
                (prefix ^ word).checked_shr(32 - bits).unwrap_or(0) == 0
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::IpAddr;

    fn as_std_reads_it(text: &str) -> Option<Address> {
        Some(Address::of(match text.parse().ok()? {
            IpAddr::V4(address) => address.to_ipv6_mapped(),
            IpAddr::V6(address) => address,
        }))
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
            prop_assert_eq!(Address::parse(std::net::Ipv4Addr::from_bits(v4).to_string().as_bytes()), Some(Address([0, 0, 0xffff, v4])));
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

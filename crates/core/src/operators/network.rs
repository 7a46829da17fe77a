//! `network`: addresses and CIDRs of both families.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address: an IPv4-mapped IPv6 address is that IPv4 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    V4(u32),
    V6(u128),
}

impl Address {
    /// Reads `192.0.2.1` (no leading zeros) or `2001:db8::1` (no zone).
    pub(crate) fn parse(text: &str) -> Option<Address> {
        Some(match text.parse().ok()? {
            IpAddr::V4(address) => Address::V4(address.to_bits()),
            IpAddr::V6(address) => match address.to_ipv4_mapped() {
                Some(mapped) => Address::V4(mapped.to_bits()),
                None => Address::V6(address.to_bits()),
            },
        })
    }
}

/// A network: the addresses of one family that share a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    V4 { prefix: u32, mask: u32 },
    V6 { prefix: u128, mask: u128 },
}

impl Network {
    /// Reads a CIDR (`10.0.0.0/8`, `2001:db8::/32`) or an address, which is a network of one. Host bits are masked.
    /// A mapped CIDR of /96 or longer is that IPv4 CIDR.
    pub(crate) fn parse(text: &str) -> Option<Network> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        match address.parse().ok()? {
            IpAddr::V4(address) => Some(Network::v4(address, prefix_length(length, 32)?)),
            IpAddr::V6(address) => {
                let length = prefix_length(length, 128)?;
                Some(match (address.to_ipv4_mapped(), length.checked_sub(96)) {
                    (Some(mapped), Some(length)) => Network::v4(mapped, length),
                    _ => Network::v6(address, length),
                })
            }
        }
    }

    fn v4(address: Ipv4Addr, length: u32) -> Network {
        let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
        Network::V4 { prefix: address.to_bits() & mask, mask }
    }

    fn v6(address: Ipv6Addr, length: u32) -> Network {
        let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
        Network::V6 { prefix: address.to_bits() & mask, mask }
    }

    /// Whether the address is in it.
    pub(crate) fn holds(self, address: Address) -> bool {
        match (self, address) {
            (Network::V4 { prefix, mask }, Address::V4(address)) => address & mask == prefix,
            (Network::V6 { prefix, mask }, Address::V6(address)) => address & mask == prefix,
            _ => false,
        }
    }
}

fn prefix_length(text: Option<&str>, most: u32) -> Option<u32> {
    let Some(text) = text else { return Some(most) };
    let is_plain = text == "0" || (text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0'));
    text.parse().ok().filter(|length| is_plain && *length <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let held = Network::parse(network).unwrap().holds(Address::parse(address).unwrap());
            assert_eq!(held, expected, "{address} in {network}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "10.1.2", "010.1.2.3", "10.1.2.3 ", "10.1.2.3/32", "fe80::1%eth0", "256.0.0.1", "1.2.3.4:80", "[::1]"] {
            assert_eq!(Address::parse(text), None, "{text}");
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

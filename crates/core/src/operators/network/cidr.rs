//! Networks, as a document writes them.

use std::net::{IpAddr, Ipv6Addr};

use super::{Address, Network};

impl Network {
    /// Reads a CIDR (`10.0.0.0/8`, `2001:db8::/32`) or an address, which is a network of one. Host bits are masked.
    /// A mapped CIDR of /96 or longer is that IPv4 CIDR.
    pub(crate) fn parse(text: &str) -> Option<Network> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let (address, most) = match address.parse().ok()? {
            IpAddr::V4(address) => (address.to_ipv6_mapped(), 32),
            IpAddr::V6(address) => (address, 128),
        };
        let length = 128 - most + prefix_length(length, most)?;
        let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
        Some(Network { prefix: Address::of((address.to_bits() & mask).into()).0, length })
    }
}

impl Address {
    pub(super) fn of(address: Ipv6Addr) -> Address {
        let [a, b, c, d, e, f, g, h] = address.segments().map(u32::from);
        Address([a << 16 | b, c << 16 | d, e << 16 | f, g << 16 | h])
    }
}

fn prefix_length(text: Option<&str>, most: u32) -> Option<u32> {
    let Some(text) = text else { return Some(most) };
    let is_plain = text == "0" || (text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0'));
    text.parse().ok().filter(|length| is_plain && *length <= most)
}

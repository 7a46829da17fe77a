//! Addresses and CIDRs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether the address is within the CIDR; false where either does not parse.
pub(crate) fn within(cidr: &str, address: &str) -> bool {
    let Some(address) = parse_address(address) else {
        return false;
    };
    let Some((network, length)) = parse_cidr(cidr) else {
        return false;
    };
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
            u32::from(network) & mask == u32::from(address) & mask
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
            u128::from(network) & mask == u128::from(address) & mask
        }
        _ => false,
    }
}

/// An IPv4-mapped IPv6 address is that IPv4 address.
fn parse_address(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Some(address.into());
    }
    let address = text.parse::<Ipv6Addr>().ok()?;
    Some(address.to_ipv4_mapped().map_or(address.into(), IpAddr::from))
}

/// A network and its prefix length. A mapped CIDR of /96 or longer is that IPv4 CIDR; no prefix means one address.
fn parse_cidr(text: &str) -> Option<(IpAddr, u32)> {
    let (text, length) = match text.split_once('/') {
        Some((text, length)) => (text, Some(length)),
        None => (text, None),
    };
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Some((address.into(), prefix_length(length, 32)?));
    }
    let address = text.parse::<Ipv6Addr>().ok()?;
    let length = prefix_length(length, 128)?;
    match address.to_ipv4_mapped() {
        Some(mapped) if length >= 96 => Some((mapped.into(), length - 96)),
        _ => Some((address.into(), length)),
    }
}

fn prefix_length(text: Option<&str>, most: u32) -> Option<u32> {
    let Some(text) = text else { return Some(most) };
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    text.parse().ok().filter(|&length| length <= most)
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn addresses_are_within_networks_of_their_family() {
        for (cidr, address, expected) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.9.9.9/8", "10.1.2.3", true),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("10.0.0.0/8", "::FFFF:0a01:0203", true),
            ("10.0.0.0/8", "010.1.2.3", false),
            ("::ffff:10.0.0.0/104", "10.1.2.3", true),
            ("::ffff:0:0/96", "192.0.2.1", true),
            ("::ffff:0:0/95", "192.0.2.1", false),
            ("::ffff:10.0.0.0/95", "::fffe:10.0.0.1", true),
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
            assert_eq!(within(cidr, address), expected, "{address} in {cidr}");
        }
    }
}

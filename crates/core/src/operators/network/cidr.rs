//! Networks, as a document writes them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Network;

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
}

fn prefix_length(text: Option<&str>, most: u32) -> Option<u32> {
    let Some(text) = text else { return Some(most) };
    let is_plain = text == "0" || (text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0'));
    text.parse().ok().filter(|length| is_plain && *length <= most)
}

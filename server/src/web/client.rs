//! Where a request comes from: the peer, or what a proxy that is declared says of its own peer.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap, HeaderName};
use ipnet::IpNet;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// Proxies in a row; nobody has more.
const MOST_HOPS: usize = 16;
/// What one customer of a network provider usually holds of IPv6.
const V6_NETWORK_BITS: u32 = 64;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Client {
    pub address: IpAddr,
    /// The browser came by https, as far as this server can know.
    pub is_https: bool,
}

impl Client {
    pub fn of(extensions: &Extensions, headers: &HeaderMap, trusted: &[IpNet], has_tls: bool) -> Self {
        // without a connection (in tests) nobody is trusted
        let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
        let Some(peer) = peer else { return Self { address: Ipv6Addr::UNSPECIFIED.into(), is_https: has_tls } };
        let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
        if !is_trusted(peer) {
            return Self { address: peer, is_https: has_tls };
        }
        let is_https = last(headers, &FORWARDED_PROTO).map_or(has_tls, |scheme| scheme.eq_ignore_ascii_case("https"));
        Self { address: forwarded(headers, peer, is_trusted), is_https }
    }

    /// Under which an attacker is counted: the address, or the network of an IPv6 address.
    pub fn key(self) -> IpAddr {
        match self.address {
            IpAddr::V4(_) => self.address,
            IpAddr::V6(address) => {
                let mask = u128::MAX << (128 - V6_NETWORK_BITS);
                Ipv6Addr::from_bits(address.to_bits() & mask).into()
            }
        }
    }
}

/// The right-most address that no trusted proxy has: everything left of it is what the client says of itself.
fn forwarded(headers: &HeaderMap, peer: IpAddr, is_trusted: impl Fn(IpAddr) -> bool) -> IpAddr {
    let mut nearest = peer;
    for hop in list(headers, &FORWARDED_FOR).rev().take(MOST_HOPS) {
        let Some(address) = parse(hop) else { return nearest };
        nearest = address;
        if !is_trusted(address) {
            return nearest;
        }
    }
    nearest
}

fn list<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl DoubleEndedIterator<Item = &'h str> {
    let lines = headers.get_all(name).iter();
    lines.flat_map(|line| line.to_str().unwrap_or("?").split(',')).map(str::trim)
}

fn last<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    list(headers, name).next_back()
}

/// An address, perhaps with a port or in brackets.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text.parse::<IpAddr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::from);
    bare.or_else(with_port).or_else(bracketed).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, headers: &[(&'static str, &'static str)]) -> Client {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().expect("an address"), 4_000)));
        let headers = headers.iter().map(|(name, value)| {
            (HeaderName::from_static(name), axum::http::HeaderValue::from_bytes(value.as_bytes()).expect("a header"))
        });
        let trusted = ["10.0.0.0/8".parse().expect("a network"), "::1/128".parse().expect("a network")];
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, value);
        }
        Client::of(&extensions, &map, &trusted, false)
    }

    fn address(peer: &str, forwarded: &[&'static str]) -> String {
        let headers: Vec<_> = forwarded.iter().map(|value| ("x-forwarded-for", *value)).collect();
        client(peer, &headers).address.to_string()
    }

    #[test]
    fn a_stranger_is_who_he_is_whatever_he_says() {
        assert_eq!(address("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert!(!client("203.0.113.9", &[("x-forwarded-proto", "https")]).is_https);
    }

    #[test]
    fn a_declared_proxy_is_believed_about_its_own_peer_only() {
        assert_eq!(address("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(address("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(address("10.0.0.1", &["1.2.3.4, 198.51.100.1"]), "198.51.100.1", "the left is the client's invention");
        assert_eq!(address("10.0.0.1", &["198.51.100.1, 10.0.0.2"]), "198.51.100.1", "two proxies");
        assert_eq!(address("10.0.0.1", &["1.2.3.4", "198.51.100.1"]), "198.51.100.1", "two headers");
        assert_eq!(address("::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(address("::1", &["[2001:db8::1]:443"]), "2001:db8::1");
        assert_eq!(address("10.0.0.1", &["198.51.100.1:8080"]), "198.51.100.1");
        assert!(client("10.0.0.1", &[("x-forwarded-proto", "http, HTTPS")]).is_https);
        assert!(!client("10.0.0.1", &[("x-forwarded-proto", "https, http")]).is_https);
    }

    #[test]
    fn nonsense_leaves_the_proxy_itself() {
        for bad in ["unknown", "", "198.51.100.1, evil", "999.1.1.1", "<script>", "ä"] {
            assert_eq!(address("10.0.0.1", &[bad]), "10.0.0.1", "{bad}");
        }
        let many: &'static str = Box::leak("10.1.1.1,".repeat(10_000).into_boxed_str());
        assert_eq!(address("10.0.0.1", &[many]), "10.0.0.1");
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_client() {
        let key = |peer: &str| client(peer, &[]).key().to_string();
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(key("203.0.113.9"), "203.0.113.9");
        assert_eq!(key("::ffff:203.0.113.9"), "203.0.113.9");
    }
}

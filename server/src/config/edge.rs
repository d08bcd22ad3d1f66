//! Types of the settings that say how the pages are reached, by whom, and how they prove themselves.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::IpNet;
use url::{Host, Url};

/// A shorter key of HS256 can be guessed from one signed claim.
pub const SECRET_LEAST_BYTES: usize = 32;
const SECRET_MOST_BYTES: usize = 1_024;
/// More would mean that somebody lists the internet.
const MOST_NETWORKS: usize = 64;
const MOST_SOURCES: usize = 32;
const LOOPBACK: &str = "loopback";

/// Never prints.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// For signing and checking, never for printing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Secret {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let good = (SECRET_LEAST_BYTES..=SECRET_MOST_BYTES).contains(&text.len()) && !text.contains('\0');
        good.then(|| Self(text.to_owned())).ok_or(())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Addresses and networks; `loopback` stands for those of this machine.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    pub fn list(&self) -> &[IpNet] {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Separated by commas or blanks; a list of TOML is read too.
impl FromStr for Networks {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        let mut networks = Vec::new();
        for word in inner.split([',', ' ', '\n', '\t']).map(|word| word.trim_matches(['"', '\''])).filter(|word| !word.is_empty())
        {
            match (word, word.parse::<IpNet>(), word.parse::<IpAddr>()) {
                (LOOPBACK, ..) => networks.extend(loopback()),
                (_, Ok(network), _) => networks.push(network.trunc()),
                (_, _, Ok(address)) => networks.push(address.into()),
                _ => return Err(()),
            }
        }
        if networks.len() > MOST_NETWORKS { Err(()) } else { Ok(Self(networks)) }
    }
}

fn loopback() -> [IpNet; 2] {
    let [v4, v6] = [IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    [IpNet::new_assert(v4, 8), IpNet::new_assert(v6, 128)]
}

/// As a list of TOML.
impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed: Vec<String> = self.0.iter().map(|network| format!("\"{network}\"")).collect();
        write!(f, "[{}]", listed.join(", "))
    }
}

/// The address that people type: scheme, host and port, nothing behind them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicUrl(Url);

impl PublicUrl {
    pub fn url(&self) -> &Url {
        &self.0
    }

    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }
}

impl FromStr for PublicUrl {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let url = Url::parse(text).map_err(drop)?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let nobody = url.username().is_empty() && url.password().is_none();
        let web = matches!(url.scheme(), "http" | "https") && url.host().is_some();
        if web && bare && nobody { Ok(Self(url)) } else { Err(()) }
    }
}

/// Without the slash at the end, so that a path can follow.
impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// Who may show walls in a frame: the source list of `frame-ancestors`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FrameAncestors(String);

impl FrameAncestors {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for FrameAncestors {
    fn default() -> Self {
        Self("'self'".to_owned())
    }
}

impl FromStr for FrameAncestors {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let sources: Vec<&str> = text.split_ascii_whitespace().collect();
        let good = match sources[..] {
            [] => false,
            ["'none'"] => true,
            _ => sources.len() <= MOST_SOURCES && sources.iter().all(|source| is_source(source)),
        };
        good.then(|| Self(sources.join(" "))).ok_or(())
    }
}

/// `'self'`, `https:`, or `[scheme://]host[:port]`, where the first label of the host may be `*`.
fn is_source(source: &str) -> bool {
    if matches!(source, "'self'" | "https:" | "http:") {
        return true;
    }
    let rest = source.strip_prefix("https://").or_else(|| source.strip_prefix("http://")).unwrap_or(source);
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (rest, None),
    };
    let port_is_good = port.is_none_or(|port| port == "*" || port.parse::<u16>().is_ok());
    let host = host.strip_prefix("*.").unwrap_or(host);
    // a host cannot hold what would end the list: blanks, `;`, `,` and quotes
    let plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-[]:".contains(&b));
    port_is_good && plain && !host.is_empty() && Host::parse(host).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_and_never_print() {
        let text = "0123456789abcdef0123456789abcdef";
        let secret: Secret = text.parse().expect("32 bytes");
        assert!(!format!("{secret:?}").contains("0123") && secret.expose() == text);
        assert!(text[1..].parse::<Secret>().is_err());
    }

    #[test]
    fn networks_read_lists_of_both_kinds() {
        let from_file: Networks = r#"["10.1.2.3", "192.168.7.9/16", "loopback"]"#.parse().expect("a list");
        assert_eq!(from_file.to_string(), r#"["10.1.2.3/32", "192.168.0.0/16", "127.0.0.0/8", "::1/128"]"#);
        assert_eq!("10.1.2.3,192.168.0.0/16 loopback".parse(), Ok(from_file));
        assert!("".parse::<Networks>().expect("none").is_empty() && "[]".parse::<Networks>().expect("none").is_empty());
        for bad in ["everybody", "10.0.0.0/33", "10.0.0.1:80", "proxy.example"] {
            assert!(bad.parse::<Networks>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_public_address_has_nothing_behind_the_host() {
        let url: PublicUrl = "https://power.example:8443/".parse().expect("an address");
        assert!(url.is_https());
        assert_eq!(url.to_string(), "https://power.example:8443");
        for bad in ["power.example", "ftp://x/", "https://x/loadline", "https://x/?a", "https://me:pw@x/", "https://"] {
            assert!(bad.parse::<PublicUrl>().is_err(), "{bad}");
        }
    }

    #[test]
    fn frame_ancestors_cannot_smuggle_another_directive() {
        for good in ["'none'", "'self' https://wall.example:8443", "https:", "*.wall.example", "http://10.0.0.7", "[::1]:*"] {
            assert_eq!(good.parse::<FrameAncestors>().expect(good).as_str(), good);
        }
        for bad in
            ["", "*; script-src *", "'self', *", "'unsafe-inline'", "https://a b;c", "'none' 'self'", "a\"b", "x:port", "墙"]
        {
            assert!(bad.parse::<FrameAncestors>().is_err(), "{bad}");
        }
    }
}

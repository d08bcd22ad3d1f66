//! Where messages may go: web addresses and hosts, but nothing on this machine or its own link unless the settings allow it.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

const MOST_ADDRESS_BYTES: usize = 900;
const MOST_HOST_BYTES: usize = 253;
const MOST_ALLOWED: usize = 100;

/// Hosts of this machine or its link that messages may go to, as they stand in addresses.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AllowedHosts(BTreeSet<String>);

impl AllowedHosts {
    fn holds(&self, host: &str) -> bool {
        self.0.contains(&host.trim_matches(['[', ']']).to_ascii_lowercase())
    }
}

impl FromStr for AllowedHosts {
    type Err = ();

    /// Names and addresses, separated by commas or blanks; a list of TOML is read too.
    fn from_str(text: &str) -> Result<Self, ()> {
        let hosts: BTreeSet<String> = text
            .split([',', ' ', '\n', '\t'])
            .map(|host| host.trim_matches(['[', ']', '"', '\'']).to_ascii_lowercase())
            .filter(|host| !host.is_empty())
            .collect();
        let is_good = |host: &String| {
            host.len() <= MOST_HOST_BYTES
                && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'_'))
        };
        if hosts.len() <= MOST_ALLOWED && hosts.iter().all(is_good) { Ok(Self(hosts)) } else { Err(()) }
    }
}

impl std::fmt::Display for AllowedHosts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hosts: Vec<String> = self.0.iter().map(|host| toml::Value::String(host.clone()).to_string()).collect();
        write!(f, "[{}]", hosts.join(", "))
    }
}

/// Why an address is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AddressFault {
    /// Not an address of the kind that is expected.
    Unreadable,
    /// This machine, or its own link.
    Private,
}

/// A web address that messages may be posted to.
pub fn web(text: &str, allowed: &AllowedHosts) -> Result<Url, AddressFault> {
    let text = text.trim();
    if text.len() > MOST_ADDRESS_BYTES {
        return Err(AddressFault::Unreadable);
    }
    let url = Url::parse(text).map_err(|_| AddressFault::Unreadable)?;
    let has_person = !url.username().is_empty() || url.password().is_some();
    let (Some(host), "http" | "https", false) = (url.host(), url.scheme(), has_person) else {
        return Err(AddressFault::Unreadable);
    };
    check_host(&host, allowed)?;
    Ok(url)
}

/// The part of a web address that pages may show: whoever has the rest of it may write to the receiver.
pub fn shown(url: &Url) -> String {
    let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
    format!("{}://{}{port}/…", url.scheme(), url.host_str().unwrap_or_default())
}

/// How a syslog server is reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyslogTarget {
    pub is_tcp: bool,
    pub host: String,
    pub port: u16,
}

/// `udp://host:514` or `tcp://host:601`.
pub fn syslog(text: &str, allowed: &AllowedHosts) -> Result<SyslogTarget, AddressFault> {
    let url = Url::parse(text.trim()).map_err(|_| AddressFault::Unreadable)?;
    let is_bare =
        matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let is_tcp = match url.scheme() {
        "udp" if is_bare => false,
        "tcp" if is_bare => true,
        _ => return Err(AddressFault::Unreadable),
    };
    let host = url.host_str().ok_or(AddressFault::Unreadable)?.trim_matches(['[', ']']).to_owned();
    // such schemes leave numbers unread
    let parsed = host.parse::<IpAddr>().map_or_else(
        |_| Host::Domain(host.as_str()),
        |ip| match ip {
            IpAddr::V4(ip) => Host::Ipv4(ip),
            IpAddr::V6(ip) => Host::Ipv6(ip),
        },
    );
    check_host(&parsed, allowed)?;
    let port = url.port().unwrap_or(if is_tcp { 601 } else { 514 });
    Ok(SyslogTarget { is_tcp, host, port })
}

fn check_host(host: &Host<&str>, allowed: &AllowedHosts) -> Result<(), AddressFault> {
    let (name, is_own) = match host {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            let is_own = name.is_empty() || name == "localhost" || name.ends_with(".localhost");
            (name, is_own)
        }
        Host::Ipv4(ip) => (ip.to_string(), is_own(IpAddr::V4(*ip))),
        Host::Ipv6(ip) => (ip.to_string(), is_own(IpAddr::V6(*ip))),
    };
    if is_own && !allowed.holds(&name) { Err(AddressFault::Private) } else { Ok(()) }
}

/// This machine, its own link, or nobody in particular.
pub fn is_own(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_own_v4(ip),
        IpAddr::V6(ip) => ip.to_ipv4_mapped().map_or_else(|| is_own_v6(ip), is_own_v4),
    }
}

fn is_own_v4(ip: Ipv4Addr) -> bool {
    ip.is_loopback() || ip.is_link_local() || ip.is_unspecified() || ip.is_broadcast() || ip.is_multicast() || ip.octets()[0] == 0
}

fn is_own_v6(ip: Ipv6Addr) -> bool {
    ip.is_loopback() || ip.is_unspecified() || ip.is_unicast_link_local() || ip.is_multicast()
}

/// What a name stands for at this moment, without what may not be reached: a name may be made to point here later.
pub async fn resolve(host: &str, port: u16, allowed: &AllowedHosts) -> std::io::Result<Vec<SocketAddr>> {
    let found = tokio::net::lookup_host((host, port)).await?;
    let is_free = allowed.holds(host.trim_end_matches('.'));
    let usable: Vec<SocketAddr> = found.filter(|address| is_free || !is_own(address.ip())).collect();
    if usable.is_empty() { Err(std::io::Error::new(std::io::ErrorKind::PermissionDenied, REFUSED)) } else { Ok(usable) }
}

/// Told apart from a name that does not exist.
pub const REFUSED: &str = "address_refused";

/// The same for the HTTP client.
pub struct Guarded(pub Arc<AllowedHosts>);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = Arc::clone(&self.0);
        Box::pin(async move {
            let found = resolve(name.as_str(), 0, &allowed).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none() -> AllowedHosts {
        AllowedHosts::default()
    }

    #[test]
    fn only_web_addresses_beyond_this_machine_are_taken() {
        for good in ["https://hook.example/a?key=1", "http://10.1.2.3:8080/", "https://[2001:db8::1]/x", "http://192.168.1.1/"] {
            assert!(web(good, &none()).is_ok(), "{good}");
        }
        for own in [
            "http://localhost/",
            "http://LOCALHOST./",
            "http://a.localhost/",
            "http://127.0.0.1:5432/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0.0.0.0/",
            "http://169.254.169.254/latest/meta-data",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[fe80::1]/",
        ] {
            assert_eq!(web(own, &none()), Err(AddressFault::Private), "{own}");
        }
        for bad in ["", "ftp://x/", "file:///etc/passwd", "https://", "hook.example", "https://me:pw@hook.example/", "gopher://x"]
        {
            assert_eq!(web(bad, &none()), Err(AddressFault::Unreadable), "{bad}");
        }
        assert_eq!(web(&format!("https://x.example/{}", "a".repeat(2_000)), &none()), Err(AddressFault::Unreadable));
    }

    #[test]
    fn the_settings_open_single_hosts() {
        let allowed: AllowedHosts = "127.0.0.1, localhost, ::1".parse().expect("hosts");
        assert!(web("http://127.0.0.1:8080/", &allowed).is_ok() && web("http://[::1]/", &allowed).is_ok());
        assert!(web("http://localhost/", &allowed).is_ok() && web("http://127.0.0.2/", &allowed).is_err());
        assert_eq!(allowed.to_string(), r#"["127.0.0.1", "::1", "localhost"]"#);
        assert_eq!("a/b".parse::<AllowedHosts>(), Err(()));
    }

    #[test]
    fn of_an_address_the_host_alone_is_shown() {
        let url = web("https://hook.example:8443/services/T0/secret?key=abc", &none()).expect("an address");
        assert_eq!(shown(&url), "https://hook.example:8443/…");
    }

    #[test]
    fn syslog_servers_are_hosts_with_a_protocol() {
        let target = syslog("udp://log.example", &none()).expect("a target");
        assert_eq!(target, SyslogTarget { is_tcp: false, host: "log.example".to_owned(), port: 514 });
        assert_eq!(syslog("tcp://10.0.0.9:6514", &none()).map(|target| (target.is_tcp, target.port)), Ok((true, 6514)));
        assert_eq!(syslog("udp://127.0.0.1:514", &none()), Err(AddressFault::Private));
        assert_eq!(syslog("tcp://[::1]:514", &none()), Err(AddressFault::Private));
        for bad in ["log.example", "https://log.example", "udp://", "udp://x/path", "udp://x?y"] {
            assert_eq!(syslog(bad, &none()), Err(AddressFault::Unreadable), "{bad}");
        }
    }

    #[tokio::test]
    async fn a_name_that_points_here_is_refused_when_it_is_used() {
        let refused = resolve("localhost", 80, &none()).await.expect_err("refused");
        assert_eq!(refused.to_string(), REFUSED);
        assert!(resolve("localhost", 80, &"localhost".parse().expect("a host")).await.is_ok());
    }
}

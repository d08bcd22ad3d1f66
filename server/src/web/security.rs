//! Settings of the edge: how long sessions last, who is believed about addresses, how much one address may ask.

use std::time::Duration;

use domain::settlement::lifecycle::Demands;
use ipnet::IpNet;
use url::Url;

use crate::alarms::notify::address::AllowedHosts;
use crate::config::edge::Secret;

#[derive(Clone, Debug)]
pub struct Security {
    /// A session ends after this long without use.
    pub session_idle: Duration,
    /// A session ends this long after signing in, in any case.
    pub session_max: Duration,
    /// A one-time link is good for this long.
    pub one_time_link: Duration,
    /// Signs claims of other systems; none: claims are refused.
    pub jwt_secret: Option<Secret>,
    /// Whose `X-Forwarded-For` and `X-Forwarded-Proto` count.
    pub trusted_proxies: Vec<IpNet>,
    /// The address that browsers use, where it is known.
    pub public_url: Option<Url>,
    /// This process itself speaks TLS.
    pub tls: bool,
    /// Requests of one client address per second, on average; 0: no limit.
    pub rate_limit_per_s: u32,
    /// Hosts of this machine that messages about alarms may go to.
    pub notify_private: AllowedHosts,
    /// What checking and freezing statements needs.
    pub statements: Demands,
}

impl Default for Security {
    fn default() -> Self {
        Self {
            session_idle: Duration::from_secs(60 * 60),
            session_max: Duration::from_secs(12 * 60 * 60),
            one_time_link: Duration::from_secs(24 * 60 * 60),
            jwt_secret: None,
            trusted_proxies: Vec::new(),
            public_url: None,
            tls: false,
            rate_limit_per_s: 0,
            notify_private: AllowedHosts::default(),
            statements: Demands { two_person: false, estimated_share_percent: 20 },
        }
    }
}

impl Security {
    /// Whether browsers reach this server by https only, so that its cookies may insist on it.
    pub fn is_https(&self) -> bool {
        self.tls || self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// The prefix makes browsers refuse a cookie that another host or plain http has set.
    pub fn cookie_name(&self) -> &'static str {
        if self.is_https() { "__Host-loadline" } else { "loadline" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_insists_on_https_where_there_is_https() {
        assert_eq!(Security::default().cookie_name(), "loadline");
        assert_eq!(Security { tls: true, ..Security::default() }.cookie_name(), "__Host-loadline");
        let at = |url: &str| Security { public_url: url.parse().ok(), ..Security::default() }.is_https();
        assert!(at("https://loadline.example") && !at("http://loadline.example"));
    }
}

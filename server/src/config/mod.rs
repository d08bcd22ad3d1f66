//! The settings of a process: defaults, then `loadline.toml`, then the environment.

pub mod edge;
pub mod keys;
pub mod load;
pub mod mail;
mod parse;
pub mod reference;
pub mod values;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use domain::Zone;
use domain::settlement::ReadingTime;

use crate::alarms::notify::address::AllowedHosts;
use crate::settlement::documents::pdf::fonts::Fonts;

pub use edge::{FrameAncestors, Networks, PublicUrl, Secret};
pub use load::{ConfigError, DEFAULT_FILE, Origin, load};
pub use mail::{MailFrom, SmtpUrl};
pub use values::{DatabaseUrl, Deletes, LogFormat, RegisterCheck, Units};

/// All settings. What each means is said once, in `keys`.
#[derive(Clone, PartialEq, Debug)]
pub struct Config {
    pub source_url: Option<DatabaseUrl>,
    pub warehouse_url: Option<DatabaseUrl>,
    pub listen: SocketAddr,
    pub insecure: bool,
    pub tls_cert: Option<PathBuf>,
    pub tls_key: Option<PathBuf>,
    pub trusted_proxies: Networks,
    pub public_url: Option<PublicUrl>,
    pub frame_ancestors: FrameAncestors,
    pub session_idle_min: i64,
    pub session_max_h: i64,
    pub one_time_link_h: i64,
    pub jwt_secret: Option<Secret>,
    pub rate_limit_per_s: i64,
    pub log: String,
    pub log_format: LogFormat,
    pub time_zone: Zone,
    pub slot: String,
    pub publication: String,
    pub migrate_on_start: bool,
    pub watermark_delay_ms: i64,
    pub idle_after_ms: i64,
    pub max_reading_kwh: i64,
    pub max_future_skew_s: i64,
    pub retention_days: i64,
    pub window_retention_days: i64,
    pub user_day_retention_days: i64,
    pub dead_letter_retention_days: i64,
    pub alarm_annunciate_within_s: i64,
    pub alarm_grace_s: i64,
    pub alarm_history_days: i64,
    pub settlement: bool,
    pub settlement_reading_time_is: ReadingTime,
    pub settlement_estimate_after_h: i64,
    pub settlement_estimated_share_percent: i64,
    pub settlement_two_person: bool,
    pub settlement_keep_years: i64,
    pub settlement_archive_dir: Option<PathBuf>,
    pub pdf_font: Option<PathBuf>,
    pub smtp_url: Option<SmtpUrl>,
    pub smtp_from: Option<MailFrom>,
    pub notify_private: AllowedHosts,
    pub register_check: RegisterCheck,
    pub source_deletes: Deletes,
    pub ranking_keep: i64,
    pub units: Units,
    pub ready_lag_ms: i64,
    pub max_sse_clients: i64,
    pub max_chunk_rows: i64,
    pub commit_max_rows: i64,
    pub commit_max_wait_ms: i64,
    pub warehouse_connections: i64,
    pub data_dir: PathBuf,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            source_url: None,
            warehouse_url: None,
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3000),
            insecure: false,
            tls_cert: None,
            tls_key: None,
            trusted_proxies: Networks::default(),
            public_url: None,
            frame_ancestors: FrameAncestors::default(),
            session_idle_min: 60,
            session_max_h: 12,
            one_time_link_h: 24,
            jwt_secret: None,
            rate_limit_per_s: 100,
            log: "info".to_owned(),
            log_format: LogFormat::Text,
            time_zone: Zone(chrono_tz::Asia::Shanghai),
            slot: "loadline".to_owned(),
            publication: "loadline".to_owned(),
            migrate_on_start: true,
            watermark_delay_ms: 5_000,
            idle_after_ms: 10_000,
            max_reading_kwh: 1_000_000,
            max_future_skew_s: 300,
            retention_days: 400,
            window_retention_days: 400,
            user_day_retention_days: 800,
            dead_letter_retention_days: 90,
            alarm_annunciate_within_s: 600,
            alarm_grace_s: 60,
            alarm_history_days: 1_100,
            settlement: true,
            settlement_reading_time_is: ReadingTime::Report,
            settlement_estimate_after_h: 6,
            settlement_estimated_share_percent: 20,
            settlement_two_person: false,
            settlement_keep_years: 6,
            settlement_archive_dir: None,
            pdf_font: None,
            smtp_url: None,
            smtp_from: None,
            notify_private: AllowedHosts::default(),
            register_check: RegisterCheck::Flag,
            source_deletes: Deletes::Retract,
            ranking_keep: 100,
            units: Units::Si,
            ready_lag_ms: 1_000,
            max_sse_clients: 2_000,
            max_chunk_rows: 8_192,
            commit_max_rows: 20_000,
            commit_max_wait_ms: 50,
            warehouse_connections: 16,
            data_dir: PathBuf::from(".loadline"),
        }
    }
}

impl Config {
    /// The address of the operational database, or the sentence that it is missing.
    pub fn source(&self) -> Result<&DatabaseUrl, ConfigError> {
        self.source_url.as_ref().ok_or(ConfigError::Missing("source_url"))
    }

    pub fn warehouse(&self) -> Result<&DatabaseUrl, ConfigError> {
        self.warehouse_url.as_ref().ok_or(ConfigError::Missing("warehouse_url"))
    }

    /// Certificate and key, or neither.
    pub fn tls(&self) -> Result<Option<(&Path, &Path)>, ConfigError> {
        match (&self.tls_cert, &self.tls_key) {
            (Some(cert), Some(key)) => Ok(Some((cert, key))),
            (None, None) => Ok(None),
            (Some(_), None) => Err(ConfigError::HalfTls { missing: "tls_key" }),
            (None, Some(_)) => Err(ConfigError::HalfTls { missing: "tls_cert" }),
        }
    }

    /// The font of PDF statements, if one is named, can be used.
    pub fn check_pdf_font(&self) -> Result<(), ConfigError> {
        self.pdf_font.as_deref().map_or(Ok(()), |path| Fonts::check(path).map_err(ConfigError::PdfFont))
    }

    /// Nothing leaves this machine in the clear unless somebody said so.
    pub fn check_listen(&self) -> Result<(), ConfigError> {
        let protected = self.tls()?.is_some() || !self.trusted_proxies.is_empty();
        let allowed = protected || self.insecure || self.listen.ip().is_loopback();
        if allowed { Ok(()) } else { Err(ConfigError::OpenListen(self.listen)) }
    }

    /// Whether what browsers see is HTTPS, ours or that of a proxy.
    pub fn is_https(&self) -> bool {
        match &self.public_url {
            Some(url) => url.is_https(),
            None => self.tls_cert.is_some(),
        }
    }

    /// What printed links begin with, without a slash at the end.
    pub fn link_base(&self, listen: SocketAddr) -> String {
        // every address of this machine is none that a browser could go to
        let host = match listen.ip() {
            IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
            address => address,
        };
        let address = SocketAddr::new(host, listen.port());
        match &self.public_url {
            Some(url) => url.to_string(),
            None if self.tls_cert.is_some() => format!("https://{address}"),
            None => format!("http://{address}"),
        }
    }
}

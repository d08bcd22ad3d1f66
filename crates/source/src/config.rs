//! What a reader has to know about its source, and the two forms of its address.

use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use url::Url;

use crate::SourceError;

/// Most changes in one chunk unless the caller wants fewer.
pub const MAX_CHUNK_ROWS: usize = 8192;
/// How long one attempt to connect may take.
pub(crate) const CONNECT_TIMEOUT_S: u64 = 10;

#[derive(Clone)]
pub struct SourceConfig {
    /// `postgres://user:password@host:port/database`, optionally with `sslmode` and `sslrootcert`.
    pub url: String,
    pub slot: String,
    pub publication: String,
    pub zone: domain::Zone,
    pub max_chunk_rows: usize,
}

impl std::fmt::Debug for SourceConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SourceConfig")
            .field("address", &self.address())
            .field("slot", &self.slot)
            .field("publication", &self.publication)
            .field("zone", &self.zone.name())
            .field("max_chunk_rows", &self.max_chunk_rows)
            .finish()
    }
}

impl SourceConfig {
    fn parsed(&self) -> Result<Url, SourceError> {
        let url = Url::parse(&self.url).map_err(|error| SourceError::BadUrl { detail: error.to_string() })?;
        if !matches!(url.scheme(), "postgres" | "postgresql") {
            return Err(SourceError::BadUrl { detail: format!("the scheme is {}:// instead of postgres://", url.scheme()) });
        }
        let host = url.query_pairs().find(|(key, _)| key == "host").map(|(_, value)| value.into_owned());
        let host = host.or_else(|| url.host_str().map(str::to_owned)).unwrap_or_default();
        if host.starts_with('/') || host.to_ascii_lowercase().starts_with("%2f") {
            return Err(SourceError::BadUrl {
                detail: "it names a socket directory; a host name or an IP address is needed".into(),
            });
        }
        // the clients would report a missing file like a missing server
        if let Some((_, file)) = url.query_pairs().find(|(key, value)| key == "sslrootcert" && value != "system") {
            std::fs::File::open(&*file).map_err(|error| SourceError::Tls { detail: format!("sslrootcert {file}: {error}") })?;
        }
        Ok(url)
    }

    /// For ordinary sessions.
    pub(crate) fn session_options(&self) -> Result<PgConnectOptions, SourceError> {
        let mut url = self.parsed()?;
        let kept: Vec<_> = url
            .query_pairs()
            .into_owned()
            .filter(|(key, _)| !matches!(key.as_str(), "replication" | "connect_timeout" | "keepalives"))
            .collect();
        url.query_pairs_mut().clear().extend_pairs(kept);
        let options = url.as_str().parse::<PgConnectOptions>();
        let options = options.map_err(|error| SourceError::BadUrl { detail: self.redact(&error.to_string()) })?;
        Ok(options.application_name("loadline").disable_statement_logging())
    }

    /// For the replication session.
    pub(crate) fn replication_url(&self) -> Result<String, SourceError> {
        let mut url = self.parsed()?;
        let ours = ["replication", "application_name"];
        let kept: Vec<_> = url.query_pairs().into_owned().filter(|(key, _)| !ours.contains(&key.as_str())).collect();
        let timeout_given = kept.iter().any(|(key, _)| key == "connect_timeout");
        let mut query = url.query_pairs_mut();
        query.clear().extend_pairs(kept).append_pair("replication", "database");
        if !timeout_given {
            query.append_pair("connect_timeout", &CONNECT_TIMEOUT_S.to_string());
        }
        drop(query);
        Ok(url.into())
    }

    /// Host, port and database: what an operator may see.
    pub(crate) fn address(&self) -> String {
        match Url::parse(&self.url) {
            Ok(url) => {
                format!("{}:{}{}", url.host_str().unwrap_or("localhost"), url.port().unwrap_or(5432), url.path())
            }
            Err(_) => "?".to_owned(),
        }
    }

    pub(crate) fn user(&self) -> String {
        Url::parse(&self.url).map(|url| decoded(url.username())).unwrap_or_default()
    }

    pub(crate) fn database(&self) -> String {
        Url::parse(&self.url).map(|url| decoded(url.path().trim_start_matches('/'))).unwrap_or_default()
    }

    /// Takes the password out of a text that a library wrote.
    pub(crate) fn redact(&self, text: &str) -> String {
        let Ok(url) = Url::parse(&self.url) else { return text.to_owned() };
        let in_query = url.query_pairs().find(|(key, _)| key == "password").map(|(_, value)| value.into_owned());
        let mut text = text.to_owned();
        for secret in url.password().map(str::to_owned).into_iter().chain(in_query) {
            for form in [decoded(&secret), secret] {
                if !form.is_empty() {
                    text = text.replace(&form, "***");
                }
            }
        }
        text
    }
}

fn decoded(text: &str) -> String {
    // a form decoder reads '+' as a space, which a user name may contain
    let escaped = text.replace('+', "%2B");
    url::form_urlencoded::parse(format!("v={escaped}").as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// Quotes a name for use in a statement that takes no parameters.
pub(crate) fn quote_name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(url: &str) -> SourceConfig {
        SourceConfig {
            url: url.into(),
            slot: "s".into(),
            publication: "p".into(),
            zone: domain::Zone::parse("Asia/Shanghai").unwrap(),
            max_chunk_rows: MAX_CHUNK_ROWS,
        }
    }

    #[test]
    fn the_password_never_shows() {
        let config = config("postgres://reader:s%40crEt@db.example:6543/power?sslmode=require");
        assert!(!format!("{config:?}").contains("crEt"));
        assert_eq!(config.redact("login with s@crEt or s%40crEt failed"), "login with *** or *** failed");
        assert_eq!(config.address(), "db.example:6543/power");
        assert_eq!((config.user().as_str(), config.database().as_str()), ("reader", "power"));
    }

    #[test]
    fn the_replication_address_asks_for_replication() {
        let url = config("postgres://a@h/d?sslmode=verify-full&application_name=x").replication_url().unwrap();
        assert_eq!(url, "postgres://a@h/d?sslmode=verify-full&replication=database&connect_timeout=10");
    }

    #[test]
    fn unusable_addresses_are_named() {
        for bad in ["", "mysql://h/d", "postgres://h:99999/d", "postgres:///d?host=/run/postgresql", "postgres://%2Frun%2Fpg/d"] {
            assert!(matches!(config(bad).replication_url(), Err(SourceError::BadUrl { .. })), "{bad}");
            assert!(matches!(config(bad).session_options(), Err(SourceError::BadUrl { .. })), "{bad}");
        }
    }
}

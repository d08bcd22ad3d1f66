//! What a page may use: the application's handle and the request it answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::request::Parts;
use domain::settlement::ReadingTime;
use domain::{LocalMs, Zone};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use warehouse::access::AccessPool;
use warehouse::read::ReadPool;

use crate::cache::{Caches, CachesOfScopes, Freshness};
use crate::error::AppError;
use crate::format::Units;
use crate::submitted::Submitted;
use crate::text::Lang;
use crate::viewer::Viewer;

/// UTC milliseconds since 1970.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Everything a page needs from the process; cheap to clone, the same for all requests of one viewer.
#[derive(Clone)]
pub struct AppContext {
    /// Sees the regions of the viewer.
    pub pool: ReadPool,
    pub now: Clock,
    pub zone: Zone,
    pub units: Units,
    /// Of meters whose contract does not say it.
    pub reading_time_is: ReadingTime,
    pub version: &'static str,
    /// Answers for viewers of the same regions.
    pub caches: Arc<Caches>,
    caches_of_scopes: Arc<CachesOfScopes>,
    pub freshness: Freshness,
    /// Who asks; nobody unless [`AppContext::for_viewer`] said otherwise.
    pub viewer: Arc<Viewer>,
    /// Accounts, tenants, tokens and the audit; none where pages are only drawn.
    pub access: Option<AccessPool>,
}

impl AppContext {
    pub fn new(pool: ReadPool, now: Clock, zone: Zone, units: Units, version: &'static str) -> Self {
        let viewer = Arc::<Viewer>::default();
        let pool = pool.seen_by(&viewer.scope);
        let caches_of_scopes = Arc::<CachesOfScopes>::default();
        let caches = caches_of_scopes.of(&viewer.scope);
        let freshness = Freshness::default();
        let reading_time_is = ReadingTime::default();
        Self { pool, now, zone, units, reading_time_is, version, caches, caches_of_scopes, freshness, viewer, access: None }
    }

    pub fn with_access(self, access: AccessPool) -> Self {
        Self { access: Some(access), ..self }
    }

    /// The same for a rendering that stays until something changes.
    pub fn newest(self) -> Self {
        Self { freshness: Freshness::Newest, ..self }
    }

    /// The same for one viewer: his regions, his rights.
    pub fn for_viewer(&self, viewer: Arc<Viewer>) -> Self {
        let (pool, caches) = (self.pool.seen_by(&viewer.scope), self.caches_of_scopes.of(&viewer.scope));
        Self { pool, caches, viewer, ..self.clone() }
    }

    /// The handle that the router put into the request.
    pub fn current() -> Result<Self, AppError> {
        use_context::<Self>().ok_or(AppError::Internal)
    }

    pub fn now_ms(&self) -> i64 {
        (self.now)()
    }

    /// Wall time of the source's zone.
    pub fn local(&self, utc_ms: i64) -> LocalMs {
        self.zone.local_ms(utc_ms.saturating_mul(1000))
    }

    pub fn local_now(&self) -> LocalMs {
        self.local(self.now_ms())
    }
}

/// Look of a page.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Control-room grey.
    #[default]
    Grey,
    /// 大屏 style.
    Dark,
}

impl Theme {
    pub const ALL: [Self; 2] = [Self::Grey, Self::Dark];

    /// The value of the cookie `theme` and of `?theme=`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Grey => "grey",
            Self::Dark => "dark",
        }
    }

    /// The look of a page for a viewer who chose none: the wall is dark.
    fn of_page(path: &str) -> Self {
        if path == "/wall" { Self::Dark } else { Self::Grey }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.code() == code)
    }
}

/// How this viewer sees pages.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct View {
    pub lang: Lang,
    pub theme: Theme,
}

/// Longest query that is looked at; the rest is ignored.
const MOST_QUERY_PAIRS: usize = 20;

/// The address a page is asked for, with the viewer's choices.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct PageRequest {
    pub path: String,
    /// Without `lang` and `theme`, sorted, so that equal views have equal addresses.
    pub query: BTreeMap<String, String>,
    pub view: View,
    /// Set when a form of this page is answered by showing the page again.
    pub submitted: Option<Arc<Submitted>>,
}

impl PageRequest {
    /// Reads path and query such as `/rankings?grain=day`; `lang` and `theme` in the query win over `view`.
    pub fn parse(path_and_query: &str, view: View) -> Self {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        let pairs = query.split('&').filter(|pair| !pair.is_empty()).take(MOST_QUERY_PAIRS);
        let mut query: BTreeMap<String, String> = pairs
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(name), decode(value))
            })
            .collect();
        let lang = query.remove("lang").and_then(|code| Lang::parse(&code)).unwrap_or(view.lang);
        let theme = query.remove("theme").and_then(|code| Theme::parse(&code)).unwrap_or(view.theme);
        let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
        Self { path: decode(path), query, view: View { lang, theme }, submitted: None }
    }

    /// The request that is being answered, with the cookies `lang` and `theme`.
    pub fn current() -> Self {
        use_context::<Parts>().map(|parts| Self::from_parts(&parts)).unwrap_or_default()
    }

    pub fn from_parts(parts: &Parts) -> Self {
        let cookies = parts.headers.get_all(axum::http::header::COOKIE);
        let cookie = |wanted: &str| {
            cookies.iter().filter_map(|value| value.to_str().ok()).flat_map(|line| line.split(';')).find_map(|pair| {
                let (name, value) = pair.trim().split_once('=')?;
                (name == wanted).then(|| value.to_owned())
            })
        };
        let view = View {
            lang: cookie("lang").and_then(|code| Lang::parse(&code)).unwrap_or_default(),
            theme: cookie("theme").and_then(|code| Theme::parse(&code)).unwrap_or_else(|| Theme::of_page(parts.uri.path())),
        };
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        Self::parse(target, view)
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The address again, without language and theme.
    pub fn address(&self) -> String {
        let pairs: Vec<_> = self.query.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        if pairs.is_empty() { encode_path(&self.path) } else { format!("{}?{}", encode_path(&self.path), pairs.join("&")) }
    }

    /// The same page with one parameter changed (removed when the value is empty).
    pub fn address_with(&self, name: &str, value: &str) -> String {
        let mut changed = self.clone();
        if value.is_empty() {
            changed.query.remove(name);
        } else {
            changed.query.insert(name.to_owned(), value.to_owned());
        }
        changed.address()
    }
}

/// Percent-decodes; `+` is a blank; bytes that are no text become replacement characters.
pub fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let escaped = (byte == b'%').then(|| {
            let mut ahead = rest.clone();
            let high = char::from(ahead.next()?).to_digit(16)?;
            let low = char::from(ahead.next()?).to_digit(16)?;
            rest = ahead;
            u8::try_from(high * 16 + low).ok()
        });
        bytes.push(match (byte, escaped.flatten()) {
            (_, Some(decoded)) => decoded,
            (b'+', None) => b' ',
            (plain, None) => plain,
        });
    }
    // no text of ours has a NUL, and the database takes none
    bytes.retain(|byte| *byte != 0);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Percent-encodes everything that has a meaning in a query.
pub fn encode(text: &str) -> String {
    encode_keeping(text, b"-_.~:")
}

fn encode_path(path: &str) -> String {
    encode_keeping(path, b"-_.~/:")
}

fn encode_keeping(text: &str, kept: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_round_trip_without_language_and_theme() {
        let request = PageRequest::parse("/search/?q=%E5%BC%A0+1&lang=en&theme=dark&b=", View::default());
        assert_eq!(request.path, "/search");
        assert_eq!(request.view, View { lang: Lang::En, theme: Theme::Dark });
        assert_eq!(request.get("q"), Some("张 1"));
        assert_eq!(request.get("b"), None);
        assert_eq!(request.address(), "/search?b=&q=%E5%BC%A0%201");
        assert_eq!(PageRequest::parse(&request.address(), request.view), request);
        assert_eq!(request.address_with("b", ""), "/search?q=%E5%BC%A0%201");
    }

    #[test]
    fn broken_escapes_and_unknown_choices_do_no_harm() {
        let request = PageRequest::parse("/?q=%F&x=%&lang=xx&%FF=1", View::default());
        assert_eq!(request.get("q"), Some("%F"));
        assert_eq!(request.view, View::default());
    }

    #[test]
    fn cookies_choose_the_view() {
        let request = axum::http::Request::builder().uri("/wall?layout=32x9").header("cookie", "a=1; lang=en; theme=dark");
        let (parts, ()) = request.body(()).expect("a request").into_parts();
        let parsed = PageRequest::from_parts(&parts);
        assert_eq!(parsed.view, View { lang: Lang::En, theme: Theme::Dark });
        assert_eq!((parsed.path.as_str(), parsed.get("layout")), ("/wall", Some("32x9")));
    }
}

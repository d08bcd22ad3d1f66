//! Who asks: language, kind of answer and number of a request, and whom the gate has found out he is.

use std::convert::Infallible;
use std::net::Ipv6Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use app::text::Lang;
use app::viewer::Viewer;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};

use super::client::Client;

/// Number of a request, in the log and on an error page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestId(pub String);

impl RequestId {
    pub fn next() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        Self(format!("{:x}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)))
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wants {
    Html,
    Json,
    Plain,
}

#[derive(Clone, Debug)]
pub struct Asker {
    pub lang: Lang,
    pub wants: Wants,
    pub request_id: String,
    /// Nobody before the gate.
    pub viewer: Arc<Viewer>,
    pub client: Client,
    /// To come back to after signing in: path and query of a page that was asked for.
    pub back: Option<String>,
}

impl Asker {
    pub fn of(parts: &Parts) -> Self {
        let back = (parts.method == axum::http::Method::GET).then(|| parts.uri.path_and_query()).flatten();
        let asker = Self::read(&parts.headers, parts.uri.path(), &parts.extensions);
        Self { back: back.map(|target| target.as_str().to_owned()), ..asker }
    }

    pub fn read(headers: &HeaderMap, path: &str, extensions: &Extensions) -> Self {
        let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let wants = if path.starts_with("/api/") || path == "/readyz" {
            Wants::Json
        } else if accept.contains("text/html") {
            Wants::Html
        } else {
            Wants::Plain
        };
        let lang = cookie(headers, "lang").and_then(Lang::parse).unwrap_or_default();
        let request_id = extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        let viewer = extensions.get::<Arc<Viewer>>().cloned().unwrap_or_default();
        let nowhere = Client { address: Ipv6Addr::UNSPECIFIED.into(), is_https: false };
        let client = extensions.get::<Client>().copied().unwrap_or(nowhere);
        Self { lang, wants, request_id, viewer, client, back: None }
    }
}

/// Value of a cookie of the request.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(own, _)| *own == name)
        .map(|(_, value)| value)
}

impl<S: Sync> FromRequestParts<S> for Asker {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts))
    }
}

//! `/style/*`: style and script out of the binary.

use app::assets;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::asker::Asker;
use super::error::Refusal;

/// An address that carries the content's version never changes its content.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

pub async fn style(Path(name): Path<String>, uri: Uri, headers: HeaderMap, asker: Asker) -> Response {
    let Some(asset) = assets::find(&name) else { return Refusal::NotFound.answer(&asker) };
    let version = assets::version();
    let is_versioned = uri.query().and_then(|query| query.strip_prefix("v=")) == Some(version);
    let tag = format!("\"{version}\"");
    let held = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut response = if held.split(',').any(|one| one.trim().trim_start_matches("W/") == tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, asset.content_type)], asset.body).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, if is_versioned { FOR_EVER } else { ASK_AGAIN });
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

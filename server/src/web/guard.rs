//! Around every request: its number, limits, security headers, time measured, failures logged once.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use futures::FutureExt;

use super::asker::{Asker, RequestId};
use super::error::{FailureNote, Refusal};
use super::state::Shared;
use crate::metrics;

/// A request that takes longer is given up; exports and event streams start within it.
const DEADLINE: Duration = Duration::from_secs(30);
pub const MAX_BODY_BYTES: usize = 1 << 20;

/// `nonce` names the one inline script of a page.
pub fn content_security_policy(frame_ancestors: &str, nonce: Option<&str>) -> HeaderValue {
    let scripts = nonce.map(|nonce| format!(" 'nonce-{nonce}'")).unwrap_or_default();
    let policy = format!(
        "default-src 'self'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {frame_ancestors}"
    );
    HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'self'; frame-ancestors 'self'"))
}

/// The outermost layer.
pub async fn watch(State(shared): State<Shared>, mut request: Request, next: Next) -> Response {
    let id = RequestId::next();
    request.extensions_mut().insert(id.clone());
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let asker = Asker::read(request.headers(), &path, Some(&id));
    let started = Instant::now();
    // a panic of one request is its own failure only
    let run = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response =
        run.unwrap_or_else(|cause| Refusal::Failed(format!("a handler panicked: {}", panic_text(cause.as_ref()))).answer(&asker));
    let elapsed = started.elapsed();
    let status = response.status();
    if let Some(FailureNote(note)) = response.extensions_mut().remove::<FailureNote>() {
        tracing::error!(request_id = id.0, %method, path, status = status.as_u16(), error = note, "a request failed");
    }
    tracing::debug!(request_id = id.0, %method, path, status = status.as_u16(), elapsed_us = elapsed.as_micros(), "answered");
    if route != "/events" {
        let labels =
            [("route", route_label(&route, &path)), ("method", method.to_string()), ("status", status.as_str().to_owned())];
        ::metrics::histogram!(metrics::PAGE_SECONDS, &labels).record(elapsed);
    }
    secure(&shared, &mut response, &id);
    response
}

/// The pattern that answered; pages share one, so their first segment stands for them.
fn route_label(route: &str, path: &str) -> String {
    const PAGES: &[&str] = &["", "regions", "rankings", "peaks", "users", "search", "wall", "pipeline"];
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    match route.contains("{*") || route == "/" {
        // addresses that nobody defined would grow the list without bound
        true if PAGES.contains(&first) => format!("/{first}"),
        true => "other".to_owned(),
        false => route.to_owned(),
    }
}

fn secure(shared: &Shared, response: &mut Response, id: &RequestId) {
    let headers = response.headers_mut();
    // pages have set theirs, with the number of their script
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert_with(|| shared.content_security_policy.clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    if let Ok(id) = HeaderValue::from_str(&id.0) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
}

/// Bounds what is in work at the same time and for how long. Event streams and probes do not pass here.
pub async fn bound(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let asker = Asker::of(&parts);
    let Ok(_permit) = shared.requests.try_acquire() else { return Refusal::Busy.answer(&asker) };
    match tokio::time::timeout(DEADLINE, next.run(Request::from_parts(parts, body))).await {
        Ok(response) => readable(response, &asker),
        Err(_) => Refusal::Timeout.answer(&asker),
    }
}

/// Plain refusals of the framework (wrong method, body too large) get our words.
fn readable(response: Response, asker: &Asker) -> Response {
    match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => Refusal::MethodNotAllowed.answer(asker),
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::TooLarge.answer(asker),
        _ => response,
    }
}

/// Pages do not wait for a database that is known to be away.
pub async fn need_database(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if shared.hub.is_database_away() {
        return Refusal::Unavailable("the warehouse is away".to_owned()).answer(&Asker::of(&parts));
    }
    next.run(Request::from_parts(parts, body)).await
}

fn panic_text(cause: &(dyn Any + Send)) -> &str {
    let text = cause.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("no text")
}

//! Around every request: its number, limits, security headers, time measured, failures logged once.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use futures::FutureExt;

use super::asker::{Asker, RequestId};
use super::client::Client;
use super::error::{FailureNote, Refusal};
use super::state::Shared;
use super::{alarms, origin, routes};
use crate::metrics;

/// A request that takes longer is given up; exports and event streams start within it.
const DEADLINE: Duration = Duration::from_secs(30);
/// A form that names thousands of regions.
pub const MAX_BODY_BYTES: usize = 256 << 10;
const BODY_WITHIN: Duration = Duration::from_secs(5);
/// Files that are longer than a form: their handlers read them, bounded, once it is known that the sender may.
const UPLOADS: [&str; 3] = ["/api/v1/contracts/import", "/settlement/contracts/import", "/api/v1/tariffs/import"];
const NO_DEVICES: HeaderValue =
    HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), serial=(), usb=()");

/// Nothing but our own files, and no script inside a page.
pub fn content_security_policy(frame_ancestors: &str) -> HeaderValue {
    let policy = format!(
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; \
         frame-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {frame_ancestors}"
    );
    HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'self'; frame-ancestors 'none'"))
}

/// The outermost layer.
pub async fn watch(State(shared): State<Shared>, mut request: Request, next: Next) -> Response {
    let id = RequestId::next();
    let security = &shared.security;
    let client = Client::of(request.extensions(), request.headers(), &security.trusted_proxies, security.tls);
    request.extensions_mut().insert(id.clone());
    request.extensions_mut().insert(client);
    let (method, full_path) = (request.method().clone(), request.uri().path().to_owned());
    // addresses that nobody defined would grow the list of labels without bound
    let route = routes::find(&method, &full_path).map_or("other", |route| route.path);
    // without keys of links
    let path = routes::shown(&full_path);
    let asker = Asker::read(request.headers(), &full_path, request.extensions());
    let started = Instant::now();
    let mut response = match limited(&shared, &full_path, client) {
        Err(refusal) => refusal.answer(&asker),
        // a panic of one request is its own failure only
        Ok(()) => AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|cause| {
            Refusal::Failed(format!("a handler panicked: {}", panic_text(cause.as_ref()))).answer(&asker)
        }),
    };
    let elapsed = started.elapsed();
    let status = response.status();
    if let Some(FailureNote(note)) = response.extensions_mut().remove::<FailureNote>() {
        tracing::error!(request_id = id.0, %method, path, status = status.as_u16(), error = note, "a request failed");
    }
    tracing::debug!(request_id = id.0, %method, path, status = status.as_u16(), elapsed_us = elapsed.as_micros(), "answered");
    if route != "/events" && route != alarms::STREAM {
        let labels = [("route", route.to_owned()), ("method", method.to_string()), ("status", status.as_str().to_owned())];
        ::metrics::histogram!(metrics::PAGE_SECONDS, &labels).record(elapsed);
    }
    secure(&shared, &mut response, &id, &full_path, client);
    response
}

/// Probes are never told to wait, because somebody would restart us for it.
fn limited(shared: &Shared, path: &str, client: Client) -> Result<(), Refusal> {
    match path {
        "/healthz" | "/readyz" => Ok(()),
        _ => shared.rate.take(client.key()).map_err(|wait| Refusal::TooMany { wait }),
    }
}

/// What browsers are told about every answer.
fn secure(shared: &Shared, response: &mut Response, id: &RequestId, path: &str, client: Client) {
    let is_wall = path == "/wall" || path.starts_with("/wall/");
    let has_key = path.starts_with("/wall/") || path.starts_with("/welcome/");
    let headers = response.headers_mut();
    // only a wall stands in frames of other sites
    let policy = if is_wall { &shared.wall_policy } else { &shared.content_security_policy };
    headers.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let referrer = if has_key { "no-referrer" } else { "same-origin" };
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static(referrer));
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    headers.insert(HeaderName::from_static("permissions-policy"), NO_DEVICES);
    if client.is_https || shared.security.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if let Ok(id) = HeaderValue::from_str(&id.0) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
}

/// Bounds what is in work at the same time and for how long. Event streams and probes do not pass here.
pub async fn bound(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let asker = Asker::of(&parts);
    // the body first: who dawdles with it holds no place among the requests in work; nobody reads one that comes with a question
    let is_upload = UPLOADS.contains(&parts.uri.path());
    let body = match origin::is_read(&parts.method) {
        true => Ok(Body::empty()),
        false if is_upload => Ok(body),
        false => whole(body).await,
    };
    let body = match body {
        Ok(body) => body,
        Err(refusal) => return refusal.answer(&asker),
    };
    let Ok(_permit) = shared.requests.try_acquire() else { return Refusal::Busy.answer(&asker) };
    match tokio::time::timeout(DEADLINE, next.run(Request::from_parts(parts, body))).await {
        Ok(response) => readable(response, &asker),
        Err(_) => Refusal::Timeout.answer(&asker),
    }
}

async fn whole(body: Body) -> Result<Body, Refusal> {
    match tokio::time::timeout(BODY_WITHIN, to_bytes(body, MAX_BODY_BYTES)).await {
        Ok(Ok(body)) => Ok(Body::from(body)),
        Ok(Err(_)) => Err(Refusal::TooLarge),
        Err(_) => Err(Refusal::Timeout),
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

//! Files of statements through the real router on real PostgreSQL: what stands in them, what they sum to, who may have them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod files;
mod reconcile;
#[expect(dead_code, reason = "shared with the tests of the web server")]
#[path = "../web/site.rs"]
mod site;
#[expect(dead_code, reason = "shared with the tests of who is let in")]
#[path = "../access/support.rs"]
mod support;
mod what_if;
#[expect(dead_code, reason = "shared with the tests of statements")]
#[path = "../statements/world.rs"]
mod world;

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode};
use tower::ServiceExt;

use support::Town;

/// An answer that is no text.
async fn bytes(town: &Town, path: &str, token: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    let request = Request::builder().uri(path).header("authorization", format!("Bearer {token}"));
    let mut request = request.body(Body::empty()).unwrap();
    let address: std::net::SocketAddr = "198.51.100.7:40000".parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(address));
    let response = town.router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    (parts.status, parts.headers, to_bytes(body, usize::MAX).await.unwrap().to_vec())
}

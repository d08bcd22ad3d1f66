//! Files of statements: one as PDF, XLSX or CSV, and a month of them as XLSX or CSV.

mod bulk;
mod describe;
mod single;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::get;

pub use describe::operations;

use super::state::Shared;

const PDF: &str = "application/pdf";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const CSV: &str = "text/csv; charset=utf-8; header=present";

pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/settlement/statements/{id}/statement.pdf", get(single::pdf))
        .route("/settlement/statements/{id}/statement.xlsx", get(single::xlsx))
        .route("/settlement/statements/{id}/statement.csv", get(single::csv))
        .route("/api/v1/statements/{id}/export.pdf", get(single::pdf))
        .route("/api/v1/statements/{id}/export.xlsx", get(single::xlsx))
        .route("/api/v1/statements/{id}/export.csv", get(single::csv))
        .route("/exports/statements.xlsx", get(bulk::xlsx))
        .route("/exports/statements.csv", get(bulk::csv))
}

/// The name has letters of ASCII alone.
fn file(body: Body, kind: &'static str, name: &str) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let named = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    headers.insert(header::CONTENT_DISPOSITION, named.unwrap_or(HeaderValue::from_static("attachment")));
    response
}

//! Alarms for programs: lists, acts and the stream.

mod acts;
pub mod body;
mod describe;
mod json;
mod list;
mod stream;

use axum::Router;
use axum::routing::{get, post};

use super::alarm_rules;
use super::state::Shared;

pub use describe::{operations, schemas};
pub use stream::{Places, stream};

/// Where the stream is; its answers are neither compressed nor timed.
pub const STREAM: &str = "/api/v1/alarms/stream";

pub fn routes() -> Router<Shared> {
    Router::new()
        // a POST makes a rule: another name for `/api/v1/alarm-rules`
        .route("/api/v1/alarms", get(list::list).post(alarm_rules::create))
        .route("/api/v1/alarms/{id}", get(list::one))
        .route("/api/v1/alarms/{id}/ack", post(acts::acknowledge))
        .route("/api/v1/alarms/{id}/shelve", post(acts::shelve))
        .route("/api/v1/alarms/{id}/unshelve", post(acts::unshelve))
        .route("/api/v1/alarms/{id}/clear", post(acts::clear))
        .route("/api/v1/alarms/{id}/assign", post(acts::assign))
        .route("/api/v1/alarms/{id}/comment", post(acts::comment))
}

//! What can go wrong on a page, in words that anybody may read.

use axum::http::StatusCode;
use domain::FailureKind;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use warehouse::access::AccessError;
use warehouse::read::ReadError;

use crate::text::{Lang, common};

/// Public-safe: internal causes go to the log, never in here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum AppError {
    #[error("the warehouse database is away")]
    Unavailable,
    #[error("no such page")]
    NotFound,
    #[error("no supply region {region_id}")]
    NoRegion { region_id: String },
    #[error("no customer {user_id}")]
    NoUser { user_id: String },
    #[error("parameter {name} is {value:?}, expected {expected}")]
    BadParameter { name: String, value: String, expected: String },
    #[error("the page could not be made; see the log")]
    Internal,
}

/// Longest value that an error repeats.
const SHOWN_VALUE_CHARS: usize = 60;

impl AppError {
    pub fn bad_parameter(name: &str, value: &str, expected: &str) -> Self {
        let value = value.chars().take(SHOWN_VALUE_CHARS).collect();
        Self::BadParameter { name: name.to_owned(), value, expected: expected.to_owned() }
    }

    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Unavailable => FailureKind::Retry,
            Self::Internal => FailureKind::Bug,
            _ => FailureKind::Operator,
        }
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::NotFound | Self::NoRegion { .. } | Self::NoUser { .. } => StatusCode::NOT_FOUND,
            Self::BadParameter { .. } => StatusCode::BAD_REQUEST,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The plain sentence that the page shows.
    pub fn sentence(&self, lang: Lang) -> String {
        match self {
            Self::Unavailable => common::DATABASE_AWAY.get(lang).to_owned(),
            Self::NotFound => common::NOT_FOUND.get(lang).to_owned(),
            Self::NoRegion { region_id } => common::REGION_NOT_FOUND.with(lang, &[region_id]),
            Self::NoUser { user_id } => common::USER_NOT_FOUND.with(lang, &[user_id]),
            Self::BadParameter { name, value, expected } => common::BAD_PARAMETER.with(lang, &[name, value, expected]),
            Self::Internal => common::PAGE_FAILED.get(lang).to_owned(),
        }
    }
}

impl From<ReadError> for AppError {
    fn from(error: ReadError) -> Self {
        if error.is_unavailable() {
            tracing::warn!(%error, "a page had no database");
            return Self::Unavailable;
        }
        tracing::error!(%error, "a page's question failed");
        Self::Internal
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        tracing::warn!(%error, "a server function was called wrongly");
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Self::bad_parameter("?", "", "—"),
            _ => Self::Internal,
        }
    }
}

impl From<AccessError> for AppError {
    fn from(error: AccessError) -> Self {
        if matches!(error, AccessError::NotFound) {
            return Self::NotFound;
        }
        if error.is_unavailable() {
            tracing::warn!(%error, "a page had no database");
            return Self::Unavailable;
        }
        tracing::error!(%error, "a page's question about accounts failed");
        Self::Internal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_has_its_status_and_a_sentence_in_both_languages() {
        let bad = AppError::bad_parameter("grain", &"x".repeat(500), "day, month");
        assert_eq!(bad.status(), StatusCode::BAD_REQUEST);
        assert!(bad.sentence(Lang::En).len() < 150);
        assert!(bad.sentence(Lang::Zh).contains("grain"));
        assert_eq!(AppError::Unavailable.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(AppError::NoRegion { region_id: "7".into() }.status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn errors_survive_the_journey_to_a_form() {
        let error = AppError::NoUser { user_id: "12".into() };
        assert_eq!(AppError::de(error.ser()), error);
    }
}

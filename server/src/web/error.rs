//! Answers to requests that cannot be served. What went wrong inside goes to the log, never to the sender.

use app::text::{Lang, Text};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use warehouse::read::ReadError;

use super::asker::{Asker, Wants};
use super::params::BadParameter;
use super::texts;

/// What the server itself can fail at.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    #[error("cannot listen on {address}: {source}. Choose another address with --listen or LOADLINE_LISTEN")]
    Listen { address: String, source: std::io::Error },
    #[error("the web server stopped: {0}")]
    Serve(std::io::Error),
    #[error("metrics cannot be recorded: {0}")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
}

impl WebError {
    pub fn kind(&self) -> domain::FailureKind {
        match self {
            Self::Listen { .. } => domain::FailureKind::Operator,
            Self::Serve(_) => domain::FailureKind::Retry,
            Self::Metrics(_) => domain::FailureKind::Bug,
        }
    }
}

/// Why a request is refused.
#[derive(Debug)]
pub enum Refusal {
    BadParameter(BadParameter),
    NotFound,
    MethodNotAllowed,
    TooLarge,
    Busy,
    Timeout,
    /// The database is away.
    Unavailable(String),
    /// Anything else; the text is for the log.
    Failed(String),
}

/// Internal text of a failure, carried to the one place that logs it.
#[derive(Clone, Debug)]
pub struct FailureNote(pub String);

/// Seconds after which a refused client should try again.
const RETRY_AFTER_S: HeaderValue = HeaderValue::from_static("5");

impl From<BadParameter> for Refusal {
    fn from(bad: BadParameter) -> Self {
        Self::BadParameter(bad)
    }
}

impl From<ReadError> for Refusal {
    fn from(error: ReadError) -> Self {
        if error.is_unavailable() { Self::Unavailable(error.to_string()) } else { Self::Failed(error.to_string()) }
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        ReadError::from(error).into()
    }
}

impl Refusal {
    /// A page's failure, where something else than a page answers.
    pub fn from_page(error: &app::AppError) -> Self {
        match error {
            app::AppError::Unavailable => Self::Unavailable(error.to_string()),
            app::AppError::Internal | app::AppError::BadParameter { .. } => Self::Failed(error.to_string()),
            app::AppError::NotFound | app::AppError::NoRegion { .. } | app::AppError::NoUser { .. } => Self::NotFound,
        }
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::BadParameter(_) => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Timeout => StatusCode::REQUEST_TIMEOUT,
            Self::Busy | Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn title(&self) -> Text {
        match self {
            Self::BadParameter(_) | Self::TooLarge | Self::MethodNotAllowed => texts::TITLE_BAD_REQUEST,
            Self::NotFound => texts::TITLE_NOT_FOUND,
            Self::Busy | Self::Timeout | Self::Unavailable(_) => texts::TITLE_UNAVAILABLE,
            Self::Failed(_) => texts::TITLE_FAILED,
        }
    }

    /// One sentence for the sender.
    pub fn sentence(&self, lang: Lang, request_id: &str) -> String {
        match self {
            Self::BadParameter(bad) => texts::SENTENCE_BAD_REQUEST.with(lang, &[&bad.name, &bad.value, bad.expected.get(lang)]),
            Self::NotFound => texts::SENTENCE_NOT_FOUND.get(lang).to_owned(),
            Self::MethodNotAllowed => texts::SENTENCE_METHOD.get(lang).to_owned(),
            Self::TooLarge => texts::SENTENCE_TOO_LARGE.get(lang).to_owned(),
            Self::Busy => texts::SENTENCE_BUSY.get(lang).to_owned(),
            Self::Timeout => texts::SENTENCE_TIMEOUT.get(lang).to_owned(),
            Self::Unavailable(_) => texts::SENTENCE_DATABASE.get(lang).to_owned(),
            Self::Failed(_) => texts::SENTENCE_FAILED.with(lang, &[request_id]),
        }
    }

    /// The answer in the form that the sender reads.
    pub fn answer(self, asker: &Asker) -> Response {
        let sentence = self.sentence(asker.lang, &asker.request_id);
        let mut response = match asker.wants {
            Wants::Html => Html(self.page(asker.lang, &sentence)).into_response(),
            Wants::Json => axum::Json(self.json(&asker.request_id)).into_response(),
            Wants::Plain => format!("{sentence}\n").into_response(),
        };
        *response.status_mut() = self.status();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status() == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER_S);
        }
        if let Self::Unavailable(note) | Self::Failed(note) = self {
            response.extensions_mut().insert(FailureNote(note));
        }
        response
    }

    fn json(&self, request_id: &str) -> serde_json::Value {
        let mut error = serde_json::json!({
            "status": self.status().as_u16(),
            "message": self.sentence(Lang::En, request_id),
            "request_id": request_id,
        });
        if let Self::BadParameter(bad) = self {
            error["parameter"] = bad.name.clone().into();
            error["value"] = bad.value.clone().into();
            error["expected"] = bad.expected.get(Lang::En).into();
        }
        serde_json::json!({ "error": error })
    }

    fn page(&self, lang: Lang, sentence: &str) -> String {
        let reload = match self {
            Self::Unavailable(_) | Self::Busy => "<meta http-equiv=\"refresh\" content=\"5\">",
            _ => "",
        };
        let (tag, title, sentence) = (lang.tag(), self.title().get(lang), escape(sentence));
        let (status, back) = (self.status().as_u16(), texts::BACK.get(lang));
        format!(
            "<!DOCTYPE html><html lang=\"{tag}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\">{reload}<title>{title} · Loadline</title>\
             <link rel=\"stylesheet\" href=\"/style/main.css\"></head>\
             <body class=\"refusal\"><main><h1>{title}</h1><p>{sentence}</p><p><a href=\"/\">{back}</a></p>\
             <p><small>{status}</small></p></main></body></html>"
        )
    }
}

/// Text for HTML, in elements and attributes.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

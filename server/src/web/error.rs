//! Answers to requests that cannot be served. What went wrong inside goes to the log, never to the sender.

use std::time::Duration;

use app::submitted::Problem;
use app::text::alarms::refusals;
use app::text::{Lang, Text};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use warehouse::WarehouseError;
use warehouse::access::AccessError;
use warehouse::read::ReadError;

use super::asker::{Asker, Wants};
use super::params::BadParameter;
use super::preferences::local_path;
use super::{cells, texts};
use crate::access::passwords::Busy;
use crate::alarms::acts::ActError;

/// What the server itself can fail at.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    #[error("cannot listen on {address}: {source}. Choose another address with --listen or LOADLINE_LISTEN")]
    Listen { address: String, source: std::io::Error },
    #[error("the web server stopped: {0}")]
    Serve(std::io::Error),
    #[error(transparent)]
    Tls(#[from] super::tls::TlsError),
    #[error("metrics cannot be recorded: {0}")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
}

impl WebError {
    pub fn kind(&self) -> domain::FailureKind {
        match self {
            Self::Tls(error) => error.kind(),
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
    /// Whoever asks has not proved who he is: people are sent to the page where they can.
    SignIn,
    /// A token, claim or wall key that does not hold; why is not said, and the same for all.
    BadProof,
    Forbidden,
    /// Nothing else is served until there is a new password.
    PasswordFirst,
    /// A write that another site may have sent.
    ForeignOrigin,
    /// A form that no page of ours sends like this.
    BadForm,
    /// JSON that is none, or not what the address takes; the text says where.
    BadBody(String),
    /// An alarm does not let this be done to it.
    Alarm(domain::alarms::Refusal),
    /// Understood and not taken: a code for programs, and the sentence of the form.
    Unprocessed {
        reason: &'static str,
        problem: Problem,
    },
    /// This address asks too much.
    TooMany {
        wait: Duration,
    },
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
const ASK_FOR_TOKEN: HeaderValue = HeaderValue::from_static("Bearer realm=\"loadline\"");
const TOKEN_REFUSED: HeaderValue = HeaderValue::from_static("Bearer realm=\"loadline\", error=\"invalid_token\"");

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

impl From<AccessError> for Refusal {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::NotFound => Self::NotFound,
            AccessError::BeyondOwnRights => Self::Forbidden,
            AccessError::Database(_) if error.is_unavailable() => Self::Unavailable(error.to_string()),
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl From<WarehouseError> for Refusal {
    fn from(error: WarehouseError) -> Self {
        match error.kind() {
            domain::FailureKind::Retry => Self::Unavailable(error.to_string()),
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl From<ActError> for Refusal {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Forbidden => Self::Forbidden,
            ActError::TooMany => Self::TooLarge,
            ActError::NothingChosen => Self::Unprocessed { reason: "nothing_chosen", problem: Problem::NothingChosen },
            ActError::TextTooLong => Self::Unprocessed { reason: "text_too_long", problem: Problem::TextTooLong },
            ActError::UnknownAssignee => Self::Unprocessed { reason: "unknown_assignee", problem: Problem::UnknownAssignee },
            ActError::Warehouse(error) => error.into(),
        }
    }
}

impl From<Busy> for Refusal {
    fn from(_: Busy) -> Self {
        Self::Busy
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
            Self::BadParameter(_) | Self::BadForm | Self::BadBody(_) => StatusCode::BAD_REQUEST,
            Self::Alarm(_) => StatusCode::CONFLICT,
            Self::Unprocessed { problem, .. } => {
                StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY)
            }
            Self::SignIn | Self::BadProof => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::PasswordFirst | Self::ForeignOrigin => StatusCode::FORBIDDEN,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
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
            Self::BadParameter(_) | Self::BadForm | Self::BadBody(_) => texts::TITLE_BAD_REQUEST,
            Self::TooLarge | Self::MethodNotAllowed | Self::Alarm(_) | Self::Unprocessed { .. } => texts::TITLE_REFUSED,
            Self::NotFound => texts::TITLE_NOT_FOUND,
            Self::SignIn | Self::BadProof => texts::TITLE_SIGN_IN,
            Self::Forbidden | Self::PasswordFirst | Self::ForeignOrigin => texts::TITLE_REFUSED,
            Self::Busy | Self::Timeout | Self::TooMany { .. } | Self::Unavailable(_) => texts::TITLE_UNAVAILABLE,
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
            Self::SignIn => texts::SENTENCE_SIGN_IN.get(lang).to_owned(),
            Self::BadProof => texts::SENTENCE_BAD_PROOF.get(lang).to_owned(),
            Self::Forbidden => texts::SENTENCE_FORBIDDEN.get(lang).to_owned(),
            Self::PasswordFirst => texts::SENTENCE_PASSWORD_FIRST.get(lang).to_owned(),
            Self::ForeignOrigin => texts::SENTENCE_FOREIGN_ORIGIN.get(lang).to_owned(),
            Self::BadForm => texts::SENTENCE_BAD_FORM.get(lang).to_owned(),
            Self::BadBody(where_from) => texts::SENTENCE_BAD_BODY.with(lang, &[where_from]),
            Self::Alarm(refusal) => refusals::sentence(refusal, lang, instant),
            Self::Unprocessed { problem, .. } => problem.sentence(lang).to_owned(),
            Self::TooMany { .. } => texts::SENTENCE_BUSY.get(lang).to_owned(),
            Self::Unavailable(_) => texts::SENTENCE_DATABASE.get(lang).to_owned(),
            Self::Failed(_) => texts::SENTENCE_FAILED.with(lang, &[request_id]),
        }
    }

    /// The answer in the form that the sender reads.
    pub fn answer(self, asker: &Asker) -> Response {
        if asker.wants == Wants::Html
            && let Some(elsewhere) = self.elsewhere(asker)
        {
            return see_other(&elsewhere);
        }
        let sentence = self.sentence(asker.lang, &asker.request_id);
        let mut response = match asker.wants {
            Wants::Html => Html(self.page(asker.lang, &sentence)).into_response(),
            Wants::Json => axum::Json(self.json(&asker.request_id)).into_response(),
            Wants::Plain => format!("{sentence}\n").into_response(),
        };
        *response.status_mut() = self.status();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some((name, value)) = self.advice() {
            response.headers_mut().insert(name, value);
        }
        if let Self::Unavailable(note) | Self::Failed(note) = self {
            response.extensions_mut().insert(FailureNote(note));
        }
        response
    }

    /// Where a person is sent who can do something about it.
    fn elsewhere(&self, asker: &Asker) -> Option<String> {
        match self {
            Self::SignIn => Some(match asker.back.as_deref().filter(|back| *back != "/" && local_path(back).is_some()) {
                Some(back) => format!("/login?back={}", app::context::encode(back)),
                None => "/login".to_owned(),
            }),
            Self::PasswordFirst => Some("/account/password".to_owned()),
            _ => None,
        }
    }

    /// What a program should do about it.
    fn advice(&self) -> Option<(HeaderName, HeaderValue)> {
        match self {
            Self::SignIn => Some((header::WWW_AUTHENTICATE, ASK_FOR_TOKEN)),
            Self::BadProof => Some((header::WWW_AUTHENTICATE, TOKEN_REFUSED)),
            Self::Busy | Self::Unavailable(_) => Some((header::RETRY_AFTER, RETRY_AFTER_S)),
            Self::TooMany { wait } => Some((header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1))),
            _ => None,
        }
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
        if let Self::Unprocessed { reason, .. } = self {
            error["reason"] = (*reason).into();
        }
        if let Self::Alarm(refusal) = self {
            error["reason"] = refusal.code().into();
            if let domain::alarms::Refusal::Changed { by, event, at_ms } = refusal {
                error["by"] = by.clone().into();
                error["event"] = (*event).into();
                error["at"] = instant(*at_ms).into();
            }
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
             <body><main class=\"page page-failure\"><h1>{title}</h1>\
             <p class=\"failure\" role=\"alert\">{sentence}</p><p><a href=\"/\">{back}</a></p>\
             <p><small>{status}</small></p></main></body></html>"
        )
    }
}

/// UTC milliseconds for programs.
fn instant(ms: i64) -> String {
    cells::instant(chrono::DateTime::from_timestamp_millis(ms).unwrap_or_default())
}

/// The answer to a form that was taken: a page that can be loaded again without sending the form again.
pub fn see_other(local: &str) -> Response {
    let location = local_path(local).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))])
        .into_response()
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

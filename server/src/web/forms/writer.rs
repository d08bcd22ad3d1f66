//! What every form that changes something has in common: who sends it, what it holds, and how it is answered.

use std::sync::Arc;

use app::submitted::{Problem, Submitted};
use app::text::alarms::notices::NoticeProblem;
use app::viewer::Viewer;
use app::{AppContext, PageRequest, View};
use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::FailureKind;
use domain::access::{Level, NameFault};
use warehouse::access::{AccessError, AccessPool, Author, Fault, Granter};

use crate::web::asker::Asker;
use crate::web::author::author_of;
use crate::web::client::Client;
use crate::web::error::Refusal;
use crate::web::guard::MAX_BODY_BYTES;
use crate::web::router::{show, viewer_of};
use crate::web::state::Shared;

/// Fields of one form; a list of alarms is the longest.
const MOST_FIELDS: usize = 5_100;
/// Longer values are no answer to any question of ours; notes of a hand-over are the longest.
const MOST_FIELD_BYTES: usize = 16_384;
/// The field that holds the text of a file; the body bounds it.
const FILE_FIELD: &str = "file";

/// A form that somebody sends.
pub struct Writer {
    pub shared: Shared,
    pub viewer: Arc<Viewer>,
    pub asker: Asker,
    author: Author,
    base: String,
    fields: Vec<(String, String)>,
    view: View,
}

impl FromRequest<Shared> for Writer {
    type Rejection = Response;

    async fn from_request(request: Request, shared: &Shared) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let asker = Asker::of(&parts);
        let viewer = viewer_of(&parts.extensions);
        let author = author_of(&viewer, &parts.extensions);
        let base = base(shared, &parts);
        let view = PageRequest::from_parts(&parts).view;
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(Refusal::BadForm.answer(&asker));
        }
        let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else { return Err(Refusal::TooLarge.answer(&asker)) };
        // PostgreSQL stores no NUL
        let without_nul =
            |(name, value): (String, String)| (name, if value.contains('\0') { value.replace('\0', "") } else { value });
        let fields: Vec<(String, String)> =
            url::form_urlencoded::parse(&body).into_owned().take(MOST_FIELDS + 1).map(without_nul).collect();
        let is_too_long = |(name, value): &(String, String)| {
            name.len() + value.len() > MOST_FIELD_BYTES && (name != FILE_FIELD || value.len() > MAX_BODY_BYTES)
        };
        if fields.len() > MOST_FIELDS || fields.iter().any(is_too_long) {
            return Err(Refusal::TooLarge.answer(&asker));
        }
        Ok(Self { shared: shared.clone(), viewer, asker, author, base, fields, view })
    }
}

impl Writer {
    /// The value of a field; empty when it was not sent.
    pub fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.trim())
    }

    /// Every value of a field that may be sent several times.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.trim())
    }

    /// A password as it was typed: blanks around it are part of it.
    pub fn secret(&self, name: &str) -> &str {
        self.fields.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// A whole number, such as a version or an id.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Result<T, Trouble> {
        self.field(name).parse().map_err(|_| Trouble::Problem(Problem::BadField))
    }

    /// A day as calendars write it; years of more digits are beyond what the database stores.
    pub fn day(&self, name: &str) -> Result<NaiveDate, Trouble> {
        let day = self.field(name).parse::<NaiveDate>().ok().filter(|day| (1..=9_999).contains(&day.year()));
        day.ok_or(Trouble::Problem(Problem::BadField))
    }

    pub fn level(&self, name: &str) -> Result<Level, Trouble> {
        Level::parse(self.field(name)).ok_or(Trouble::Problem(Problem::BadField))
    }

    /// Accounts; a server without them has nobody who could have come here.
    pub fn access(&self) -> Result<&AccessPool, Trouble> {
        let missing = || Trouble::Refusal(Refusal::Failed("a form came in without accounts".to_owned()));
        self.shared.context.access.as_ref().ok_or_else(missing)
    }

    pub fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.shared.context.now_ms()).unwrap_or_default()
    }

    /// As whom the change is recorded, with the reason that the form gives.
    pub fn author(&self) -> Author {
        let reason = self.field("reason");
        let reason = (!reason.is_empty()).then(|| reason.chars().take(MOST_REASON_CHARS).collect());
        Author { reason, ..self.author.clone() }
    }

    /// What the sender may hand on.
    pub fn granter(&self) -> Granter {
        let Viewer { rights, tenant_id, scope, all_regions, .. } = &*self.viewer;
        Granter { rights: *rights, tenant_id: *tenant_id, scope: scope.clone(), all_regions: *all_regions }
    }

    /// Language of the page that the form stands on.
    pub fn lang(&self) -> app::Lang {
        self.view.lang
    }

    /// How addresses start that are handed out: the setting, or where the sender reached us.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The context of the sender.
    pub fn context(&self) -> AppContext {
        self.shared.context.for_viewer(Arc::clone(&self.viewer))
    }

    /// Leaves the form: the page says in words that it is done.
    pub fn done(&self, page: &str, code: &str) -> Response {
        redirect(&format!("{page}{}done={code}", if page.contains('?') { '&' } else { '?' }))
    }

    /// Shows a page with something that is shown only once.
    pub async fn once(&self, page: &str, form: &'static str, secret: String) -> Response {
        self.page(page, Submitted { form, secret: Some(secret), ..Submitted::default() }).await
    }

    /// Shows the page again with what was entered and why it was not taken.
    pub async fn again(&self, page: &str, form: &'static str, trouble: Trouble) -> Response {
        match trouble {
            Trouble::Problem(problem) => {
                self.page(page, Submitted { form, values: self.values(), problem: Some(problem), ..Submitted::default() }).await
            }
            Trouble::Refusal(refusal) => refusal.answer(&self.asker),
        }
    }

    /// What was entered, without passwords.
    pub fn values(&self) -> Vec<(String, String)> {
        let shown = |name: &str| !name.contains("password") && !matches!(name, "current" | "repeat" | "key" | "address");
        self.fields.iter().filter(|(name, _)| shown(name)).cloned().collect()
    }

    /// Shows a page with this beside it.
    pub async fn page(&self, page: &str, submitted: Submitted) -> Response {
        let request = PageRequest { submitted: Some(Arc::new(submitted)), ..PageRequest::parse(page, self.view) };
        let mut response = show(&request, &self.context()).await;
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

/// How addresses start that are handed out: the setting, or where the sender reached us.
fn base(shared: &Shared, parts: &Parts) -> String {
    if let Some(url) = &shared.security.public_url {
        return url.as_str().trim_end_matches('/').to_owned();
    }
    let is_https = parts.extensions.get::<Client>().is_some_and(|client| client.is_https);
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    format!("{}://{host}", if is_https { "https" } else { "http" })
}

/// A reason is a sentence, not a report.
const MOST_REASON_CHARS: usize = 500;

/// Goes to another page with a GET.
pub fn redirect(to: &str) -> Response {
    let location = HeaderValue::from_str(to).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// Why a form was not taken.
#[derive(Debug)]
pub enum Trouble {
    /// The sender can do something about it on the page.
    Problem(Problem),
    /// He cannot.
    Refusal(Refusal),
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<NameFault> for Trouble {
    fn from(fault: NameFault) -> Self {
        Self::Problem(match fault {
            NameFault::Empty => Problem::NameEmpty,
            NameFault::TooLong => Problem::NameTooLong,
            NameFault::Character(_) => Problem::NameCharacter,
        })
    }
}

impl From<AccessError> for Trouble {
    fn from(error: AccessError) -> Self {
        let problem = match &error {
            AccessError::NotFound => return Self::Refusal(Refusal::NotFound),
            AccessError::NameTaken => Problem::NameTaken,
            AccessError::Conflict => Problem::Conflict,
            AccessError::LastAdministrator => Problem::LastAdministrator,
            AccessError::BeyondOwnRights => Problem::BeyondOwnRights,
            AccessError::TenantInUse => Problem::TenantInUse,
            AccessError::RegionTaken => Problem::RegionTaken,
            AccessError::Invalid(Fault::TenantCode) => Problem::TenantCode,
            AccessError::Invalid(Fault::TooMany) => Problem::Notice(NoticeProblem::TooMany),
            AccessError::Invalid(Fault::Layouts) => Problem::NoLayout,
            AccessError::Invalid(Fault::Expiry) => Problem::ExpiryPast,
            AccessError::Invalid(Fault::RegionNotOfTenant(_) | Fault::UnknownRegion) => Problem::RegionNotOfTenant,
            AccessError::Invalid(_) => Problem::BadField,
            _ if error.kind() == FailureKind::Retry => return Self::Refusal(Refusal::Unavailable(error.to_string())),
            _ => return Self::Refusal(Refusal::Failed(error.to_string())),
        };
        Self::Problem(problem)
    }
}

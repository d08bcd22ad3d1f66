//! Tariffs and the calendar for programs: the same checks, versions and audit as on the pages, and files.

mod calendar;
mod describe;
mod import;
mod json;

use app::pages::alarms::rules::granter;
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use axum::routing::{get, post};
use domain::settlement::tariff_file::{FileFault, MOST_FILE_BYTES};
use domain::settlement::{TariffPlan, check};
use serde::Deserialize;
use serde_json::{Value, json};
use warehouse::access::Author;
use warehouse::settlement::calendar::{self as days, CalendarError};
use warehouse::settlement::tariffs::{self, ImportError, Keeper, TariffError};

use super::alarms::body::Sent;
use super::asker::Asker;
use super::contracts::today;
use super::error::Refusal;
use super::exports::download;
use super::guard::MAX_BODY_BYTES;
use super::params::Params;
use super::state::{Asked, Shared};

pub use describe::{operations, schemas};

pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/v1/tariffs", get(list).post(create))
        .route("/api/v1/tariffs/check", post(check_plan))
        .route("/api/v1/tariffs/import", post(import::import).layer(DefaultBodyLimit::max(MOST_FILE_BYTES)))
        .route("/api/v1/tariffs/{code}", get(one).post(change))
        .route("/api/v1/tariffs/{code}/withdraw", post(withdraw))
        .route("/api/v1/tariffs/{code}/remove", post(remove))
        .route("/api/v1/calendar", get(calendar::list).post(calendar::put))
        .route("/api/v1/tariff-triggers", get(calendar::triggers).post(calendar::decide))
        .route("/exports/tariffs.json", get(export))
}

/// What went wrong.
pub enum Failed {
    Tariff(TariffError),
    Calendar(CalendarError),
    Import(ImportError),
    File(FileFault),
    Refused(Refusal),
}

impl From<TariffError> for Failed {
    fn from(error: TariffError) -> Self {
        Self::Tariff(error)
    }
}

impl From<CalendarError> for Failed {
    fn from(error: CalendarError) -> Self {
        Self::Calendar(error)
    }
}

impl From<ImportError> for Failed {
    fn from(error: ImportError) -> Self {
        Self::Import(error)
    }
}

impl<R: Into<Refusal>> From<R> for Failed {
    fn from(refusal: R) -> Self {
        Self::Refused(refusal.into())
    }
}

/// A new version, with the newest one that was seen and those that it replaces on its days.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    version: i32,
    definition: TariffPlan,
    #[serde(default)]
    replaces: Vec<i32>,
    note: Option<String>,
}

/// A new plan.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    definition: TariffPlan,
    note: Option<String>,
}

/// The newest version that was seen, and for a withdrawal the one that goes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    version: i32,
    withdraw: Option<i32>,
    note: Option<String>,
}

async fn list(Asked(ctx): Asked, uri: Uri, asker: Asker) -> Response {
    let listed = async {
        Params::read(&uri, &[])?;
        let day = today(&ctx).await?;
        let found = tariffs::list(&ctx.pool, day).await?;
        Ok::<_, Failed>(json!({ "day": day, "items": found.iter().map(json::plan).collect::<Vec<_>>() }))
    };
    answer(StatusCode::OK, listed.await, &asker)
}

/// The plan with its versions, newest first.
async fn one(Asked(ctx): Asked, Path(code): Path<String>, uri: Uri, asker: Asker) -> Response {
    let read = async {
        Params::read(&uri, &[])?;
        stored(&ctx, &code).await
    };
    answer(StatusCode::OK, read.await, &asker)
}

async fn create(uri: Uri, sent: Sent) -> Response {
    let created = async {
        Params::read(&uri, &[])?;
        let Create { definition, note } = sent.read_storable(MAX_BODY_BYTES)?;
        let (author, granter) = (with_note(&sent.author, note), granter(&sent.ctx));
        tariffs::add(sent.access()?, Keeper { author: &author, granter: &granter }, &definition).await?;
        stored(&sent.ctx, &definition.code).await
    };
    answer(StatusCode::CREATED, created.await, &sent.asker)
}

async fn change(Path(code): Path<String>, sent: Sent) -> Response {
    let changed = async {
        let Change { version, definition, replaces, note } = sent.read_storable(MAX_BODY_BYTES)?;
        let (author, granter) = (with_note(&sent.author, note), granter(&sent.ctx));
        let keeper = Keeper { author: &author, granter: &granter };
        tariffs::add_version(sent.access()?, keeper, &code, version, &definition, &replaces).await?;
        stored(&sent.ctx, &code).await
    };
    answer(StatusCode::OK, changed.await, &sent.asker)
}

async fn withdraw(Path(code): Path<String>, sent: Sent) -> Response {
    let withdrawn = async {
        let Seen { version, withdraw, note } = sent.read(MAX_BODY_BYTES)?;
        let withdraw = withdraw.ok_or_else(|| Refusal::BadBody("withdraw".to_owned()))?;
        let (author, granter) = (with_note(&sent.author, note), granter(&sent.ctx));
        tariffs::withdraw(sent.access()?, Keeper { author: &author, granter: &granter }, &code, version, withdraw).await?;
        stored(&sent.ctx, &code).await
    };
    answer(StatusCode::OK, withdrawn.await, &sent.asker)
}

async fn remove(Path(code): Path<String>, sent: Sent) -> Response {
    let removed = async {
        let Seen { version, note, .. } = sent.read(MAX_BODY_BYTES)?;
        let (author, granter) = (with_note(&sent.author, note), granter(&sent.ctx));
        tariffs::remove(sent.access()?, Keeper { author: &author, granter: &granter }, &code, version).await?;
        stored(&sent.ctx, &code).await
    };
    answer(StatusCode::OK, removed.await, &sent.asker)
}

/// What is wrong with a tariff, without making it.
async fn check_plan(sent: Sent) -> Response {
    let checked = async {
        let definition: TariffPlan = sent.read_storable(MAX_BODY_BYTES)?;
        let days = days::all(&sent.ctx.pool).await?;
        Ok::<_, Failed>(json::checked(&check(&definition, &days)))
    };
    answer(StatusCode::OK, checked.await, &sent.asker)
}

/// Everything that a file can hold.
async fn export(Asked(ctx): Asked, uri: Uri, asker: Asker) -> Response {
    let exported = async {
        Params::read(&uri, &["lang", "theme"])?;
        Ok::<_, Failed>(tariffs::file(&ctx.pool).await?.to_text())
    };
    match exported.await {
        Ok(text) => {
            let name = HeaderValue::from_static("attachment; filename=\"loadline-tariffs.json\"");
            let mut response = download(Body::from(text), name);
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        }
        Err(failed) => json::refuse(failed, &asker),
    }
}

async fn stored(ctx: &app::AppContext, code: &str) -> Result<Value, Failed> {
    let row = tariffs::one(&ctx.pool, today(ctx).await?, code).await?.ok_or(Refusal::NotFound)?;
    let versions = tariffs::versions(&ctx.pool, row.plan_id).await?;
    let mut body = json::plan(&row);
    body["versions"] = versions.iter().map(json::version).collect();
    Ok(body)
}

fn with_note(author: &Author, note: Option<String>) -> Author {
    let note = note.map(|note| note.replace('\0', "").trim().to_owned()).filter(|note| !note.is_empty());
    Author { reason: note, ..author.clone() }
}

fn answer(status: StatusCode, made: Result<Value, Failed>, asker: &Asker) -> Response {
    match made {
        Ok(body) => json::answer(status, body),
        Err(failed) => json::refuse(failed, asker),
    }
}

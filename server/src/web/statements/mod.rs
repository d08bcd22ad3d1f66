//! Statements and settled days for programs: lists, runs, and what people do, by the same rules as on the pages.

mod acts;
mod describe;
mod export;
mod json;

use app::AppContext;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use axum::routing::{get, post};
use domain::Day;
use domain::settlement::{ExceptionKind, Month, StatementState};
use serde_json::{Value, json};
use warehouse::read::settlement::{settlements, statement, statements as list};

use super::asker::Asker;
use super::error::Refusal;
use super::exports::members;
use super::params::{BadParameter, Params};
use super::state::{Asked, Shared};
use super::texts;

pub use describe::{operations, schemas};

const MOST_LISTED: i64 = 500;
const USUALLY_LISTED: i64 = 100;
const MOST_SETTLEMENTS: i64 = 5_000;
const USUAL_SETTLEMENTS: i64 = 1_000;
const MOST_TEXT_CHARS: usize = 100;

pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/v1/settlements", get(settled))
        .route("/api/v1/exports/settlements.csv", get(export::export))
        .route("/exports/settlements.csv", get(export::export))
        .route("/api/v1/statements", get(statements))
        .route("/api/v1/statements/generate", post(acts::generate))
        .route("/api/v1/statements/runs/{id}", get(run))
        .route("/api/v1/statements/{id}", get(one))
        .route("/api/v1/statements/{id}/check", post(acts::check))
        .route("/api/v1/statements/{id}/reopen", post(acts::reopen))
        .route("/api/v1/statements/{id}/freeze", post(acts::freeze))
        .route("/api/v1/statements/{id}/void", post(acts::void))
}

fn answer(status: StatusCode, made: Result<Value, Refusal>, asker: &Asker) -> Response {
    match made {
        Ok(body) => json::answer(status, body),
        Err(refusal) => refusal.answer(asker),
    }
}

/// Settled days, in order of day and contract; `after` goes on behind the last one.
async fn settled(Asked(ctx): Asked, uri: Uri, asker: Asker) -> Response {
    let listed = async {
        let params = Params::read(&uri, &["from", "to", "region", "user", "after", "limit"])?;
        let limit = params.integer("limit", 1, MOST_SETTLEMENTS)?.unwrap_or(USUAL_SETTLEMENTS);
        let filter = settlement_filter(&ctx, &params, limit).await?;
        let rows = settlements::list(&ctx.pool, &filter).await?;
        let next = rows.last().filter(|_| i64::try_from(rows.len()).is_ok_and(|count| count == limit));
        let next_after = next.map(|row| format!("{}.{}", row.day.to_date(), row.contract_id));
        let items: Vec<Value> = rows.iter().map(json::settlement).collect();
        Ok::<_, Refusal>(json!({ "from": filter.from, "to": filter.to, "next_after": next_after, "items": items }))
    };
    answer(StatusCode::OK, listed.await, &asker)
}

/// Without days, the newest one that is settled; `to` is the day behind the last one.
pub async fn settlement_filter(ctx: &AppContext, params: &Params, limit: i64) -> Result<settlements::Filter, Refusal> {
    let (first, end) = settlements::span(&ctx.pool).await?.unwrap_or((Day(0), Day(1)));
    let to = day(params, "to")?;
    let from = match (day(params, "from")?, to) {
        (Some(from), _) => from,
        (None, Some(_)) => first,
        (None, None) => Day(end.0 - 1),
    };
    let region = params.integer("region", i64::from(i32::MIN), i64::from(i32::MAX))?.and_then(|id| i32::try_from(id).ok());
    Ok(settlements::Filter {
        from,
        to: to.unwrap_or(end),
        regions: members(ctx, region).await?,
        user_id: params.integer("user", 0, i64::MAX)?,
        after: params.get("after").map(after).transpose()?,
        limit,
    })
}

fn day(params: &Params, name: &str) -> Result<Option<Day>, BadParameter> {
    let Some(text) = params.get(name) else { return Ok(None) };
    let date = domain::settlement::contract_fields::day(text);
    date.map(Some).ok_or_else(|| BadParameter::new(name, text, texts::EXPECTED_DAY))
}

fn after(text: &str) -> Result<(Day, i64), BadParameter> {
    let parts = text
        .rsplit_once('.')
        .and_then(|(day, contract)| Some((domain::settlement::contract_fields::day(day)?, contract.parse().ok()?)));
    parts.ok_or_else(|| BadParameter::new("after", text, texts::EXPECTED_NEXT))
}

async fn statements(Asked(ctx): Asked, uri: Uri, asker: Asker) -> Response {
    let listed = async {
        let params = Params::read(&uri, &["month", "region", "state", "exception", "user", "contract", "q", "offset", "limit"])?;
        let region = params.integer("region", i64::from(i32::MIN), i64::from(i32::MAX))?.and_then(|id| i32::try_from(id).ok());
        let state = params.word("state", &StatementState::ALL.map(StatementState::code), texts::EXPECTED_STATE)?;
        let exception = params.word("exception", &ExceptionKind::ALL.map(ExceptionKind::code), texts::EXPECTED_EXCEPTION)?;
        let filter = list::Filter {
            month: params.get("month").map(month).transpose()?,
            regions: members(&ctx, region).await?,
            state: state.and_then(StatementState::from_code),
            exception: exception.and_then(ExceptionKind::from_code),
            user_id: params.integer("user", 0, i64::MAX)?,
            contract_id: params.integer("contract", 0, i64::MAX)?,
            text: params.get("q").map(|text| text.chars().take(MOST_TEXT_CHARS).collect()),
        };
        let offset = params.integer("offset", 0, i64::MAX)?.unwrap_or(0);
        let limit = params.integer("limit", 1, MOST_LISTED)?.unwrap_or(USUALLY_LISTED);
        let page = list::list(&ctx.pool, &filter, offset, limit).await?;
        Ok::<_, Refusal>(json::page(&page))
    };
    answer(StatusCode::OK, listed.await, &asker)
}

pub fn month(text: &str) -> Result<Month, BadParameter> {
    Month::parse(text).ok_or_else(|| BadParameter::new("month", text, texts::EXPECTED_MONTH))
}

async fn one(Asked(ctx): Asked, Path(id): Path<String>, uri: Uri, asker: Asker) -> Response {
    let read = async {
        Params::read(&uri, &[])?;
        stored(&ctx, number(&id)?).await
    };
    answer(StatusCode::OK, read.await, &asker)
}

/// A statement with its document and history.
async fn stored(ctx: &AppContext, id: i64) -> Result<Value, Refusal> {
    let found = statement::one(&ctx.pool, id).await?.ok_or(Refusal::NotFound)?;
    let events = statement::events(&ctx.pool, id).await?;
    Ok(json::statement(&found, &events))
}

async fn run(Asked(ctx): Asked, Path(id): Path<String>, uri: Uri, asker: Asker) -> Response {
    let read = async {
        Params::read(&uri, &[])?;
        acts::run_of(&ctx, number(&id)?).await.map(|run| json::run(&run))
    };
    answer(StatusCode::OK, read.await, &asker)
}

fn number(text: &str) -> Result<i64, BadParameter> {
    text.parse().map_err(|_| BadParameter::new("id", text, texts::EXPECTED_STATEMENT))
}

/// What checking and freezing needs.
fn demands(State(shared): &State<Shared>) -> domain::settlement::lifecycle::Demands {
    shared.security.statements
}

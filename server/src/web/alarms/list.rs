//! `GET /api/v1/alarms` and `/api/v1/alarms/{id}`: the desk's list, and one alarm with its history.

use std::collections::BTreeSet;

use app::AppContext;
use axum::Json;
use axum::extract::Path;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use domain::alarms::point::AlarmId;
use domain::alarms::{Quality, Severity, State};
use serde_json::{Value, json};
use warehouse::read::alarms::{AssigneeFilter, Filter, HistoryFilter, Order, history, lines, list as alarms, revision};

use super::json;
use crate::web::asker::Asker;
use crate::web::error::Refusal;
use crate::web::exports::members;
use crate::web::params::{BadParameter, Params};
use crate::web::state::Asked;
use crate::web::texts;

pub const DEFAULT_LIMIT: i64 = 100;
pub const MAX_LIMIT: i64 = 500;
/// Pages deep into a list cost the database as much as all before them.
const MAX_OFFSET: i64 = 1_000_000;
/// What is looked for in names.
const MOST_TEXT_CHARS: usize = 100;

const KNOWN: &[&str] = &["severity", "state", "region_id", "rule_id", "assignee", "q", "quality", "order", "limit", "cursor"];
/// Stands for all states that wait for somebody, as on the desk.
const UNACKNOWLEDGED: &str = "unacknowledged";
/// Asks for alarms that nobody has been given.
const NOBODY: &str = "-";

pub async fn list(Asked(ctx): Asked, uri: Uri, asker: Asker) -> Response {
    answer(page(&ctx, &uri).await, &asker)
}

pub async fn one(Asked(ctx): Asked, Path(id): Path<String>, uri: Uri, asker: Asker) -> Response {
    answer(alarm(&ctx, &id, &uri).await, &asker)
}

fn answer(made: Result<Value, Refusal>, asker: &Asker) -> Response {
    match made {
        Ok(body) => ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response(),
        Err(refusal) => refusal.answer(asker),
    }
}

/// The number in an address.
pub fn alarm_id(text: &str) -> Result<AlarmId, BadParameter> {
    text.parse().ok().filter(|id| *id > 0).ok_or_else(|| BadParameter::new("id", text, texts::EXPECTED_ALARM))
}

async fn page(ctx: &AppContext, uri: &Uri) -> Result<Value, Refusal> {
    let params = Params::read(uri, KNOWN)?;
    let filter = filter(ctx, &params).await?;
    let order = match params.word("order", &["worst", "newest"], texts::EXPECTED_ALARM_ORDER)? {
        Some("newest") => Order::NewestFirst,
        _ => Order::WorstFirst,
    };
    let limit = params.integer("limit", 1, MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    let offset = params.integer("cursor", 0, MAX_OFFSET)?.unwrap_or(0);
    // before the list: it may be newer than it says, never older
    let revision = revision(&ctx.pool).await?;
    let page = alarms(&ctx.pool, &filter, order, offset, limit).await?;
    let next = offset + limit;
    Ok(json!({
        "time_zone": ctx.zone.name(),
        "revision": revision,
        "total": page.total,
        "items": page.lines.iter().map(|line| json::alarm(line, &page.rules)).collect::<Vec<_>>(),
        "next_cursor": (next < page.total).then(|| next.to_string()),
    }))
}

async fn filter(ctx: &AppContext, params: &Params) -> Result<Filter, Refusal> {
    Ok(Filter {
        severities: set(params, "severity", Severity::from_code, texts::EXPECTED_SEVERITIES)?,
        states: match params.get("state") {
            Some(UNACKNOWLEDGED) => State::ALL.into_iter().filter(|state| state.is_unacknowledged()).collect(),
            _ => set(params, "state", State::from_code, texts::EXPECTED_STATES)?,
        },
        regions: members(ctx, params.region_id()?).await?,
        rule_id: params.integer("rule_id", 1, i64::MAX)?,
        assignee: match params.get("assignee") {
            None => AssigneeFilter::Anybody,
            Some(NOBODY) => AssigneeFilter::Nobody,
            Some(name) => AssigneeFilter::Named(name.to_owned()),
        },
        text: params.get("q").map(|text| text.chars().take(MOST_TEXT_CHARS).collect()),
        quality: match params.get("quality") {
            None => None,
            Some(code) => {
                let known = Quality::from_code(code);
                Some(known.ok_or_else(|| BadParameter::new("quality", code, texts::EXPECTED_QUALITY))?)
            }
        },
    })
}

/// Words with commas between them.
fn set<T: Ord>(
    params: &Params,
    name: &str,
    parse: impl Fn(&str) -> Option<T>,
    expected: app::text::Text,
) -> Result<BTreeSet<T>, BadParameter> {
    let Some(text) = params.get(name) else { return Ok(BTreeSet::new()) };
    let words = text.split(',').map(|word| parse(word.trim()).ok_or_else(|| BadParameter::new(name, text, expected)));
    words.collect()
}

/// The cursor is the number of the oldest entry that was given.
async fn alarm(ctx: &AppContext, id: &str, uri: &Uri) -> Result<Value, Refusal> {
    let params = Params::read(uri, &["limit", "cursor"])?;
    let alarm_id = alarm_id(id)?;
    let limit = params.integer("limit", 1, MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    let filter = HistoryFilter { before: params.integer("cursor", 1, i64::MAX)?, ..HistoryFilter::default() };
    let (found, rules) = lines(&ctx.pool, &[alarm_id]).await?;
    let line = found.first().ok_or(Refusal::NotFound)?;
    let history = history(&ctx.pool, alarm_id, filter, limit).await?;
    let is_full = i64::try_from(history.entries.len()).is_ok_and(|count| count >= limit);
    let next = history.entries.last().filter(|_| is_full).map(|entry| entry.transition_id.to_string());
    Ok(json!({
        "time_zone": ctx.zone.name(),
        "alarm": json::alarm(line, &rules),
        "total": history.total,
        "items": history.entries.iter().map(json::transition).collect::<Vec<_>>(),
        "next_cursor": next,
    }))
}

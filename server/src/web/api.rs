//! `/api/v1`: the same numbers as JSON. Decimals are strings, times ISO 8601, pages bounded.

use app::AppContext;
use axum::Json;
use axum::extract::Path;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use chrono::{NaiveDateTime, TimeDelta};
use futures::{StreamExt, TryStreamExt};
use serde_json::{Value, json};
use warehouse::read::exports::{Export, ExportFilter};
use warehouse::read::periods::{Period, RankingGrain};
use warehouse::read::{api, frame, pipeline, regions};

use super::asker::Asker;
use super::cells;
use super::error::Refusal;
use super::exports::{filter, members, plan};
use super::params::{BadParameter, Params};
use super::state::Asked;
use super::texts;

pub const DEFAULT_LIMIT: i64 = 100;
pub const MAX_LIMIT: i64 = 1_000;
/// Pages deep into a list cost the database as much as all before them; exports are made for that.
const MAX_OFFSET: i64 = 1_000_000;
/// Windows of a region that are listed when no time is given.
const DEFAULT_WINDOWS: TimeDelta = TimeDelta::hours(1);

pub async fn regions(Asked(ctx): Asked, uri: Uri, asker: Asker) -> Response {
    answer(list_regions(&ctx, &uri).await, &asker)
}

pub async fn windows(Asked(ctx): Asked, Path(id): Path<String>, uri: Uri, asker: Asker) -> Response {
    answer(list_windows(&ctx, &id, &uri).await, &asker)
}

pub async fn rankings(Asked(ctx): Asked, uri: Uri, asker: Asker) -> Response {
    answer(list_rankings(&ctx, &uri).await, &asker)
}

pub async fn rollup(Asked(ctx): Asked, uri: Uri, asker: Asker) -> Response {
    answer(list_rollup(&ctx, &uri).await, &asker)
}

pub async fn pipeline(Asked(ctx): Asked, uri: Uri, asker: Asker) -> Response {
    answer(describe_pipeline(&ctx, &uri).await, &asker)
}

fn answer(made: Result<Value, Refusal>, asker: &Asker) -> Response {
    match made {
        Ok(body) => ([(axum::http::header::CACHE_CONTROL, "no-store")], Json(body)).into_response(),
        Err(refusal) => refusal.answer(asker),
    }
}

async fn list_regions(ctx: &AppContext, uri: &Uri) -> Result<Value, Refusal> {
    let params = Params::read(uri, &["limit", "cursor"])?;
    let limit = limit(&params)?;
    let after = params.integer("cursor", i32::MIN.into(), i32::MAX.into())?.unwrap_or(i32::MIN.into());
    let after = i32::try_from(after).unwrap_or(i32::MIN);
    let take = usize::try_from(limit).unwrap_or(1);
    let data = frame::frame(&ctx.pool).await?;
    let now = data_time(&data).unwrap_or_else(|| ctx.local_now().to_naive());
    let tree = regions::tree(&ctx.pool, now).await?;
    let found: Vec<_> = tree.regions.into_iter().filter(|region| region.region_id > after).take(take).collect();
    let ids: Vec<_> = found.iter().map(|region| region.region_id).collect();
    let days = api::region_days(&ctx.pool, now.date().into(), &ids).await?;
    let next = is_full(found.len(), limit).then(|| ids.last().map(i32::to_string)).flatten();
    let items = found
        .into_iter()
        .map(|region| describe_region(&region, now, days.iter().find(|day| day.region_id == region.region_id)))
        .collect();
    Ok(page(ctx, &data, items, next))
}

fn describe_region(region: &regions::Region, now: NaiveDateTime, day: Option<&api::RegionDay>) -> Value {
    let decimal = |of: fn(&api::RegionDay) -> rust_decimal::Decimal| day.map(|day| of(day).to_string());
    json!({
        "region_id": region.region_id,
        "region_name": region.region_name,
        "parent_id": region.parent_id,
        "limit_kw": region.limit_kw.map(|limit| limit.to_string()),
        "stat_day": now.date().to_string(),
        "total_consumption": decimal(|day| day.total_consumption),
        "total_cost": decimal(|day| day.total_cost),
        "record_count": day.map(|day| day.record_count),
        "user_count": day.map(|day| day.user_count),
        "avg_consumption": decimal(|day| day.avg_consumption),
        "max_consumption": decimal(|day| day.max_consumption),
        "min_consumption": decimal(|day| day.min_consumption),
    })
}

async fn list_windows(ctx: &AppContext, id: &str, uri: &Uri) -> Result<Value, Refusal> {
    let params = Params::read(uri, &["from", "to", "limit", "cursor"])?;
    let region_id = id.parse::<i32>().map_err(|_| BadParameter::new("id", id, texts::EXPECTED_REGION))?;
    let data = frame::frame(&ctx.pool).await?;
    let mut filter = filter(&params, ctx.zone.0, None)?;
    filter.region_ids = members(ctx, Some(region_id)).await?;
    if params.get("from").is_none() && params.get("to").is_none() {
        filter.from = data_time(&data).map_or(filter.from, |now| now - DEFAULT_WINDOWS);
    }
    rows(ctx, &data, &params, Export::Regions, filter).await
}

async fn list_rankings(ctx: &AppContext, uri: &Uri) -> Result<Value, Refusal> {
    let params = Params::read(uri, &["grain", "period", "region_id", "usage_type", "limit", "cursor"])?;
    let data = frame::frame(&ctx.pool).await?;
    let grain = params.word("grain", &["window", "hour", "day", "month"], texts::EXPECTED_API_RANKING_GRAIN)?.unwrap_or("day");
    let (export, mut filter) = plan("rankings", &params, ctx.zone.0)?;
    let export = if grain == "day" { Export::PeriodRankings } else { export };
    filter.grain = Some(grain);
    filter.region_ids = members(ctx, params.region_id()?).await?;
    // a window is only ranked when it is closed: the newest of them, or the period in progress
    let newest = match RankingGrain::from_code(grain) {
        Some(RankingGrain::Window) => data.newest_closed.map(|end| end.plus_ms(-1).to_naive()),
        _ => data_time(&data),
    };
    let at = params.time("period", ctx.zone.0)?.or(newest);
    if let (Some(grain), Some(at)) = (RankingGrain::from_code(grain), at) {
        let period = Period::holding(grain, at);
        (filter.from, filter.to) = (period.start, period.end());
    }
    rows(ctx, &data, &params, export, filter).await
}

async fn list_rollup(ctx: &AppContext, uri: &Uri) -> Result<Value, Refusal> {
    let params = Params::read(uri, &["grain", "from", "to", "region_id", "limit", "cursor"])?;
    let data = frame::frame(&ctx.pool).await?;
    let (export, mut filter) = plan("rollup", &params, ctx.zone.0)?;
    filter.grain = filter.grain.or(Some("day"));
    filter.region_ids = members(ctx, params.region_id()?).await?;
    rows(ctx, &data, &params, export, filter).await
}

async fn describe_pipeline(ctx: &AppContext, uri: &Uri) -> Result<Value, Refusal> {
    Params::read(uri, &[])?;
    let data = frame::frame(&ctx.pool).await?;
    let position = pipeline::position(&ctx.pool).await?;
    // problems are sentences for operators; addresses and passwords never stand in a status
    Ok(json!({
        "time_zone": ctx.zone.name(),
        "data_time": data_time(&data).map(cells::local),
        "watermark": position.watermark.map(cells::local),
        "newest_event": position.newest_event.map(cells::local),
        "newest_closed": position.newest_closed.map(cells::local),
        "commit_no": position.commit_no,
        "committed_lsn": position.lsn,
        "committed_at": cells::instant(position.committed_at),
        "source_commit_time": position.source_commit_time.map(cells::instant),
        "initial_copy": {
            "state": data.snapshot_state,
            "rows_done": data.snapshot_rows_done,
            "rows_total": data.snapshot_rows_total,
        },
        "status": data.status,
        "status_at_ms": data.status_at_ms,
    }))
}

/// One bounded page of a table; the cursor is the number of rows before it.
async fn rows(
    ctx: &AppContext,
    data: &frame::FrameData,
    params: &Params,
    export: Export,
    mut filter: ExportFilter,
) -> Result<Value, Refusal> {
    let limit = limit(params)?;
    let offset = params.integer("cursor", 0, MAX_OFFSET)?.unwrap_or(0);
    (filter.limit, filter.offset) = (Some(limit), offset);
    let mut connection = ctx.pool.acquire().await?;
    let items: Vec<Value> = export
        .rows(&mut connection, &filter)
        .map(|row| row.map(|row| cells::object(export.columns(), row)))
        .try_collect()
        .await?;
    let next = is_full(items.len(), limit).then(|| (offset + limit).to_string());
    Ok(page(ctx, data, items, next))
}

fn page(ctx: &AppContext, data: &frame::FrameData, items: Vec<Value>, next_cursor: Option<String>) -> Value {
    json!({
        "time_zone": ctx.zone.name(),
        "data_time": data_time(data).map(cells::local),
        "commit_no": data.commit_no,
        "items": items,
        "next_cursor": next_cursor,
    })
}

fn data_time(data: &frame::FrameData) -> Option<NaiveDateTime> {
    data.data_time().map(domain::LocalMs::to_naive)
}

fn limit(params: &Params) -> Result<i64, BadParameter> {
    Ok(params.integer("limit", 1, MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT))
}

fn is_full(count: usize, limit: i64) -> bool {
    i64::try_from(count).is_ok_and(|count| count >= limit)
}

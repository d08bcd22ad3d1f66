//! `/exports/{name}.csv`: tables streamed row by row. Memory is two chunks, however long the table is.

use std::time::Duration;

use app::AppContext;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, Uri, header};
use axum::response::Response;
use bytes::Bytes;
use chrono::{NaiveDate, NaiveDateTime};
use domain::alarms::{Event, Severity};
use futures::{StreamExt, TryStreamExt};
use sqlx::{Connection, PgConnection};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use warehouse::read::exports::{AlarmFilter, Cell, Export, ExportFilter, open_export_connection};
use warehouse::read::{frame, regions};

use super::asker::Asker;
use super::csv;
use super::error::Refusal;
use super::params::{BadParameter, Params};
use super::shares::Share;
use super::state::{Asked, Shared};
use super::texts;
use crate::metrics;

/// Names of the files; what narrows them is in [`KNOWN`].
pub const NAMES: &[&str] =
    &["dashboard", "regions", "windows", "rankings", "rollup", "user_readings", "peaks", "dead_letters", "alarms", SILENT_METERS];
/// A list of the moment and not a table: made in one piece.
const SILENT_METERS: &str = "silent_meters";
const MAX_SILENT_METERS: i64 = 50_000;
const SILENT_COLUMNS: &[&str] =
    &["user_id", "user_name", "usage_type", "region_id", "last_reading", "interval_minutes", "usual_kwh_per_day"];
/// Rows leave in pieces of about this size.
const CHUNK_BYTES: usize = 64 * 1024;
const CHUNKS_UNDER_WAY: usize = 2;
/// A reader that takes nothing for this long loses its export, and the database its open query.
const STALLED_AFTER: Duration = Duration::from_secs(60);
/// Hours are ranked from the readings themselves; more than this is a job for the tables.
const MAX_HOUR_RANKING_DAYS: i64 = 31;

const KNOWN: &[&str] = &[
    "from",
    "to",
    "region_id",
    "grain",
    "user_id",
    "usage_type",
    "alarm_id",
    "rule_id",
    "severity",
    "event",
    "bom",
    "lang",
    "theme",
];
const GRAINS: &[&str] = &["15min", "hour", "day", "month", "year"];
const RANKING_GRAINS: &[&str] = &["window", "hour", "day", "month", "year"];
const ANY_GRAIN: &[&str] = &["window", "15min", "hour", "day", "month", "year"];

pub async fn export(
    State(shared): State<Shared>,
    Asked(ctx): Asked,
    Path(file): Path<String>,
    uri: Uri,
    asker: Asker,
) -> Response {
    match start(&shared, &ctx, &file, &uri).await {
        Ok(response) => response,
        Err(refusal) => refusal.answer(&asker),
    }
}

async fn start(shared: &Shared, ctx: &AppContext, file: &str, uri: &Uri) -> Result<Response, Refusal> {
    let name = file.strip_suffix(".csv").filter(|name| NAMES.contains(name)).ok_or(Refusal::NotFound)?;
    let params = Params::read(uri, KNOWN)?;
    let (export, mut filter) = plan(name, &params, ctx.zone.0)?;
    let region_id = params.region_id()?;
    filter.region_ids = members(ctx, region_id).await?;
    let bom = params.flag("bom", true)?;
    if name == SILENT_METERS {
        return Ok(download(silent_meters(ctx, region_id, bom).await?.into(), disposition(name, region_id, &filter)));
    }
    let share = shared.export_shares.take(&ctx.viewer).ok_or(Refusal::Busy)?;
    let permit = shared.exports.clone().try_acquire_owned().map_err(|_| Refusal::Busy)?;
    let connection = open_export_connection(&ctx.pool).await?;
    let disposition = disposition(name, region_id, &filter);
    let mut chunks = spawn_writer(connection, export, filter, bom, (permit, share));
    // the first piece shows whether the query works at all, while the status can still say so
    let first = chunks.next().await.unwrap_or_else(|| Ok(Bytes::new())).map_err(Refusal::from)?;
    let rest = chunks.map_err(|error| {
        tracing::error!(%error, "an export broke off");
        error
    });
    let body = Body::from_stream(futures::stream::once(async { Ok(first) }).chain(rest));
    Ok(download(body, disposition))
}

pub fn download(body: Body, disposition: HeaderValue) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    response
}

/// The meters that are silent now, as the page of a region lists them.
async fn silent_meters(ctx: &AppContext, region_id: Option<i32>, bom: bool) -> Result<Vec<u8>, Refusal> {
    let pool = &ctx.pool;
    let now = data_time(ctx).await?;
    let members = regions::tree(pool, now).await?.scope(region_id);
    let list = regions::silent_meters(pool, &members, now, MAX_SILENT_METERS).await?;
    let mut csv = Vec::new();
    start_file(&mut csv, SILENT_COLUMNS, bom);
    for meter in list.meters {
        let private = matches!(meter.usage_type.as_str(), "居民" | domain::UNKNOWN_USAGE);
        let row = [
            Cell::Int(meter.user_id),
            Cell::Person { name: meter.user_name, private },
            Cell::Text(meter.usage_type),
            Cell::Int(meter.region_id.into()),
            Cell::Local(meter.last_reading),
            Cell::Int(meter.interval_minutes),
            Cell::Number(meter.usual_kwh_per_day),
        ];
        csv::write_row(&mut csv, &row);
    }
    Ok(csv)
}

/// What "now" means on the pages.
async fn data_time(ctx: &AppContext) -> Result<NaiveDateTime, Refusal> {
    let data = frame::frame(&ctx.pool).await?;
    Ok(data.data_time().unwrap_or_else(|| ctx.local_now()).to_naive())
}

/// A region stands for everything below it, as on the pages.
pub async fn members(ctx: &AppContext, region_id: Option<i32>) -> Result<Option<Vec<i32>>, Refusal> {
    let Some(region_id) = region_id else { return Ok(None) };
    let now = data_time(ctx).await?;
    Ok(Some(regions::tree(&ctx.pool, now).await?.members(region_id)))
}

/// Which table, and which part of it; regions come from [`members`].
pub fn plan(name: &str, params: &Params, zone: chrono_tz::Tz) -> Result<(Export, ExportFilter), BadParameter> {
    let (export, grain) = match name {
        "rankings" => match params.word("grain", RANKING_GRAINS, texts::EXPECTED_RANKING_GRAIN)? {
            None | Some("window") => (Export::Rankings, None),
            grain => (Export::PeriodRankings, grain),
        },
        "rollup" => (Export::Rollup, params.word("grain", GRAINS, texts::EXPECTED_GRAIN)?),
        other => {
            params.word("grain", ANY_GRAIN, texts::EXPECTED_GRAIN)?;
            (table(other), None)
        }
    };
    let filter = filter(params, zone, grain)?;
    if export == Export::UserReadings && filter.user_id.is_none() {
        return Err(BadParameter::new("user_id", "", texts::EXPECTED_USER));
    }
    let long = filter.to - filter.from > chrono::TimeDelta::days(MAX_HOUR_RANKING_DAYS);
    if export == Export::PeriodRankings && grain == Some("hour") && long {
        return Err(BadParameter::new("to", params.get("to").unwrap_or_default(), texts::EXPECTED_SHORTER));
    }
    Ok((export, filter))
}

fn table(name: &str) -> Export {
    match name {
        "dashboard" => Export::Dashboard,
        "user_readings" => Export::UserReadings,
        "peaks" => Export::Peaks,
        "dead_letters" => Export::DeadLetters,
        "alarms" => Export::Alarms,
        _ => Export::Regions,
    }
}

pub fn filter(params: &Params, zone: chrono_tz::Tz, grain: Option<&'static str>) -> Result<ExportFilter, BadParameter> {
    let from = params.time("from", zone)?.unwrap_or_else(first_moment);
    let to = params.time("to", zone)?.unwrap_or_else(last_moment);
    if to <= from {
        return Err(BadParameter::new("to", params.get("to").unwrap_or_default(), texts::EXPECTED_LATER));
    }
    Ok(ExportFilter {
        from,
        to,
        region_ids: None,
        user_id: params.integer("user_id", i64::MIN, i64::MAX)?,
        usage_type: params.get("usage_type").map(str::to_owned),
        grain,
        alarms: alarm_filter(params)?,
        limit: None,
        offset: 0,
    })
}

fn alarm_filter(params: &Params) -> Result<AlarmFilter, BadParameter> {
    Ok(AlarmFilter {
        alarm_id: params.integer("alarm_id", 1, i64::MAX)?,
        rule_id: params.integer("rule_id", 1, i64::MAX)?,
        severity: params
            .word("severity", &Severity::ALL.map(Severity::code), texts::EXPECTED_SEVERITY)?
            .and_then(Severity::from_code),
        event: params.word("event", &Event::ALL.map(Event::code), texts::EXPECTED_EVENT)?.and_then(Event::from_code),
    })
}

pub fn first_moment() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default().into()
}

pub fn last_moment() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default().into()
}

/// File name with the filters in force; plain ASCII, so that every browser takes it.
fn disposition(name: &str, region_id: Option<i32>, filter: &ExportFilter) -> HeaderValue {
    let mut file = format!("loadline-{name}");
    if let Some(grain) = filter.grain {
        file += &format!("-{grain}");
    }
    if let Some(region) = region_id {
        file += &format!("-region-{region}");
    }
    if filter.from != first_moment() {
        file += &filter.from.format("-from-%Y%m%dT%H%M%S").to_string();
    }
    if filter.to != last_moment() {
        file += &filter.to.format("-to-%Y%m%dT%H%M%S").to_string();
    }
    HeaderValue::from_str(&format!("attachment; filename=\"{file}.csv\""))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

type Chunks = ReceiverStream<Result<Bytes, sqlx::Error>>;

fn spawn_writer(
    mut connection: PgConnection,
    export: Export,
    filter: ExportFilter,
    bom: bool,
    places: (OwnedSemaphorePermit, Share),
) -> Chunks {
    let (sender, receiver) = mpsc::channel(CHUNKS_UNDER_WAY);
    tokio::spawn(async move {
        let _places = places;
        match write_rows(&mut connection, export, &filter, bom, &sender).await {
            Ok(()) => drop(connection.close().await),
            // a dropped connection ends its query; a vanished reader has nobody to tell
            Err(error) => drop(sender.send(Err(error)).await),
        }
    });
    ReceiverStream::new(receiver)
}

async fn write_rows(
    connection: &mut PgConnection,
    export: Export,
    filter: &ExportFilter,
    bom: bool,
    sender: &mpsc::Sender<Result<Bytes, sqlx::Error>>,
) -> Result<(), sqlx::Error> {
    let mut chunk = Vec::with_capacity(CHUNK_BYTES + CHUNK_BYTES / 8);
    start_file(&mut chunk, export.columns(), bom);
    let mut rows = export.rows(connection, filter);
    let mut count = 0;
    while let Some(row) = rows.try_next().await? {
        csv::write_row(&mut chunk, &row);
        count += 1;
        if chunk.len() >= CHUNK_BYTES {
            hand_over(sender, &mut chunk).await?;
        }
    }
    ::metrics::counter!(metrics::EXPORT_ROWS_TOTAL).increment(count);
    hand_over(sender, &mut chunk).await
}

pub fn start_file(out: &mut Vec<u8>, columns: &[&str], bom: bool) {
    if bom {
        out.extend_from_slice(csv::BYTE_ORDER_MARK.as_bytes());
    }
    csv::write_head(out, columns);
}

async fn hand_over(sender: &mpsc::Sender<Result<Bytes, sqlx::Error>>, chunk: &mut Vec<u8>) -> Result<(), sqlx::Error> {
    let full = std::mem::replace(chunk, Vec::with_capacity(CHUNK_BYTES + CHUNK_BYTES / 8));
    match tokio::time::timeout(STALLED_AFTER, sender.send(Ok(full.into()))).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::BrokenPipe.into())),
    }
}

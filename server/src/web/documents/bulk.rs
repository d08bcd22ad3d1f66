//! The statements of a month: as CSV in a stream, as a workbook up to what a sheet holds.

use app::AppContext;
use app::text::settlement::documents as words;
use axum::body::Body;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use bytes::Bytes;
use domain::settlement::Month;
use futures::{StreamExt, TryStreamExt};
use warehouse::read::exports::open_export_connection;
use warehouse::read::settlement::documents::{self, Bill, Filter};

use super::single::{failed, lang};
use super::{CSV, XLSX, file};
use crate::settlement::documents::table;
use crate::settlement::documents::xlsx::{MOST_ROWS, MOST_STATEMENTS, Writer};
use crate::web::asker::Asker;
use crate::web::csv::{BYTE_ORDER_MARK, write_head, write_row};
use crate::web::error::Refusal;
use crate::web::exports::members;
use crate::web::params::{BadParameter, Params};
use crate::web::state::{Asked, Shared};
use crate::web::texts;

const KNOWN: &[&str] = &["month", "region", "bom", "lang", "theme"];

async fn filter(ctx: &AppContext, params: &Params) -> Result<(Month, Filter), Refusal> {
    let text = params.get("month").unwrap_or_default();
    let month = Month::parse(text).ok_or_else(|| BadParameter::new("month", text, texts::EXPECTED_MONTH))?;
    let region = params.integer("region", i64::from(i32::MIN), i64::from(i32::MAX))?.and_then(|id| i32::try_from(id).ok());
    Ok((month, Filter { month: Some(month), regions: members(ctx, region).await?, statement_id: None }))
}

pub async fn csv(State(shared): State<Shared>, Asked(ctx): Asked, uri: Uri, asker: Asker) -> Response {
    let started = async {
        let params = Params::read(&uri, KNOWN)?;
        let bom = params.flag("bom", true)?;
        let (month, filter) = filter(&ctx, &params).await?;
        let share = shared.export_shares.take(&ctx.viewer).ok_or(Refusal::Busy)?;
        let permit = shared.exports.clone().try_acquire_owned().map_err(|_| Refusal::Busy)?;
        let connection = open_export_connection(&ctx.pool).await?;
        let mut head = Vec::new();
        if bom {
            head.extend_from_slice(BYTE_ORDER_MARK.as_bytes());
        }
        write_head(&mut head, table::CSV_COLUMNS);
        let places = (share, permit);
        let rows = documents::stream(connection, filter).map_ok(move |page| {
            let _ = &places;
            let mut csv = Vec::new();
            page.iter().flat_map(table::csv_rows).for_each(|row| write_row(&mut csv, &row));
            Bytes::from(csv)
        });
        let body = futures::stream::once(async { Ok(Bytes::from(head)) }).chain(rows);
        Ok::<_, Refusal>(file(Body::from_stream(body), CSV, &format!("statements-{month}.csv")))
    };
    started.await.unwrap_or_else(|refusal| refusal.answer(&asker))
}

pub async fn xlsx(State(shared): State<Shared>, Asked(ctx): Asked, uri: Uri, asker: Asker) -> Response {
    let made = async {
        let params = Params::read(&uri, KNOWN)?;
        let lang = lang(&params, &asker)?;
        let (month, filter) = filter(&ctx, &params).await?;
        let (bills, lines) = documents::count(&ctx.pool, &filter).await?;
        if bills > MOST_STATEMENTS || lines > MOST_ROWS {
            return Err(BadParameter::new("month", &month.to_string(), words::TOO_MANY).into());
        }
        let _share = shared.export_shares.take(&ctx.viewer).ok_or(Refusal::Busy)?;
        let _permit = shared.exports.clone().try_acquire_owned().map_err(|_| Refusal::Busy)?;
        let connection = open_export_connection(&ctx.pool).await?;
        let mut pages = documents::stream(connection, filter);
        let mut writer = Writer::new(lang).map_err(failed)?;
        // what became of it since it was counted
        let (mut bills_left, mut lines_left) = (MOST_STATEMENTS, MOST_ROWS);
        while let Some(page) = pages.try_next().await.map_err(failed)? {
            bills_left -= i64::try_from(page.len()).unwrap_or(i64::MAX);
            lines_left -= i64::try_from(page.iter().map(|bill| bill.lines.len()).sum::<usize>()).unwrap_or(i64::MAX);
            if bills_left < 0 || lines_left < 0 {
                return Err(BadParameter::new("month", &month.to_string(), words::TOO_MANY).into());
            }
            writer = tokio::task::spawn_blocking(move || write(writer, &page)).await.map_err(failed)?.map_err(failed)?;
        }
        let bytes = tokio::task::spawn_blocking(move || writer.finish()).await.map_err(failed)?.map_err(failed)?;
        Ok::<_, Refusal>(file(Body::from(bytes), XLSX, &format!("statements-{month}.xlsx")))
    };
    made.await.unwrap_or_else(|refusal| refusal.answer(&asker))
}

fn write(mut writer: Writer, page: &[Bill]) -> Result<Writer, crate::settlement::documents::xlsx::WorkbookError> {
    for bill in page {
        writer.write(bill)?;
    }
    Ok(writer)
}

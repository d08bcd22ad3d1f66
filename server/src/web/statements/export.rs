//! Settled days as CSV, streamed page by page.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Uri};
use axum::response::Response;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use warehouse::read::exports::open_export_connection;
use warehouse::read::settlement::settlements;

use super::settlement_filter;
use crate::web::asker::Asker;
use crate::web::csv::{BYTE_ORDER_MARK, write_head, write_row};
use crate::web::error::Refusal;
use crate::web::exports::download;
use crate::web::params::Params;
use crate::web::state::{Asked, Shared};

pub async fn export(State(shared): State<Shared>, Asked(ctx): Asked, uri: Uri, asker: Asker) -> Response {
    let started = async {
        let params = Params::read(&uri, &["from", "to", "region", "user", "bom", "lang", "theme"])?;
        let bom = params.flag("bom", true)?;
        let filter = settlement_filter(&ctx, &params, 0).await?;
        let share = shared.export_shares.take(&ctx.viewer).ok_or(Refusal::Busy)?;
        let permit = shared.exports.clone().try_acquire_owned().map_err(|_| Refusal::Busy)?;
        let connection = open_export_connection(&ctx.pool).await?;
        let mut head = Vec::new();
        if bom {
            head.extend_from_slice(BYTE_ORDER_MARK.as_bytes());
        }
        write_head(&mut head, settlements::COLUMNS);
        let places = (share, permit);
        let rows = settlements::stream(connection, filter).map_ok(move |page| {
            let _ = &places;
            let mut csv = Vec::new();
            page.iter().for_each(|row| write_row(&mut csv, row));
            Bytes::from(csv)
        });
        let body = futures::stream::once(async { Ok(Bytes::from(head)) }).chain(rows);
        Ok::<_, Refusal>(download(
            Body::from_stream(body),
            HeaderValue::from_static("attachment; filename=\"loadline-settlements.csv\""),
        ))
    };
    match started.await {
        Ok(response) => response,
        Err(refusal) => refusal.answer(&asker),
    }
}

//! `/exports/contracts.csv`: every contract that the viewer sees, in the format that is imported.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Uri};
use axum::response::Response;
use bytes::Bytes;
use domain::settlement::Contract;
use futures::{StreamExt, TryStreamExt};
use warehouse::read::exports::open_export_connection;
use warehouse::settlement::contracts;

use crate::settlement::contract_file::{write_head, write_rows};
use crate::web::asker::Asker;
use crate::web::csv::BYTE_ORDER_MARK;
use crate::web::error::Refusal;
use crate::web::exports::download;
use crate::web::params::Params;
use crate::web::state::{Asked, Shared};

pub async fn export(State(shared): State<Shared>, Asked(ctx): Asked, uri: Uri, asker: Asker) -> Response {
    let started = async {
        let bom = Params::read(&uri, &["bom", "lang", "theme"])?.flag("bom", true)?;
        let share = shared.export_shares.take(&ctx.viewer).ok_or(Refusal::Busy)?;
        let permit = shared.exports.clone().try_acquire_owned().map_err(|_| Refusal::Busy)?;
        let connection = open_export_connection(&ctx.pool).await?;
        let mut head = Vec::new();
        if bom {
            head.extend_from_slice(BYTE_ORDER_MARK.as_bytes());
        }
        write_head(&mut head);
        let places = (share, permit);
        let rows = contracts::stream(connection).map_ok(move |page| {
            let _ = &places;
            lines(&page)
        });
        let body = futures::stream::once(async { Ok(Bytes::from(head)) }).chain(rows);
        Ok::<_, Refusal>(download(
            Body::from_stream(body),
            HeaderValue::from_static("attachment; filename=\"loadline-contracts.csv\""),
        ))
    };
    match started.await {
        Ok(response) => response,
        Err(refusal) => refusal.answer(&asker),
    }
}

fn lines(page: &[Contract]) -> Bytes {
    let mut csv = Vec::new();
    for contract in page {
        write_rows(&mut csv, contract);
    }
    csv.into()
}

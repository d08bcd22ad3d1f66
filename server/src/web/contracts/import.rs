//! `POST /api/v1/contracts/import`: a file of contracts, tried or taken.

use std::time::Duration;

use app::pages::alarms::rules::granter;
use app::pages::settlement::contracts::report::{Reason, Report};
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use domain::settlement::contract_file::FileFault;
use serde_json::json;
use warehouse::settlement::contracts::Maker;

use super::{Failed, json as shown, refuse};
use crate::settlement::contract_file::{Format, MOST_FILE_BYTES};
use crate::settlement::contract_import::{self as imports, ImportError};
use crate::web::asker::Asker;
use crate::web::author::author_of;
use crate::web::error::Refusal;
use crate::web::params::Params;
use crate::web::router::viewer_of;
use crate::web::state::Shared;

/// Whoever sends slower loses the place.
const FILE_WITHIN: Duration = Duration::from_secs(15);

pub async fn import(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asker = Asker::of(&parts);
    let imported = async {
        let is_dry = Params::read(&parts.uri, &["dry_run"])?.flag("dry_run", false)?;
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let format = match kind.split(';').next().unwrap_or_default().trim() {
            "text/csv" => Format::Csv,
            "application/json" => Format::Json,
            _ => return Err(Refusal::BadBody("Content-Type: text/csv, application/json".to_owned()).into()),
        };
        let place = imports::place()?;
        let body = tokio::time::timeout(FILE_WITHIN, to_bytes(body, MOST_FILE_BYTES)).await.map_err(|_| Refusal::Timeout)?;
        let bytes = body.map_err(|_| Refusal::TooLarge)?;
        let viewer = viewer_of(&parts.extensions);
        let author = author_of(&viewer, &parts.extensions);
        let ctx = shared.context.for_viewer(viewer);
        let access = ctx.access.as_ref().ok_or_else(|| Refusal::Failed("an import came in without accounts".to_owned()))?;
        let granter = granter(&ctx);
        let maker = Maker { author: &author, granter: &granter };
        Ok(imports::import(access, maker, bytes.into(), format, is_dry, place).await?)
    };
    match imported.await {
        Ok(report) => answer(&report),
        Err(ImportFailed::Import(ImportError::File(fault))) => refused(&fault, &asker.request_id),
        Err(ImportFailed::Import(ImportError::Busy)) => Refusal::Busy.answer(&asker),
        Err(ImportFailed::Import(ImportError::Contract(error))) => refuse(Failed::Contract(error), &asker),
        Err(ImportFailed::Refused(refusal)) => refusal.answer(&asker),
    }
}

enum ImportFailed {
    Import(ImportError),
    Refused(Refusal),
}

impl From<ImportError> for ImportFailed {
    fn from(error: ImportError) -> Self {
        Self::Import(error)
    }
}

impl<R: Into<Refusal>> From<R> for ImportFailed {
    fn from(refusal: R) -> Self {
        Self::Refused(refusal.into())
    }
}

/// A dry run says what would be; a file that is refused is 422 with every line.
fn answer(report: &Report) -> Response {
    let is_refused = report.refused > 0 && !report.is_dry_run;
    shown::answer(if is_refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, json!(report))
}

fn refused(fault: &FileFault, request_id: &str) -> Response {
    let reason = Reason::of_file(fault);
    let status = if *fault == FileFault::TooLarge { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::UNPROCESSABLE_ENTITY };
    let error = json!({ "status": status.as_u16(), "reason": "file", "message": reason.sentence, "request_id": request_id,
                        "faults": [reason] });
    shown::answer(status, json!({ "error": error }))
}

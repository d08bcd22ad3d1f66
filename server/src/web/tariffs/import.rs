//! `POST /api/v1/tariffs/import`: a file of tariffs, tried or taken.

use std::time::Duration;

use app::pages::alarms::rules::granter;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use domain::settlement::tariff_file::{FileFault, MOST_FILE_BYTES, TariffFile};
use tokio::sync::Semaphore;
use warehouse::settlement::tariffs::{self, Keeper};

use super::{Failed, answer, json};
use crate::web::asker::Asker;
use crate::web::author::author_of;
use crate::web::error::Refusal;
use crate::web::params::Params;
use crate::web::router::viewer_of;
use crate::web::state::Shared;

/// Files that are in work at the same time; each is checked in memory.
static PLACES: Semaphore = Semaphore::const_new(2);
/// Whoever sends slower loses the place.
const FILE_WITHIN: Duration = Duration::from_secs(15);

pub async fn import(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asker = Asker::of(&parts);
    let imported = async {
        let is_dry = Params::read(&parts.uri, &["dry_run"])?.flag("dry_run", false)?;
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
            return Err(Refusal::BadBody("Content-Type: application/json".to_owned()).into());
        }
        let _place = PLACES.try_acquire().map_err(|_| Refusal::Busy)?;
        let body = tokio::time::timeout(FILE_WITHIN, to_bytes(body, MOST_FILE_BYTES)).await.map_err(|_| Refusal::Timeout)?;
        let bytes = body.map_err(|_| Refusal::TooLarge)?;
        let file = tokio::task::spawn_blocking(move || TariffFile::parse(&bytes)).await;
        let file = file.unwrap_or_else(|error| Err(FileFault::Shape(error.to_string()))).map_err(Failed::File)?;
        let viewer = viewer_of(&parts.extensions);
        let author = author_of(&viewer, &parts.extensions);
        let ctx = shared.context.for_viewer(viewer);
        let access = ctx.access.as_ref().ok_or_else(|| Refusal::Failed("an import came in without accounts".to_owned()))?;
        let granter = granter(&ctx);
        let keeper = Keeper { author: &author, granter: &granter };
        let difference = tariffs::import(access, keeper, &file, is_dry).await?;
        Ok::<_, Failed>(json::difference(&difference, is_dry))
    };
    answer(StatusCode::OK, imported.await, &asker)
}

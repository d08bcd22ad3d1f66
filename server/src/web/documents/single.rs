//! One statement as a file.

use app::text::Lang;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use futures::TryStreamExt;
use warehouse::read::exports::open_export_connection;
use warehouse::read::settlement::documents::{self, Bill, Filter};
use warehouse::read::settlement::statement;

use super::{CSV, PDF, XLSX, file};
use crate::settlement::documents::{pdf as pdf_file, sheet, table, xlsx};
use crate::web::asker::Asker;
use crate::web::csv::{BYTE_ORDER_MARK, write_head, write_row};
use crate::web::error::Refusal;
use crate::web::params::{BadParameter, Params};
use crate::web::state::{Asked, Shared};
use crate::web::texts;

fn number(text: &str) -> Result<i64, BadParameter> {
    text.parse().map_err(|_| BadParameter::new("id", text, texts::EXPECTED_STATEMENT))
}

/// The language of the address, else that of the viewer.
pub fn lang(params: &Params, asker: &Asker) -> Result<Lang, BadParameter> {
    let code = params.word("lang", &Lang::ALL.map(Lang::code), texts::EXPECTED_LANG)?;
    Ok(code.and_then(Lang::parse).unwrap_or(asker.lang))
}

/// What failed on another thread.
pub fn failed(error: impl std::fmt::Display) -> Refusal {
    Refusal::Failed(error.to_string())
}

pub async fn pdf(State(shared): State<Shared>, Asked(ctx): Asked, Path(id): Path<String>, uri: Uri, asker: Asker) -> Response {
    let made = async {
        let lang = lang(&Params::read(&uri, &["lang", "theme"])?, &asker)?;
        let of = statement::one(&ctx.pool, number(&id)?).await?.ok_or(Refusal::NotFound)?;
        let name = format!("statement-{}-{}-v{}.pdf", of.statement_id, of.month, of.version);
        let fonts = shared.fonts().await.map_err(failed)?;
        let zone = ctx.zone.0;
        let drawn = move || pdf_file::pdf(&sheet::sheet(&of, zone, lang), &fonts);
        let bytes = tokio::task::spawn_blocking(drawn).await.map_err(failed)?.map_err(failed)?;
        Ok::<_, Refusal>(file(Body::from(bytes), PDF, &name))
    };
    made.await.unwrap_or_else(|refusal| refusal.answer(&asker))
}

/// The statement with its lines as they are stored, by the rights of whoever asks.
async fn bill(shared: &Shared, ctx: &app::AppContext, id: &str) -> Result<Bill, Refusal> {
    let statement_id = Some(number(id)?);
    let _share = shared.export_shares.take(&ctx.viewer).ok_or(Refusal::Busy)?;
    let _permit = shared.exports.clone().try_acquire_owned().map_err(|_| Refusal::Busy)?;
    let connection = open_export_connection(&ctx.pool).await?;
    let filter = Filter { statement_id, ..Filter::default() };
    let page = documents::stream(connection, filter).try_next().await.map_err(failed)?;
    page.into_iter().flatten().next().ok_or(Refusal::NotFound)
}

fn name(bill: &Bill, ending: &str) -> String {
    format!("statement-{}-{}-v{}.{ending}", bill.statement_id, bill.month.format("%Y-%m"), bill.version)
}

pub async fn xlsx(State(shared): State<Shared>, Asked(ctx): Asked, Path(id): Path<String>, uri: Uri, asker: Asker) -> Response {
    let made = async {
        let lang = lang(&Params::read(&uri, &["lang", "theme"])?, &asker)?;
        let bill = bill(&shared, &ctx, &id).await?;
        let name = name(&bill, "xlsx");
        let written = move || {
            let mut writer = xlsx::Writer::new(lang)?;
            writer.write(&bill)?;
            writer.finish()
        };
        let bytes = tokio::task::spawn_blocking(written).await.map_err(failed)?.map_err(failed)?;
        Ok::<_, Refusal>(file(Body::from(bytes), XLSX, &name))
    };
    made.await.unwrap_or_else(|refusal| refusal.answer(&asker))
}

pub async fn csv(State(shared): State<Shared>, Asked(ctx): Asked, Path(id): Path<String>, uri: Uri, asker: Asker) -> Response {
    let made = async {
        let bom = Params::read(&uri, &["bom", "lang", "theme"])?.flag("bom", true)?;
        let bill = bill(&shared, &ctx, &id).await?;
        let mut csv = Vec::new();
        if bom {
            csv.extend_from_slice(BYTE_ORDER_MARK.as_bytes());
        }
        write_head(&mut csv, table::CSV_COLUMNS);
        table::csv_rows(&bill).iter().for_each(|row| write_row(&mut csv, row));
        Ok::<_, Refusal>(file(Body::from(csv), CSV, &name(&bill, "csv")))
    };
    made.await.unwrap_or_else(|refusal| refusal.answer(&asker))
}

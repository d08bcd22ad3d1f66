//! Contracts for programs: the same checks, versions and audit as on the pages, and files of very many.

pub mod describe;
pub mod export;
pub mod import;
mod json;

use app::AppContext;
use app::pages::alarms::rules::granter;
use app::pages::shared::DataTime;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use axum::routing::{get, post};
use domain::Day;
use domain::settlement::{Contract, ContractId};
use serde_json::json;
use warehouse::access::Author;
use warehouse::settlement::contracts::{self, ContractError, ListFault, ListFilter, Maker};

use super::alarms::body::Sent;
use super::asker::Asker;
use super::error::Refusal;
use super::exports::members;
use super::guard::MAX_BODY_BYTES;
use super::params::{BadParameter, Params};
use super::state::{Asked, Shared};
use super::texts;
use crate::settlement::contract_file::{Body, MOST_FILE_BYTES};

pub use describe::{operations, schemas};

/// Contracts of one answer.
const MOST_LISTED: i64 = 1_000;
const USUALLY_LISTED: i64 = 100;
const MOST_TEXT_CHARS: usize = 100;

pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/v1/contracts", get(list).post(create))
        .route("/api/v1/contracts/import", post(import::import).layer(DefaultBodyLimit::max(MOST_FILE_BYTES)))
        .route("/api/v1/contracts/{id}", get(one).post(change))
        .route("/exports/contracts.csv", get(export::export))
}

/// What went wrong with a contract.
pub enum Failed {
    Contract(ContractError),
    Refused(Refusal),
}

impl From<ContractError> for Failed {
    fn from(error: ContractError) -> Self {
        Self::Contract(error)
    }
}

impl<R: Into<Refusal>> From<R> for Failed {
    fn from(refusal: R) -> Self {
        Self::Refused(refusal.into())
    }
}

/// The day that "in force" means on lists: that of the data.
pub async fn today(ctx: &AppContext) -> Result<Day, Refusal> {
    let data = DataTime::of(ctx).await.map_err(|error| Refusal::from_page(&error))?;
    Ok(data.map_or_else(|| ctx.local_now(), |data| data.0).day())
}

/// In order of their numbers; `after` goes on behind the last one.
async fn list(Asked(ctx): Asked, uri: Uri, asker: Asker) -> Response {
    let listed = async {
        let params = Params::read(&uri, &["q", "region_id", "fault", "tariff", "after", "limit"])?;
        let fault = params.word("fault", &ListFault::ALL.map(ListFault::code), texts::EXPECTED_CONTRACT_FAULT)?;
        let text = |name| params.get(name).map(|text| text.chars().take(MOST_TEXT_CHARS).collect::<String>());
        let filter = ListFilter {
            text: text("q"),
            regions: members(&ctx, params.region_id()?).await?,
            fault: fault.and_then(ListFault::from_code),
            tariff: text("tariff"),
            after: params.integer("after", 0, i64::MAX)?.unwrap_or(0),
            offset: 0,
            limit: params.integer("limit", 1, MOST_LISTED)?.unwrap_or(USUALLY_LISTED),
        };
        let day = today(&ctx).await?;
        let (rows, total) = contracts::list(&ctx.pool, &filter, day).await?;
        let ids: Vec<ContractId> = rows.iter().map(|row| row.contract_id).collect();
        let full = contracts::load_standing(&mut *ctx.pool.acquire().await?, &ids).await?;
        let next = rows.last().filter(|_| i64::try_from(rows.len()).is_ok_and(|count| count == filter.limit));
        let next_after = next.map(|row| row.contract_id);
        let items: Vec<_> = full
            .iter()
            .map(|contract| json::listed(contract, rows.iter().find(|row| row.contract_id == contract.contract_id)))
            .collect();
        Ok::<_, Refusal>(json!({ "day": day, "total": total, "next_after": next_after, "contracts": items }))
    };
    match listed.await {
        Ok(body) => json::answer(StatusCode::OK, body),
        Err(refusal) => refusal.answer(&asker),
    }
}

async fn one(Asked(ctx): Asked, Path(id): Path<String>, uri: Uri, asker: Asker) -> Response {
    let read = async {
        Params::read(&uri, &[])?;
        stored(&ctx, contract_id(&id)?).await
    };
    match read.await {
        Ok(body) => json::answer(StatusCode::OK, body),
        Err(refusal) => refusal.answer(&asker),
    }
}

async fn create(uri: Uri, sent: Sent) -> Response {
    let created = async {
        Params::read(&uri, &[])?;
        let mut body: Body = sent.read_storable(MAX_BODY_BYTES)?;
        let author = with_note(&sent.author, body.note.take());
        let granter = granter(&sent.ctx);
        let maker = Maker { author: &author, granter: &granter };
        let (id, _) = contracts::add(sent.access()?, maker, body.wanted(1).contract).await?;
        Ok(stored(&sent.ctx, id).await?)
    };
    answer(&sent, StatusCode::CREATED, created.await)
}

/// All of the contract; customer and direction stay.
async fn change(Path(id): Path<String>, sent: Sent) -> Response {
    let changed = async {
        let id = contract_id(&id)?;
        let mut body: Body = sent.read_storable(MAX_BODY_BYTES)?;
        let version = body.version.ok_or_else(|| Refusal::BadBody("version".to_owned()))?;
        let author = with_note(&sent.author, body.note.take());
        let granter = granter(&sent.ctx);
        let maker = Maker { author: &author, granter: &granter };
        let (held, _) = contracts::one(&sent.ctx.pool, id).await?.ok_or(Refusal::NotFound)?;
        let wanted = body.wanted(1);
        let exchanges = if wanted.keeps_exchanges { held.contract.exchanges } else { wanted.contract.exchanges };
        let after = Contract { contract_id: id, exchanges, ..wanted.contract };
        contracts::replace(sent.access()?, maker, version, after).await?;
        Ok(stored(&sent.ctx, id).await?)
    };
    answer(&sent, StatusCode::OK, changed.await)
}

/// As it stands, with what is unusual about it.
async fn stored(ctx: &AppContext, id: ContractId) -> Result<serde_json::Value, Refusal> {
    let (held, customer) = contracts::one(&ctx.pool, id).await?.ok_or(Refusal::NotFound)?;
    let plans = contracts::plans(&mut *ctx.pool.acquire().await?, None).await?;
    Ok(json::stored(&held, customer.as_ref(), &plans))
}

fn with_note(author: &Author, note: Option<String>) -> Author {
    let note = note.map(|note| note.replace('\0', "").trim().to_owned()).filter(|note| !note.is_empty());
    Author { reason: note, ..author.clone() }
}

fn contract_id(text: &str) -> Result<ContractId, BadParameter> {
    text.parse().map_err(|_| BadParameter::new("id", text, texts::EXPECTED_CONTRACT))
}

fn answer(sent: &Sent, status: StatusCode, made: Result<serde_json::Value, Failed>) -> Response {
    match made {
        Ok(body) => json::answer(status, body),
        Err(failed) => refuse(failed, &sent.asker),
    }
}

pub fn refuse(failed: Failed, asker: &Asker) -> Response {
    match failed {
        Failed::Refused(refusal) => refusal.answer(asker),
        Failed::Contract(ContractError::Access(warehouse::access::AccessError::Conflict)) => json::same(&asker.request_id),
        Failed::Contract(ContractError::Access(error)) => Refusal::from(error).answer(asker),
        Failed::Contract(error) => json::refused(&error, &asker.request_id),
    }
}

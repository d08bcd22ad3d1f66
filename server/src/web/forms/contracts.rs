//! Forms of contracts: making, terms, exchanges, closing, removing, a tariff for many, files, supply meters.

mod import;
mod many;

use app::pages::settlement::contracts::{
    ACT_FORM, CLOSE_FORM, EXCHANGE_FORM, FAULT_FIELD, HEAD_FORM, NEW_FORM, TERMS_FORM, fields,
};
use app::submitted::{Problem, Submitted};
use app::text::settlement::acts::StatementProblem;
use app::text::settlement::contracts::ContractProblem;
use axum::extract::{OriginalUri, Path};
use axum::response::Response;
use domain::settlement::contract::DatedTerms;
use domain::settlement::contract_check::ContractFault;
use domain::settlement::contract_edit::Edit;
use domain::settlement::contract_fields::{day, direction, exact};
use domain::settlement::{Contract, ContractId, MeterExchange, Terms};
use domain::{Day, LocalMs};
use warehouse::access::{AccessError, Author, Granter};
use warehouse::settlement::contracts::{self, ContractError, Maker};
use warehouse::settlement::supply;

use super::writer::{Trouble, Writer};
use crate::web::error::Refusal;

pub use import::import;
pub use many::assign;

const CONTRACTS: &str = "/settlement/contracts";
const NEW: &str = "/settlement/contracts/new";
const LOSS: &str = "/settlement/loss";

/// Why a form was not taken; faults are said one by one beside it.
enum Failed {
    Faults(Vec<ContractFault>),
    Trouble(Trouble),
}

impl From<Trouble> for Failed {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<ContractError> for Failed {
    fn from(error: ContractError) -> Self {
        let problem = match error {
            ContractError::Faults(faults) => return Self::Faults(faults),
            ContractError::Changed { .. } => Problem::Conflict,
            ContractError::HasStatements => Problem::Contract(ContractProblem::HasStatements),
            ContractError::BeingRated => Problem::Statement(StatementProblem::BeingRated),
            ContractError::TooMany => Problem::Contract(ContractProblem::TooMany),
            ContractError::Access(AccessError::Conflict) => Problem::Contract(ContractProblem::Exists),
            ContractError::Access(error) => return Self::Trouble(error.into()),
        };
        Self::Trouble(Trouble::Problem(problem))
    }
}

/// Who sends a form.
struct Own {
    author: Author,
    granter: Granter,
}

impl Own {
    fn of(writer: &Writer) -> Self {
        Self { author: writer.author(), granter: writer.granter() }
    }

    fn maker(&self) -> Maker<'_> {
        Maker { author: &self.author, granter: &self.granter }
    }
}

fn bad() -> Trouble {
    Trouble::Problem(Problem::BadField)
}

/// The form again, with what was found wrong.
async fn again(writer: &Writer, page: &str, form: &'static str, failed: Failed) -> Response {
    let faults = match failed {
        Failed::Trouble(trouble) => return writer.again(page, form, trouble).await,
        Failed::Faults(faults) => faults,
    };
    let mut values: Vec<_> = writer.values().into_iter().filter(|(name, _)| name != FAULT_FIELD).collect();
    let said = faults.iter().filter_map(|fault| serde_json::to_string(fault).ok());
    values.extend(said.map(|fault| (FAULT_FIELD.to_owned(), fault)));
    let problem = Some(Problem::Contract(ContractProblem::Faults));
    writer.page(page, Submitted { form, values, problem, ..Submitted::default() }).await
}

fn terms_of(writer: &Writer) -> Result<Terms, Trouble> {
    fields::read(|name| writer.field(name)).ok_or_else(bad)
}

fn day_of(writer: &Writer, name: &str) -> Result<Day, Trouble> {
    day(writer.field(name)).ok_or_else(bad)
}

pub async fn add(writer: Writer) -> Response {
    let own = Own::of(&writer);
    let added = async {
        let contract = Contract {
            contract_id: 0,
            user_id: writer.number("user_id")?,
            direction: direction(writer.field("direction")).ok_or_else(bad)?,
            billing_day: writer.number("billing_day")?,
            closed_on: None,
            terms: vec![DatedTerms { valid_from: day_of(&writer, "valid_from")?, terms: terms_of(&writer)? }],
            exchanges: vec![],
        };
        Ok::<_, Failed>(contracts::add(writer.access()?, own.maker(), contract).await?)
    };
    match added.await {
        Ok((id, _)) => writer.done(&page_of(id), "contract-added"),
        Err(failed) => again(&writer, NEW, NEW_FORM, failed).await,
    }
}

/// One step of a change, and the page that says that it is done.
async fn edit(writer: Writer, id: ContractId, form: &'static str, edit: Result<(Edit, &'static str), Trouble>) -> Response {
    let own = Own::of(&writer);
    let edited = async {
        let (edit, done) = edit?;
        let version = writer.number("version")?;
        contracts::edit(writer.access()?, own.maker(), id, version, &edit).await?;
        Ok::<_, Failed>(done)
    };
    match edited.await {
        Ok(done) => writer.done(&page_of(id), done),
        Err(failed) => again(&writer, &page_of(id), form, failed).await,
    }
}

/// The billing day.
pub async fn change(Path(id): Path<i64>, writer: Writer) -> Response {
    let asked = writer.number("billing_day").map(|billing_day| (Edit::BillingDay(billing_day), "contract-saved"));
    edit(writer, id, HEAD_FORM, asked).await
}

/// Terms from a day on; with `?remove=DAY` those of the day are taken away.
pub async fn terms(Path(id): Path<i64>, OriginalUri(uri): OriginalUri, writer: Writer) -> Response {
    let removed = removed(&uri);
    let form = if removed.is_some() { ACT_FORM } else { TERMS_FORM };
    let asked = match removed {
        Some(text) => day(&text).map(|day| (Edit::RemoveTerms(day), "terms-removed")).ok_or_else(bad),
        None => put_terms(&writer),
    };
    edit(writer, id, form, asked).await
}

fn put_terms(writer: &Writer) -> Result<(Edit, &'static str), Trouble> {
    let dated = DatedTerms { valid_from: day_of(writer, "valid_from")?, terms: terms_of(writer)? };
    Ok((Edit::PutTerms(dated), "terms-saved"))
}

pub async fn exchange(Path(id): Path<i64>, OriginalUri(uri): OriginalUri, writer: Writer) -> Response {
    let asked = match removed(&uri) {
        Some(text) => moment(&text).map(|at| (Edit::RemoveExchange(at), "exchange-removed")).ok_or_else(bad),
        None => put_exchange(&writer),
    };
    edit(writer, id, EXCHANGE_FORM, asked).await
}

fn put_exchange(writer: &Writer) -> Result<(Edit, &'static str), Trouble> {
    let amount = |name: &str| exact(writer.field(name)).ok_or_else(bad);
    let at = moment(writer.field("at")).ok_or_else(bad)?;
    let exchange = MeterExchange { at, final_register: amount("final_register")?, initial_register: amount("initial_register")? };
    Ok((Edit::PutExchange(exchange), "exchange-saved"))
}

/// A local moment, with or without seconds.
fn moment(text: &str) -> Option<LocalMs> {
    let whole = if text.len() == "2026-01-01T10:00".len() { format!("{text}:00") } else { text.to_owned() };
    if whole.len() < "2026-01-01T10:00:00".len() { None } else { LocalMs::parse(whole.as_bytes()) }
}

fn removed(uri: &axum::http::Uri) -> Option<String> {
    let query = uri.query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "remove").map(|(_, value)| value.into_owned())
}

/// With a day it ends there; without one it runs again.
pub async fn close(Path(id): Path<i64>, writer: Writer) -> Response {
    let asked = match writer.field("closed_on") {
        "" => Ok((Edit::Reopen, "contract-reopened")),
        text => day(text).map(|day| (Edit::Close(day), "contract-closed")).ok_or_else(bad),
    };
    edit(writer, id, CLOSE_FORM, asked).await
}

pub async fn remove(Path(id): Path<i64>, writer: Writer) -> Response {
    let own = Own::of(&writer);
    let removed = async {
        let version = writer.number("version")?;
        Ok::<_, Failed>(contracts::remove(writer.access()?, own.maker(), id, version).await?)
    };
    match removed.await {
        Ok(()) => writer.done(CONTRACTS, "contract-removed"),
        Err(failed) => again(&writer, &page_of(id), HEAD_FORM, failed).await,
    }
}

/// The meter that measures what is fed into a region; without a customer there is none.
pub async fn supply(writer: Writer) -> Response {
    let own = Own::of(&writer);
    let put = async {
        let region_id = writer.number("region_id")?;
        match writer.field("user_id") {
            "" => {
                supply::remove(writer.access()?, own.maker(), region_id).await?;
                Ok::<_, Trouble>("supply-removed")
            }
            _ => {
                let user_id = writer.number("user_id")?;
                supply::put(writer.access()?, own.maker(), region_id, user_id).await?;
                Ok("supply-saved")
            }
        }
    };
    match put.await {
        Ok(done) => writer.done(LOSS, done),
        Err(Trouble::Refusal(Refusal::NotFound)) => {
            writer.again(LOSS, "supply", Trouble::Problem(Problem::Contract(ContractProblem::UnknownCustomer))).await
        }
        Err(trouble) => writer.again(LOSS, "supply", trouble).await,
    }
}

fn page_of(id: ContractId) -> String {
    format!("{CONTRACTS}/{id}")
}

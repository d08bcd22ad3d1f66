//! The form that asks what a contract would have cost otherwise.

use app::pages::settlement::what_if::{FAULT_FIELD, FORM, Fault};
use app::submitted::{Problem, Submitted};
use axum::response::Response;
use domain::Fixed2;
use domain::settlement::what_if::{MOST_SHIFT_PERCENT, Question, Study};
use domain::settlement::{ContractId, Period, Price6};
use engine::settlement::what_if::study;
use warehouse::WarehouseError;
use warehouse::read::ReadError;
use warehouse::settlement::{contracts, studies};

use super::writer::{Trouble, Writer};
use crate::settlement::rating::{PeriodContext, Rater, bills_of};
use crate::settlement::settings::SettlementSettings;
use crate::web::error::Refusal;

const PAGE: &str = "/settlement/what-if";
/// 10 GW: more than any customer's meter.
const MOST_DEMAND: i64 = 1_000_000_000;

enum Failed {
    Fault(Fault),
    Trouble(Trouble),
}

impl From<Trouble> for Failed {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

fn question(writer: &Writer) -> Result<Question, Fault> {
    let shift = writer.field("shift").parse::<u8>().ok().filter(|percent| *percent <= MOST_SHIFT_PERCENT);
    let shift_percent = shift.ok_or(Fault::Shift)?;
    let demand = writer.field("demand");
    let known = Price6::parse(demand).filter(|kw| kw.0 % 10_000 == 0).map(|kw| Fixed2(kw.0 / 10_000));
    let known = known.filter(|kw| (1..=MOST_DEMAND).contains(&kw.0));
    if known.is_none() && !demand.is_empty() {
        return Err(Fault::Demand);
    }
    Ok(Question { shift_percent, contract_demand_kw: known })
}

fn unread(error: ReadError) -> Failed {
    Trouble::Refusal(error.into()).into()
}

fn failed(error: WarehouseError) -> Failed {
    Trouble::Refusal(error.into()).into()
}

/// Rates stored days again, by what the sender may see.
async fn studied(writer: &Writer, contract_id: ContractId, question: &Question) -> Result<Study, Failed> {
    let ctx = writer.context();
    // what the sender does not see is not there for him
    contracts::one(&ctx.pool, contract_id).await.map_err(unread)?.ok_or(Fault::NoContract(contract_id))?;
    let months = studies::months(&ctx.pool, contract_id).await.map_err(unread)?;
    if months.is_empty() {
        return Err(Fault::NoDays(contract_id).into());
    }
    let mut conn = ctx.pool.acquire().await.map_err(|error| unread(error.into()))?;
    let contract = contracts::load(&mut conn, &[contract_id]).await.map_err(failed)?.into_iter().next();
    let contract = contract.ok_or(Fault::NoContract(contract_id))?;
    // how readings are read does not matter: the days are settled
    let rater = Rater::load(&mut conn, SettlementSettings::default()).await.map_err(failed)?;
    let periods: Vec<_> = months.iter().map(|month| (&contract, Period::of_month(*month, contract.billing_day))).collect();
    let rated = bills_of(&mut conn, &rater, &periods).await.map_err(failed)?;
    let context = PeriodContext::without_days(&mut conn, &rater, &periods).await.map_err(failed)?;
    let with_days = periods.iter().zip(&rated);
    let inputs: Vec<_> = with_days.map(|((_, period), rated)| context.input(&rater, &contract, *period, &rated.days)).collect();
    Ok(study(&inputs, question))
}

pub async fn ask(writer: Writer) -> Response {
    let asked = async {
        let contract_id: ContractId = writer.field("contract").parse().map_err(|_| Fault::Number)?;
        let study = studied(&writer, contract_id, &question(&writer)?).await?;
        let id = studies::add(writer.access()?, &writer.author(), &writer.viewer.scope, contract_id, &study).await;
        id.map_err(|error| match error {
            warehouse::access::AccessError::NotFound => Trouble::Refusal(Refusal::NotFound).into(),
            other => Failed::from(Trouble::from(other)),
        })
    };
    match asked.await {
        Ok(id) => writer.done(&format!("{PAGE}/{id}"), "studied"),
        Err(Failed::Trouble(trouble)) => writer.again(PAGE, FORM, trouble).await,
        Err(Failed::Fault(fault)) => {
            let mut values = writer.values();
            values.push((FAULT_FIELD.to_owned(), fault.code()));
            writer.page(PAGE, Submitted { form: FORM, values, problem: Some(Problem::BadField), ..Submitted::default() }).await
        }
    }
}

//! The form that asks what a contract would have cost otherwise.

use app::pages::settlement::what_if::FORM;
use app::submitted::Problem;
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

fn question(writer: &Writer) -> Result<Question, Trouble> {
    let shift_percent: u8 = writer.number("shift")?;
    let demand = writer.field("demand");
    let known = Price6::parse(demand).map(|kw| Fixed2(kw.0 / 10_000)).filter(|kw| (1..=MOST_DEMAND).contains(&kw.0));
    if shift_percent > MOST_SHIFT_PERCENT || (known.is_none() && !demand.is_empty()) {
        return Err(Trouble::Problem(Problem::BadField));
    }
    Ok(Question { shift_percent, contract_demand_kw: known })
}

fn unread(error: ReadError) -> Trouble {
    Trouble::Refusal(error.into())
}

fn failed(error: WarehouseError) -> Trouble {
    Trouble::Refusal(error.into())
}

/// Rates stored days again, by what the sender may see.
async fn studied(writer: &Writer, contract_id: ContractId, question: &Question) -> Result<Study, Trouble> {
    let ctx = writer.context();
    let months = studies::months(&ctx.pool, contract_id).await.map_err(unread)?;
    let mut conn = ctx.pool.acquire().await.map_err(|error| unread(error.into()))?;
    let contract = contracts::load(&mut conn, &[contract_id]).await.map_err(failed)?.into_iter().next();
    let contract = contract.filter(|_| !months.is_empty()).ok_or(Trouble::Problem(Problem::BadField))?;
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
        let contract_id: ContractId = writer.number("contract")?;
        let study = studied(&writer, contract_id, &question(&writer)?).await?;
        let id = studies::add(writer.access()?, &writer.author(), &writer.viewer.scope, contract_id, &study).await;
        id.map_err(|error| match error {
            warehouse::access::AccessError::NotFound => Trouble::Refusal(Refusal::NotFound),
            other => other.into(),
        })
    };
    match asked.await {
        Ok(id) => writer.done(&format!("{PAGE}/{id}"), "studied"),
        Err(trouble) => writer.again(PAGE, FORM, trouble).await,
    }
}

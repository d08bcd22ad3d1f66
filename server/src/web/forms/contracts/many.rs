//! A contract for every customer of a kind who has none: previewed, then made, if the number is still the same.

use app::pages::settlement::contracts::{ASSIGN_FORM, REPORT_FIELD};
use app::submitted::{Problem, Submitted};
use axum::response::Response;
use domain::RegionId;
use warehouse::settlement::contracts;

use super::super::writer::Writer;
use super::{CONTRACTS, Failed, Own, again, day_of, terms_of};
use crate::settlement::contract_import::save;
use crate::web::exports::members;

const PAGE: &str = "/settlement/contracts?fault=no_contract";

pub async fn assign(writer: Writer) -> Response {
    let own = Own::of(&writer);
    let is_deed = writer.field("do") == "1";
    let assigned = async {
        let (from, terms) = (day_of(&writer, "valid_from")?, terms_of(&writer)?);
        let region: Option<RegionId> = match writer.field("region") {
            "" => None,
            _ => Some(writer.number("region")?),
        };
        let ctx = writer.context();
        let regions = members(&ctx, region).await.map_err(super::Trouble::Refusal)?;
        let access = writer.access()?;
        let usage = writer.field("usage_type");
        let wanted = contracts::wanted_for_all(access, own.maker(), usage, regions.as_deref(), &terms, from).await?;
        // others than those that were counted are not made without a look
        let is_other = is_deed && writer.field("count") != wanted.len().to_string();
        if is_other {
            return Err(Failed::Trouble(super::Trouble::Problem(Problem::Conflict)));
        }
        Ok(save(access, own.maker(), wanted, !is_deed).await?)
    };
    match assigned.await {
        Ok(report) if report.is_written => writer.done(CONTRACTS, "contracts-assigned"),
        Ok(report) => {
            let mut values: Vec<_> = writer.values().into_iter().filter(|(name, _)| name != REPORT_FIELD).collect();
            values.extend(serde_json::to_string(&report).ok().map(|report| (REPORT_FIELD.to_owned(), report)));
            writer.page(PAGE, Submitted { form: ASSIGN_FORM, values, ..Submitted::default() }).await
        }
        Err(failed) => again(&writer, PAGE, ASSIGN_FORM, failed).await,
    }
}

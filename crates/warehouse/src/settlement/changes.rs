//! What has to be settled again because a person changed something it follows from.

mod pending;
mod requests;

use domain::Day;
use domain::settlement::ContractId;
use sqlx::PgConnection;

use crate::pg_types::DayDate;

pub use pending::{count_waiting, forget, has_statements, oldest_waiting, take};
pub use requests::{StoredRequest, advance, finish, next_requests, request_contracts, request_estimates};

/// What was changed; the reason of the adjustments that follow from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause {
    Tariff,
    Calendar,
    Trigger,
    Contract,
    Rules,
    /// Missing days became due to be estimated.
    Estimate,
    /// Readings came late, were corrected, or all went away at once.
    Readings,
    /// The same of reactive energy; found while settling, never asked for.
    Reactive,
}

impl Cause {
    pub fn code(self) -> &'static str {
        match self {
            Self::Tariff => "tariff",
            Self::Calendar => "calendar",
            Self::Trigger => "trigger",
            Self::Contract => "contract",
            Self::Rules => "rules",
            Self::Estimate => "estimate",
            Self::Readings => "readings",
            Self::Reactive => "reactive",
        }
    }

    /// Of what may be asked for.
    pub fn from_code(code: &str) -> Option<Self> {
        const ALL: [Cause; 7] =
            [Cause::Tariff, Cause::Calendar, Cause::Trigger, Cause::Contract, Cause::Rules, Cause::Estimate, Cause::Readings];
        ALL.into_iter().find(|cause| cause.code() == code)
    }
}

/// Whose days.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Whose {
    Contract(ContractId),
    /// Contracts that have this tariff in any of their terms.
    Tariff(String),
    All,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    pub cause: Cause,
    /// For the explanation of an adjustment: "hubei-single-below-1kv v3", "2026-10-01 国庆".
    pub cause_text: String,
    pub whose: Whose,
    pub from: Day,
    /// Last day. None: to the newest settled day.
    pub to: Option<Day>,
}

/// To be called in the transaction of every change of a tariff, contract, holiday, decision, rule: the worker loads them anew and
/// settles the days again. That both happen at once is what the worker builds on: days that it settled by what was in force before are
/// put right by the request, which it cannot have taken yet.
pub(crate) async fn request(conn: &mut PgConnection, request: &Request) -> Result<(), sqlx::Error> {
    let (contract_id, tariff_code) = match &request.whose {
        Whose::Contract(contract_id) => (Some(*contract_id), None),
        Whose::Tariff(code) => (None, Some(code.as_str())),
        Whose::All => (None, None),
    };
    sqlx::query!(
        "insert into settlement_requests (cause, cause_text, contract_id, tariff_code, from_day, to_day) values ($1, $2, $3, $4, $5, $6)",
        request.cause.code(),
        request.cause_text,
        contract_id,
        tariff_code,
        DayDate(request.from) as _,
        request.to.map(DayDate) as _
    )
    .execute(&mut *conn)
    .await?;
    announce_rules(conn).await
}

/// What is in force changed, without any day to be settled again: nothing that is billed may follow from it.
pub(crate) async fn announce_rules(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!(
        r#"with moved as (
               update settlement_progress set rules_revision = rules_revision + 1, revision = revision + 1 where id = 1 returning revision
           )
           select pg_notify('loadline_settlement', revision::text) from moved"#
    )
    .fetch_one(conn)
    .await?;
    Ok(())
}

//! Contracts and tariffs that change at the same moment, and what a contract may not change while its statements stand.

use std::time::Duration;

use domain::settlement::contract::DatedTerms;
use domain::settlement::contract_check::ContractFault;
use domain::settlement::contract_edit::Edit;
use domain::settlement::{Contract, Direction, Terms};
use domain::{Day, LocalMs};
use serde_json::json;
use warehouse::access::Granter;
use warehouse::settlement::contracts::{self, ContractError, Maker};
use warehouse::settlement::tariffs::{self, Keeper, TariffError};

use crate::land::{count, tariffs as with_tariffs};
use crate::support::{Town, author};

const DEADLINE: Duration = Duration::from_secs(20);
/// The end of the record: every change comes to it last, with all its rows written.
const HOLD_RECORD: &str = "select from access.audit_head for update";

fn day(text: &str) -> Day {
    LocalMs::parse(text.as_bytes()).expect("a day").day()
}

fn contract() -> Contract {
    let terms: Terms = serde_json::from_value(json!({ "tariff": "shop", "voltage": "1_10kv" })).expect("terms");
    Contract {
        contract_id: 0,
        user_id: 3,
        direction: Direction::Import,
        billing_day: 1,
        closed_on: None,
        terms: vec![DatedTerms { valid_from: day("2016-01-01"), terms }],
        exchanges: vec![],
    }
}

/// Waits until so many sessions wait for a lock.
async fn waiting(town: &Town, sessions: i64) {
    testkit::wait_until("they wait for each other", DEADLINE, async || {
        let waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        count(town, waiting).await >= sessions
    })
    .await;
}

/// One after the other begins while the record is held; both go on when it is let go.
async fn race<F: Future, S: Future>(town: &Town, first: F, second: S) -> (F::Output, S::Output) {
    let mut hold = town.pool.begin().await.expect("a transaction");
    sqlx::raw_sql(HOLD_RECORD).execute(&mut *hold).await.expect("the end of the record");
    let second = async {
        waiting(town, 1).await;
        second.await
    };
    let release = async {
        waiting(town, 2).await;
        hold.rollback().await.expect("let go");
    };
    let (first, second, ()) = tokio::join!(first, second, release);
    (first, second)
}

#[tokio::test]
async fn a_tariff_that_is_being_taken_is_not_removed() {
    let town = Town::new().await;
    with_tariffs(&town).await;
    let (author, granter) = (author(), Granter::everything());
    let (maker, keeper) = (Maker { author: &author, granter: &granter }, Keeper { author: &author, granter: &granter });
    let (added, removed) =
        race(&town, contracts::add(&town.access, maker, contract()), tariffs::remove(&town.access, keeper, "shop", 1)).await;
    added.expect("a contract");
    assert!(matches!(removed, Err(TariffError::InUse { contracts: 1 })), "{removed:?}");
    assert_eq!(count(&town, "select count(*) from tariff_plans where code = 'shop' and removed_at is null").await, 1);
}

#[tokio::test]
async fn a_tariff_that_is_being_removed_is_not_taken() {
    let town = Town::new().await;
    with_tariffs(&town).await;
    let (author, granter) = (author(), Granter::everything());
    let (maker, keeper) = (Maker { author: &author, granter: &granter }, Keeper { author: &author, granter: &granter });
    let (removed, added) =
        race(&town, tariffs::remove(&town.access, keeper, "shop", 1), contracts::add(&town.access, maker, contract())).await;
    removed.expect("a tariff without contracts is removed");
    let Err(ContractError::Faults(faults)) = added else { panic!("{added:?}") };
    assert_eq!(faults, [ContractFault::UnknownTariff { day: day("2016-01-01"), tariff: "shop".to_owned() }]);
    assert_eq!(count(&town, "select count(*) from contracts").await, 0);
}

#[tokio::test]
async fn the_billing_day_stays_while_statements_stand() {
    let town = Town::new().await;
    with_tariffs(&town).await;
    let (author, granter) = (author(), Granter::everything());
    let maker = Maker { author: &author, granter: &granter };
    let (contract_id, _) = contracts::add(&town.access, maker, contract()).await.expect("a contract");
    let statement = format!(
        "insert into settlement_statements (contract_id, user_id, user_name, usage_type, region_id, statement_month, category,
                                            period_from, period_to, status, version, total_energy_kwh, total_amount, document, document_hash)
         values ({contract_id}, 3, 'x', 'x', 2, '2016-01-01', 'owner', '2016-01-01', '2016-02-01', 'draft', 1, 0, 0, '{{}}', '')"
    );
    sqlx::raw_sql(&statement).execute(&town.pool).await.expect("a statement");
    let refused = contracts::edit(&town.access, maker, contract_id, 1, &Edit::BillingDay(16)).await;
    assert!(matches!(refused, Err(ContractError::HasStatements)), "{refused:?}");
    assert_eq!(count(&town, "select billing_day::bigint from contracts").await, 1);
    sqlx::raw_sql("update settlement_statements set status = 'void'").execute(&town.pool).await.expect("void");
    contracts::edit(&town.access, maker, contract_id, 1, &Edit::BillingDay(16)).await.expect("nothing stands");
    assert_eq!(count(&town, "select billing_day::bigint from contracts").await, 16);
}

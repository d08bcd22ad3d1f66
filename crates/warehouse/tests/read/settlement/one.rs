//! One statement with its days, events and versions; the readings and bands of one of its days.

use domain::settlement::{Band, StatementState, resolve};
use domain::{Day, LocalMs};
use warehouse::read::settlement::statement::{self, Statement};
use warehouse::read::settlement::{day, load_bands};
use warehouse::settlement::statements::document_hash;

use super::{seeing, settled, yuan};
use crate::Warehouse;

async fn number(warehouse: &Warehouse, condition: &str) -> i64 {
    let question = format!("select statement_id from settlement_statements where {condition}");
    sqlx::query_scalar(&question).fetch_one(warehouse.pool()).await.expect("a statement")
}

async fn draft(warehouse: &Warehouse) -> Statement {
    let id = number(warehouse, "user_id = 2001 and status = 'draft'").await;
    statement::one(warehouse, id).await.expect("an answer").expect("a statement")
}

fn on(text: &str) -> Day {
    LocalMs::parse(text.as_bytes()).expect("a day").day()
}

#[tokio::test]
async fn a_statement_comes_with_days_events_and_versions() {
    let warehouse = settled().await;
    let of = draft(&warehouse).await;
    assert_eq!((of.status, of.version, of.amount), (StatementState::Draft, 2, yuan(170)));
    assert_eq!((of.from, of.to), (on("2016-01-01"), on("2016-02-01")));
    assert!(of.document.is_none(), "what is no document is not read");
    assert_eq!(of.digest, document_hash(&serde_json::json!({})));
    let days = statement::days(&warehouse, of.contract_id, of.from, of.to).await.expect("days");
    assert_eq!(days.iter().map(|day| day.amount).collect::<Vec<_>>(), [yuan(50), yuan(100)]);
    assert_eq!((days[1].version, days[1].is_complete, days[1].marks.len()), (2, false, 2));
    let versions = statement::versions(&warehouse, &of).await.expect("versions");
    assert_eq!(
        versions.iter().map(|one| (one.version, one.status)).collect::<Vec<_>>(),
        [(2, StatementState::Draft), (1, StatementState::Void)]
    );
    let frozen = number(&warehouse, "user_id = 5001").await;
    let events = statement::events(&warehouse, frozen).await.expect("events");
    assert_eq!((events.len(), events[0].event.as_str(), events[0].actor.as_deref()), (1, "frozen", Some("chen")));
}

#[tokio::test]
async fn a_statement_of_another_region_does_not_exist() {
    let warehouse = settled().await;
    let of = draft(&warehouse).await;
    let elsewhere = seeing(&warehouse, &[3, 5]);
    assert!(statement::one(&elsewhere, of.statement_id).await.expect("an answer").is_none());
    assert!(statement::days(&elsewhere, of.contract_id, of.from, of.to).await.expect("days").is_empty());
    let frozen = number(&warehouse, "user_id = 5001").await;
    assert_eq!(statement::events(&seeing(&warehouse, &[2]), frozen).await.expect("events"), []);
    assert_eq!(statement::events(&elsewhere, frozen).await.expect("events").len(), 1);
}

#[tokio::test]
async fn the_readings_of_a_day_reach_over_its_edges() {
    let warehouse = settled().await;
    let readings = day::readings(&warehouse, 2001, on("2016-01-12")).await.expect("readings");
    assert!(readings.is_sorted_by_key(|reading| reading.reported_at));
    let first = readings.first().expect("a reading").reported_at;
    assert!(first.day() == on("2016-01-11") && first >= on("2016-01-12").start().plus_ms(-3 * 3_600_000), "{first:?}");
    assert!(day::readings(&seeing(&warehouse, &[3]), 2001, on("2016-01-12")).await.expect("readings").is_empty());
}

#[tokio::test]
async fn the_bands_of_a_day_follow_contract_tariff_holiday_and_decision() {
    let warehouse = settled().await;
    let of = async |user, text| load_bands::of_user(&warehouse, user, on(text)).await.expect("an answer");
    assert!(of(2003, "2016-01-11").await.is_none(), "no contract");
    assert!(of(2001, "2015-12-30").await.is_none(), "before it");
    let before = of(2001, "2016-01-11").await.expect("a contract");
    let (plan, version) = before.plan.as_ref().expect("a plan");
    assert_eq!((plan.code.as_str(), *version), ("test-plan", 1));
    let bands = |of: &load_bands::DayTariff| {
        let (plan, _) = of.plan.as_ref().expect("a plan");
        resolve::bands_of(&plan.calendar, on("2016-01-11"), &of.days, &of.decisions).expect("every minute")
    };
    assert_eq!(bands(&before).undecided, ["hot"]);
    sqlx::raw_sql(
        "insert into tariff_triggers (trigger_code, day, is_triggered, source, decided_by) values ('hot', '2016-01-11', true, 'x', 'chen');
         insert into calendar_days (day, kind, name, changed_by) values ('2016-01-11', 'holiday', '元旦', 'chen')",
    )
    .execute(warehouse.pool())
    .await
    .expect("rows");
    let after = of(2001, "2016-01-11").await.expect("a contract");
    assert_eq!(after.days.len(), 1);
    assert!(bands(&after).undecided.is_empty() && bands(&after).spans.iter().any(|span| span.band == Band::Sharp));
    sqlx::raw_sql("update tariff_versions set withdrawn_at = now()").execute(warehouse.pool()).await.expect("a row");
    assert!(of(2001, "2016-01-11").await.expect("a contract").plan.is_none(), "withdrawn");
}

//! Lists: statements, exceptions, adjustments, losses.

use domain::Fixed2;
use domain::settlement::{ExceptionKind, StatementState};
use warehouse::read::settlement::statements::{self, Filter, Page};
use warehouse::read::settlement::{differences, exceptions, loss};

use super::{january, seeing, settled, yuan};
use crate::Warehouse;

async fn list(warehouse: &Warehouse, filter: Filter) -> Page {
    statements::list(warehouse, &filter, 0, 50).await.expect("a page")
}

fn users(page: &Page) -> Vec<i64> {
    page.lines.iter().map(|line| line.user_id).collect()
}

#[tokio::test]
async fn statements_are_filtered_and_summed_over_all_pages() {
    let warehouse = settled().await;
    let all = list(&warehouse, Filter::default()).await;
    assert_eq!((all.total, all.amount, all.energy_kwh), (5, Fixed2(68_150), yuan(300 + 7 + 40 + 60 + 1000)));
    assert_eq!(users(&all), [2001, 2002, 3001, 5001, 2001], "newest month first, by customer");
    let january = || Filter { month: Some(january()), ..Filter::default() };
    assert_eq!(users(&list(&warehouse, january()).await), [2001, 2002, 3001, 5001]);
    let of = |filter: Filter| Filter { month: Some(super::january()), ..filter };
    let by_region = of(Filter { regions: Some(vec![2, 3]), ..Filter::default() });
    assert_eq!(users(&list(&warehouse, by_region).await), [2001, 2002, 3001]);
    let void = of(Filter { state: Some(StatementState::Void), ..Filter::default() });
    assert_eq!(users(&list(&warehouse, void).await), [2001], "shown when they are asked for");
    let undecided = Filter { exception: Some(ExceptionKind::Undecided), ..Filter::default() };
    assert_eq!(users(&list(&warehouse, undecided).await), [2001, 2002]);
    for (text, expected) in [("5001", vec![5001]), ("用户3-", vec![3001]), ("50%", vec![]), ("  ", vec![2001, 2002, 3001, 5001])]
    {
        let filter = of(Filter { text: Some(text.to_owned()), ..Filter::default() });
        assert_eq!(users(&list(&warehouse, filter).await), expected, "{text}");
    }
    let second = statements::list(&warehouse, &january(), 1, 2).await.expect("a page");
    assert_eq!((users(&second), second.total), (vec![2002, 3001], 4));
    let draft = &list(&warehouse, january()).await.lines[0];
    assert_eq!((draft.status, draft.version, draft.edit_no), (StatementState::Draft, 2, 1));
    assert_eq!(draft.exceptions, [ExceptionKind::Undecided, ExceptionKind::Estimated], "in the order of their weight");
}

#[tokio::test]
async fn exceptions_come_by_kind_and_frozen_statements_have_none() {
    let warehouse = settled().await;
    let groups = exceptions::groups(&warehouse, january(), None).await.expect("groups");
    let kinds: Vec<_> = groups.iter().map(|group| (group.kind, group.count, group.amount)).collect();
    assert_eq!(
        kinds,
        [
            (ExceptionKind::CannotBill, 1, yuan(-12)),
            (ExceptionKind::Undecided, 2, yuan(190)),
            (ExceptionKind::Estimated, 1, yuan(170)),
            (ExceptionKind::Negative, 1, yuan(-12))
        ]
    );
    let undecided = &groups[1];
    assert_eq!(
        undecided.named.iter().map(|one| (one.user_id, one.is_checked)).collect::<Vec<_>>(),
        [(2001, false), (2002, true)]
    );
    let elsewhere = exceptions::groups(&seeing(&warehouse, &[3]), january(), None).await.expect("groups");
    assert_eq!(
        elsewhere.iter().map(|group| group.kind).collect::<Vec<_>>(),
        [ExceptionKind::CannotBill, ExceptionKind::Negative]
    );
    let filtered = exceptions::groups(&warehouse, january(), Some(&[3])).await.expect("groups");
    assert_eq!(filtered, elsewhere);
}

#[tokio::test]
async fn customers_with_readings_and_no_contract_are_found() {
    let warehouse = settled().await;
    let page = exceptions::uncovered(&warehouse, january(), Some(&[3])).await.expect("a page");
    let users: Vec<i64> = page.lines.iter().map(|one| one.user_id).collect();
    assert!(!users.contains(&3001) && users.contains(&3002), "{users:?}");
    assert_eq!(page.total, 7);
    assert!(page.lines.is_sorted_by(|one, next| one.energy_kwh >= next.energy_kwh), "largest first");
    let sum: Fixed2 = page.lines.iter().map(|one| one.energy_kwh).sum();
    assert_eq!(sum, page.energy_kwh);
    sqlx::raw_sql("update contracts set starts_on = '2016-01-12' where user_id = 3001")
        .execute(warehouse.pool())
        .await
        .expect("a row");
    let page = exceptions::uncovered(&warehouse, january(), Some(&[3])).await.expect("a page");
    let late = page.lines.iter().find(|one| one.user_id == 3001).expect("a day before his contract");
    assert_eq!(late.days, 1);
    let elsewhere = exceptions::uncovered(&seeing(&warehouse, &[9]), january(), None).await.expect("a page");
    assert_eq!(elsewhere.total, 0);
}

#[tokio::test]
async fn adjustments_say_whose_they_are_and_who_carries_them() {
    let warehouse = settled().await;
    let all = differences::list(&warehouse, &differences::Filter::default(), 0, 50).await.expect("a page");
    assert_eq!((all.total, all.amount), (2, yuan(16)));
    let attached = differences::Filter { state: Some("attached"), ..differences::Filter::default() };
    let page = differences::list(&warehouse, &attached, 0, 50).await.expect("a page");
    let one = &page.lines[0];
    assert_eq!((one.user_id, one.amount, one.cause.as_str()), (2001, yuan(-9), "readings"));
    assert_eq!((one.month, one.carried_month), (january().previous(), Some(january())));
    let carrier = one.carried_by.expect("a draft");
    for statement in [carrier, one.statement_id] {
        let of = differences::Filter { of_statement: Some(statement), ..differences::Filter::default() };
        assert_eq!(differences::list(&warehouse, &of, 0, 50).await.expect("a page").total, 1);
    }
    let elsewhere = differences::list(&seeing(&warehouse, &[5]), &differences::Filter::default(), 0, 50).await.expect("a page");
    assert_eq!((elsewhere.total, elsewhere.lines[0].user_id), (1, 5001));
}

#[tokio::test]
async fn a_supply_meter_is_left_out_of_its_regions_sum() {
    let warehouse = settled().await;
    let found = loss::month(&warehouse, january()).await.expect("a month");
    let two = found.uses.iter().find(|one| one.region_id == 2).expect("a region");
    assert_eq!((two.settled_kwh, two.settled_users), (yuan(340), 2));
    let reported: rust_decimal::Decimal = sqlx::query_scalar(
        "select sum(total_consumption) from dws_user_day where region_id = 2 and stat_day >= '2016-01-01' and user_id not in (2001, 2002, 2008)",
    )
    .fetch_one(warehouse.pool())
    .await
    .expect("a sum");
    assert_eq!(two.reported_kwh.to_string(), reported.to_string(), "customers without a contract, by report time");
    let meters: Vec<_> = found.supplies.iter().map(|supply| (supply.region_id, supply.user_id, supply.is_settled)).collect();
    assert_eq!(meters, [(2, 2008, false), (5, 5999, false)]);
    assert!(found.supplies[0].kwh.is_some() && found.supplies[1].kwh.is_none(), "a meter without readings has no zero");
    let elsewhere = loss::month(&seeing(&warehouse, &[3]), january()).await.expect("a month");
    assert!(elsewhere.supplies.is_empty() && elsewhere.uses.iter().all(|one| one.region_id == 3));
}

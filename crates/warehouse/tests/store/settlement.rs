//! What the log notes for settlement, and what leaves with time.

use domain::effect::{ReactiveFact, RowEffects};
use domain::{Day, Fixed2, Lsn, Table};
use warehouse::Store;
use warehouse::retention::{RetentionSettings, expire};

use crate::build::{add, at, count, day, detail, lines, store, write};

const CHANGES: &str = "select user_id, stat_day from settlement_changes order by commit_no, user_id, stat_day";
const SIGN: &str = "insert into contracts (user_id, starts_on, changed_by) values (1, '2016-01-01', 'test')";

async fn run(store: &Store, statement: &str) {
    sqlx::raw_sql(statement).execute(store.pool()).await.expect("a statement");
}

fn change(user_id: i64, day: &str) -> String {
    format!(r#"{{"user_id":{user_id},"stat_day":"{day}"}}"#)
}

#[tokio::test]
async fn days_of_customers_with_a_contract_are_noted_with_the_number_of_their_commit() {
    let store = store().await;
    run(&store, SIGN).await;
    add(&store, vec![detail(1, 1, 1, at("2016-01-11 10:00:00"), 5), detail(2, 2, 1, at("2016-01-11 10:00:00"), 5)]).await;
    assert_eq!(lines(&store, CHANGES).await, [change(1, "2016-01-11")], "the second has no contract");
    assert_eq!(count(&store, "settlement_changes c join progress p on p.commit_no = c.commit_no").await, 1);
    let gone = detail(1, 1, 1, at("2016-01-11 10:00:00"), 5);
    write(&store, RowEffects { details_removed: vec![gone.key], ..Default::default() }).await;
    assert_eq!(lines(&store, CHANGES).await.len(), 2, "what goes away is noted as well");
    let fact = ReactiveFact { user_id: 1, interval_end: at("2016-01-13 00:00:00"), kvarh: Fixed2(5), commit_lsn: Lsn(1) };
    write(&store, RowEffects { reactive: vec![fact], ..Default::default() }).await;
    write(&store, RowEffects { reactive: vec![ReactiveFact { commit_lsn: Lsn(2), ..fact }], ..Default::default() }).await;
    assert_eq!(
        lines(&store, CHANGES).await[2..],
        [change(1, "2016-01-12")],
        "the interval ends that day; the same again is no news"
    );
}

#[tokio::test]
async fn while_a_contract_is_made_the_days_of_everybody_are_noted() {
    let store = store().await;
    let mut maker = store.pool().begin().await.expect("a transaction");
    sqlx::raw_sql(SIGN).execute(&mut *maker).await.expect("a contract");
    add(&store, vec![detail(1, 1, 1, at("2016-01-11 10:00:00"), 5), detail(2, 2, 1, at("2016-01-11 10:00:00"), 5)]).await;
    maker.commit().await.expect("committed");
    assert_eq!(lines(&store, CHANGES).await, [change(1, "2016-01-11"), change(2, "2016-01-11")]);
    add(&store, vec![detail(3, 2, 1, at("2016-01-12 10:00:00"), 5)]).await;
    assert_eq!(lines(&store, CHANGES).await.len(), 2);
}

#[tokio::test]
async fn a_truncation_asks_for_all_days_where_there_are_contracts() {
    let store = store().await;
    write(&store, RowEffects { truncated: vec![Table::Readings], ..Default::default() }).await;
    assert_eq!(count(&store, "settlement_requests").await, 0);
    run(&store, SIGN).await;
    write(&store, RowEffects { truncated: vec![Table::Readings, Table::Reactive], ..Default::default() }).await;
    assert_eq!(count(&store, "settlement_requests where cause = 'readings' and to_day is null").await, 2);
}

#[tokio::test]
async fn expired_readings_are_archived_before_they_go_and_settled_days_stay_longer() {
    let store = store().await;
    run(&store, SIGN).await;
    for (id, date) in (1..).zip(["2016-01-11 10:00:00", "2016-01-12 10:00:00"]) {
        add(&store, vec![detail(id, 1, 1, at(date), 125)]).await;
    }
    run(
        &store,
        "insert into settlements_day (contract_id, user_id, day_start, region_id, statement_month, energy_kwh, status, definition)
         select contract_id, 1, day, 1, '2016-01-01', 1, 'complete', '{}' from contracts, unnest('{2009-12-01, 2016-01-11}'::date[]) day;
         insert into dwd_power_reactive values (1, '2016-01-11 00:15', 1, '0/1'), (1, '2016-01-12 00:15', 1, '0/1')",
    )
    .await;
    let dir = std::env::temp_dir().join(format!("loadline-archive-{}", std::process::id()));
    let settings = RetentionSettings { detail_days: 0, archive_dir: Some(dir.clone()), ..Default::default() };
    let newest: Day = day("2016-01-12");
    expire(&store, &settings, newest).await.expect("expired");
    assert_eq!(lines(&store, "select day_start from settlements_day").await, [r#"{"day_start":"2016-01-11"}"#]);
    assert_eq!(count(&store, "dwd_power_consumption_detail").await, 1);
    assert_eq!(count(&store, "dwd_power_reactive").await, 1);
    let mut file =
        flate2::read::GzDecoder::new(std::fs::File::open(dir.join("power_consumption_20160111.csv.gz")).expect("archived"));
    let mut text = String::new();
    std::io::Read::read_to_string(&mut file, &mut text).expect("a text");
    std::fs::remove_dir_all(&dir).expect("removed");
    let mut archived = text.lines();
    assert!(archived.next().is_some_and(|head| head.starts_with("consumption_id,user_id,consumption_amount")), "{text}");
    assert!(archived.next().is_some_and(|line| line.starts_with("1,1,1.25,")) && archived.next().is_none(), "{text}");
}

#[tokio::test]
async fn readings_stay_while_they_cannot_be_archived() {
    let store = store().await;
    add(&store, vec![detail(1, 1, 1, at("2016-01-11 10:00:00"), 5), detail(2, 1, 1, at("2016-01-13 10:00:00"), 5)]).await;
    let settings = RetentionSettings { detail_days: 0, archive_dir: Some("/proc/none".into()), ..Default::default() };
    let error = expire(&store, &settings, day("2016-01-13")).await.expect_err("no place");
    assert!(error.sentence().en.contains("settlement_archive_dir"), "{error}");
    assert_eq!(count(&store, "dwd_power_consumption_detail").await, 2);
}

//! What rows look like when they arrive: large values, changed tables, truncation.

use domain::{Change, RowChange, Table};
use source::SourceError;

use crate::common::ready;

/// Text that does not compress, so that it is stored outside of its row.
const LARGE: &str = "(select string_agg(md5(n::text || 'x'), '') from generate_series(1, 400) n)";

#[tokio::test(flavor = "multi_thread")]
async fn an_untouched_large_value_is_still_there() {
    let source = ready().await;
    source.run("alter table power_consumption alter column remark set storage external").await;
    let (mut follower, _) = source.copied().await;
    source.run(&format!("insert into power_consumption (consumption_id, consumption_amount, remark) select 1, 2, {LARGE}")).await;
    source.run("update power_consumption set consumption_amount = 3").await;
    follower.changes().await;
    let changes = follower.changes().await;
    let [Change::Reading(RowChange::Update { old, new })] = &changes[..] else { panic!("{changes:?}") };
    let remark = new.remark.as_deref().unwrap();
    assert_eq!(remark.len(), 400 * 32);
    assert_eq!(old.remark.as_deref(), Some(remark));
    assert_eq!((old.amount_kwh.value(), new.amount_kwh.value()), (Some(domain::Fixed2(200)), Some(domain::Fixed2(300))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_update_carries_both_rows() {
    let source = ready().await;
    source.insert(1, 1).await;
    let (mut follower, _) = source.copied().await;
    source.run("update power_consumption set consumption_id = 77").await;
    follower.changes().await;
    assert_eq!(follower.readings.keys().copied().collect::<Vec<_>>(), [77]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_added_in_mid_stream_is_ignored() {
    let source = ready().await;
    source.insert(1, 2).await;
    let (mut follower, _) = source.copied().await;
    source.run("update power_consumption set remark = 'before' where consumption_id = 1").await;
    source.run("alter table power_consumption add column tariff jsonb default '{}', drop column meter_reading_after").await;
    source.run("update power_consumption set remark = 'after', tariff = '[1]' where consumption_id = 2").await;
    source.insert(3, 3).await;
    follower.until(|f| f.readings.len() == 3).await;
    assert_eq!(follower.readings[&2].remark.as_deref(), Some("after"));
    assert_eq!(follower.amounts(), source.table().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn wider_types_are_read() {
    let source = ready().await;
    source
        .run(
            "alter table power_consumption alter consumption_amount type numeric, alter consumption_cost type numeric,
             alter consumption_date type timestamp(6), alter user_id type int, alter remark type varchar(40)",
        )
        .await;
    let (mut follower, _) = source.copied().await;
    source.run("insert into power_consumption values (1, 2, 1.005, 'NaN', '2026-01-05 00:00:00.123456', null, null, 'r')").await;
    follower.changes().await;
    let row = &follower.readings[&1];
    assert_eq!((row.user_id, row.amount_kwh.value()), (Some(2), Some(domain::Fixed2(101))));
    assert_eq!(row.date.value().unwrap().to_string(), "2026-01-05 00:00:00.123");
    assert_eq!(row.cost_yuan, domain::Cell::NotFinite("NaN".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_date_style_does_not_matter() {
    let source = ready().await;
    let database = source.cfg.url.rsplit('/').next().unwrap();
    source.run(&format!("alter database {database} set datestyle = 'German, DMY'")).await;
    source.insert(1, 1).await;
    let (mut follower, _) = source.copied().await;
    source.insert(2, 2).await;
    follower.until(|f| f.readings.len() == 2).await;
    assert!(follower.readings.values().all(|row| row.date.value().is_some()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_column_stops_with_its_name() {
    let source = ready().await;
    let (mut follower, identity) = source.copied().await;
    source.insert(1, 1).await;
    follower.until(|f| f.readings.len() == 1).await;
    let stored = follower.end_lsn;
    source.run("alter table power_consumption rename column consumption_cost to price").await;
    source.run("update power_consumption set price = 2").await;
    let missing = SourceError::MissingColumn { table: "power_consumption".into(), column: "consumption_cost".into() };
    assert_eq!(follower.failure().await, missing);
    drop(follower);
    source.slot_is_free().await;
    assert_eq!(source.resumed(stored, &identity).await.map(|_| ()), Err(missing));
}

#[tokio::test(flavor = "multi_thread")]
async fn truncation_is_reported_by_table() {
    let source = ready().await;
    source.insert(1, 3).await;
    let (mut follower, _) = source.copied().await;
    source.run("truncate power_consumption, power_user").await;
    let mut changes = follower.changes().await;
    changes.sort_by_key(|change| matches!(change, Change::Truncate(Table::Users)));
    assert_eq!(changes, [Change::Truncate(Table::Readings), Change::Truncate(Table::Users)]);
    assert!(follower.readings.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_without_the_old_row_stop() {
    let source = ready().await;
    source.insert(1, 1).await;
    let (mut follower, _) = source.copied().await;
    source.run("alter table power_consumption replica identity default").await;
    source.run("update power_consumption set consumption_amount = 4").await;
    let error = follower.failure().await;
    assert_eq!(error, SourceError::ReplicaIdentity { table: "power_consumption".into() });
    assert!(error.sentence().0.contains("ALTER TABLE power_consumption REPLICA IDENTITY FULL"));
}

#[tokio::test(flavor = "multi_thread")]
async fn users_and_regions_follow() {
    let source = ready().await;
    let (mut follower, _) = source.copied().await;
    source.run("insert into region_profile values (3, 1, '城东', 500.5, '2026-01-01')").await;
    source.run("insert into power_user values (8, '李四', '居民', 3, '城东', 'a', 'b', '2026-01-01', null)").await;
    source.run("delete from power_user").await;
    let changes = follower.changes().await;
    assert!(
        matches!(&changes[..], [Change::Region(RowChange::Insert(row))] if row.limit_kw == Some(domain::Fixed2(50_050))),
        "{changes:?}"
    );
    let changes = follower.changes().await;
    assert!(matches!(&changes[..], [Change::User(RowChange::Insert(row))] if row.region_id == Some(3)), "{changes:?}");
    let changes = follower.changes().await;
    assert!(
        matches!(&changes[..], [Change::User(RowChange::Delete(row))] if row.user_name.as_deref() == Some("李四")),
        "{changes:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partitioned_table_reads_like_one_table() {
    let source = crate::common::bare_on(testkit::cluster().await).await;
    source
        .run(
            "alter table power_consumption rename to old;
             create table power_consumption (like old) partition by range (consumption_date);
             create table january partition of power_consumption for values from ('2026-01-01') to ('2026-02-01');
             create table february partition of power_consumption for values from ('2026-02-01') to ('2026-03-01');
             create publication loadline for table power_user, power_consumption",
        )
        .await;
    let findings = source::check(&source.cfg).await;
    assert!(findings.iter().any(|f| f.level == source::Level::Bad), "{findings:?}");
    source::setup(&source.cfg).await.unwrap();
    assert!(source::setup(&source.cfg).await.unwrap().iter().all(|step| !step.changed));
    source.insert(1, 1000).await;
    let (mut follower, _) = source.copied().await;
    source
        .run("update power_consumption set consumption_date = '2026-02-02', consumption_amount = 9 where consumption_id = 7")
        .await;
    source.run("update power_consumption set consumption_amount = 8 where consumption_id < 10").await;
    source.run("delete from february").await;
    follower.until(|f| f.readings.len() == 999).await;
    assert_eq!(follower.amounts(), source.table().await);
}

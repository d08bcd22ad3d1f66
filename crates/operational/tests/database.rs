//! Writing and reading the operational tables on a real PostgreSQL.

use std::sync::Arc;

use domain::{Cell, FailureKind, Fixed2, LocalMs, ReadingRow, RegionRow, UserRow};
use operational::{Inserted, Operational, OperationalError};

fn at(text: &str) -> LocalMs {
    LocalMs::parse(text.as_bytes()).expect("it works")
}

fn reading(id: i64) -> ReadingRow {
    ReadingRow {
        consumption_id: Some(id),
        user_id: Some(id % 3),
        amount_kwh: Cell::Value(Fixed2(100 + id)),
        cost_yuan: Cell::Value(Fixed2(50)),
        date: Cell::Value(LocalMs(at("2026-11-20").0 + id * 60_000)),
        register_before_kwh: Cell::Value(Fixed2(id * 100)),
        register_after_kwh: Cell::Value(Fixed2(id * 100 + 100)),
        remark: Some("a\tb\\N\n\"c\"".into()),
    }
}

fn user(id: i64, name: &str) -> UserRow {
    UserRow { user_id: Some(id), user_name: Some(name.into()), region_id: Some(1), ..UserRow::default() }
}

async fn database() -> Operational {
    Operational::connect(&testkit::operational_db().await).await.expect("it works")
}

#[tokio::test]
async fn tables_are_created_once_and_keep_what_they_hold() {
    let url = testkit::cluster().await.database("tables").await;
    let database = Operational::connect(&url).await.unwrap();
    let missing = database.max_user_id().await.unwrap_err();
    assert!(matches!(missing, OperationalError::NoTables));
    database.create_tables().await.unwrap();
    database.upsert_users(&[user(1, "张三")]).await.unwrap();
    database.create_tables().await.unwrap();
    assert_eq!(database.max_user_id().await.unwrap(), 1);
    let tables: i64 = sqlx::query_scalar("select count(*) from pg_tables where schemaname = 'public'")
        .fetch_one(&testkit::pool(&url).await)
        .await
        .unwrap();
    assert_eq!(tables, 5, "two tables of the power system and three of ours, no book-keeping");
}

#[tokio::test]
async fn known_keys_are_counted_and_left_alone() {
    let url = testkit::operational_db().await;
    let database = Operational::connect(&url).await.unwrap();
    let mut writer = database.reading_writer();
    let rows: Vec<ReadingRow> = (1..=10).map(reading).collect();
    assert_eq!(writer.insert(&rows).await.unwrap(), Inserted { new: 10, present: 0 });
    let again: Vec<ReadingRow> = (6..=15).map(|id| ReadingRow { cost_yuan: Cell::Null, ..reading(id) }).collect();
    assert_eq!(writer.insert(&again).await.unwrap(), Inserted { new: 5, present: 5 });
    assert_eq!(writer.insert(&again).await.unwrap(), Inserted { new: 0, present: 10 });
    let pool = testkit::pool(&url).await;
    let untouched: i64 = sqlx::query_scalar("select count(*) from power_consumption where consumption_cost = 0.50")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(untouched, 10);
    let remark: String =
        sqlx::query_scalar("select remark from power_consumption where consumption_id = 1").fetch_one(&pool).await.unwrap();
    assert_eq!(remark, "a\tb\\N\n\"c\"");
}

#[tokio::test]
async fn both_ways_of_writing_store_the_same_row() {
    let url = testkit::operational_db().await;
    let database = Operational::connect(&url).await.unwrap();
    let mut odd =
        ReadingRow { amount_kwh: Cell::NotFinite("NaN".into()), date: Cell::NotFinite("infinity".into()), ..reading(1) };
    odd.user_id = None;
    let mut writer = database.reading_writer();
    writer.insert(&[odd.clone(), reading(2)]).await.unwrap();
    // known keys: from here on the second way
    writer.insert(&[reading(2)]).await.unwrap();
    let copies = [ReadingRow { consumption_id: Some(101), ..odd }, ReadingRow { consumption_id: Some(102), ..reading(2) }];
    assert_eq!(writer.insert(&copies).await.unwrap().new, 2);
    let same: bool = sqlx::query_scalar(
        "select bool_and((to_jsonb(a) - 'consumption_id') = (to_jsonb(b) - 'consumption_id'))
           from power_consumption a join power_consumption b on b.consumption_id = a.consumption_id + 100",
    )
    .fetch_one(&testkit::pool(&url).await)
    .await
    .unwrap();
    assert!(same);
}

#[tokio::test]
async fn users_are_added_and_changed_but_not_touched_without_need() {
    let database = database().await;
    assert_eq!(database.upsert_users(&[user(1, "张三"), user(2, "李四")]).await.unwrap(), 2);
    assert_eq!(database.upsert_users(&[user(1, "张三"), user(2, "李五"), user(2, "李六")]).await.unwrap(), 1);
    let names: Vec<Option<Arc<str>>> = database.users(10).await.unwrap().into_iter().map(|user| user.user_name).collect();
    assert_eq!(names, [Some("张三".into()), Some("李六".into())]);
}

#[tokio::test]
async fn questions_of_writers_ignore_what_lies_in_the_future() {
    let database = database().await;
    let now = at("2026-11-20 12:00:00");
    assert_eq!((database.newest_reading(now).await.unwrap(), database.max_consumption_id().await.unwrap()), (None, 0));
    let mut rows: Vec<ReadingRow> = (1..=6).map(reading).collect();
    rows.push(ReadingRow { date: Cell::Value(at("2199-01-01")), ..reading(7) });
    rows.push(ReadingRow { date: Cell::NotFinite("-infinity".into()), ..reading(8) });
    database.reading_writer().insert(&rows).await.unwrap();
    assert_eq!(database.newest_reading(now).await.unwrap(), Some(at("2026-11-20 00:06:00")));
    assert_eq!(database.max_consumption_id().await.unwrap(), 8);
    let last = database.last_reports(&[0, 1], now).await.unwrap();
    let register = |user| last.iter().find(|report| report.user_id == user).unwrap().register_kwh;
    assert_eq!((last.len(), register(0), register(1)), (2, Fixed2(700), Fixed2(500)));
}

#[tokio::test]
async fn repeated_reports_change_only_the_remark() {
    let url = testkit::operational_db().await;
    let database = Operational::connect(&url).await.unwrap();
    database.reading_writer().insert(&[reading(1), reading(2)]).await.unwrap();
    assert_eq!(database.repeat_readings(&[2, 99], "重复上报").await.unwrap(), 1);
    let remarks: Vec<String> = sqlx::query_scalar("select remark from power_consumption order by consumption_id")
        .fetch_all(&testkit::pool(&url).await)
        .await
        .unwrap();
    assert_eq!(remarks[1], "重复上报");
    assert_ne!(remarks[0], "重复上报");
}

#[tokio::test]
async fn regions_are_written_and_read_back() {
    let database = database().await;
    let root =
        RegionRow { region_id: 10, region_name: Some("主城".into()), limit_kw: Some(Fixed2(12_345)), ..RegionRow::default() };
    let leaf = RegionRow { region_id: 1, parent_id: Some(10), ..root.clone() };
    assert_eq!(database.upsert_regions(&[root.clone(), leaf.clone()]).await.unwrap(), 2);
    assert_eq!(database.upsert_regions(&[root.clone(), RegionRow { limit_kw: None, ..leaf.clone() }]).await.unwrap(), 1);
    assert_eq!(database.regions().await.unwrap(), [RegionRow { limit_kw: None, ..leaf }, root]);
}

#[tokio::test]
async fn a_wrong_address_is_told_in_words() {
    let nowhere = Operational::connect("postgres://me:s3cret@127.0.0.1:1/power").await.unwrap_err();
    assert_eq!(nowhere.kind(), FailureKind::Retry);
    let no_database = testkit::cluster().await.url("no_such_database");
    let error = Operational::connect(&no_database).await.unwrap_err();
    assert!(matches!(error, OperationalError::NoDatabase), "{error}");
    for error in [nowhere, error] {
        assert!(error.to_string().contains("source_url") && !error.to_string().contains("s3cret"));
    }
}

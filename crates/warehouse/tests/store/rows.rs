//! Single rows: users, regions, details, dead letters, counters.

use std::sync::Arc;

use domain::effect::{HourCount, RowEffects};
use domain::loaded::RowKeys;
use domain::{Booking, DeadLetter, Detail, DetailKey, Fixed2, LetterStatus, Lsn, Reason, RegionRow, Table, UserRow};
use warehouse::{Store, WarehouseError};

use crate::build::{add, at, commit, count, day, detail, lines, store, window, write};

const ODD_TEXTS: [&str; 8] =
    ["tab\there", "back\\slash \\N \\. \\t", "two\nlines\r\n", "quo\"te's", "", " ", "國家電網 🔌 \u{200b}", "\\N"];

async fn load(store: &Store, keys: Vec<DetailKey>) -> Vec<Detail> {
    let mut work = store.begin().await.expect("the warehouse answers");
    let mut details = work.load_rows(&RowKeys { details: keys, users: vec![] }).await.expect("the warehouse answers").details;
    details.sort_by_key(|row| row.key);
    details
}

#[tokio::test]
async fn details_come_back_as_they_were_with_any_text() {
    let store = store().await;
    let mut rows: Vec<Detail> = (0..)
        .zip(ODD_TEXTS)
        .map(|(id, text)| {
            let mut row = detail(id, id * 3, 1, at("2016-01-11 10:00:00.123"), 100 * id + 1);
            row.booking = Arc::new(Booking {
                user_name: text.into(),
                region_name: text.into(),
                usage_type: text.into(),
                ..(*row.booking).clone()
            });
            row.remark = Some(text.into());
            row
        })
        .collect();
    let mut full = detail(100, i64::MAX, i32::MAX, at("2016-01-12 23:59:59.999"), 99_999_999_999);
    (full.register_before_kwh, full.register_after_kwh) = (Some(Fixed2(-5)), Some(Fixed2(0)));
    (full.register_mismatch, full.commit_lsn) = (true, Lsn(u64::MAX));
    rows.push(full);
    rows.push(detail(-4, -9, 0, at("2016-01-12 00:00:00"), 0));
    rows.sort_by_key(|row| row.key);
    add(&store, rows.clone()).await;
    assert_eq!(load(&store, rows.iter().map(|row| row.key).collect()).await, rows);
}

#[tokio::test]
async fn only_asked_rows_are_loaded_and_once() {
    let store = store().await;
    let rows: Vec<Detail> = (1..=3).map(|id| detail(id, 1, 1, at("2016-01-11 10:00:00"), 5)).collect();
    add(&store, rows.clone()).await;
    let wrong_date = DetailKey { consumption_id: 3, date: at("2016-01-11 10:00:01") };
    assert_eq!(load(&store, vec![rows[1].key, rows[1].key, wrong_date]).await, [rows[1].clone()]);
    assert_eq!(load(&store, vec![]).await, []);
}

#[tokio::test]
async fn a_changed_row_is_removed_and_added_in_one_go() {
    let store = store().await;
    let old = detail(1, 1, 1, at("2016-01-11 10:00:00"), 5);
    let other = detail(2, 1, 1, at("2016-01-11 10:00:00"), 5);
    add(&store, vec![old.clone(), other.clone()]).await;
    let new = Detail { amount_kwh: Fixed2(77), ..old.clone() };
    write(&store, RowEffects { details_removed: vec![old.key], details_added: vec![new.clone()], ..Default::default() }).await;
    assert_eq!(load(&store, vec![old.key, other.key]).await, [new, other]);
}

#[tokio::test]
async fn users_are_booked_with_placeholders_for_missing_columns() {
    let store = store().await;
    let full = UserRow {
        user_id: Some(1),
        user_name: Some("张\t三".into()),
        usage_type: Some("居民".into()),
        region_id: Some(7),
        region_name: Some("华东".into()),
        create_time: Some(at("2015-01-01")),
        ..Default::default()
    };
    let stale = UserRow { user_name: Some("旧".into()), ..full.clone() };
    let bare = UserRow { user_id: Some(2), ..Default::default() };
    let gone = UserRow { user_id: Some(3), ..Default::default() };
    write(&store, RowEffects { users: vec![stale, bare, gone, full], users_deleted: vec![3], ..Default::default() }).await;
    let mut work = store.begin().await.unwrap();
    let mut users = work.load_rows(&RowKeys { users: vec![1, 2, 3], details: vec![] }).await.unwrap().users;
    users.sort_by_key(|(id, _)| *id);
    let first = Booking {
        user_name: "张\t三".into(),
        region_id: 7,
        region_name: "华东".into(),
        usage_type: "居民".into(),
        known_user: true,
    };
    assert_eq!(users, [(1, first), (2, Booking { known_user: true, ..Booking::unknown() })]);
}

#[tokio::test]
async fn region_profiles_are_kept_by_their_first_day() {
    let store = store().await;
    let row = |id, limit| RegionRow { region_id: id, limit_kw: limit, valid_from: at("2016-01-01"), ..Default::default() };
    let regions = vec![row(1, None), row(2, Some(Fixed2(5))), row(1, Some(Fixed2(123_456)))];
    write(&store, RowEffects { regions, regions_deleted: vec![(2, at("2016-01-01"))], ..Default::default() }).await;
    assert_eq!(
        lines(&store, "select region_id, limit_kw from ods_region_profile").await,
        [r#"{"region_id":1,"limit_kw":1234.56}"#]
    );
}

#[tokio::test]
async fn unknown_readings_are_found_by_user_smallest_ids_first() {
    let store = store().await;
    let times = ["2016-01-13", "2016-01-12", "2016-01-11"];
    let mut rows: Vec<Detail> = (1..).zip(times).map(|(id, time)| detail(id, 5, 0, at(time), 1)).collect();
    rows.push(detail(4, 5, 1, at("2016-01-11"), 1));
    rows.push(detail(5, 6, 0, at("2016-01-11"), 1));
    add(&store, rows.clone()).await;
    let mut work = store.begin().await.unwrap();
    assert_eq!(work.load_unknown(&[5], 2).await.unwrap(), rows[..2]);
    assert_eq!(work.load_unknown(&[5, 6], 9).await.unwrap(), [&rows[..3], &rows[4..]].concat());
    assert_eq!(work.load_unknown(&[], 9).await.unwrap(), []);
}

#[tokio::test]
async fn a_copy_finds_what_it_did_not_see() {
    let store = store().await;
    let rows: Vec<Detail> = (1..=4).map(|id| detail(id, 5, 1, at("2016-01-11"), 1)).collect();
    add(&store, rows.clone()).await;
    let mut work = store.begin().await.unwrap();
    work.mark_seen(&[rows[0].key, rows[2].key, rows[0].key]).await.unwrap();
    work.mark_seen(&[rows[2].key]).await.unwrap();
    let mut unseen = work.unseen(None, 9).await.unwrap();
    unseen.sort_by_key(|row| row.key);
    assert_eq!(unseen, [rows[1].clone(), rows[3].clone()]);
    assert_eq!(work.unseen(None, 1).await.unwrap().len(), 1);
    work.clear_seen().await.unwrap();
    assert_eq!(work.unseen(None, 9).await.unwrap().len(), 4);
}

fn letter(key: i64) -> DeadLetter {
    DeadLetter {
        commit_lsn: Lsn(9),
        table: Table::Readings,
        key: Some(key),
        raw_json: r#"{"consumption_amount": "NaN"}"#.into(),
        reason: Reason::NotFinite,
        reason_text: "用电量不是有限数".into(),
        status: LetterStatus::Open,
    }
}

#[tokio::test]
async fn dead_letters_are_cleared_before_new_ones_come() {
    let store = store().await;
    let without_key = DeadLetter { key: None, status: LetterStatus::Discarded, ..letter(0) };
    write(&store, RowEffects { dead_letters: vec![letter(1), letter(2), without_key], ..Default::default() }).await;
    let cleared = vec![(Table::Readings, 1), (Table::Users, 2)];
    write(&store, RowEffects { dead_letters_cleared: cleared, dead_letters: vec![letter(1)], ..Default::default() }).await;
    let query = "select source_key, status, settled_at is not null as settled from dead_letters order by dead_letter_id";
    assert_eq!(
        lines(&store, query).await,
        [
            r#"{"source_key":"1","status":"cleared","settled":true}"#,
            r#"{"source_key":"2","status":"open","settled":false}"#,
            r#"{"source_key":null,"status":"discarded","settled":false}"#,
            r#"{"source_key":"1","status":"open","settled":false}"#,
        ]
    );
}

#[tokio::test]
async fn truncated_readings_take_all_facts_and_leave_users() {
    let store = store().await;
    let time = at("2016-01-11 10:00:00");
    add(&store, vec![detail(1, 1, 1, time, 5)]).await;
    let users = vec![UserRow { user_id: Some(1), ..Default::default() }];
    write(&store, RowEffects { users, dead_letters: vec![letter(8)], ..Default::default() }).await;
    let mut work = store.begin().await.unwrap();
    let windows = vec![window(1, time, false, &[(1, 5)])];
    work.write_aggregates(&domain::effect::Aggregates { windows, ..Default::default() }).await.unwrap();
    commit(&store, work).await;
    let new = detail(2, 1, 1, time, 6);
    write(&store, RowEffects { truncated: vec![Table::Readings], details_added: vec![new.clone()], ..Default::default() }).await;
    assert_eq!(load(&store, vec![new.key]).await, [new]);
    for (table, rows) in
        [("dwd_power_consumption_detail", 1), ("dws_region_daily_stats", 0), ("ads_power_dashboard", 0), ("ods_power_user", 1)]
    {
        assert_eq!(count(&store, table).await, rows, "{table}");
    }
    assert_eq!(count(&store, "dead_letters where status = 'cleared'").await, 1);
    write(&store, RowEffects { truncated: vec![Table::Users], ..Default::default() }).await;
    assert_eq!(count(&store, "ods_power_user").await, 0);
}

#[tokio::test]
async fn counters_add_up() {
    let store = store().await;
    let one = HourCount {
        hour: at("2016-01-11 10:00:00"),
        region_id: 1,
        rows: 2,
        late: 1,
        late_kwh: Fixed2(150),
        retracted: 0,
        register_mismatch: 1,
    };
    write(&store, RowEffects { counts: vec![one, one], ..Default::default() }).await;
    write(&store, RowEffects { counts: vec![one], ..Default::default() }).await;
    let query = "select row_count, late_count, late_consumption, register_mismatch_count from quality_hour";
    assert_eq!(
        lines(&store, query).await,
        [r#"{"row_count":6,"late_count":3,"late_consumption":4.50,"register_mismatch_count":3}"#]
    );
}

#[tokio::test]
async fn a_missing_partition_is_tried_again_after_looking_anew() {
    let store = store().await;
    store.ensure_days(&[day("2016-01-11")]).await.unwrap();
    for table in warehouse::PARTITIONED_TABLES {
        sqlx::raw_sql(&format!("drop table {table}_p20160111")).execute(store.pool()).await.unwrap();
    }
    let row = detail(1, 1, 1, at("2016-01-11 10:00:00"), 5);
    let effects = RowEffects { details_added: vec![row], ..Default::default() };
    let mut work = store.begin().await.unwrap();
    let refused = work.write_rows(&effects).await;
    assert!(matches!(refused, Err(WarehouseError::MissingPartition(_))), "{refused:?}");
    drop(work);
    store.ensure_days(&[day("2016-01-11")]).await.unwrap();
    write(&store, effects).await;
}

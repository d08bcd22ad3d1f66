//! How fast rows go in and out. Prints figures and asserts none:
//! `cargo test -p warehouse --test store rates -- --ignored --nocapture --test-threads 1`

use std::time::Instant;

use domain::Detail;
use domain::effect::{Aggregates, RowEffects, WindowResult};
use domain::loaded::{GroupKeys, RowKeys};

use crate::build::{add, at, commit, detail, store, window};

fn dense(count: i64) -> Vec<Detail> {
    let first = at("2016-01-11 10:00:00");
    (0..count)
        .map(|n| {
            detail(n, n * 7919 % 1000, i32::try_from(n % 10).expect("a small number") + 1, first.plus_ms(n / 2), 1234 + n % 777)
        })
        .collect()
}

#[expect(clippy::print_stdout, reason = "a measurement is for reading")]
fn report(what: &str, rows: usize, since: Instant) {
    let seconds = since.elapsed().as_secs_f64();
    println!("{what}: {rows} rows in {seconds:.3} s, {:.0} rows/s", rows as f64 / seconds);
}

#[tokio::test]
#[ignore = "a measurement"]
async fn rates_of_dense_details() {
    let store = store().await;
    let rows = dense(400_000);
    store.ensure_days(&[rows[0].key.date.day()]).await.unwrap();
    for slice in rows.chunks(100_000) {
        let effects = RowEffects { details_added: slice.to_vec(), ..Default::default() };
        let since = Instant::now();
        let mut work = store.begin().await.unwrap();
        work.write_rows(&effects).await.unwrap();
        commit(&store, work).await;
        report("COPY details", slice.len(), since);
    }
    let keys: Vec<_> = rows.iter().step_by(40).map(|row| row.key).collect();
    let mut work = store.begin().await.unwrap();
    let since = Instant::now();
    let found = work.load_rows(&RowKeys { users: vec![], details: keys.clone() }).await.unwrap().details.len();
    report("load details by key", found, since);
    let quarters =
        rows.iter().step_by(1000).map(|row| (row.booking.region_id, row.key.date.day().quarter_start(row.key.date.quarter())));
    let repairs = GroupKeys { quarter_repairs: quarters.collect(), removed: keys.clone(), ..Default::default() };
    let since = Instant::now();
    let found = work.load_groups(&repairs).await.unwrap().quarter_repairs.len();
    report("quarters of 40000 rows summed without 10000 removed rows", found, since);
    let users = rows.iter().take(10_000).map(|row| (row.booking.region_id, row.key.date.day(), row.user_id));
    let repairs = GroupKeys { user_repairs: users.collect(), removed: keys.clone(), ..Default::default() };
    let since = Instant::now();
    let found = work.load_groups(&repairs).await.unwrap().user_repairs.len();
    report("user days of 400 rows summed without 10000 removed rows", found, since);
    let since = Instant::now();
    work.write_rows(&RowEffects { details_removed: keys, ..Default::default() }).await.unwrap();
    report("delete details", 10_000, since);
}

#[tokio::test]
#[ignore = "a measurement"]
async fn rates_of_a_week_of_single_reading_windows() {
    let store = store().await;
    let first = at("2016-01-11");
    let rows: Vec<Detail> = (0..100_000)
        .map(|n| detail(n, n % 500, i32::try_from(n % 10).unwrap() + 1, first.plus_ms(n * 5_700 + n % 5), 99))
        .collect();
    let since = Instant::now();
    add(&store, rows.clone()).await;
    report("add details over a week", rows.len(), since);
    let keys: Vec<_> = rows.iter().map(|row| (row.booking.region_id, row.key.date.window())).collect();
    for slice in [&keys[..10_000], &keys[..]] {
        let mut work = store.begin().await.unwrap();
        let since = Instant::now();
        let found = work.load_groups(&GroupKeys { windows: slice.to_vec(), ..Default::default() }).await.unwrap();
        report("load windows", found.windows.len(), since);
    }
    for amended in [false, true] {
        let amount = if amended { 120 } else { 99 };
        let windows: Vec<WindowResult> =
            rows.iter().map(|row| window(row.booking.region_id, row.key.date, amended, &[(row.user_id, amount)])).collect();
        let since = Instant::now();
        let mut work = store.begin().await.unwrap();
        work.write_aggregates(&Aggregates { windows, ..Default::default() }).await.unwrap();
        commit(&store, work).await;
        report(if amended { "amend windows" } else { "write windows" }, rows.len(), since);
    }
}

#[tokio::test]
#[ignore = "a measurement"]
async fn rates_with_a_year_of_partitions() {
    let store = store().await;
    let first = at("2016-01-11");
    let rows: Vec<Detail> =
        (0..20_000).map(|n| detail(n, n % 500, 1, first.plus_ms(n % 400 * 86_400_000 + n * 1000), 99)).collect();
    let since = Instant::now();
    add(&store, rows.clone()).await;
    report("add details over 400 new days", rows.len(), since);
    let one_day: Vec<&Detail> = rows.iter().filter(|row| row.key.date.day() == first.day()).collect();
    let spread: Vec<&Detail> = rows.iter().take(2_000).collect();
    for (what, rows) in [("one day", one_day), ("400 days", spread)] {
        let keys = GroupKeys {
            windows: rows.iter().map(|row| (1, row.key.date.window())).collect(),
            quarter_repairs: rows.iter().map(|row| (1, row.key.date.day().quarter_start(row.key.date.quarter()))).collect(),
            user_repairs: rows.iter().map(|row| (1, row.key.date.day(), row.user_id)).collect(),
            ..Default::default()
        };
        let mut work = store.begin().await.unwrap();
        for (part, keys) in [
            ("windows", GroupKeys { windows: keys.windows.clone(), ..Default::default() }),
            ("quarters", GroupKeys { quarter_repairs: keys.quarter_repairs.clone(), ..Default::default() }),
            ("user days", GroupKeys { user_repairs: keys.user_repairs.clone(), ..Default::default() }),
        ] {
            let since = Instant::now();
            work.load_groups(&keys).await.unwrap();
            report(&format!("load {part}, {what} of 400"), rows.len(), since);
        }
        let since = Instant::now();
        let details =
            work.load_rows(&RowKeys { users: vec![], details: rows.iter().map(|row| row.key).collect() }).await.unwrap();
        report(&format!("load details, {what} of 400"), details.details.len(), since);
        let since = Instant::now();
        work.write_rows(&RowEffects { details_removed: rows.iter().map(|row| row.key).collect(), ..Default::default() })
            .await
            .unwrap();
        report(&format!("remove details, {what} of 400"), rows.len(), since);
        let since = Instant::now();
        work.load_unknown(&[1, 2, 3], 100).await.unwrap();
        report("load unknown", 1, since);
        let windows: Vec<WindowResult> = rows.iter().map(|row| window(1, row.key.date, true, &[(row.user_id, 5)])).collect();
        let since = Instant::now();
        work.write_aggregates(&Aggregates { windows, ..Default::default() }).await.unwrap();
        report(&format!("amend windows, {what} of 400"), rows.len(), since);
    }
    let since = Instant::now();
    store.open_windows(first.plus_ms(399 * 86_400_000)).await.unwrap();
    report("open windows", 1, since);
    let since = Instant::now();
    store.is_empty().await.unwrap();
    report("is empty", 1, since);
}

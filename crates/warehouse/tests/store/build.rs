//! Values for tests, and a store over a fresh database.

use std::sync::Arc;

use domain::effect::{GroupTotals, RowEffects, UserTotals, WindowContent, WindowResult};
use domain::{Booking, Day, Detail, DetailKey, Fixed2, LocalMs, Lsn, Progress, RegionId, UserId};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use warehouse::{CommitMeta, Store, Work};

pub async fn store() -> Store {
    let url = testkit::warehouse_db().await;
    Store::new(warehouse::connect(&url, 5).await.expect("the test database answers"))
}

pub fn at(text: &str) -> LocalMs {
    LocalMs::parse(text.as_bytes()).expect("a time")
}

pub fn day(text: &str) -> Day {
    at(text).day()
}

pub fn booking(user_id: UserId, region_id: RegionId) -> Arc<Booking> {
    Arc::new(Booking {
        user_name: format!("用户{user_id}").into(),
        region_id,
        region_name: format!("地区{region_id}").into(),
        usage_type: "居民".into(),
        known_user: region_id != 0,
    })
}

pub fn detail(consumption_id: i64, user_id: UserId, region_id: RegionId, time: LocalMs, hundredths: i64) -> Detail {
    Detail {
        key: DetailKey { consumption_id, date: time },
        user_id,
        amount_kwh: Fixed2(hundredths),
        cost_yuan: Fixed2(hundredths / 2),
        booking: booking(user_id, region_id),
        register_before_kwh: None,
        register_after_kwh: None,
        remark: None,
        register_mismatch: false,
        commit_lsn: Lsn(7),
    }
}

/// Rows over two days whose names change from row to row, so that "the name of the largest id" matters.
pub fn random_details(seed: u64, count: i64) -> Vec<Detail> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let first = at("2016-01-11 23:40:00");
    let row = |id| {
        let (user, region) = (random.random_range(1..12), random.random_range(0..4));
        let time = first.plus_ms(random.random_range(0..2_400_000));
        let mut row = detail(id, user, region, time, random.random_range(0..100_000));
        let spelling = random.random_range(0..3);
        row.booking = Arc::new(Booking {
            user_name: format!("用户{user}-{spelling}").into(),
            region_name: format!("地区{region}-{spelling}").into(),
            usage_type: format!("用电{spelling}").into(),
            ..(*row.booking).clone()
        });
        row
    };
    (1..=count).map(row).collect()
}

pub async fn add(store: &Store, details: Vec<Detail>) {
    let days: Vec<Day> = details.iter().map(|row| row.key.date.day()).collect();
    store.ensure_days(&days).await.expect("the warehouse answers");
    write(store, RowEffects { details_added: details, ..Default::default() }).await;
}

pub async fn write(store: &Store, rows: RowEffects) {
    let mut work = store.begin().await.expect("the warehouse answers");
    work.write_rows(&rows).await.expect("the warehouse answers");
    commit(store, work).await;
}

/// Commits with the stored position unchanged.
pub async fn commit(store: &Store, work: Work) -> Progress {
    let stored = store.progress().await.expect("the warehouse answers");
    work.commit(&stored, &stored, CommitMeta::default()).await.expect("the warehouse answers")
}

pub fn totals(region_id: RegionId, hundredths: i64) -> GroupTotals {
    GroupTotals {
        energy_kwh: Fixed2(hundredths),
        cost_yuan: Fixed2(hundredths / 2),
        records: 3,
        max_kwh: Fixed2(hundredths),
        min_kwh: Fixed2(1),
        last_consumption_id: 9,
        region_name: format!("地区{region_id}").into(),
    }
}

pub fn user(user_id: UserId, hundredths: i64) -> UserTotals {
    let user_name = format!("用户{user_id}").into();
    UserTotals { user_id, user_name, energy_kwh: Fixed2(hundredths), cost_yuan: Fixed2(hundredths / 2) }
}

pub fn window(region_id: RegionId, start: LocalMs, amended: bool, users: &[(UserId, i64)]) -> WindowResult {
    let content = WindowContent {
        totals: totals(region_id, users.iter().map(|(_, amount)| amount).sum()),
        user_count: i64::try_from(users.len()).expect("a small number"),
        ranking: users.iter().map(|(id, amount)| user(*id, *amount)).collect(),
    };
    WindowResult { region_id, start: start.window(), amended, content: Some(content) }
}

/// The rows of a query, each as one JSON text, for comparison.
pub async fn lines(store: &Store, query: &str) -> Vec<String> {
    let sql = format!("select row_to_json(q)::text from ({query}) q");
    sqlx::query_scalar(&sql).fetch_all(store.pool()).await.expect("the warehouse answers")
}

pub async fn count(store: &Store, table: &str) -> i64 {
    sqlx::query_scalar(&format!("select count(*) from {table}")).fetch_one(store.pool()).await.expect("the warehouse answers")
}

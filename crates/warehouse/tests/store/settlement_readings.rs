//! The readings that settlement loads around days are those that the definition says.

use std::collections::BTreeSet;

use domain::settlement::Reading;
use domain::{Day, Detail, LocalMs};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use warehouse::settlement::readings::{UserDays, load};

use crate::build::{add, day, detail, store};

const USERS: i64 = 300;
const DAYS: i32 = 8;
const QUARTER_MS: i64 = 900_000;

/// Customers with stretches of days, at times of day that often lie beside midnight.
fn readings(random: &mut ChaCha8Rng, first: Day) -> Vec<Detail> {
    let mut details = Vec::new();
    for user_id in 1..=USERS {
        let is_sparse = user_id % 3 == 0;
        for number in 0..random.random_range(0..if is_sparse { 4 } else { 30 }) {
            let date = Day(first.0 + random.random_range(0..DAYS));
            let quarters = if number % 2 == 0 { random.random_range(-3..3) } else { random.random_range(0..96) };
            let time = date.start().plus_ms(quarters * QUARTER_MS + random.random_range(0..QUARTER_MS));
            let id = i64::try_from(details.len()).expect("few") + 1;
            details.push(detail(id, user_id, 1, time, 100));
        }
    }
    details
}

/// By the definition: within the reach, else the nearest one with all within the reach of it.
fn wanted(all: &[Detail], span: &UserDays) -> BTreeSet<(LocalMs, i64)> {
    let own: Vec<(LocalMs, i64)> =
        all.iter().filter(|row| row.user_id == span.user_id).map(|row| (row.key.date, row.key.consumption_id)).collect();
    let (start, end) = (span.from.start(), span.to.start());
    let (first, behind) = (start.plus_ms(-span.reach_ms), end.plus_ms(span.reach_ms));
    let mut found: BTreeSet<_> = own.iter().filter(|(at, _)| (first..behind).contains(at)).copied().collect();
    if !found.iter().any(|(at, _)| *at < start)
        && let Some(nearest) = own.iter().map(|(at, _)| *at).filter(|at| *at < first).max()
    {
        found.extend(own.iter().filter(|(at, _)| nearest.plus_ms(-span.reach_ms) <= *at && *at <= nearest));
    }
    if !found.iter().any(|(at, _)| *at >= end)
        && let Some(nearest) = own.iter().map(|(at, _)| *at).filter(|at| *at >= behind).min()
    {
        found.extend(own.iter().filter(|(at, _)| nearest <= *at && *at <= nearest.plus_ms(span.reach_ms)));
    }
    found
}

#[tokio::test]
async fn readings_around_days_are_those_of_the_definition_for_few_customers_and_for_many() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let (store, first) = (store().await, day("2016-01-11"));
    let all = readings(&mut random, first);
    add(&store, all.clone()).await;
    sqlx::query(
        "insert into dws_user_day (stat_day, region_id, user_id, user_name, usage_type, record_count, total_consumption, total_cost,
                last_consumption_id, quarter_lo, quarter_hi)
         select consumption_date::date, region_id, user_id, '', '', count(*), 1, 1, max(consumption_id), 0, 0
           from dwd_power_consumption_detail group by 1, 2, 3",
    )
    .execute(store.pool())
    .await
    .expect("days of readings");
    let one_day = |user_id| UserDays { user_id, from: Day(first.0 + 3), to: Day(first.0 + 4), reach_ms: 2 * QUARTER_MS };
    let mut spans: Vec<UserDays> = (1..=USERS).map(one_day).collect();
    for _ in 0..200 {
        let from = Day(first.0 + random.random_range(-2..DAYS + 2));
        let to = Day(from.0 + random.random_range(1..4));
        spans.push(UserDays {
            user_id: random.random_range(1..=USERS + 3),
            from,
            to,
            reach_ms: random.random_range(1..9) * QUARTER_MS,
        });
    }
    let mut conn = store.pool().acquire().await.expect("a connection");
    let found = load(&mut conn, &spans).await.expect("loaded");
    assert_eq!(found.len(), spans.len());
    for (span, found) in spans.iter().zip(&found) {
        let keys: Vec<(LocalMs, i64)> = found.iter().map(|one: &Reading| (one.reported_at, one.consumption_id)).collect();
        let wanted: Vec<(LocalMs, i64)> = wanted(&all, span).into_iter().collect();
        assert_eq!(keys, wanted, "{span:?}");
    }
}

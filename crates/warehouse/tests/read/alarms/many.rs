//! A flood: ten thousand open alarms among a hundred thousand that were.

use std::time::{Duration, Instant};

use warehouse::read::alarms::{Filter, Order, counts, list};

use super::{alarms, part};

const FLOOD: &str = "
    insert into alarm_rules (rule_id, version, is_enabled) overriding system value
    select n, 1, true from generate_series(1000, 1009) n;
    insert into alarm_rule_versions (rule_id, version, definition, made_by)
    select n, 1, jsonb_build_object('name_en', 'Flood ' || n, 'severity', 'high',
                                    'conditions', '[{\"metric\":\"load_now_kw\",\"comparison\":\">\",\"threshold\":\"5.00\"}]'::jsonb), 'x'
      from generate_series(1000, 1009) n;
    alter sequence alarms_alarm_id_seq restart with 1000;
    insert into alarms (rule_id, rule_version, subject_kind, subject_id, region_id, severity, state, state_since, quality, is_active,
                        annunciated_at, occurrence, version, revision)
    select rule_id, 1, 'region', n, 2 + n % 4, 1 + n % 4, case when n > 1000 then 'NORM' when n % 3 = 0 then 'ACKED' else 'UNACK' end,
           now(), 'good', n <= 1000, now() - make_interval(secs => n), 1, 1, 10
      from generate_series(1000, 1009) rule_id, generate_series(1, 10000) n;
    analyze alarms";
/// Far above what it takes (a few ms), far below what a scan per line would.
const SOON: Duration = Duration::from_millis(250);

async fn fastest<T>(mut ask: impl AsyncFnMut() -> T) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let started = Instant::now();
        ask().await;
        best = best.min(started.elapsed());
    }
    best
}

#[tokio::test]
async fn ten_thousand_open_alarms_are_counted_and_listed_at_once() {
    let warehouse = alarms().await;
    sqlx::raw_sql(FLOOD).execute(warehouse.pool()).await.expect("the fixture fits the schema");
    let half = part(&warehouse, &[2, 3]);
    let all = counts(&warehouse).await.expect("counts");
    assert_eq!(all.all_open(), 10_005);
    assert_eq!(counts(&half).await.expect("counts").all_open(), 5_002);
    let filter = Filter::default();
    for pool in [&*warehouse, &half] {
        let counting = fastest(async || counts(pool).await.expect("counts")).await;
        let first = fastest(async || list(pool, &filter, Order::WorstFirst, 0, 50).await.expect("a list")).await;
        let last = fastest(async || list(pool, &filter, Order::WorstFirst, 5_000, 50).await.expect("a list")).await;
        eprintln!("counts {counting:?}, first page {first:?}, a late page {last:?}");
        assert!(counting < SOON && first < SOON && last < SOON, "{counting:?} {first:?} {last:?}");
    }
    let page = list(&warehouse, &filter, Order::WorstFirst, 0, 1_000_000).await.expect("a list");
    assert_eq!((page.lines.len(), page.total), (500, 10_005), "however much is asked for");
}

//! Replaying files into a real operational database.

use std::io::Write;
use std::path::{Path, PathBuf};

use domain::{LocalMs, Zone};
use flate2::Compression;
use flate2::write::GzEncoder;
use indicatif::ProgressBar;
use operational::Operational;
use server::replay::{Options, ReplayError, Speed, Summary, run};
use sqlx::PgPool;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const USERS: &str = "user_name,region_name,region_id,usage_type,user_id\n张三,东湖区,1,居民,1\n李四,西陵区,2,商业,2\n";
/// 2026-11-21 12:00 in Shanghai.
const NOW_US: i64 = 1_795_233_600_000_000;

struct Bench {
    dir: TempDir,
    database: Operational,
    pool: PgPool,
    options: Options,
}

impl Bench {
    async fn new() -> Self {
        let url = testkit::operational_db().await;
        Self {
            dir: tempfile::tempdir().expect("a directory"),
            database: Operational::connect(&url).await.expect("a connection"),
            pool: testkit::pool(&url).await,
            options: Options {
                users: None,
                consumption: None,
                reactive: None,
                speed: Speed::Max,
                shift_to_now: false,
                zone: Zone::parse("Asia/Shanghai").expect("a zone"),
                now_us: NOW_US,
                max_future_skew_s: 300,
                retention_days: 400,
            },
        }
    }

    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, content).expect("written");
        path
    }

    async fn replay(&self, users: Option<&Path>, consumption: Option<&Path>) -> Result<Summary, ReplayError> {
        let options = Options { users: users.map(Into::into), consumption: consumption.map(Into::into), ..self.options.clone() };
        run(&self.database, &options, &ProgressBar::hidden(), &CancellationToken::new()).await
    }

    async fn count(&self) -> i64 {
        sqlx::query_scalar("select count(*) from power_consumption").fetch_one(&self.pool).await.expect("a count")
    }

    async fn newest(&self) -> String {
        sqlx::query_scalar("select max(consumption_date)::text from power_consumption")
            .fetch_one(&self.pool)
            .await
            .expect("a time")
    }
}

/// A week of quarter-hours of two users, ending with `end`.
fn readings(rows: i64, end: &str) -> String {
    let end = LocalMs::parse(end.as_bytes()).expect("a time");
    let mut text = String::from("consumption_date,consumption_id,user_id,consumption_cost,consumption_amount\n");
    for id in 1..=rows {
        let at = end.plus_ms((id - rows) * 60_000);
        text.push_str(&format!("{at},{id},{},0.50,1.25\n", id % 2 + 1));
    }
    text
}

fn gzip(content: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content.as_bytes()).expect("packed");
    encoder.finish().expect("packed")
}

#[tokio::test]
async fn users_come_first_then_readings_in_several_transactions() {
    let bench = Bench::new().await;
    let users = bench.file("users.csv", USERS.as_bytes());
    let packed = bench.file("readings.csv.gz", &gzip(&readings(12_345, "2026-11-20 00:00:00")));
    let summary = bench.replay(Some(&users), Some(&packed)).await.unwrap();
    assert_eq!((summary.users_written, summary.readings_new, summary.bad_count), (2, 12_345, 0));
    assert_eq!(bench.count().await, 12_345);
    let transactions: i64 =
        sqlx::query_scalar("select count(distinct xmin::text) from power_consumption").fetch_one(&bench.pool).await.unwrap();
    assert_eq!(transactions, 3);
    let disorder: i64 = sqlx::query_scalar(
        "select count(*) from (select consumption_id - lag(consumption_id) over (order by ctid) as step from power_consumption) s where step <> 1",
    )
    .fetch_one(&bench.pool)
    .await
    .unwrap();
    assert_eq!(disorder, 0, "file order is kept");
}

#[tokio::test]
async fn the_same_file_again_is_counted_and_changes_nothing() {
    let bench = Bench::new().await;
    let users = bench.file("users.csv", USERS.as_bytes());
    let first = bench.file("first.csv", readings(6_000, "2026-11-20 00:00:00").as_bytes());
    bench.replay(Some(&users), Some(&first)).await.unwrap();
    let longer = bench.file("longer.csv", readings(7_000, "2026-11-20 00:00:00").as_bytes());
    let again = bench.replay(Some(&users), Some(&longer)).await.unwrap();
    assert_eq!((again.users_written, again.users_same), (0, 2));
    assert_eq!((again.readings_new, again.readings_present), (1_000, 6_000));
    assert_eq!(bench.count().await, 7_000);
}

#[tokio::test]
async fn malformed_lines_are_skipped_listed_up_to_a_bound_and_counted() {
    let bench = Bench::new().await;
    let mut content = readings(10, "2026-11-20 00:00:00");
    for _ in 0..50 {
        content.push_str("2026-11-20,x,1,1,1\n");
    }
    let file = bench.file("bad.csv", content.as_bytes());
    let summary = bench.replay(None, Some(&file)).await.unwrap();
    assert_eq!((summary.readings_new, summary.bad_count, summary.bad_lines.len()), (10, 50, 20));
    let (path, first) = &summary.bad_lines[0];
    assert_eq!((path, first.line), (&file, 12));
    let (zh, en) = first.fault.sentence();
    assert!(zh.contains("consumption_id 的值为“x”") && en.contains("consumption_id is 'x'"), "{zh} {en}");
}

#[tokio::test]
async fn a_damaged_file_is_refused_before_anything_is_written() {
    let bench = Bench::new().await;
    let users = bench.file("users.csv", USERS.as_bytes());
    let packed = gzip(&readings(12_000, "2026-11-20 00:00:00"));
    let cut = bench.file("cut.csv.gz", &packed[..packed.len() - 20]);
    let error = bench.replay(Some(&users), Some(&cut)).await.unwrap_err();
    assert!(error.to_string().contains("ends early") && error.sentence().0.contains("重新复制"), "{error}");
    let headless = bench.file("headless.csv", b"1,2,3\n4,5,6\n");
    let error = bench.replay(Some(&headless), None).await.unwrap_err();
    assert!(error.to_string().contains("lacks the column(s)"), "{error}");
    assert_eq!((bench.count().await, bench.database.max_user_id().await.unwrap()), (0, 0));
}

#[tokio::test]
async fn shifted_readings_end_within_the_last_day_of_local_time() {
    let mut bench = Bench::new().await;
    bench.options.shift_to_now = true;
    // 12:00:01 is later in the day than now, so it has to go to yesterday
    let file = bench.file("week.csv", readings(100, "2016-01-17 12:00:01").as_bytes());
    let summary = bench.replay(None, Some(&file)).await.unwrap();
    assert_eq!(bench.newest().await, "2026-11-20 12:00:01");
    assert_eq!(summary.shift_days, Some(3960));
    // in UTC it is only four in the morning
    let mut bench = Bench::new().await;
    bench.options.shift_to_now = true;
    let file = bench.file("week.csv", readings(100, "2016-01-17 11:59:59").as_bytes());
    bench.replay(None, Some(&file)).await.unwrap();
    assert_eq!(bench.newest().await, "2026-11-21 11:59:59");
}

#[tokio::test]
async fn a_file_older_than_what_is_kept_is_refused_with_the_remedy() {
    let mut bench = Bench::new().await;
    let today = bench.file("today.csv", readings(10, "2026-11-20 00:00:00").as_bytes());
    bench.replay(None, Some(&today)).await.unwrap();
    let old = bench.file("old.csv", readings(10, "2016-01-17 12:00:00").as_bytes());
    let error = bench.replay(None, Some(&old)).await.unwrap_err();
    assert!(matches!(error, ReplayError::BeforeHorizon { .. }) && error.to_string().contains("--shift-to-now"), "{error}");
    let zh = error.sentence().0;
    assert!(zh.contains("2016-01-17 12:00:00") && zh.contains("--shift-to-now"), "{zh}");
    // exactly at the horizon: 400 days before 2026-11-20 is 2025-10-16
    for (end, accepted) in [("2025-10-16 00:00:00", true), ("2025-10-15 23:59:59", false)] {
        let file = bench.file("edge.csv", readings(10, end).as_bytes());
        assert_eq!(bench.replay(None, Some(&file)).await.is_ok(), accepted, "{end}");
    }
    bench.options.shift_to_now = true;
    assert!(bench.replay(None, Some(&old)).await.is_ok());
}

#[tokio::test]
async fn pace_follows_event_time() {
    let mut bench = Bench::new().await;
    // ten minutes of readings in 600 ms
    bench.options.speed = Speed::Times(1_000.0);
    let file = bench.file("paced.csv", readings(11, "2026-11-20 00:00:00").as_bytes());
    let started = std::time::Instant::now();
    bench.replay(None, Some(&file)).await.unwrap();
    assert!(started.elapsed().as_millis() >= 350, "{:?}", started.elapsed());
    assert_eq!(bench.count().await, 11);
    let transactions: i64 =
        sqlx::query_scalar("select count(distinct xmin::text) from power_consumption").fetch_one(&bench.pool).await.unwrap();
    assert!(transactions >= 2, "rows are committed when they are due");
}

#[tokio::test]
async fn a_signal_ends_a_replay_at_once_and_keeps_what_was_read() {
    let mut bench = Bench::new().await;
    bench.options.speed = Speed::Times(1.0);
    let file = bench.file("slow.csv", readings(100, "2026-11-20 00:00:00").as_bytes());
    let stop = CancellationToken::new();
    let options = Options { consumption: Some(file), ..bench.options.clone() };
    let database = bench.database.clone();
    let (bar, token) = (ProgressBar::hidden(), stop.clone());
    let replay = tokio::spawn(async move { run(&database, &options, &bar, &token).await });
    testkit::wait_until("the first row", std::time::Duration::from_secs(20), async || bench.count().await > 0).await;
    stop.cancel();
    let summary = replay.await.unwrap().unwrap();
    assert!(summary.stopped && summary.readings_new < 100);
}

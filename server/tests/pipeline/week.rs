//! The shipped week, whole: 350,784 readings of 522 consumers in ten regions.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use crate::harness::World;
use operational::{Operational, ReadingFile, UserFile};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/testkit/data/simbench-week");
const ROWS_PER_TRANSACTION: usize = 5_000;

async fn load_week(world: &World) {
    let database = Operational::from_pool(world.source.clone());
    let mut users = UserFile::open(&Path::new(DATA).join("power_user.csv")).unwrap();
    let mut rows = Vec::new();
    while let Some(row) = users.next_line().unwrap() {
        rows.push(row.unwrap());
    }
    database.upsert_users(&rows).await.unwrap();
    let mut readings = ReadingFile::open(&Path::new(DATA).join("power_consumption.csv.gz")).unwrap();
    let mut writer = database.reading_writer();
    let mut batch = Vec::with_capacity(ROWS_PER_TRANSACTION);
    while let Some(row) = readings.next_line().unwrap() {
        batch.push(row.unwrap());
        if batch.len() == ROWS_PER_TRANSACTION {
            writer.insert(&batch).await.unwrap();
            batch.clear();
        }
    }
    writer.insert(&batch).await.unwrap();
}

/// The four questions of the power-warehouse document, section 7, word for word.
const FOUR_QUERIES: [&str; 4] = [
    "SELECT region_name, total_consumption, peak_hour, update_time FROM ads_power_dashboard
      WHERE total_consumption > 50000 ORDER BY total_consumption DESC;",
    "SELECT region_name, user_name, total_consumption, total_cost FROM dws_user_ranking
      WHERE ranking <= 10 ORDER BY region_id, ranking;",
    "SELECT peak_hour AS hour, COUNT(*) AS region_count, SUM(peak_consumption) AS total_peak_cons FROM ads_power_dashboard
      WHERE DATE(update_time) = CURRENT_DATE GROUP BY peak_hour ORDER BY total_peak_cons DESC;",
    "SELECT region_name, stat_date, user_count,
            LAG(user_count) OVER (PARTITION BY region_id ORDER BY stat_date) AS prev_user_count,
            (user_count - LAG(user_count) OVER (PARTITION BY region_id ORDER BY stat_date)) * 100.0
              / LAG(user_count) OVER (PARTITION BY region_id ORDER BY stat_date) AS growth_rate
       FROM dws_region_daily_stats WHERE stat_date >= CURRENT_TIMESTAMP - INTERVAL '1' HOUR ORDER BY region_id, stat_date;",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_week_ends_with_every_number_right() {
    let mut world = World::new().await;
    world.max_chunk_rows = 8_192;
    let running = world.start_with(|pipeline| pipeline.commit_rows_max = 20_000).await;
    world.quiet(&running).await;
    load_week(&world).await;
    world.quiet(&running).await;
    running.stop().await;
    world.assert_converged().await;
    assert_eq!(world.count("select count(*) from dwd_power_consumption_detail").await, 350_784);
    let energy = world.text("select sum(total_consumption)::text from dws_region_rollup where grain = 'year'").await;
    assert_eq!(energy, "896687.85", "the sum of the file");
    assert_eq!(world.count("select count(distinct region_id) from dws_region_rollup").await, 10);
    assert_eq!(world.count("select sum(user_count)::bigint from dws_region_rollup where grain = 'month'").await, 522);
    assert_eq!(world.count("select count(*) from dead_letters").await, 0);
    for query in FOUR_QUERIES {
        sqlx::raw_sql(query).execute(&world.warehouse).await.unwrap();
    }
    let by_hour = world.count(
        "select count(*) from (select peak_hour from ads_power_dashboard where date(update_time) = current_date group by 1) h",
    );
    assert_eq!(by_hour.await, 24, "every hour of the day has windows");
}

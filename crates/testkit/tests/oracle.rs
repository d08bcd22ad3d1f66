//! The convergence check finds what it is there to find, and its definitions give the numbers worked out by hand.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use sqlx::PgPool;
use testkit::oracle::{self, definitions};

const READINGS: &str = "
    select loadline_ensure_day('2024-02-29');
    insert into dwd_power_consumption_detail
        (consumption_id, user_id, user_name, consumption_amount, consumption_cost, consumption_date, region_id, region_name,
         usage_type, known_user, commit_lsn) values
        (1, 7, 'old', 1.00, 0.50, '2024-02-29 00:00:01', 5, '旧', '居民', true, '0/1'),
        (2, 8, 'b',   3.00, 1.50, '2024-02-29 00:00:04.999', 5, '旧', '商业', true, '0/1'),
        (3, 7, 'new', 2.00, 1.00, '2024-02-29 00:00:02', 5, '新', '居民', true, '0/1'),
        (4, 9, 'c',   3.01, 1.50, '2024-02-29 13:16:00', 5, '新', '工业', true, '0/1'),
        (5, 9, 'c',   0.00, 0.00, '2024-02-29 13:31:00', 5, '新', '工业', true, '0/1');";

async fn warehouse(watermark: &str) -> PgPool {
    let pool = testkit::pool(&testkit::warehouse_db().await).await;
    sqlx::raw_sql(READINGS).execute(&pool).await.unwrap();
    sqlx::raw_sql(&format!("update progress set watermark = '{watermark}'")).execute(&pool).await.unwrap();
    pool
}

/// Fills every table from its own definition.
async fn fill(pool: &PgPool, keep: i64) {
    for definition in definitions(keep) {
        let statement = format!("insert into {} ({}) {}", definition.table, definition.columns, definition.query);
        sqlx::raw_sql(&statement).execute(pool).await.unwrap();
    }
}

async fn lines(pool: &PgPool, select: &str) -> Vec<String> {
    sqlx::query_scalar(&format!("select t::text from ({select}) t order by 1")).fetch_all(pool).await.unwrap()
}

#[tokio::test]
async fn the_definitions_give_the_numbers_worked_out_by_hand() {
    let pool = warehouse("2024-02-29 13:16:05").await;
    fill(&pool, 100).await;
    assert_eq!(
        lines(&pool, "select region_name, stat_date, total_consumption, user_count, avg_consumption, max_consumption, record_count from dws_region_daily_stats").await,
        [r#"(新,"2024-02-29 00:00:00",6.00,2,2.00,3.00,3)"#, r#"(新,"2024-02-29 13:16:00",3.01,1,3.01,3.01,1)"#]
    );
    // Equal sums: the smaller user number comes first. The name is that of the newest reading.
    assert_eq!(
        lines(
            &pool,
            "select ranking, user_id, user_name, total_consumption from dws_user_ranking where stat_date < '2024-02-29 01:00'"
        )
        .await,
        ["(1,7,new,3.00)", "(2,8,b,3.00)"]
    );
    assert_eq!(
        lines(
            &pool,
            "select dashboard_id, peak_hour, peak_consumption, top_user_id, top_user_consumption from ads_power_dashboard"
        )
        .await,
        [r#"("DASHBOARD_5_2024-02-29 00:00:00.000",0,3.00,7,3.00)"#, r#"("DASHBOARD_5_2024-02-29 13:16:00.000",13,3.01,9,3.01)"#]
    );
    // 13:30 is quarter 54 (bit 6 of the high half), 13:15 quarter 53; 9.01 kWh in 55 quarters; the peak quarter had 6 kWh.
    assert_eq!(
        lines(&pool, "select user_id, record_count, total_consumption, quarter_lo, quarter_hi from dws_user_day").await,
        ["(7,2,3.00,1,0)", "(8,1,3.00,1,0)", "(9,2,3.01,0,96)"]
    );
    assert_eq!(
        lines(&pool, "select peak_hour, peak_quarter, mean_kw, peak_kw, load_factor, top_user_id from ads_region_day").await,
        [r#"(0,"2024-02-29 00:00:00",0.66,24.00,0.0273,9)"#]
    );
    let rollups = "select grain, period_start, total_consumption, user_count, last_consumption_id from dws_region_rollup";
    assert_eq!(
        lines(&pool, &format!("{rollups} where grain in ('15min', 'year')")).await,
        [
            r#"(15min,"2024-02-29 00:00:00",6.00,2,3)"#,
            r#"(15min,"2024-02-29 13:15:00",3.01,1,4)"#,
            r#"(15min,"2024-02-29 13:30:00",0.00,1,5)"#,
            r#"(year,"2024-01-01 00:00:00",9.01,3,5)"#
        ]
    );
    assert_eq!(
        lines(&pool, "select stat_month, user_id, day_count from dws_user_month where user_id = 7").await,
        ["(2024-02-01,7,1)"]
    );
    assert_eq!(oracle::diff(&pool, 100).await, Vec::<String>::new());
}

#[tokio::test]
async fn every_table_and_both_directions_are_looked_at() {
    let pool = warehouse("2024-02-29 13:16:04.999").await;
    fill(&pool, 1).await;
    assert_eq!(oracle::diff(&pool, 1).await, Vec::<String>::new());
    // With keep = 1 one user per window is there; with 0 all would have to be.
    let all = oracle::diff(&pool, 0).await;
    assert!(all.len() == 1 && all[0].starts_with("dws_user_ranking: missing"), "{all:?}");
    for definition in definitions(1) {
        let mut change = pool.begin().await.unwrap();
        sqlx::raw_sql(&format!("delete from {}", definition.table)).execute(&mut *change).await.unwrap();
        change.commit().await.unwrap();
        let missing = oracle::diff_table(&pool, &definition).await;
        assert!(missing.iter().any(|line| line.starts_with(&format!("{}: missing", definition.table))), "{missing:?}");
    }
    fill(&pool, 1).await;
    // The window of 13:16 is open now: its row would be one too many.
    sqlx::raw_sql("update progress set watermark = '2024-02-29 00:00:04'").execute(&pool).await.unwrap();
    let surplus = oracle::diff(&pool, 1).await;
    for table in ["dws_region_daily_stats", "dws_user_ranking", "ads_power_dashboard"] {
        assert!(surplus.iter().any(|line| line.starts_with(&format!("{table}: surplus"))), "{surplus:?}");
    }
}

#[tokio::test]
async fn detail_rows_are_held_against_the_source() {
    let warehouse = warehouse("2024-02-29 00:00:00").await;
    let source = testkit::pool(&testkit::operational_db().await).await;
    sqlx::raw_sql(
        "insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date) values
             (1, 7, 1, 0.5, '2024-02-29 00:00:01'), (2, 8, 3, 1.5, '2024-02-29 00:00:04.999'), (3, 7, 2, 1, '2024-02-29 00:00:02'),
             (4, 9, 3.01, 1.5, '2024-02-29 13:16:00'), (5, 9, 0, 0, '2024-02-29 13:31:00'),
             (6, 9, -1, 0, '2024-02-29 13:31:00'), (7, null, 1, 0, '2024-02-29 13:31:00'), (8, 1, 'NaN', 0, '2024-02-29 13:31:00'),
             (9, 1, 1, 1, 'infinity'), (10, 1, 1000000.01, 1, '2024-02-29 13:31:00')",
    )
    .execute(&source)
    .await
    .unwrap();
    assert_eq!(oracle::diff_source(&source, &warehouse).await, Vec::<String>::new());
    sqlx::raw_sql("update power_consumption set consumption_amount = 9 where consumption_id = 4").execute(&source).await.unwrap();
    let differences = oracle::diff_source(&source, &warehouse).await;
    assert_eq!(differences.len(), 2, "{differences:?}");
    sqlx::raw_sql("insert into power_user (user_id, user_name) values (1, '甲')").execute(&source).await.unwrap();
    assert_eq!(oracle::diff_users(&source, &warehouse).await.len(), 1);
    sqlx::raw_sql("insert into ods_power_user (user_id, user_name) values (1, '甲')").execute(&warehouse).await.unwrap();
    assert_eq!(oracle::diff_users(&source, &warehouse).await, Vec::<String>::new());
}

//! Who sees which rows: every question as a partial viewer asks it, and what the pages' role cannot do at all.

mod answers;
mod connections;
mod rights;

use domain::RegionId;
use domain::access::Scope;
use sqlx::PgPool;

use super::{TWO_DAYS, Warehouse};

const REGIONAL: [&str; 15] = [
    "alarm_notices",
    "alarm_transitions",
    "alarms",
    "ods_power_user",
    "ods_region_profile",
    "dwd_power_consumption_detail",
    "dead_letters",
    "dws_region_daily_stats",
    "dws_user_ranking",
    "dws_region_rollup",
    "dws_user_day",
    "dws_user_month",
    "ads_power_dashboard",
    "ads_region_day",
    "quality_hour",
];

/// Two organisations in one warehouse: readings, and every layer made from them.
async fn two_tenants() -> Warehouse {
    let (_, layers) = TWO_DAYS.split_once("insert into dws_region_daily_stats").expect("the layers begin there");
    let (layers, _) = layers.split_once("insert into quality_hour").expect("and end there");
    let statements = [include_str!("tenants.sql"), "insert into dws_region_daily_stats", layers, include_str!("marks.sql")];
    Warehouse::with(&statements.concat()).await
}

/// A warehouse that never held anything but these regions.
async fn holding_only(regions: &[RegionId]) -> Warehouse {
    let warehouse = two_tenants().await;
    for table in REGIONAL {
        sqlx::query(&format!("delete from {table} where region_id is null or region_id <> all($1)"))
            .bind(regions)
            .execute(warehouse.pool())
            .await
            .expect("the owner may delete");
    }
    warehouse
}

async fn count(pool: &PgPool, question: &str) -> i64 {
    sqlx::query_scalar(question).fetch_one(pool).await.unwrap_or_else(|error| panic!("{question}: {error}"))
}

fn scope_of(regions: &[RegionId]) -> Scope {
    Scope::of(regions.iter().copied())
}

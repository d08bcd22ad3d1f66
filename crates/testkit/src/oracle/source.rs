//! The detail rows and users of the warehouse against the operational tables, which live in another database.

use sqlx::PgPool;

use super::compare;

/// A detail row as it must be, in the text form of SQL; `None` is NULL.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExpectedDetail {
    pub consumption_id: i64,
    pub user_id: i64,
    pub user_name: String,
    pub amount_kwh: String,
    pub cost_yuan: String,
    pub date: String,
    pub region_id: i32,
    pub region_name: String,
    pub usage_type: String,
    pub register_before_kwh: Option<String>,
    pub register_after_kwh: Option<String>,
    pub remark: Option<String>,
    pub known_user: bool,
    pub register_mismatch: bool,
}

const SOURCE_COLUMNS: &str = "consumption_id, user_id, consumption_amount::text, consumption_cost::text, consumption_date::text,
    meter_reading_before::text, meter_reading_after::text, remark";
/// The rules that need nothing but the row itself. Rows too old or in the future are for the tests of those rules.
const VALID: &str = "user_id is not null and consumption_amount between 0 and 1000000 and consumption_cost >= 0
    and consumption_cost <> 'NaN' and consumption_date is not null and isfinite(consumption_date)";

/// Compares the source columns of the detail rows with the valid rows of `power_consumption`.
pub async fn diff_source(source: &PgPool, warehouse: &PgPool) -> Vec<String> {
    let statement = format!("select {SOURCE_COLUMNS} from power_consumption where {VALID}");
    let wanted = rows_as_json(source, &statement).await;
    diff_json(
        warehouse,
        "dwd_power_consumption_detail",
        &wanted,
        "consumption_id bigint, user_id bigint, consumption_amount numeric, consumption_cost numeric, consumption_date timestamp(3),
         meter_reading_before numeric, meter_reading_after numeric, remark text",
        "consumption_id, user_id, consumption_amount, consumption_cost, consumption_date, meter_reading_before, meter_reading_after, remark",
    )
    .await
}

/// Compares `ods_power_user` with `power_user`.
pub async fn diff_users(source: &PgPool, warehouse: &PgPool) -> Vec<String> {
    let columns = "user_id, user_name, usage_type, region_id, region_name, address, phone, create_time, update_time";
    let wanted = rows_as_json(source, &format!("select {columns} from power_user")).await;
    let types = "user_id bigint, user_name text, usage_type text, region_id int, region_name text, address text, phone text,
        create_time timestamp(3), update_time timestamp(3)";
    diff_json(warehouse, "ods_power_user", &wanted, types, columns).await
}

/// Compares the detail rows, booking and flags included, with what a model of the source expects.
pub async fn diff_details(warehouse: &PgPool, expected: &[ExpectedDetail]) -> Vec<String> {
    const TYPES: &str =
        "consumption_id bigint, user_id bigint, user_name text, consumption_amount numeric, consumption_cost numeric,
        consumption_date timestamp(3), region_id int, region_name text, usage_type text, meter_reading_before numeric,
        meter_reading_after numeric, remark text, known_user bool, mismatch bool";
    const FOUND: &str = "consumption_id, user_id, user_name, consumption_amount, consumption_cost, consumption_date, region_id,
        region_name, usage_type, meter_reading_before, meter_reading_after, remark, known_user,
        coalesce('register_mismatch' = any (quality), false)";
    let rows = serde_json::Value::Array(expected.iter().map(json_of).collect());
    diff_json(warehouse, "dwd_power_consumption_detail", &rows.to_string(), TYPES, FOUND).await
}

async fn rows_as_json(source: &PgPool, statement: &str) -> String {
    sqlx::query_scalar(&format!("select coalesce(json_agg(r), '[]')::text from ({statement}) r"))
        .fetch_one(source)
        .await
        .expect("the operational tables can be read")
}

async fn diff_json(warehouse: &PgPool, table: &str, wanted: &str, types: &str, columns: &str) -> Vec<String> {
    let query = format!("select * from json_to_recordset($1::json) as wanted_rows({types})");
    compare(warehouse, table, &query, &format!("select {columns} from {table}"), Some(wanted)).await
}

fn json_of(row: &ExpectedDetail) -> serde_json::Value {
    serde_json::json!({
        "consumption_id": row.consumption_id,
        "user_id": row.user_id,
        "user_name": row.user_name,
        "consumption_amount": row.amount_kwh,
        "consumption_cost": row.cost_yuan,
        "consumption_date": row.date,
        "region_id": row.region_id,
        "region_name": row.region_name,
        "usage_type": row.usage_type,
        "meter_reading_before": row.register_before_kwh,
        "meter_reading_after": row.register_after_kwh,
        "remark": row.remark,
        "known_user": row.known_user,
        "mismatch": row.register_mismatch,
    })
}

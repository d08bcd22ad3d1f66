//! The convergence check: every warehouse table against its definition in plain SQL over the detail rows.
//!
//! The definitions are written from the contract and share nothing with the engine.

mod definitions;
mod source;

use sqlx::{PgPool, Row};

pub use definitions::{Definition, definitions};
pub use source::{ExpectedDetail, diff_details, diff_source, diff_users};

/// Differences shown per table and direction; the rest is only counted.
const SHOWN: usize = 5;

/// Compares every DWS and ADS table with what `detail` says, rankings cut at `keep` users (0: all). Empty means equal.
pub async fn diff(warehouse: &PgPool, keep: i64) -> Vec<String> {
    let mut differences = Vec::new();
    for definition in definitions(keep) {
        differences.extend(diff_table(warehouse, &definition).await);
    }
    differences
}

/// Compares one table with its definition, in both directions.
pub async fn diff_table(warehouse: &PgPool, definition: &Definition) -> Vec<String> {
    let Definition { table, columns, query } = definition;
    let found = format!("select {columns} from {table}");
    compare(warehouse, table, query, &found, None).await
}

/// `argument` is `$1` of the wanted query.
async fn compare(pool: &PgPool, name: &str, wanted: &str, found: &str, argument: Option<&str>) -> Vec<String> {
    // The definition is computed once; the two sides must not be inlined into each direction.
    let statement = format!(
        "with wanted as materialized ({wanted}), found as materialized ({found}),
              missing as (select * from wanted except select * from found),
              surplus as (select * from found except select * from wanted)
         (select 'missing' as side, missing::text as line, count(*) over () as total from missing order by 2 limit {SHOWN})
         union all
         (select 'surplus', surplus::text, count(*) over () from surplus order by 2 limit {SHOWN})"
    );
    let query = argument.into_iter().fold(sqlx::query(&statement), |query, json| query.bind(json));
    let rows = query.fetch_all(pool).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    rows.iter()
        .map(|row| {
            let (side, line, total): (String, String, i64) = (row.get(0), row.get(1), row.get(2));
            format!("{name}: {side} {line} ({total} {side} in all)")
        })
        .collect()
}

//! What the product brings along, written once into a new installation.

use domain::settlement::carbon::CarbonFactor;
use domain::settlement::check::check;
use domain::settlement::tariff_file::TariffFile;
use rust_decimal::Decimal;
use serde_json::json;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::access::Author;
use crate::access::record::{Deed, write};
use crate::pg_types::DayDate;
use crate::settlement::changes::announce_rules;
use crate::{Store, WarehouseError};

/// Writes plans, days, rules and factors that are not there yet, the first time that it is called. True when it wrote.
pub async fn ship(store: &Store, file: &TariffFile) -> Result<bool, WarehouseError> {
    let has_begun = sqlx::query_scalar!("select has_shipped_tariffs from settlement_progress where id = 1");
    if has_begun.fetch_optional(store.pool()).await?.unwrap_or(true) {
        return Ok(false);
    }
    let mut tx = store.pool().begin().await?;
    let begun = sqlx::query!(
        "update settlement_progress set has_shipped_tariffs = true where id = 1 and not has_shipped_tariffs returning id"
    );
    if begun.fetch_optional(&mut *tx).await?.is_none() {
        return Ok(false);
    }
    let author = Author::system();
    let days = file.calendar.iter().map(|dated| (dated.day, dated.what.clone())).collect();
    for plan in &file.plans {
        debug_assert!(domain::settlement::check::is_sound(&check(plan, &days)), "tests prove it of what ships");
        let plan_id = sqlx::query_scalar!(
            "insert into tariff_plans (code, is_shipped, version) values ($1, true, 1) on conflict (code) do nothing returning plan_id",
            plan.code
        );
        let Some(plan_id) = plan_id.fetch_optional(&mut *tx).await? else { continue };
        sqlx::query!(
            "insert into tariff_versions (plan_id, version, valid_from, valid_until, definition, made_by) values ($1, 1, $2, $3, $4, $5)",
            plan_id,
            DayDate(plan.valid_from) as _,
            plan.valid_until.map(DayDate) as _,
            Json(plan) as _,
            author.name
        )
        .execute(&mut *tx)
        .await?;
    }
    write_rows(&mut tx, file, &author).await?;
    announce_rules(&mut tx).await?;
    let codes: Vec<&str> = file.plans.iter().map(|plan| plan.code.as_str()).collect();
    let deed = Deed::new("tariff.ship", "tariff", "").becomes(json!({ "tariffs": codes, "calendar_days": file.calendar.len() }));
    write(&mut tx, &author, deed).await.map_err(|error| match error {
        crate::access::AccessError::Database(error) => error.into(),
        other => WarehouseError::BadValue(other.to_string()),
    })?;
    tx.commit().await?;
    Ok(true)
}

/// Days, rules and factors that are not there yet.
async fn write_rows(tx: &mut PgConnection, file: &TariffFile, author: &Author) -> Result<(), WarehouseError> {
    for dated in &file.calendar {
        sqlx::query!(
            "insert into calendar_days (day, kind, name, changed_by) values ($1, $2, $3, $4) on conflict (day) do nothing",
            DayDate(dated.day) as _,
            dated.what.kind_code(),
            dated.what.name(),
            author.name
        )
        .execute(&mut *tx)
        .await?;
    }
    for rules in &file.rules {
        sqlx::query!(
            "insert into settlement_rules (valid_from, definition, made_by) values ($1, $2, $3) on conflict (valid_from) do nothing",
            DayDate(rules.valid_from) as _,
            Json(rules) as _,
            author.name
        )
        .execute(&mut *tx)
        .await?;
    }
    for CarbonFactor { year, kg_per_kwh, source } in &file.carbon {
        sqlx::query!(
            "insert into carbon_factors (year, kg_per_kwh, source, changed_by) values ($1, $2, $3, $4) on conflict (year) do nothing",
            year,
            Decimal::new(kg_per_kwh.0, 6),
            source,
            author.name
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

//! The same day seen in every layer, from one snapshot of the database: the numbers must agree.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::read::{ReadError, ReadPool};

/// A day with more readings is not recounted for a page.
pub const MAX_COUNTED_READINGS: i64 = 3_000_000;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Layer {
    /// `ods`, `dwd`, `dws_window`, `dws_rollup`, `ads_window`, `ads_day`
    pub name: String,
    pub rows: i64,
    pub energy_kwh: Decimal,
    pub newest: Option<NaiveDateTime>,
    pub last_write: Option<DateTime<Utc>>,
    /// Keys that occur twice; must be 0.
    pub duplicates: i64,
    /// Energy that the layer above must show here, minus what is here; must be 0. None for the first layer.
    pub difference_kwh: Option<Decimal>,
}

#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct LayerCheck {
    pub layers: Vec<Layer>,
    /// Readings of the day; when there are too many, `layers` is empty.
    pub readings: i64,
}

impl LayerCheck {
    pub fn agrees(&self) -> bool {
        self.layers.iter().all(|l| l.duplicates == 0 && l.difference_kwh.is_none_or(|d| d.is_zero()))
    }
}

/// Counts `day` in each layer. One statement, so one snapshot: rows that arrive meanwhile cannot look like a difference.
pub async fn check(pool: &ReadPool, day: NaiveDate) -> Result<LayerCheck, ReadError> {
    let from = day.and_time(NaiveTime::MIN);
    let readings = sqlx::query_scalar!(
        r#"select coalesce(sum(record_count), 0)::bigint as "n!" from dws_region_rollup
            where grain = 'day' and period_start = $1"#,
        from
    )
    .fetch_one(&pool.0)
    .await?;
    if readings > MAX_COUNTED_READINGS {
        return Ok(LayerCheck { layers: Vec::new(), readings });
    }
    let layers = sqlx::query_file_as!(Layer, "queries/layers.sql", from, from + Days::new(1), day).fetch_all(&pool.0).await?;
    Ok(LayerCheck { layers, readings })
}

//! Tables as rows of cells, read one at a time from an open query: what CSV files are made of.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use futures::stream::BoxStream;
use rust_decimal::Decimal;
use sqlx::PgConnection;

use super::ReadPool;

mod alarms;
mod people;
mod tables;

pub use alarms::AlarmFilter;

/// One value with its kind, so that a writer can tell a number from a text that looks like one.
#[derive(Clone, PartialEq, Debug)]
pub enum Cell {
    Int(i64),
    Number(Decimal),
    Text(String),
    /// Name of a customer; private when the usage is residential or not known.
    Person {
        name: String,
        private: bool,
    },
    Local(NaiveDateTime),
    Day(NaiveDate),
    Instant(DateTime<Utc>),
    Empty,
}

pub type Row = Vec<Cell>;
pub type Rows<'c> = BoxStream<'c, Result<Row, sqlx::Error>>;

/// The tables that can be exported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Export {
    /// `ads_power_dashboard`
    Dashboard,
    /// `dws_region_daily_stats`
    Regions,
    /// `dws_user_ranking`
    Rankings,
    /// hours, days, months or years ranked from what they hold
    PeriodRankings,
    /// `dws_region_rollup`
    Rollup,
    /// `dwd_power_consumption_detail`
    UserReadings,
    /// `ads_region_day`
    Peaks,
    DeadLetters,
    /// `alarm_transitions`
    Alarms,
}

/// Half-open local period and the keys that narrow it.
#[derive(Clone, Debug)]
pub struct ExportFilter {
    pub from: NaiveDateTime,
    pub to: NaiveDateTime,
    /// A region and everything below it; none for all.
    pub region_ids: Option<Vec<i32>>,
    pub user_id: Option<i64>,
    pub usage_type: Option<String>,
    /// `15min`, `hour`, `day`, `month`, `year`; none for all of them
    pub grain: Option<&'static str>,
    pub alarms: AlarmFilter,
    /// none for all rows
    pub limit: Option<i64>,
    pub offset: i64,
}

const WINDOW_COLUMNS: &[&str] = &[
    "region_id",
    "region_name",
    "stat_date",
    "total_consumption",
    "total_cost",
    "user_count",
    "avg_consumption",
    "max_consumption",
    "min_consumption",
    "record_count",
    "revision",
    "update_time",
];
const DASHBOARD_COLUMNS: &[&str] = &[
    "dashboard_id",
    "stat_date",
    "region_id",
    "region_name",
    "total_consumption",
    "total_cost",
    "user_count",
    "avg_consumption",
    "peak_hour",
    "peak_consumption",
    "top_user_id",
    "top_user_name",
    "top_user_consumption",
    "update_time",
];
const RANKING_COLUMNS: &[&str] =
    &["user_id", "user_name", "region_id", "region_name", "stat_date", "total_consumption", "total_cost", "ranking"];
const ROLLUP_COLUMNS: &[&str] = &[
    "region_id",
    "grain",
    "period_start",
    "region_name",
    "total_consumption",
    "total_cost",
    "record_count",
    "user_count",
    "avg_consumption",
    "max_consumption",
    "min_consumption",
    "update_time",
];
const READING_COLUMNS: &[&str] = &[
    "consumption_id",
    "user_id",
    "user_name",
    "consumption_amount",
    "consumption_cost",
    "consumption_date",
    "region_id",
    "region_name",
    "usage_type",
    "meter_reading_before",
    "meter_reading_after",
    "remark",
    "quality",
];
const PEAK_COLUMNS: &[&str] = &[
    "region_id",
    "stat_day",
    "region_name",
    "total_consumption",
    "total_cost",
    "peak_hour",
    "peak_hour_consumption",
    "peak_quarter",
    "peak_quarter_consumption",
    "mean_kw",
    "peak_kw",
    "load_factor",
    "top_user_id",
    "top_user_name",
    "top_user_consumption",
];
const DEAD_LETTER_COLUMNS: &[&str] =
    &["dead_letter_id", "received_at", "commit_lsn", "source_table", "source_key", "reason", "reason_text", "status", "raw"];

/// The first day that begins at `at` or later. Days are compared with days: row-level security leaves an index unused
/// for other comparisons, because they might reveal something about rows of others.
fn first_day(at: NaiveDateTime) -> NaiveDate {
    let day = at.date();
    if at == day.into() { day } else { day.succ_opt().unwrap_or(day) }
}

impl ExportFilter {
    fn regions(&self) -> Option<&[i32]> {
        self.region_ids.as_deref()
    }
}

impl Export {
    /// Heads of the columns, in order: the names of the tables' columns.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Dashboard => DASHBOARD_COLUMNS,
            Self::Regions => WINDOW_COLUMNS,
            Self::Rankings | Self::PeriodRankings => RANKING_COLUMNS,
            Self::Rollup => ROLLUP_COLUMNS,
            Self::UserReadings => READING_COLUMNS,
            Self::Peaks => PEAK_COLUMNS,
            Self::DeadLetters => DEAD_LETTER_COLUMNS,
            Self::Alarms => alarms::COLUMNS,
        }
    }

    /// Rows as the server produces them; memory does not grow with their number.
    pub fn rows<'c>(self, connection: &'c mut PgConnection, filter: &'c ExportFilter) -> Rows<'c> {
        match self {
            Self::Dashboard => tables::dashboard(connection, filter),
            Self::Regions => tables::windows(connection, filter),
            Self::Rankings => people::window_rankings(connection, filter),
            // within a region when one is chosen, over all of them otherwise
            Self::PeriodRankings if filter.grain == Some("hour") => people::hour_rankings(connection, filter),
            Self::PeriodRankings => people::day_rankings(connection, filter),
            Self::Rollup => tables::rollup(connection, filter),
            Self::UserReadings => people::readings(connection, filter),
            Self::Peaks => tables::peaks(connection, filter),
            Self::DeadLetters => tables::dead_letters(connection, filter),
            Self::Alarms => alarms::transitions(connection, filter),
        }
    }
}

/// A connection of the export's own, with the scope of `pool`: it may run for minutes, and dropping it ends its query.
pub async fn open_export_connection(pool: &ReadPool) -> Result<PgConnection, sqlx::Error> {
    let mut connection = pool.acquire().await?.detach();
    sqlx::query_scalar!("select set_config('statement_timeout', '30min', false)").fetch_one(&mut connection).await?;
    Ok(connection)
}

//! Who belongs to a region and who reports.

use chrono::NaiveDateTime;
use domain::RegionId;
use serde::{Deserialize, Serialize};

use crate::read::{ReadError, ReadPool};

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RegionHead {
    pub registered: i64,
    pub reporting_today: i64,
}

pub async fn head(pool: &ReadPool, members: &[RegionId], now: NaiveDateTime) -> Result<RegionHead, ReadError> {
    let head = sqlx::query_as!(
        RegionHead,
        r#"select (select count(*) from ods_power_user where region_id = any($1)) as "registered!",
                  (select count(distinct user_id) from dws_user_day where region_id = any($1) and stat_day = $2)
                      as "reporting_today!""#,
        members,
        now.date()
    )
    .fetch_one(&pool.0)
    .await?;
    Ok(head)
}

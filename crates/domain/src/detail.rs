//! An accepted reading with its booking: the row of `dwd_power_consumption_detail`.

use std::sync::Arc;

use crate::{Fixed2, LocalMs, Lsn, RegionId, UNKNOWN_REGION, UNKNOWN_REGION_NAME, UNKNOWN_USAGE, UNKNOWN_USER_NAME, UserId};

/// Identifies a detail row. The date is part of it because the table is partitioned by day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DetailKey {
    pub consumption_id: i64,
    pub date: LocalMs,
}

/// What a reading is booked to, fixed when it is inserted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Booking {
    pub user_name: Arc<str>,
    pub region_id: RegionId,
    pub region_name: Arc<str>,
    pub usage_type: Arc<str>,
    /// False for the placeholder of a user who is not (yet) there.
    pub known_user: bool,
}

impl Booking {
    /// The placeholder for a user who is not there.
    pub fn unknown() -> Self {
        Self {
            user_name: UNKNOWN_USER_NAME.into(),
            region_id: UNKNOWN_REGION,
            region_name: UNKNOWN_REGION_NAME.into(),
            usage_type: UNKNOWN_USAGE.into(),
            known_user: false,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Detail {
    pub key: DetailKey,
    pub user_id: UserId,
    pub amount_kwh: Fixed2,
    pub cost_yuan: Fixed2,
    pub booking: Arc<Booking>,
    pub register_before_kwh: Option<Fixed2>,
    pub register_after_kwh: Option<Fixed2>,
    pub remark: Option<Arc<str>>,
    pub register_mismatch: bool,
    pub commit_lsn: Lsn,
}

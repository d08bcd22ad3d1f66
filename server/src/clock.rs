//! The only place that reads the wall clock. Everything else is told the time.

use chrono::{DateTime, Utc};
use domain::{LocalMs, Zone};

/// UTC, microseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "this is the clock")]
pub fn now_us() -> i64 {
    Utc::now().timestamp_micros()
}

pub fn now_ms() -> i64 {
    now_us() / 1000
}

pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(now_us()).unwrap_or_default()
}

/// Wall time at the source.
pub fn local(zone: Zone) -> LocalMs {
    zone.local_ms(now_us())
}

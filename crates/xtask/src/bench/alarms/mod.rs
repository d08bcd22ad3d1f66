//! Figures about alarms: what a thousand rules cost the log, how soon an alarm is seen, a desk with many, a flood of them.

mod backlog;
mod desk;
mod flood;
mod live;
mod receiver;
mod rules;
mod sightings;

pub use backlog::measure as backlog;
pub use desk::measure as desk;
pub use flood::measure as flood;
pub use live::measure as live;

use std::time::Duration;

use anyhow::{Context, Result};

use super::lab::Pair;
use super::session::Session;
use super::writer::Sent;

const REGIONS: u64 = 100;
/// 50 readings every 10 ms: 5,000 readings per second.
const BATCH: u64 = 50;
const EVERY: Duration = Duration::from_millis(10);
/// How far the watermark stays behind, as it comes.
const WATERMARK_DELAY_S: u32 = 5;
/// Readings that are no part of the steady load have numbers from here on.
const EXTRA_IDS: u64 = 1_000_000_000_000;

/// A hundred regions under ten of them, and the same thousand users as everywhere, region by region in turn.
fn setup(pair: &Pair<'_>) -> Result<()> {
    let users = super::dense::USERS;
    pair.ask_source(&format!(
        "insert into region_profile (region_id, parent_id, region_name, limit_kw) \
         select g, case when g > 10 then g % 10 + 1 end, '区' || g, 100000000 from generate_series(1, {REGIONS}) g"
    ))?;
    pair.ask_source(&format!(
        "insert into power_user (user_id, user_name, usage_type, region_id, region_name) \
         select g, '用户' || g, '居民', g % {REGIONS} + 1, '区' || (g % {REGIONS} + 1) from generate_series(1, {users}) g"
    ))?;
    Ok(())
}

/// Some user of a region.
fn user_of(region: u64) -> u64 {
    if region == 1 { REGIONS } else { region - 1 }
}

/// For each end of a window: the first transaction of the writer after which the window could close.
fn causes(source: &mut Session, ends: &[String], first_id: u64) -> Result<Vec<usize>> {
    let listed = ends.iter().map(|end| format!("('{end}'::timestamp)")).collect::<Vec<_>>().join(", ");
    let lines = source.ask(&format!(
        "select (select min(consumption_id) from power_consumption where consumption_id < {EXTRA_IDS} and consumption_date >= ended + interval '{WATERMARK_DELAY_S} s') \
         from (values {listed}) as windows (ended)"
    ))?;
    let place = |line: &String| usize::try_from(line.parse::<u64>().ok()?.checked_sub(first_id)? / BATCH).ok();
    lines.iter().map(|line| place(line).with_context(|| format!("no reading closes a window: {line:?}"))).collect()
}

/// Seconds from a commit to when something was seen after it.
fn delay(sent: &[Sent], cause: usize, seen: std::time::Instant) -> Result<f64> {
    let sent = sent.get(cause).with_context(|| format!("transaction {cause} was not sent"))?;
    Ok(seen.saturating_duration_since(sent.committed_at).as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_the_user_that_the_table_gives_it() {
        for region in 1..=REGIONS {
            assert_eq!(user_of(region) % REGIONS + 1, region);
        }
    }
}

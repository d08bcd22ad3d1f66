//! Which customer days a commit touched, for settlement to follow. Appended in the commit's own transaction, so that a change is
//! visible exactly when its commit is; nothing is waited for.

use std::collections::BTreeSet;

use domain::{Day, Detail, LocalMs, UserId};

use super::SLICE_ROWS;
use crate::pg_types::{DayDate, Stamp};
use crate::{WarehouseError, Work};

/// Held by whoever makes contracts (see the trigger of the table): then the log notes the days of every customer, because it may not
/// see the contract yet.
const CONTRACTS_KEY: i64 = 0x6c6c_636f_6e74;

/// Customer days that readings touch: those they are reported on. What depends on them is found by settlement.
#[derive(Debug, Default)]
pub(super) struct TouchedDays(BTreeSet<(UserId, Day)>);

impl TouchedDays {
    pub(super) fn add(&mut self, user_id: UserId, reported_at: LocalMs) {
        self.0.insert((user_id, reported_at.day()));
    }

    pub(super) fn add_details(&mut self, details: &[Detail]) {
        for detail in details {
            self.add(detail.user_id, detail.key.date);
        }
    }

    /// An interval that ends at midnight belongs to the day before.
    pub(super) fn add_interval(&mut self, user_id: UserId, interval_end: LocalMs) {
        self.0.insert((user_id, interval_end.plus_ms(-1).day()));
    }
}

impl Work {
    pub(super) async fn note_touched(&mut self, touched: TouchedDays) -> Result<(), WarehouseError> {
        if touched.0.is_empty() {
            return Ok(());
        }
        let knows_contracts = self.knows_contracts().await?;
        let all: Vec<(UserId, Day)> = touched.0.into_iter().collect();
        for slice in all.chunks(SLICE_ROWS) {
            let (users, days): (Vec<i64>, Vec<DayDate>) = slice.iter().map(|(user_id, day)| (*user_id, DayDate(*day))).unzip();
            sqlx::query!(
                "insert into settlement_changes (commit_no, user_id, stat_day)
                 select (select commit_no + 1 from progress where id = 1), k.user_id, k.day
                   from unnest($1::bigint[], $2::date[]) as k(user_id, day)
                  where not $3 or exists (select from contracts c where c.user_id = k.user_id and c.removed_at is null)",
                &users,
                &days as _,
                knows_contracts
            )
            .execute(&mut *self.tx)
            .await?;
        }
        Ok(())
    }

    /// Whether every contract that settlement sees before this transaction ends is seen here too.
    async fn knows_contracts(&mut self) -> Result<bool, WarehouseError> {
        Ok(sqlx::query_scalar!(r#"select pg_try_advisory_xact_lock_shared($1) as "is_held!""#, CONTRACTS_KEY)
            .fetch_one(&mut *self.tx)
            .await?)
    }

    /// Everything of a kind went away: all settled days are settled again.
    pub(super) async fn note_truncated(&mut self, table: &str) -> Result<(), WarehouseError> {
        let start = Stamp(LocalMs(0));
        sqlx::query!(
            "insert into settlement_requests (cause, cause_text, from_day)
             select 'readings', $1, $2::timestamp::date where exists (select from contracts)",
            table,
            start as _
        )
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}

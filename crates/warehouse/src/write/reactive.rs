//! Reactive energy as accepted: the newest word about each interval.

use domain::effect::ReactiveFact;
use domain::{LocalMs, Lsn, UserId};

use super::SLICE_ROWS;
use super::settlement::TouchedDays;
use crate::pg_types::{Hundredths, PgLsn, Stamp};
use crate::{WarehouseError, Work};

impl Work {
    /// A copy over known rows writes each of them again, and touches only the days of those that differ.
    pub(super) async fn put_reactive(&mut self, facts: &[ReactiveFact], touched: &mut TouchedDays) -> Result<(), WarehouseError> {
        for slice in facts.chunks(SLICE_ROWS) {
            let users: Vec<UserId> = slice.iter().map(|fact| fact.user_id).collect();
            let ends: Vec<Stamp> = slice.iter().map(|fact| Stamp(fact.interval_end)).collect();
            let kvarh: Vec<Hundredths> = slice.iter().map(|fact| Hundredths(fact.kvarh)).collect();
            // positions lie far below 2^63
            let lsns: Vec<i64> = slice.iter().map(|fact| i64::try_from(fact.commit_lsn.0).unwrap_or(i64::MAX)).collect();
            let changed = sqlx::query!(
                r#"with k as (
                       select * from unnest($1::bigint[], $2::timestamp[], $3::numeric[], $4::bigint[]) as k(user_id, at, kvarh, lsn)
                   ), changed as (
                       select k.user_id, k.at from k left join dwd_power_reactive r on r.user_id = k.user_id and r.interval_end = k.at
                        where r.kvarh is distinct from k.kvarh
                   ), put as (
                       insert into dwd_power_reactive (user_id, interval_end, kvarh, commit_lsn) select k.user_id, k.at, k.kvarh, '0/0'::pg_lsn + k.lsn::numeric from k
                       on conflict (user_id, interval_end) do update set (kvarh, commit_lsn) = (excluded.kvarh, excluded.commit_lsn)
                   )
                   select user_id as "user_id!", at as "at!: Stamp" from changed"#,
                &users,
                &ends as _,
                &kvarh as _,
                &lsns
            )
            .fetch_all(&mut *self.tx)
            .await?;
            for row in changed {
                touched.add_interval(row.user_id, row.at.0);
            }
        }
        Ok(())
    }

    pub(super) async fn remove_reactive(
        &mut self,
        keys: &[(UserId, LocalMs)],
        touched: &mut TouchedDays,
    ) -> Result<(), WarehouseError> {
        for slice in keys.chunks(SLICE_ROWS) {
            let (users, ends): (Vec<i64>, Vec<Stamp>) = slice.iter().map(|(user_id, at)| (*user_id, Stamp(*at))).unzip();
            let gone = sqlx::query!(
                r#"delete from dwd_power_reactive r using unnest($1::bigint[], $2::timestamp[]) as k(user_id, at)
                    where r.user_id = k.user_id and r.interval_end = k.at
                   returning r.user_id, r.interval_end as "at: Stamp""#,
                &users,
                &ends as _
            )
            .fetch_all(&mut *self.tx)
            .await?;
            for row in gone {
                touched.add_interval(row.user_id, row.at.0);
            }
        }
        Ok(())
    }

    /// What a copy at `lsn` did not meet is gone at the source; rows before `keep_before` were archived there and stay. Bounded:
    /// to be called until it returns 0.
    pub async fn remove_unseen_reactive(
        &mut self,
        lsn: Lsn,
        keep_before: Option<LocalMs>,
        limit: i64,
    ) -> Result<u64, WarehouseError> {
        let gone = sqlx::query!(
            r#"delete from dwd_power_reactive where ctid = any(array(
                   select ctid from dwd_power_reactive where commit_lsn < $1 and ($2::timestamp is null or interval_end >= $2) limit $3))
               returning user_id, interval_end as "at: Stamp""#,
            PgLsn(lsn) as _,
            keep_before.map(Stamp) as _,
            limit
        )
        .fetch_all(&mut *self.tx)
        .await?;
        let mut touched = TouchedDays::default();
        for row in &gone {
            touched.add_interval(row.user_id, row.at.0);
        }
        self.note_touched(touched).await?;
        Ok(u64::try_from(gone.len()).unwrap_or(0))
    }
}

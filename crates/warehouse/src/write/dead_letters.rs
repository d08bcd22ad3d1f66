//! Rejected changes, and the counters per hour of data time.

use domain::effect::HourCount;
use domain::{DeadLetter, Lsn, RegionId, Table};

use super::SLICE_ROWS;
use crate::pg_types::{Hundredths, PgLsn, Stamp};
use crate::{WarehouseError, Work};

impl Work {
    pub(super) async fn clear_dead_letters(&mut self, keys: &[(Table, i64)]) -> Result<(), WarehouseError> {
        for slice in keys.chunks(SLICE_ROWS) {
            let (tables, ids): (Vec<&str>, Vec<String>) = slice.iter().map(|(table, id)| (table.name(), id.to_string())).unzip();
            sqlx::query!(
                "update dead_letters l set status = 'cleared', settled_at = now()
                   from unnest($1::text[], $2::text[]) as k(source_table, source_key)
                  where l.status = 'open' and l.source_table = k.source_table and l.source_key = k.source_key",
                &tables as _,
                &ids
            )
            .execute(&mut *self.tx)
            .await?;
        }
        Ok(())
    }

    /// After a copy: what was rejected before its position is either rejected again or no longer there.
    pub async fn clear_dead_letters_before(&mut self, lsn: Lsn) -> Result<(), WarehouseError> {
        sqlx::query!(
            "update dead_letters set status = 'cleared', settled_at = now() where status = 'open' and commit_lsn < $1",
            PgLsn(lsn) as _
        )
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    pub(super) async fn add_dead_letters(&mut self, letters: &[DeadLetter]) -> Result<(), WarehouseError> {
        for slice in letters.chunks(SLICE_ROWS) {
            let lsns: Vec<String> = slice.iter().map(|letter| letter.commit_lsn.to_string()).collect();
            let tables: Vec<&str> = slice.iter().map(|letter| letter.table.name()).collect();
            let keys: Vec<Option<String>> = slice.iter().map(|letter| letter.key.map(|key| key.to_string())).collect();
            let raws: Vec<&str> = slice.iter().map(|letter| letter.raw_json.as_str()).collect();
            let reasons: Vec<&str> = slice.iter().map(|letter| letter.reason.code()).collect();
            let texts: Vec<&str> = slice.iter().map(|letter| letter.reason_text.as_str()).collect();
            let statuses: Vec<&str> = slice.iter().map(|letter| letter.status.code()).collect();
            sqlx::query!(
                "insert into dead_letters (commit_lsn, source_table, source_key, raw, reason, reason_text, status, settled_at)
                 select l.lsn::pg_lsn, l.source_table, l.source_key, l.raw::jsonb, l.reason, l.reason_text,
                        l.status, case when l.status = 'cleared' then now() end
                   from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
                        as l(lsn, source_table, source_key, raw, reason, reason_text, status)",
                &lsns,
                &tables as _,
                &keys as _,
                &raws as _,
                &reasons as _,
                &texts as _,
                &statuses as _
            )
            .execute(&mut *self.tx)
            .await?;
        }
        Ok(())
    }

    pub(super) async fn add_counts(&mut self, counts: &[HourCount]) -> Result<(), WarehouseError> {
        for slice in counts.chunks(SLICE_ROWS) {
            let hours: Vec<Stamp> = slice.iter().map(|count| Stamp(count.hour)).collect();
            let regions: Vec<RegionId> = slice.iter().map(|count| count.region_id).collect();
            let rows: Vec<i64> = slice.iter().map(|count| count.rows).collect();
            let late: Vec<i64> = slice.iter().map(|count| count.late).collect();
            let late_kwh: Vec<Hundredths> = slice.iter().map(|count| Hundredths(count.late_kwh)).collect();
            let retracted: Vec<i64> = slice.iter().map(|count| count.retracted).collect();
            let mismatches: Vec<i64> = slice.iter().map(|count| count.register_mismatch).collect();
            sqlx::query!(
                "insert into quality_hour as q (period_start, region_id, row_count, late_count, late_consumption,
                                                retracted_count, register_mismatch_count)
                 select c.hour, c.region_id, sum(c.row_count), sum(c.late), sum(c.late_kwh), sum(c.retracted), sum(c.mismatch)
                   from unnest($1::timestamp[], $2::int[], $3::bigint[], $4::bigint[], $5::numeric[], $6::bigint[], $7::bigint[])
                        as c(hour, region_id, row_count, late, late_kwh, retracted, mismatch)
                  group by c.hour, c.region_id
                 on conflict (period_start, region_id) do update
                    set row_count = q.row_count + excluded.row_count,
                        late_count = q.late_count + excluded.late_count,
                        late_consumption = q.late_consumption + excluded.late_consumption,
                        retracted_count = q.retracted_count + excluded.retracted_count,
                        register_mismatch_count = q.register_mismatch_count + excluded.register_mismatch_count",
                &hours as _,
                &regions,
                &rows,
                &late,
                &late_kwh as _,
                &retracted,
                &mismatches
            )
            .execute(&mut *self.tx)
            .await?;
        }
        Ok(())
    }
}

//! `power_reactive`: bulk writing of reactive energy.

use domain::ReactiveRow;

use crate::copy_text::cell_text;
use crate::{Inserted, Operational, OperationalError};

impl Operational {
    /// One transaction; rows whose key is there stay as they are.
    pub async fn insert_reactive(&self, rows: &[ReactiveRow]) -> Result<Inserted, OperationalError> {
        let users: Vec<Option<i64>> = rows.iter().map(|row| row.user_id).collect();
        let ends: Vec<_> = rows.iter().map(|row| cell_text(&row.interval_end)).collect();
        let kvarh: Vec<_> = rows.iter().map(|row| cell_text(&row.kvarh)).collect();
        let done = sqlx::query!(
            "insert into power_reactive (user_id, interval_end, kvarh)
             select user_id, interval_end::timestamp, kvarh::numeric
               from unnest($1::bigint[], $2::text[], $3::text[]) as line (user_id, interval_end, kvarh)
             on conflict do nothing",
            &users as &[Option<i64>],
            &ends as &[Option<String>],
            &kvarh as &[Option<String>],
        )
        .execute(&self.pool)
        .await?;
        let new = done.rows_affected();
        Ok(Inserted { new, present: u64::try_from(rows.len()).unwrap_or(u64::MAX).saturating_sub(new) })
    }
}

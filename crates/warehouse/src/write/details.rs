//! Accepted readings: new ones by COPY, gone ones by key.

use domain::{Detail, DetailKey};

use super::SLICE_ROWS;
use super::copy::{CopyRows, RowBuffer};
use super::settlement::TouchedDays;
use crate::load::{Span, key_columns};
use crate::pg_types::Stamp;
use crate::{WarehouseError, Work};

const COPY_DETAILS: &str = "COPY dwd_power_consumption_detail (consumption_id, user_id, user_name, consumption_amount, \
     consumption_cost, consumption_date, region_id, region_name, usage_type, meter_reading_before, meter_reading_after, \
     remark, known_user, quality, commit_lsn) FROM STDIN (FORMAT binary)";
const COLUMNS: u16 = 15;
const REGISTER_MISMATCH: &str = "register_mismatch";

impl Work {
    pub(super) async fn add_details(&mut self, details: &[Detail]) -> Result<(), WarehouseError> {
        if details.is_empty() {
            return Ok(());
        }
        let mut copy = CopyRows::start(&mut self.tx, &mut self.buffer, COPY_DETAILS).await?;
        for detail in details {
            push_detail(&mut copy.row, detail);
            copy.flush_if_full().await?;
        }
        copy.finish().await
    }

    pub(super) async fn remove_details(&mut self, keys: &[DetailKey], touched: &mut TouchedDays) -> Result<(), WarehouseError> {
        for slice in keys.chunks(SLICE_ROWS) {
            let Some(span) = Span::of_days(slice.iter().map(|key| key.date)) else { continue };
            let (ids, dates) = key_columns(slice);
            let gone = sqlx::query!(
                r#"delete from dwd_power_consumption_detail d
                    using unnest($1::bigint[], $2::timestamp[]) as k(id, at)
                    where d.consumption_id = k.id and d.consumption_date = k.at
                      and d.consumption_date >= $3 and d.consumption_date < $4
                   returning d.user_id, d.consumption_date as "at: Stamp""#,
                &ids,
                &dates as _,
                span.from as _,
                span.to as _
            )
            .fetch_all(&mut *self.tx)
            .await?;
            for row in gone {
                touched.add(row.user_id, row.at.0);
            }
        }
        Ok(())
    }
}

fn push_detail(row: &mut RowBuffer<'_>, detail: &Detail) {
    let booking = &detail.booking;
    row.begin(COLUMNS);
    row.int8(detail.key.consumption_id);
    row.int8(detail.user_id);
    row.text(&booking.user_name);
    row.numeric(detail.amount_kwh);
    row.numeric(detail.cost_yuan);
    row.stamp(detail.key.date);
    row.int4(booking.region_id);
    row.text(&booking.region_name);
    row.text(&booking.usage_type);
    row.numeric_or_null(detail.register_before_kwh);
    row.numeric_or_null(detail.register_after_kwh);
    row.text_or_null(detail.remark.as_deref());
    row.boolean(booking.known_user);
    if detail.register_mismatch {
        row.text_array(REGISTER_MISMATCH);
    } else {
        row.null();
    }
    row.lsn(detail.commit_lsn);
}

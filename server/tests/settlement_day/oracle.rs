//! Bands, energy and amounts in plain SQL, written without any of the product's code: each reading is a quarter-hour that ends at its
//! time rounded down; bands by the start of the quarter-hour; the amount of a day is what the rounded bill to date grows by.

use super::land::Land;

const EXPECTED: &str = "
with piece as (
    select user_id, consumption_amount as kwh, date_bin('15 min', consumption_date, '2016-01-01') - interval '15 min' as starts
      from dwd_power_consumption_detail
), banded as (
    select user_id, starts::date as day, kwh,
           case when starts::time >= '08:00' and starts::time < '11:00' or starts::time >= '17:00' and starts::time < '22:00' then 'peak'
                when starts::time >= '23:00' or starts::time < '07:00' then 'valley' else 'flat' end as band
      from piece
), price (band, price) as (values ('peak', 0.851234), ('flat', FLAT), ('valley', 0.384471)),
day as (
    select b.user_id, b.day, p.band, p.price, coalesce(sum(b.kwh) filter (where b.band = p.band), 0) as kwh
      from banded b cross join price p group by 1, 2, 3, 4
), total as (
    select *, sum(kwh) over (partition by user_id, band, date_trunc('month', day) order by day) as to_date from day
), bill as (
    select user_id, day, sum(kwh) as kwh, sum(kwh) filter (where band = 'peak') as peak, sum(kwh) filter (where band = 'flat') as flat,
           sum(kwh) filter (where band = 'valley') as valley,
           sum(round(to_date * price, 2)) - sum(round((to_date - kwh) * price, 2)) as amount
      from total group by 1, 2
)";

impl Land {
    /// How settled days differ from those bills; days with marks are left out, because their readings are not all there.
    pub async fn differences(&self, flat_price: &str) -> Vec<String> {
        let question = format!(
            "{} select concat_ws(' ', 'user', s.user_id, s.day_start, 'settled', s.energy_kwh, s.peak_kwh, s.flat_kwh, s.valley_kwh,
                                 s.amount, 'expected', b.kwh, b.peak, b.flat, b.valley, b.amount)
                  from settlements_day s left join bill b on b.user_id = s.user_id and b.day = s.day_start
                 where s.marks <@ '{{moved}}'
                   and (s.energy_kwh, s.peak_kwh, s.flat_kwh, s.valley_kwh, s.amount)
                       is distinct from (b.kwh, b.peak, b.flat, b.valley, b.amount)
                 order by 1",
            EXPECTED.replace("FLAT", flat_price)
        );
        self.lines(&question).await
    }
}

//! Bands, energy and amounts in plain SQL, written without any of the product's code: each reading is a quarter-hour that ends at its
//! time rounded down; bands by the start of the quarter-hour; the amount of a day is what the rounded bill to date grows by.

use super::land::Land;

/// Days whose readings are all there, against the readings.
const ENERGY: &str = "
with piece as (
    select user_id, consumption_amount as kwh, date_bin('15 min', consumption_date, '2016-01-01') - interval '15 min' as starts
      from dwd_power_consumption_detail
), banded as (
    select user_id, starts::date as day, kwh,
           case when starts::time >= '08:00' and starts::time < '11:00' or starts::time >= '17:00' and starts::time < '22:00' then 'peak'
                when starts::time >= '23:00' or starts::time < '07:00' then 'valley' else 'flat' end as band
      from piece
), day as (
    select user_id, day, sum(kwh) as kwh, coalesce(sum(kwh) filter (where band = 'peak'), 0) as peak,
           coalesce(sum(kwh) filter (where band = 'flat'), 0) as flat, coalesce(sum(kwh) filter (where band = 'valley'), 0) as valley
      from banded group by 1, 2
)
select concat_ws(' ', 'user', s.user_id, s.day_start, 'settled', s.energy_kwh, s.peak_kwh, s.flat_kwh, s.valley_kwh,
                 'expected', d.kwh, d.peak, d.flat, d.valley)
  from settlements_day s left join day d on d.user_id = s.user_id and d.day = s.day_start
 where s.marks <@ '{moved}'
   and (s.energy_kwh, s.peak_kwh, s.flat_kwh, s.valley_kwh)
       is distinct from (coalesce(d.kwh, 0), coalesce(d.peak, 0), coalesce(d.flat, 0), coalesce(d.valley, 0))
 order by 1";

/// Every day, against the energy that is settled by band.
const AMOUNTS: &str = "
with part as (
    select s.contract_id, s.day_start, p.price, case p.band when 'peak' then s.peak_kwh when 'flat' then s.flat_kwh else s.valley_kwh end as kwh
      from settlements_day s cross join (values ('peak', 0.851234), ('flat', FLAT), ('valley', 0.384471)) as p (band, price)
), total as (
    select *, sum(kwh) over (partition by contract_id, price, date_trunc('month', day_start) order by day_start) as to_date from part
), bill as (
    select contract_id, day_start, sum(round(to_date * price, 2)) - sum(round((to_date - kwh) * price, 2)) as amount
      from total group by 1, 2
)
select concat_ws(' ', 'contract', contract_id, day_start, 'settled', s.amount, 'expected', b.amount)
  from settlements_day s join bill b using (contract_id, day_start) where s.amount <> b.amount order by 1";

impl Land {
    /// How settled days differ from what they should be.
    pub async fn differences(&self, flat_price: &str) -> Vec<String> {
        let mut differences = self.lines(ENERGY).await;
        differences.extend(self.lines(&AMOUNTS.replace("FLAT", flat_price)).await);
        differences
    }
}

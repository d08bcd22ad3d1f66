//! What each warehouse table is, as a query over `dwd_power_consumption_detail`.

/// One table, the columns that are compared and the query that defines them.
#[derive(Clone, Debug)]
pub struct Definition {
    pub table: &'static str,
    pub columns: &'static str,
    pub query: String,
}

/// The readings of closed windows with their window. The grid of windows stands on midnight, as that of 1970 does.
const CLOSED: &str = "
    select d.*, date_bin('5 seconds', d.consumption_date, timestamp '1970-01-01')::timestamp(3) as stat_date
      from dwd_power_consumption_detail d
     where date_bin('5 seconds', d.consumption_date, timestamp '1970-01-01') + interval '5 seconds'
           <= (select watermark from progress)";

/// A name in a group is that of its reading with the largest number.
fn newest(column: &str) -> String {
    format!("(array_agg({column} order by consumption_id desc))[1]")
}

/// Sums per user and closed window, with his place; the region's name is that of the window.
fn ranked_windows() -> String {
    format!(
        "with closed as ({CLOSED}),
              per_user as (select stat_date, region_id, user_id, {user_name} as user_name,
                                  sum(consumption_amount) as total_consumption, sum(consumption_cost) as total_cost
                             from closed group by stat_date, region_id, user_id),
              regions as (select stat_date, region_id, {region_name} as region_name from closed group by stat_date, region_id)
         select p.user_id, p.user_name, p.region_id, r.region_name, p.stat_date, p.total_consumption, p.total_cost,
                (row_number() over (partition by p.stat_date, p.region_id order by p.total_consumption desc, p.user_id))::int as ranking
           from per_user p join regions r using (stat_date, region_id)",
        user_name = newest("user_name"),
        region_name = newest("region_name"),
    )
}

fn region_daily_stats() -> String {
    format!(
        "select region_id, {region_name} as region_name, stat_date, sum(consumption_amount) as total_consumption,
                sum(consumption_cost) as total_cost, count(distinct user_id) as user_count,
                round(avg(consumption_amount), 2) as avg_consumption, max(consumption_amount) as max_consumption,
                min(consumption_amount) as min_consumption, count(*) as record_count
           from ({CLOSED}) closed group by region_id, stat_date",
        region_name = newest("region_name"),
    )
}

fn user_ranking(keep: i64) -> String {
    format!("select * from ({}) ranked where {keep} = 0 or ranking <= {keep}", ranked_windows())
}

fn power_dashboard() -> String {
    format!(
        "with stats as ({stats}), top as (select * from ({ranked}) ranked where ranking = 1),
              hours as (select region_id, stat_date, extract(hour from consumption_date)::int as peak_hour,
                               row_number() over (partition by region_id, stat_date
                                                  order by sum(consumption_amount) desc, extract(hour from consumption_date)) as place
                          from ({CLOSED}) closed group by region_id, stat_date, extract(hour from consumption_date))
         select 'DASHBOARD_' || s.region_id || '_' || to_char(s.stat_date, 'YYYY-MM-DD HH24:MI:SS.MS') as dashboard_id,
                s.stat_date, s.region_id, s.region_name, s.total_consumption, s.total_cost, s.user_count, s.avg_consumption,
                h.peak_hour, s.max_consumption, t.user_id, t.user_name, t.total_consumption
           from stats s join top t using (region_id, stat_date) join hours h using (region_id, stat_date) where h.place = 1",
        stats = region_daily_stats(),
        ranked = ranked_windows(),
    )
}

fn region_rollup() -> String {
    let grain = |name: &str, start: &str| {
        format!(
            "select region_id, '{name}' as grain, {start} as period_start, {region_name} as region_name,
                    sum(consumption_amount) as total_consumption, sum(consumption_cost) as total_cost, count(*) as record_count,
                    count(distinct user_id) as user_count, round(avg(consumption_amount), 2) as avg_consumption,
                    max(consumption_amount) as max_consumption, min(consumption_amount) as min_consumption,
                    max(consumption_id) as last_consumption_id
               from dwd_power_consumption_detail group by region_id, {start}",
            region_name = newest("region_name"),
        )
    };
    let truncated = |field: &str| grain(field, &format!("date_trunc('{field}', consumption_date)::timestamp(3)"));
    let quarters = grain("15min", "date_bin('15 minutes', consumption_date, timestamp '1970-01-01')::timestamp(3)");
    [quarters, truncated("hour"), truncated("day"), truncated("month"), truncated("year")].join(" union all ")
}

fn user_day() -> String {
    let half = |from: i32| {
        format!("bit_or(case when quarter between {from} and {from} + 47 then 1::bigint << (quarter - {from}) else 0 end)")
    };
    format!(
        "select consumption_date::date as stat_day, region_id, user_id, {user_name} as user_name, {usage_type} as usage_type,
                count(*) as record_count, sum(consumption_amount) as total_consumption, sum(consumption_cost) as total_cost,
                max(consumption_id) as last_consumption_id, {low} as quarter_lo, {high} as quarter_hi
           from (select d.*, (extract(hour from consumption_date) * 4 + floor(extract(minute from consumption_date) / 15))::int as quarter
                   from dwd_power_consumption_detail d) q
          group by consumption_date::date, region_id, user_id",
        user_name = newest("user_name"),
        usage_type = newest("usage_type"),
        low = half(0),
        high = half(48),
    )
}

const USER_MONTH: &str = "
    select date_trunc('month', consumption_date)::date as stat_month, region_id, user_id,
           count(distinct consumption_date::date)::int as day_count
      from dwd_power_consumption_detail group by 1, region_id, user_id";

/// Mean power reaches from midnight through the last quarter-hour that has a reading.
fn region_day() -> String {
    format!(
        "with quarters as (
             select region_id, date_bin('15 minutes', consumption_date, timestamp '1970-01-01')::timestamp(3) as quarter,
                    sum(consumption_amount) as kwh
               from dwd_power_consumption_detail group by 1, 2),
         hours as (select region_id, date_trunc('hour', quarter) as hour, sum(kwh) as kwh from quarters group by 1, 2),
         days as (
             select region_id, consumption_date::date as stat_day, {region_name} as region_name,
                    sum(consumption_amount) as total_consumption, sum(consumption_cost) as total_cost
               from dwd_power_consumption_detail group by 1, 2),
         peak_quarters as (
             select distinct on (region_id, quarter::date) region_id, quarter::date as stat_day, quarter, kwh
               from quarters order by region_id, quarter::date, kwh desc, quarter),
         peak_hours as (
             select distinct on (region_id, hour::date) region_id, hour::date as stat_day, extract(hour from hour)::int as hour, kwh
               from hours order by region_id, hour::date, kwh desc, hour),
         elapsed as (
             select region_id, quarter::date as stat_day,
                    (extract(epoch from max(quarter) - date_trunc('day', max(quarter))) / 900 + 1)::numeric as quarters
               from quarters group by 1, 2),
         users as (
             select region_id, consumption_date::date as stat_day, user_id, {user_name} as user_name, sum(consumption_amount) as kwh
               from dwd_power_consumption_detail group by 1, 2, 3),
         top as (select distinct on (region_id, stat_day) * from users order by region_id, stat_day, kwh desc, user_id)
         select d.region_id, d.stat_day, d.region_name, d.total_consumption, d.total_cost,
                h.hour, h.kwh, q.quarter, q.kwh, round(d.total_consumption * 4 / e.quarters, 2), q.kwh * 4,
                round(d.total_consumption / nullif(e.quarters * q.kwh, 0), 4), t.user_id, t.user_name, t.kwh
           from days d join peak_quarters q using (region_id, stat_day) join peak_hours h using (region_id, stat_day)
           join elapsed e using (region_id, stat_day) join top t using (region_id, stat_day)",
        region_name = newest("region_name"),
        user_name = newest("user_name"),
    )
}

/// The definitions of all tables that follow from the detail rows.
pub fn definitions(keep: i64) -> Vec<Definition> {
    vec![
        Definition {
            table: "dws_region_daily_stats",
            columns: "region_id, region_name, stat_date, total_consumption, total_cost, user_count, avg_consumption,
                      max_consumption, min_consumption, record_count",
            query: region_daily_stats(),
        },
        Definition {
            table: "dws_user_ranking",
            columns: "user_id, user_name, region_id, region_name, stat_date, total_consumption, total_cost, ranking",
            query: user_ranking(keep),
        },
        Definition {
            table: "ads_power_dashboard",
            columns:
                "dashboard_id, stat_date, region_id, region_name, total_consumption, total_cost, user_count, avg_consumption,
                      peak_hour, peak_consumption, top_user_id, top_user_name, top_user_consumption",
            query: power_dashboard(),
        },
        Definition {
            table: "dws_region_rollup",
            columns: "region_id, grain, period_start, region_name, total_consumption, total_cost, record_count, user_count,
                      avg_consumption, max_consumption, min_consumption, last_consumption_id",
            query: region_rollup(),
        },
        Definition {
            table: "dws_user_day",
            columns: "stat_day, region_id, user_id, user_name, usage_type, record_count, total_consumption, total_cost,
                      last_consumption_id, quarter_lo, quarter_hi",
            query: user_day(),
        },
        Definition {
            table: "dws_user_month",
            columns: "stat_month, region_id, user_id, day_count",
            query: USER_MONTH.to_owned(),
        },
        Definition {
            table: "ads_region_day",
            columns:
                "region_id, stat_day, region_name, total_consumption, total_cost, peak_hour, peak_hour_consumption, peak_quarter,
                      peak_quarter_consumption, mean_kw, peak_kw, load_factor, top_user_id, top_user_name, top_user_consumption",
            query: region_day(),
        },
    ]
}

//! Users, contracts and readings in numbers. Readings and earlier settled days are put into the warehouse directly: reading them from
//! the log is another figure.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::stream::{Stream, Streamed};
use super::{DEADLINE, QUARTERS, REGIONS};
use crate::bench::child::{Running, wait_for};
use crate::bench::http::Site;
use crate::bench::lab::{Lab, Pair};
use crate::bench::session::Session;

/// Most customers have time-of-use prices; every fifth has tiers.
const TARIFFS: &str = "case when user_id % 5 = 0 then 'guangdong-residential' else 'hubei-single-below-1kv' end";
/// A watermark: no reading is waited for before it.
const FIRST_STREAM: Duration = Duration::from_secs(3);

/// A running Loadline.
pub struct Served {
    pub running: Running,
    pub site: Site,
}

/// What the figures stand on.
pub struct Land<'a> {
    pub pair: &'a Pair<'a>,
    pub users: u64,
    /// Yesterday as `2026-01-05`, where the source's clock is.
    pub day: String,
    /// First day of the month before it.
    pub month: String,
}

impl<'a> Land<'a> {
    pub fn make(pair: &'a Pair<'a>, users: u64) -> Result<Self> {
        // what is filled in here goes through the log of the same server, and must not push the slot's part out
        for statement in ["alter system set max_slot_wal_keep_size = -1", "select pg_reload_conf()"] {
            pair.lab.cluster.psql("postgres", statement)?;
        }
        let zone = pair.zone;
        let day = pair.ask_source(&format!("select (now() at time zone '{zone}')::date - 1"))?;
        let month = pair.ask_source(&format!("select (date_trunc('month', date '{day}') - interval '1 month')::date"))?;
        let land = Self { pair, users, day, month };
        pair.ask_source(&format!(
            "insert into region_profile (region_id, parent_id, region_name, limit_kw) \
             select g, null, '区' || g, 100000000 from generate_series(1, {REGIONS}) g"
        ))?;
        pair.ask_source(&format!(
            "insert into power_user (user_id, user_name, usage_type, region_id, region_name) \
             select g, '用户' || g, case when g % 5 = 0 then '居民' else '工业' end, g % {REGIONS} + 1, '区' || (g % {REGIONS} + 1) \
               from generate_series(1, {users}) g"
        ))?;
        let served = land.serve()?;
        Stream::open(pair, users)?.run(FIRST_STREAM, &AtomicBool::new(false))?;
        wait_for("the first readings", DEADLINE, || {
            Ok((land.ask("select count(*) from progress where watermark is not null")? == "1").then_some(()))
        })?;
        served.running.stop()?;
        land.fill_contracts()?;
        land.fill_readings()?;
        Ok(land)
    }

    pub fn lab(&self) -> &'a Lab {
        self.pair.lab
    }

    pub fn ask(&self, statement: &str) -> Result<String> {
        self.pair.ask_warehouse(statement)
    }

    pub fn session(&self) -> Result<Session> {
        Session::open(self.lab(), &self.pair.warehouse_url())
    }

    pub fn readings(&self) -> u64 {
        self.users * QUARTERS
    }

    pub fn serve(&self) -> Result<Served> {
        let (running, site) = self.pair.serve()?;
        self.pair.wait_for_copy(DEADLINE)?;
        let site = site.with_token(&self.pair.token()?);
        Ok(Served { running, site })
    }

    fn fill_contracts(&self) -> Result<()> {
        let Self { users, month, .. } = self;
        self.ask(&format!(
            "begin; \
             insert into contracts (user_id, starts_on, changed_by) select g, '{month}', 'bench' from generate_series(1, {users}) g; \
             insert into contract_terms (contract_id, valid_from, tariff_code, definition, made_by) \
             select contract_id, starts_on, {TARIFFS}, jsonb_build_object('tariff', {TARIFFS}, 'voltage', 'below_1kv'), 'bench' from contracts; \
             update settlement_progress set rules_revision = rules_revision + 1; \
             commit; analyze contracts; analyze contract_terms; analyze ods_power_user"
        ))?;
        Ok(())
    }

    /// Every user reports at the end of each quarter-hour, the last one at midnight, with the register's values.
    fn fill_readings(&self) -> Result<()> {
        let Self { users, day, .. } = self;
        let started = Instant::now();
        self.ask(&format!(
            "select loadline_ensure_day('{day}'); select loadline_ensure_day(date '{day}' + 1); \
             insert into dwd_power_consumption_detail (consumption_id, user_id, user_name, consumption_amount, consumption_cost, \
                    consumption_date, region_id, region_name, usage_type, meter_reading_before, meter_reading_after, known_user, commit_lsn) \
             select 1000000000::bigint + q * {users} + u, u, '用户' || u, amount, amount, timestamp '{day}' + q * interval '15 min', \
                    u % {REGIONS} + 1, '区' || (u % {REGIONS} + 1), case when u % 5 = 0 then '居民' else '工业' end, \
                    (q - 1) * amount, q * amount, true, '0/1' \
               from generate_series(1, {QUARTERS}) q, generate_series(1, {users}) u, \
                    lateral (select ((u % 97 + 3) / 100.0)::numeric(18, 2) as amount) a"
        ))?;
        // which days have readings of whom
        self.ask(&format!(
            "insert into dws_user_day (stat_day, region_id, user_id, user_name, usage_type, record_count, total_consumption, total_cost, \
                    last_consumption_id, quarter_lo, quarter_hi) \
             select date '{day}', u % {REGIONS} + 1, u, '用户' || u, case when u % 5 = 0 then '居民' else '工业' end, {QUARTERS} - 1, \
                    ({QUARTERS} - 1) * (u % 97 + 3) / 100.0, ({QUARTERS} - 1) * (u % 97 + 3) / 100.0, \
                    1000000000::bigint + ({QUARTERS} - 1) * {users} + u, 281474976710654, 281474976710655 \
               from generate_series(1, {users}) u \
             union all \
             select date '{day}' + 1, u % {REGIONS} + 1, u, '用户' || u, case when u % 5 = 0 then '居民' else '工业' end, 1, \
                    (u % 97 + 3) / 100.0, (u % 97 + 3) / 100.0, 1000000000::bigint + {QUARTERS} * {users} + u, 1, 0 \
               from generate_series(1, {users}) u \
             on conflict (stat_day, region_id, user_id) do update \
                set record_count = dws_user_day.record_count + 1, \
                    total_consumption = dws_user_day.total_consumption + excluded.total_consumption, \
                    quarter_lo = dws_user_day.quarter_lo | 1; \
             delete from settlement_changes"
        ))?;
        // one statement each: not in a transaction
        for statement in ["vacuum analyze dwd_power_consumption_detail", "vacuum analyze dws_user_day", "checkpoint"] {
            self.ask(statement)?;
        }
        eprintln!("      {} readings are there after {:.0} s", self.readings(), started.elapsed().as_secs_f64());
        Ok(())
    }

    /// Works beside a stream of readings, which has to have kept its rhythm.
    pub fn with_stream<T>(&self, work: impl FnOnce(&Stream) -> Result<T>) -> Result<T> {
        let stop = AtomicBool::new(false);
        let stream = Stream::open(self.pair, self.users)?;
        let told = stream.handle();
        std::thread::scope(|scope| {
            let streaming = scope.spawn(|| stream.run(DEADLINE, &stop));
            let outcome = work(&told);
            stop.store(true, Ordering::Relaxed);
            let streamed: Streamed = streaming.join().map_err(|_| anyhow::anyhow!("the stream panicked"))??;
            eprintln!("      the stream wrote {:.0} readings/s", streamed.per_second());
            outcome
        })
    }

    /// A month of settled days, each like the contract's settled one; the readings go, for their space.
    pub fn fill_month(&self, served: Served) -> Result<Served> {
        served.running.stop().context("before the month is filled")?;
        let Self { day, month, .. } = self;
        let started = Instant::now();
        self.ask(&format!(
            "begin; delete from settlement_changes; truncate dwd_power_consumption_detail; delete from dws_user_day; \
             insert into settlements_day (contract_id, user_id, day_start, region_id, statement_month, energy_kwh, sharp_kwh, peak_kwh, \
                    flat_kwh, valley_kwh, deep_valley_kwh, estimated_kwh, shaped_kwh, amount, status, marks, definition) \
             select contract_id, user_id, d::date, region_id, '{month}', energy_kwh, sharp_kwh, peak_kwh, flat_kwh, valley_kwh, \
                    deep_valley_kwh, estimated_kwh, shaped_kwh, amount, status, marks, \
                    definition || jsonb_build_object('day', d::date::text) \
               from settlements_day, generate_series(date '{month}', date '{month}' + interval '1 month' - interval '1 day', '1 day') d \
              where day_start = '{day}'; commit"
        ))?;
        for statement in ["vacuum analyze settlements_day", "checkpoint"] {
            self.ask(statement)?;
        }
        eprintln!("      a month of settled days is there after {:.0} s", started.elapsed().as_secs_f64());
        self.serve()
    }
}

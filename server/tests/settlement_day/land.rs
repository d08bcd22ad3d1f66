//! A source, a warehouse, the pipeline and the settlement worker between them; a tariff, customers, and their readings.
#![expect(clippy::unwrap_used, reason = "a test helper fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use domain::{Lsn, Zone};
use engine::Settings;
use server::pipeline::Pipeline;
use server::pipeline::watch::Watch;
use server::settlement::settings::SettlementSettings;
use server::settlement::worker::SettlementWorker;
use source::SourceConfig;
use sqlx::PgPool;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use warehouse::Store;

pub const DEADLINE: Duration = Duration::from_secs(60);
const IDLE_AFTER: Duration = Duration::from_millis(300);
pub const TARIFF: &str = "test-bands";
/// Quarter-hours of a day.
pub const QUARTERS: i64 = 96;

static SLOTS: AtomicU32 = AtomicU32::new(0);

pub struct Land {
    pub source: PgPool,
    pub warehouse: PgPool,
    pub warehouse_url: String,
    config: SourceConfig,
    zone: Zone,
    watch: Arc<Watch>,
    pipeline: JoinHandle<()>,
    pub worker: Option<JoinHandle<()>>,
}

impl Land {
    /// The pipeline runs, the worker does not yet.
    pub async fn new() -> Self {
        let (source_url, warehouse_url) = (testkit::operational_db().await, testkit::warehouse_db().await);
        let zone = Zone::parse("Asia/Shanghai").unwrap();
        let slot = format!("settlement_test_{}", SLOTS.fetch_add(1, Ordering::Relaxed));
        let config = SourceConfig { url: source_url.clone(), slot, publication: "loadline".into(), zone, max_chunk_rows: 100 };
        source::setup(&config).await.unwrap();
        let warehouse = testkit::pool(&warehouse_url).await;
        warehouse::migrate(&warehouse, zone).await.unwrap();
        let (watch, pipeline) = start_pipeline(&warehouse_url, &config, zone).await;
        let source = testkit::pool(&source_url).await;
        Self { source, warehouse, warehouse_url, config, zone, watch, pipeline, worker: None }
    }

    /// With the tariff, and users 1 to `users` who have a contract with it from the first day on.
    pub async fn with_contracts(users: i64) -> Self {
        let land = Self::new().await;
        land.at_source(&format!(
            "insert into power_user (user_id, user_name, usage_type, region_id, region_name)
             select u, '用户' || u, '工业', 1, '东区' from generate_series(1, {users}) u"
        ))
        .await;
        land.put_tariff(1, "{}", "0.50").await;
        land.quiet().await;
        for user_id in 1..=users {
            land.sign(user_id, "2016-01-11").await;
        }
        land
    }

    pub async fn start_worker(&mut self) {
        let worker = self.worker().await;
        self.worker = Some(tokio::spawn(async move { worker.run(&CancellationToken::new()).await }));
    }

    pub async fn worker(&self) -> SettlementWorker {
        let store = Store::new(warehouse::connect(&self.warehouse_url, 4).await.unwrap());
        SettlementWorker { store, settings: SettlementSettings::default(), watch: self.watch.clone() }
    }

    /// As `kill -9` would: whatever it does ends where it is.
    pub async fn kill_worker(&mut self) {
        if let Some(task) = self.worker.take() {
            task.abort();
            let _ = task.await;
        }
    }

    pub async fn kill_pipeline(&mut self) {
        self.pipeline.abort();
        if !self.pipeline.is_finished() {
            let _ = (&mut self.pipeline).await;
        }
        let (watch, pipeline) = start_pipeline(&self.warehouse_url, &self.config, self.zone).await;
        (self.watch, self.pipeline) = (watch, pipeline);
        // the worker listens to the other one
        if self.worker.is_some() {
            self.kill_worker().await;
            self.start_worker().await;
        }
    }

    /// The slot is lost: everything is copied anew, with what `statements` do to the source meanwhile.
    pub async fn copy_again(&mut self, statements: &str) {
        self.pipeline.abort();
        let _ = (&mut self.pipeline).await;
        testkit::wait_until("the slot is free", DEADLINE, async || {
            let dropped = sqlx::query("select pg_drop_replication_slot($1)").bind(&self.config.slot).execute(&self.source).await;
            dropped.is_ok()
        })
        .await;
        self.at_source(statements).await;
        self.kill_pipeline().await;
    }

    /// Waits until everything at the source is committed and no window is open.
    pub async fn quiet(&self) {
        let flushed: String =
            sqlx::query_scalar("select pg_current_wal_flush_lsn()::text").fetch_one(&self.source).await.unwrap();
        let flushed: Lsn = flushed.parse().unwrap();
        testkit::wait_until("the log is committed and windows are closed", DEADLINE, async || {
            let is_covered = self.watch.covered_lsn() >= flushed;
            let is_whole = self.holds(
                "select snapshot_state = 'complete' and not exists (
                     select from dwd_power_consumption_detail d where p.watermark is null or d.consumption_date >= p.watermark)
                   from progress p",
            );
            is_covered && is_whole.await
        })
        .await;
    }

    /// Waits until everything is settled.
    pub async fn settled(&self) {
        self.quiet().await;
        testkit::wait_until("everything is settled", DEADLINE, async || {
            self.holds(
                "select not exists (select from settlement_changes) and not exists (select from settlement_requests)
                    and s.estimated_until is not null
                    and (p.watermark - interval '6 h')::date <= (s.estimated_until - interval '6 h')::date
                   from settlement_progress s, progress p",
            )
            .await
        })
        .await;
    }

    async fn holds(&self, question: &str) -> bool {
        sqlx::query_scalar::<_, bool>(question).fetch_one(&self.warehouse).await.unwrap()
    }

    pub async fn at_source(&self, statements: &str) {
        sqlx::raw_sql(statements).execute(&self.source).await.unwrap();
    }

    pub async fn at_warehouse(&self, statements: &str) {
        sqlx::raw_sql(statements).execute(&self.warehouse).await.unwrap();
    }

    pub async fn number(&self, question: &str) -> i64 {
        sqlx::query_scalar(question).fetch_one(&self.warehouse).await.unwrap()
    }

    pub async fn text(&self, question: &str) -> String {
        sqlx::query_scalar::<_, Option<String>>(question).fetch_one(&self.warehouse).await.unwrap().unwrap_or_default()
    }

    pub async fn lines(&self, question: &str) -> Vec<String> {
        sqlx::query_scalar(question).fetch_all(&self.warehouse).await.unwrap()
    }

    /// A version of the tariff: 峰 08:00-11:00 and 17:00-22:00, 谷 23:00-07:00, 平 otherwise.
    pub async fn put_tariff(&self, version: i32, replaces: &str, flat: &str) {
        let definition = serde_json::json!({
            "code": TARIFF, "name": "测试", "province": "测试", "valid_from": "2016-01-01",
            "notice": {"number": "测试〔2016〕1号"}, "for_whom": {},
            "calendar": {"flat_fills": true, "rules": [
                {"band": "peak", "days": {"on": "every"}, "spans": ["08:00-11:00", "17:00-22:00"]},
                {"band": "valley", "days": {"on": "every"}, "spans": ["23:00-07:00"]},
            ]},
            "prices": {"bands": {"peak": "0.851234", "flat": flat, "valley": "0.384471"}},
        });
        sqlx::query(
            "with plan as (
                 insert into tariff_plans (code, version) values ($1, $2)
                 on conflict (code) do update set version = excluded.version returning plan_id
             )
             insert into tariff_versions (plan_id, version, valid_from, definition, replaces, made_by)
             select plan_id, $2, '2016-01-01', $3, $4::int[], 'test' from plan",
        )
        .bind(TARIFF)
        .bind(version)
        .bind(definition)
        .bind(replaces)
        .execute(&self.warehouse)
        .await
        .unwrap();
        self.ask(&format!("'tariff', '{TARIFF} v{version}', null, '{TARIFF}', '2016-01-01'")).await;
    }

    /// A contract of a user, with the request that goes with it.
    pub async fn sign(&self, user_id: i64, from: &str) {
        let terms = serde_json::json!({"tariff": TARIFF, "voltage": "below_1kv"});
        sqlx::query(
            "with made as (
                 insert into contracts (user_id, starts_on, changed_by) values ($1, $2::date, 'test') returning contract_id
             )
             insert into contract_terms (contract_id, valid_from, tariff_code, definition, made_by)
             select contract_id, $2::date, $3, $4, 'test' from made",
        )
        .bind(user_id)
        .bind(from)
        .bind(TARIFF)
        .bind(terms)
        .execute(&self.warehouse)
        .await
        .unwrap();
        let contract = format!("(select max(contract_id) from contracts where user_id = {user_id})");
        self.ask(&format!("'contract', '', {contract}, null, '{from}'")).await;
    }

    async fn ask(&self, values: &str) {
        self.at_warehouse(&format!(
            "begin;
             insert into settlement_requests (cause, cause_text, contract_id, tariff_code, from_day) values ({values});
             update settlement_progress set rules_revision = rules_revision + 1;
             commit"
        ))
        .await;
    }

    /// Everything that is settled, but not how often.
    pub async fn rows(&self) -> Vec<String> {
        self.lines(
            "select concat_ws(' ', contract_id, user_id, day_start, region_id, statement_month, energy_kwh, sharp_kwh, peak_kwh, flat_kwh,
                              valley_kwh, deep_valley_kwh, estimated_kwh, shaped_kwh, amount, status, definition)
               from settlements_day order by contract_id, day_start",
        )
        .await
    }
}

async fn start_pipeline(warehouse_url: &str, config: &SourceConfig, zone: Zone) -> (Arc<Watch>, JoinHandle<()>) {
    let pipeline = Pipeline {
        store: Store::new(warehouse::connect(warehouse_url, 4).await.unwrap()),
        source: config.clone(),
        settings: Settings::new(zone),
        idle_after: IDLE_AFTER,
        commit_rows_max: 500,
        commit_wait: Duration::from_millis(5),
        watch: Arc::new(Watch::new(zone)),
    };
    let watch = pipeline.watch.clone();
    let task = tokio::spawn(async move {
        let _ = pipeline.run(CancellationToken::new()).await;
    });
    (watch, task)
}

/// Readings of a user for every quarter-hour that ends on `days` days from 2016-01-11 on, each reported some minutes after its end;
/// amounts and registers follow from the number of the quarter-hour. `filter` leaves some out.
pub fn readings(user_id: i64, days: i64, filter: &str) -> String {
    let last = days * QUARTERS;
    format!(
        "insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date,
                                        meter_reading_before, meter_reading_after)
         select {user_id} * 1000000 + q, {user_id}, amount, amount / 2, timestamp '2016-01-11' + q * interval '15 min'
                + (q * 7 % 14) * interval '1 min' + interval '3 s', total - amount, total
           from (select q, 0.37 + (q * 13 + {user_id} * 5) % 29 * 0.11 as amount,
                        sum(0.37 + (q * 13 + {user_id} * 5) % 29 * 0.11) over (order by q) as total
                   from generate_series(1, {last}) q) as each
          where {filter}"
    )
}

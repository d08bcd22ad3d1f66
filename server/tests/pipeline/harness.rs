//! A source, a warehouse and a pipeline between them that tests can stop, kill and start again.
#![expect(clippy::unwrap_used, reason = "a test helper fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use domain::{Lsn, Zone};
use engine::Settings;
use server::pipeline::watch::Watch;
use server::pipeline::{Pipeline, Problem};
use source::SourceConfig;
use sqlx::PgPool;
use testkit::simulator::Simulator;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use warehouse::Store;

pub const DEADLINE: Duration = Duration::from_secs(60);
/// Short, so that tests need not wait for windows to close.
const IDLE_AFTER: Duration = Duration::from_millis(300);
const RANKING_KEEP: usize = 3;

static SLOTS: AtomicU32 = AtomicU32::new(0);

pub struct World {
    pub source: PgPool,
    pub warehouse: PgPool,
    pub warehouse_url: String,
    pub config: SourceConfig,
    pub zone: Zone,
    pub max_chunk_rows: usize,
}

pub struct Running {
    pub watch: Arc<Watch>,
    pub stop: CancellationToken,
    pub task: JoinHandle<Result<(), Problem>>,
}

impl World {
    pub async fn new() -> Self {
        let (source_url, warehouse_url) = (testkit::operational_db().await, testkit::warehouse_db().await);
        Self::on(source_url, warehouse_url).await
    }

    pub async fn on(source_url: String, warehouse_url: String) -> Self {
        let zone = Zone::parse("Asia/Shanghai").unwrap();
        let slot = format!("pipeline_test_{}", SLOTS.fetch_add(1, Ordering::Relaxed));
        let config = SourceConfig { url: source_url.clone(), slot, publication: "loadline".into(), zone, max_chunk_rows: 50 };
        source::setup(&config).await.unwrap();
        let pool = testkit::pool(&warehouse_url).await;
        warehouse::migrate(&pool, zone).await.unwrap();
        Self { source: testkit::pool(&source_url).await, warehouse: pool, warehouse_url, config, zone, max_chunk_rows: 50 }
    }

    pub async fn start(&self) -> Running {
        self.start_with(|_| {}).await
    }

    pub async fn start_with(&self, change: impl FnOnce(&mut Pipeline)) -> Running {
        let mut settings = Settings { ranking_keep: RANKING_KEEP, ..Settings::new(self.zone) };
        // Tight, so that closed windows and old days are loaded again and again.
        settings.limits.windows = 60;
        settings.limits.window_keep_ms = 60_000;
        settings.limits.user_days = 40;
        settings.limits.users = 20;
        let mut pipeline = Pipeline {
            store: Store::new(warehouse::connect(&self.warehouse_url, 4).await.unwrap()),
            source: SourceConfig { max_chunk_rows: self.max_chunk_rows, ..self.config.clone() },
            settings,
            idle_after: IDLE_AFTER,
            commit_rows_max: 200,
            commit_wait: Duration::from_millis(5),
            watch: Arc::new(Watch::new(self.zone)),
        };
        change(&mut pipeline);
        let (watch, stop) = (pipeline.watch.clone(), CancellationToken::new());
        let cancel = stop.clone();
        let task = tokio::spawn(async move { pipeline.run(cancel).await });
        Running { watch, stop, task }
    }

    /// Waits until everything at the source is committed and no window is open.
    pub async fn quiet(&self, running: &Running) {
        let flushed: String =
            sqlx::query_scalar("select pg_current_wal_flush_lsn()::text").fetch_one(&self.source).await.unwrap();
        let flushed: Lsn = flushed.parse().unwrap();
        testkit::wait_until("the log is committed and windows are closed", DEADLINE, async || {
            assert!(!running.task.is_finished(), "the pipeline ended");
            // before the state: a copy that begins in between is seen
            let is_covered = running.watch.covered_lsn() >= flushed;
            let complete = self.text("select snapshot_state from progress").await == "complete";
            is_covered && complete && running.watch.status(0).open_windows == 0 && self.all_closed().await
        })
        .await;
    }

    async fn all_closed(&self) -> bool {
        sqlx::query_scalar(
            "select not exists (select from dwd_power_consumption_detail d, progress p
                                 where p.watermark is null or d.consumption_date >= p.watermark)",
        )
        .fetch_one(&self.warehouse)
        .await
        .unwrap()
    }

    /// Every table against plain SQL, and the detail rows against the source.
    pub async fn assert_converged(&self) {
        let keep = i64::try_from(RANKING_KEEP).unwrap();
        let mut differences = testkit::oracle::diff(&self.warehouse, keep).await;
        differences.extend(testkit::oracle::diff_source(&self.source, &self.warehouse).await);
        differences.extend(testkit::oracle::diff_users(&self.source, &self.warehouse).await);
        assert!(differences.is_empty(), "{differences:#?}");
    }

    /// The same, and bookings and flags as the simulator's model expects them.
    pub async fn assert_matches(&self, simulator: &Simulator) {
        self.assert_converged().await;
        let differences = testkit::oracle::diff_details(&self.warehouse, &simulator.model().expected()).await;
        assert!(differences.is_empty(), "{differences:#?}");
    }

    pub async fn text(&self, question: &str) -> String {
        sqlx::query_scalar::<_, Option<String>>(question).fetch_one(&self.warehouse).await.unwrap().unwrap_or_default()
    }

    pub async fn count(&self, question: &str) -> i64 {
        sqlx::query_scalar(question).fetch_one(&self.warehouse).await.unwrap()
    }

    pub async fn at_source(&self, statement: &str) {
        sqlx::raw_sql(statement).execute(&self.source).await.unwrap();
    }
}

impl Running {
    /// Ends as after a signal.
    pub async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap().unwrap();
    }

    /// Ends in the middle of whatever it does, as `kill -9` would: nothing is finished, the connections break.
    pub async fn kill(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

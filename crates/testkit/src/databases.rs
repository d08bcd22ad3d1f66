//! A cluster for tests and its fresh databases, copied from migrated templates.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cluster::{Cluster, Options, Programs};
use sqlx::migrate::Migrator;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgConnection, PgPool};
use tokio::sync::OnceCell;

use crate::watchdog::Watchdog;

static OPERATIONAL: Migrator = sqlx::migrate!("../../migrations/operational");
static WAREHOUSE: Migrator = sqlx::migrate!("../../migrations/warehouse");

const DIR_PREFIX: &str = "loadline-test-";
/// What a run of minutes ago left behind is nobody's any more.
const SWEEP_AGE: Duration = Duration::from_secs(60);
const POOL_CONNECTIONS: u32 = 5;

/// A kill of the server loses nothing this way, a power cut of the machine would.
/// `password` over loopback spares the debug build the key derivation of SCRAM at each connection.
const SETTINGS: [(&str, &str); 9] = [
    ("fsync", "off"),
    ("full_page_writes", "off"),
    ("max_connections", "300"),
    ("max_wal_senders", "60"),
    ("max_replication_slots", "100"),
    ("max_slot_wal_keep_size", "2GB"),
    ("shared_buffers", "64MB"),
    ("wal_sender_timeout", "20s"),
    ("log_min_messages", "warning"),
];

/// A running PostgreSQL that ends with the test process or when it is dropped.
pub struct TestCluster {
    // The order matters: the server stops first, then the watchdog removes its directory.
    inner: Arc<Mutex<Cluster>>,
    _watchdog: Watchdog,
    operational: OnceCell<()>,
    warehouse: OnceCell<()>,
    serial: AtomicU32,
}

impl TestCluster {
    /// A cluster of the test's own, for tests that restart, kill or starve the server. `settings` win over the usual ones.
    pub async fn own(settings: &[(&str, &str)]) -> Self {
        Self::own_in(&std::env::temp_dir(), settings).await
    }

    /// The same with its data under `base`, for tests that bring a small file system of their own.
    pub async fn own_in(base: &Path, settings: &[(&str, &str)]) -> Self {
        let base = base.to_path_buf();
        let settings: Vec<_> = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        tokio::task::spawn_blocking(move || {
            let borrowed: Vec<_> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            Self::launch(&base, &borrowed)
        })
        .await
        .expect("the start does not panic")
    }

    pub(crate) fn launch(base: &Path, settings: &[(&str, &str)]) -> Self {
        cluster::sweep(base, DIR_PREFIX, SWEEP_AGE);
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o711);
        let dir =
            tempfile::Builder::new().prefix(DIR_PREFIX).permissions(mode).tempdir_in(base).expect("a temporary directory").keep();
        let mut options = Options { auth_method: "password", ..Options::default() };
        for (name, value) in SETTINGS.iter().chain(settings) {
            options = options.with(name, value);
        }
        let started = Cluster::start(&dir, options).unwrap_or_else(|error| panic!("{error}"));
        let watchdog = Watchdog::start(&dir, started.root());
        Self {
            inner: Arc::new(Mutex::new(started)),
            _watchdog: watchdog,
            operational: OnceCell::new(),
            warehouse: OnceCell::new(),
            serial: AtomicU32::new(0),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Cluster> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The address of a database of this cluster.
    pub fn url(&self, database: &str) -> String {
        self.lock().url(database)
    }

    pub fn programs(&self) -> Programs {
        self.lock().programs().clone()
    }

    /// The address of a fresh, empty database; a number is appended to `name`.
    pub async fn database(&self, name: &str) -> String {
        self.create(name, "template1").await
    }

    /// The address of a fresh database with the operational tables.
    pub async fn operational_db(&self) -> String {
        self.operational.get_or_init(|| self.make_template("blank_operational", &OPERATIONAL)).await;
        self.create("operational", "blank_operational").await
    }

    /// The address of a fresh database with the warehouse schema.
    pub async fn warehouse_db(&self) -> String {
        self.warehouse.get_or_init(|| self.make_template("blank_warehouse", &WAREHOUSE)).await;
        self.create("warehouse", "blank_warehouse").await
    }

    /// Stops the server cleanly and starts it again at the same address.
    pub async fn restart(&self) {
        self.blocking(|cluster| cluster.restart().expect("the server restarts")).await;
    }

    /// Kills the server's main process, as a crash does. `relaunch` brings it back.
    pub async fn kill(&self) {
        self.blocking(Cluster::kill).await;
    }

    /// Starts the server again after `kill` at the same address.
    pub async fn relaunch(&self) {
        self.blocking(|cluster| cluster.relaunch().expect("the server recovers")).await;
    }

    async fn blocking(&self, act: impl FnOnce(&mut Cluster) + Send + 'static) {
        let inner = Arc::clone(&self.inner);
        tokio::task::spawn_blocking(move || act(&mut inner.lock().unwrap_or_else(PoisonError::into_inner)))
            .await
            .expect("the server obeys");
    }

    async fn create(&self, name: &str, template: &str) -> String {
        let database = format!("{name}_{}", self.serial.fetch_add(1, Ordering::Relaxed));
        self.run(&format!("create database {database} template {template}")).await;
        self.url(&database)
    }

    async fn make_template(&self, name: &str, migrator: &Migrator) {
        self.run(&format!("create database {name}")).await;
        let mut connection = PgConnection::connect(&self.url(name)).await.expect("a connection to the template");
        migrator.run(&mut connection).await.expect("the migrations apply to an empty database");
        connection.close().await.expect("the template is left alone");
    }

    async fn run(&self, statement: &str) {
        let mut connection = PgConnection::connect(&self.url("postgres")).await.expect("a connection to the test cluster");
        sqlx::raw_sql(statement).execute(&mut connection).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
        connection.close().await.expect("the connection closes");
    }
}

/// A small pool for the code under test or for the test itself.
pub async fn pool(url: &str) -> PgPool {
    PgPoolOptions::new().max_connections(POOL_CONNECTIONS).connect(url).await.expect("the test database answers")
}

//! One cluster for all tests of a process: starting a server costs a second, a database some milliseconds.

use std::sync::OnceLock;

use crate::TestCluster;

static SHARED: OnceLock<TestCluster> = OnceLock::new();

/// The cluster of this test process. It ends with the process, however that ends.
pub async fn cluster() -> &'static TestCluster {
    tokio::task::spawn_blocking(|| SHARED.get_or_init(|| TestCluster::launch(&std::env::temp_dir(), &[])))
        .await
        .expect("the start does not panic")
}

/// The address of a fresh database with the operational tables.
pub async fn operational_db() -> String {
    cluster().await.operational_db().await
}

/// The address of a fresh database with the warehouse schema.
pub async fn warehouse_db() -> String {
    cluster().await.warehouse_db().await
}

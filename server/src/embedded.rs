//! The embedded default: a private PostgreSQL under the data directory with both databases in it.

use std::path::Path;
use std::time::Duration;

use cluster::{Cluster, ClusterError, Options};
use domain::FailureKind;

pub const SOURCE_DATABASE: &str = "loadline_source";
pub const WAREHOUSE_DATABASE: &str = "loadline_warehouse";
/// Under the data directory; other parts of the demo keep their files beside it.
const CLUSTER_DIR: &str = "postgres";
/// Recovery after a power cut reads at most `max_wal_size` again; a slow disk takes its time for that.
const START_DEADLINE: Duration = Duration::from_secs(300);

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct EmbeddedError(#[from] ClusterError);

impl EmbeddedError {
    pub fn kind(&self) -> FailureKind {
        FailureKind::Operator
    }

    /// What is wrong and what mends it, in Chinese and in English.
    pub fn sentence(&self) -> (String, String) {
        self.0.sentence()
    }
}

/// A running private PostgreSQL. Stop it with [`Cluster::stop`] after everything that uses it.
#[derive(Debug)]
pub struct Embedded {
    pub source_url: String,
    pub warehouse_url: String,
    pub cluster: Cluster,
}

/// Starts it, creating what is missing. Blocks for a second, at the very first start for a few.
pub fn start(data_dir: &Path) -> Result<Embedded, EmbeddedError> {
    let options = Options { start_deadline: START_DEADLINE, ..Options::default() };
    start_with(data_dir, options)
}

/// The warehouse of a demo that runs on this directory in another process.
pub fn running_warehouse(data_dir: &Path) -> Option<String> {
    Cluster::url_of_running(&data_dir.join(CLUSTER_DIR), WAREHOUSE_DATABASE)
}

fn start_with(data_dir: &Path, options: Options) -> Result<Embedded, EmbeddedError> {
    let cluster = Cluster::start(&data_dir.join(CLUSTER_DIR), options)?;
    for database in [SOURCE_DATABASE, WAREHOUSE_DATABASE] {
        cluster.create_database(database)?;
    }
    Ok(Embedded { source_url: cluster.url(SOURCE_DATABASE), warehouse_url: cluster.url(WAREHOUSE_DATABASE), cluster })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use sqlx::{Connection, PgConnection};

    use super::*;

    async fn connect(url: &str) -> PgConnection {
        PgConnection::connect(url).await.expect("the embedded database answers")
    }

    fn quick(dir: &Path) -> Embedded {
        start_with(dir, Options::default().with("fsync", "off")).expect("it starts")
    }

    #[tokio::test]
    async fn both_databases_are_there_and_stay_over_restart_and_kill() {
        // A directory of mode 700 as under /root: the server's account cannot enter it.
        let dir = tempfile::tempdir().unwrap();
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
        let mut first = quick(dir.path());
        for url in [&first.source_url, &first.warehouse_url] {
            let mut connection = connect(url).await;
            sqlx::raw_sql("create table kept (a text); insert into kept values ('电')").execute(&mut connection).await.unwrap();
        }
        first.cluster.kill();
        drop(first);
        let second = quick(dir.path());
        for url in [&second.source_url, &second.warehouse_url] {
            let kept: String = sqlx::query_scalar("select a from kept").fetch_one(&mut connect(url).await).await.unwrap();
            assert_eq!(kept, "电");
        }
        let level: String = sqlx::query_scalar("show wal_level").fetch_one(&mut connect(&second.source_url).await).await.unwrap();
        assert_eq!(level, "logical");
        let root = second.cluster.root().to_path_buf();
        second.cluster.stop().unwrap();
        if !root.starts_with(dir.path()) {
            std::fs::remove_dir_all(root).unwrap();
        }
    }
}

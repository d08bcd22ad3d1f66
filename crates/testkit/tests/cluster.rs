//! The shared and the own test cluster behave, and leave nothing behind.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::process::{Command, Stdio};
use std::time::Duration;

use sqlx::{Connection, PgConnection, PgPool};
use testkit::TestCluster;

const PATIENCE: Duration = Duration::from_secs(30);

async fn count(pool: &PgPool, table: &str) -> i64 {
    sqlx::query_scalar(&format!("select count(*) from {table}")).fetch_one(pool).await.unwrap()
}

#[tokio::test]
async fn databases_are_fresh_and_migrated() {
    let (first, second) = (testkit::operational_db().await, testkit::operational_db().await);
    assert_ne!(first, second);
    let pool = testkit::pool(&first).await;
    sqlx::query("insert into power_user (user_id) values (1)").execute(&pool).await.unwrap();
    assert_eq!(count(&testkit::pool(&second).await, "power_user").await, 0);
    let warehouse = testkit::pool(&testkit::warehouse_db().await).await;
    assert_eq!(count(&warehouse, "progress").await, 1);
    let level: String = sqlx::query_scalar("show wal_level").fetch_one(&warehouse).await.unwrap();
    assert_eq!(level, "logical");
}

#[tokio::test]
async fn an_own_cluster_survives_kill_and_restart_at_the_same_address() {
    let own = TestCluster::own(&[("max_replication_slots", "3")]).await;
    let url = own.operational_db().await;
    let pool = testkit::pool(&url).await;
    sqlx::query("insert into power_user (user_id) values (1)").execute(&pool).await.unwrap();
    own.kill().await;
    assert!(PgConnection::connect(&url).await.is_err());
    own.relaunch().await;
    own.restart().await;
    let again = testkit::pool(&url).await;
    assert_eq!(count(&again, "power_user").await, 1);
    let slots: String = sqlx::query_scalar("show max_replication_slots").fetch_one(&again).await.unwrap();
    assert_eq!(slots, "3");
}

/// Runs this test binary again as the process whose end is watched.
#[tokio::test]
async fn nothing_is_left_of_a_killed_test_process() {
    const INSIDE: &str = "TESTKIT_WATCHDOG_INSIDE";
    let directory = || tempfile_dirs(std::env::temp_dir().as_path());
    if std::env::var_os(INSIDE).is_some() {
        let cluster = testkit::cluster().await;
        println!("ready {}", cluster.url("postgres"));
        std::future::pending::<()>().await;
    }
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "nothing_is_left_of_a_killed_test_process", "--nocapture"])
        .env(INSIDE, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    let url =
        lines.by_ref().map_while(Result::ok).find_map(|line| line.split_once("ready ").map(|(_, url)| url.to_owned())).unwrap();
    let port = url.rsplit_once(':').unwrap().1.split('/').next().unwrap().to_owned();
    let dir = directory().into_iter().find(|dir| conf_has_port(dir, &port)).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    testkit::wait_until("server and directory are gone", PATIENCE, async || {
        !dir.exists() && std::net::TcpStream::connect(format!("127.0.0.1:{port}")).is_err()
    })
    .await;
}

fn tempfile_dirs(base: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(base).unwrap().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.join("data/loadline.conf").is_file()).collect()
}

fn conf_has_port(dir: &std::path::Path, port: &str) -> bool {
    std::fs::read_to_string(dir.join("data/loadline.conf")).is_ok_and(|text| text.contains(&format!("port = {port}\n")))
}

#[tokio::test]
#[should_panic(expected = "not within 20ms: the moon falls")]
async fn waiting_ends_with_what_was_waited_for() {
    testkit::wait_until("the moon falls", Duration::from_millis(20), async || false).await;
}

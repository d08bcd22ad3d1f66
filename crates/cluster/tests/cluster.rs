//! A private cluster against the real server programs: what must survive restarts, kills and odd surroundings.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use cluster::{Cluster, ClusterError, Options};
use tempfile::TempDir;

fn quick() -> Options {
    Options::default().with("fsync", "off").with("shared_buffers", "16MB").with("max_connections", "20")
}

fn temp_dir(mode: u32) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(mode)).unwrap();
    dir
}

fn ask(cluster: &Cluster, statement: &str) -> String {
    cluster.psql("loadline_source", statement).unwrap().trim().to_owned()
}

fn started_with_a_row(dir: &Path) -> Cluster {
    let cluster = Cluster::start(dir, quick()).unwrap();
    cluster.create_database("loadline_source").unwrap();
    cluster.psql("loadline_source", "create table t (a text); insert into t values ('电量')").unwrap();
    cluster
}

#[test]
fn is_ready_for_logical_replication_and_keeps_strangers_out() {
    let dir = temp_dir(0o711);
    let cluster = started_with_a_row(dir.path());
    assert_eq!(ask(&cluster, "show wal_level"), "logical");
    assert_eq!(ask(&cluster, "show max_slot_wal_keep_size"), "4GB");
    assert_eq!(ask(&cluster, "show listen_addresses"), "127.0.0.1");
    assert_eq!(ask(&cluster, "show unix_socket_directories"), "");
    let stranger = Command::new(cluster.programs().path("psql"))
        .args(["-X", "-w", "-h", "127.0.0.1", "-U", "loadline", "-d", "postgres", "-c", "select 1", "-p"])
        .arg(cluster.port().to_string())
        .env_remove("PGPASSWORD")
        .output()
        .unwrap();
    assert!(!stranger.status.success());
    let mode = |name: &str| std::fs::metadata(cluster.root().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("password"), mode("server.log"), mode("data")), (0o600, 0o600, 0o700));
    // Creating a database twice is no error, and its address carries the password.
    cluster.create_database("loadline_source").unwrap();
    assert!(cluster.url("loadline_source").ends_with(&format!("@127.0.0.1:{}/loadline_source", cluster.port())));
    cluster.stop().unwrap();
}

#[test]
fn a_second_start_finds_the_data_of_the_first() {
    let dir = temp_dir(0o711);
    let first = started_with_a_row(dir.path());
    let (port, password_url) = (first.port(), first.url("loadline_source"));
    first.stop().unwrap();
    let second = Cluster::start(dir.path(), quick()).unwrap();
    assert_eq!(ask(&second, "select a from t"), "电量");
    // The port may have been taken in between; the password stays.
    assert_eq!(
        password_url.replace(&port.to_string(), ""),
        second.url("loadline_source").replace(&second.port().to_string(), "")
    );
    let log = std::fs::read_to_string(second.root().join("server.log")).unwrap();
    assert!(!log.contains("was not properly shut down"), "{log}");
}

#[test]
fn a_killed_server_comes_back_with_its_committed_rows() {
    let dir = temp_dir(0o711);
    let mut cluster = started_with_a_row(dir.path());
    cluster.kill();
    assert!(cluster.psql("loadline_source", "select 1").is_err());
    cluster.relaunch().unwrap();
    assert_eq!(ask(&cluster, "select a from t"), "电量");
    cluster.kill();
    drop(cluster);
    // Another process starts on what the kill left: a stale postmaster.pid.
    assert!(dir.path().join("data/postmaster.pid").exists());
    let next = Cluster::start(dir.path(), quick()).unwrap();
    assert_eq!(ask(&next, "select a from t"), "电量");
}

#[test]
fn a_server_left_running_is_adopted_and_can_be_stopped() {
    let dir = temp_dir(0o711);
    let first = started_with_a_row(dir.path());
    let pid = first.pid();
    first.leave();
    let second = Cluster::start(dir.path(), quick()).unwrap();
    assert_eq!(second.pid(), pid);
    assert_eq!(ask(&second, "select a from t"), "电量");
    second.stop().unwrap();
    assert!(!dir.path().join("data/postmaster.pid").exists());
}

#[test]
fn a_server_left_running_with_other_settings_is_restarted() {
    let dir = temp_dir(0o711);
    let first = started_with_a_row(dir.path());
    let pid = first.pid();
    first.leave();
    let second = Cluster::start(dir.path(), quick().with("work_mem", "5MB")).unwrap();
    assert_ne!(second.pid(), pid);
    assert_eq!(ask(&second, "show work_mem"), "5MB");
    assert_eq!(ask(&second, "select a from t"), "电量");
}

#[test]
fn two_processes_cannot_use_one_directory() {
    let dir = temp_dir(0o711);
    let first = started_with_a_row(dir.path());
    let refused = Cluster::start(dir.path(), quick()).unwrap_err();
    assert!(matches!(refused, ClusterError::InUse { .. }), "{refused}");
    assert_eq!(ask(&first, "select a from t"), "电量");
}

#[test]
fn a_directory_that_the_server_cannot_enter_is_served_from_a_linked_place() {
    let outer = temp_dir(0o700);
    let dir = outer.path().join("checkout/.loadline/postgres");
    let first = started_with_a_row(&dir);
    let place = first.root().to_path_buf();
    let is_root = nix::unistd::Uid::effective().is_root();
    assert_eq!(place.starts_with(outer.path()), !is_root);
    first.stop().unwrap();
    let second = Cluster::start(&dir, quick()).unwrap();
    assert_eq!(second.root(), place);
    assert_eq!(ask(&second, "select a from t"), "电量");
    second.stop().unwrap();
    // Whoever removes the directory wants to begin anew.
    std::fs::remove_dir_all(&dir).unwrap();
    let third = Cluster::start(&dir, quick()).unwrap();
    assert!(third.psql("loadline_source", "select 1").is_err());
    third.stop().unwrap();
    if is_root {
        std::fs::remove_dir_all(place).unwrap();
    }
}

#[test]
fn is_utf8_whatever_the_locale_of_the_caller() {
    const INSIDE: &str = "CLUSTER_TEST_LOCALE_INSIDE";
    if std::env::var_os(INSIDE).is_none() {
        for locale in ["C", "POSIX", "xx_YY.ISO-8859-1"] {
            let status = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "is_utf8_whatever_the_locale_of_the_caller"])
                .env(INSIDE, "1")
                .env("LC_ALL", locale)
                .env("LANG", locale)
                // Settings of another server must not lead us there.
                .env("PGPORT", "1")
                .env("PGHOST", "nowhere.invalid")
                .env("PGOPTIONS", "-c search_path=nothing")
                .status()
                .unwrap();
            assert!(status.success(), "{locale}");
        }
        return;
    }
    let dir = temp_dir(0o711);
    let cluster = started_with_a_row(dir.path());
    assert_eq!(ask(&cluster, "show server_encoding"), "UTF8");
    assert_eq!(ask(&cluster, "select a || length(a)::text || lower('ÄÖ') from t"), "电量2äö");
}

#[test]
fn a_setting_the_server_refuses_is_told_with_its_words() {
    let dir = temp_dir(0o711);
    let refused = Cluster::start(dir.path(), quick().with("wal_level", "everything")).unwrap_err().to_string();
    assert!(refused.contains("wal_level") && refused.contains("server.log"), "{refused}");
}

#[test]
fn the_sweep_ends_what_dead_processes_left_and_nothing_else() {
    let base = temp_dir(0o711);
    let [used, dead, foreign] = ["sweep-used", "sweep-dead", "other"].map(|name| -> PathBuf { base.path().join(name) });
    let living = started_with_a_row(&used);
    let left = started_with_a_row(&dead);
    left.leave();
    std::fs::create_dir(&foreign).unwrap();
    std::fs::write(foreign.join("lock"), "").unwrap();
    cluster::sweep(base.path(), "sweep-", Duration::from_secs(3600));
    assert!(dead.exists(), "too young");
    cluster::sweep(base.path(), "sweep-", Duration::ZERO);
    assert!(used.exists() && foreign.exists() && !dead.exists());
    assert_eq!(ask(&living, "select a from t"), "电量");
}

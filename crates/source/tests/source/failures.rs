//! Every hindrance has its name, its kind and a remedy in both languages.

use domain::FailureKind;
use source::{SourceConfig, SourceError, Start};
use tokio_util::sync::CancellationToken;

use crate::common::{PATIENCE, bare_on, config, ready, ready_on};

async fn refusal(cfg: &SourceConfig) -> SourceError {
    let opened = source::open(cfg, Start::Snapshot, CancellationToken::new()).await;
    let error = opened.expect_err("this source cannot be read");
    let (zh, en) = error.sentence();
    assert!(!zh.is_empty() && !en.is_empty() && zh != en, "{error:?}");
    error
}

fn with_user(cfg: &SourceConfig, user: &str, password: &str) -> SourceConfig {
    let (_, place) = cfg.url.split_once('@').unwrap();
    SourceConfig { url: format!("postgres://{user}:{password}@{place}"), ..cfg.clone() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_said_without_the_password() {
    let source = ready().await;
    let role = format!("reader_{}", source.cfg.slot);
    source.run(&format!("create role {role} login replication password 'right'")).await;
    let error = refusal(&with_user(&source.cfg, &role, "s3cret")).await;
    assert_eq!(error, SourceError::Password { user: role });
    assert_eq!(error.kind(), FailureKind::Operator);
    let texts = format!("{error} {error:?} {:?}", error.sentence());
    assert!(!texts.contains("s3cret"));
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_rights_are_named() {
    let source = ready().await;
    let role = format!("weak_{}", source.cfg.slot);
    source.run(&format!("create role {role} login password 'pw'")).await;
    let cfg = with_user(&source.cfg, &role, "pw");
    let error = refusal(&cfg).await;
    assert!(matches!(&error, SourceError::Privilege { .. }), "{error:?}");
    assert!(error.sentence().1.contains(&format!("GRANT SELECT ON power_user, power_consumption, region_profile TO \"{role}\"")));
    source.run(&format!("grant select on power_user, power_consumption, region_profile to {role}")).await;
    let error = refusal(&cfg).await;
    assert!(error.sentence().1.contains(&format!("GRANT SELECT ON power_reactive TO \"{role}\"")), "{error:?}");
    source.run(&format!("grant select on power_reactive to {role}")).await;
    let error = refusal(&cfg).await;
    assert_eq!(error, SourceError::NoReplicationRight { user: role.clone() });
    assert!(error.sentence().0.contains(&format!("ALTER ROLE \"{role}\" REPLICATION")));
    source.run(&format!("alter role {role} replication")).await;
    let reader = source::open(&cfg, Start::Snapshot, CancellationToken::new()).await.unwrap();
    reader.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_setup_would_mend_is_named() {
    let source = bare_on(testkit::cluster().await).await;
    assert_eq!(refusal(&source.cfg).await, SourceError::MissingPublication { publication: "loadline".into() });
    source.run("create publication loadline for table power_user").await;
    let missing = |table: &str| SourceError::NotPublished { publication: "loadline".into(), table: table.into() };
    assert_eq!(refusal(&source.cfg).await, missing("region_profile"));
    source.run("alter publication loadline add table region_profile, power_consumption").await;
    assert_eq!(refusal(&source.cfg).await, SourceError::ReplicaIdentity { table: "region_profile".into() });
    source.run("drop table region_profile").await;
    source.run("alter table power_user replica identity full; alter table power_consumption replica identity full").await;
    source.run("alter publication loadline set (publish = 'insert')").await;
    assert_eq!(refusal(&source.cfg).await, missing("power_user"));
    source::setup(&source.cfg).await.unwrap();
    source.run("alter table power_consumption alter consumption_date type timestamptz").await;
    let error = refusal(&source.cfg).await;
    assert!(matches!(&error, SourceError::WrongType { column, .. } if column == "consumption_date"), "{error:?}");
    source.run("drop table power_consumption").await;
    assert_eq!(refusal(&source.cfg).await, SourceError::MissingTable { table: "power_consumption".into() });
}

#[tokio::test(flavor = "multi_thread")]
async fn unreachable_servers_and_databases_are_told_apart() {
    let source = ready().await;
    let (server, _) = source.cfg.url.rsplit_once('/').unwrap();
    let error = refusal(&config(format!("{server}/nowhere"))).await;
    assert_eq!(error, SourceError::NoDatabase { database: "nowhere".into() });
    let error = refusal(&config("postgres://u:hush@127.0.0.1:1/d".into())).await;
    assert!(matches!(&error, SourceError::Unreachable { address, .. } if address == "127.0.0.1:1/d"), "{error:?}");
    assert_eq!(error.kind(), FailureKind::Retry);
    let error = refusal(&config(format!("{}?sslmode=require", source.cfg.url))).await;
    assert!(matches!(&error, SourceError::Tls { .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_too_little_is_named() {
    let cluster = testkit::TestCluster::own(&[("max_replication_slots", "1"), ("max_wal_senders", "1")]).await;
    let source = ready_on(&cluster).await;
    source.run("select pg_create_logical_replication_slot('taken', 'pgoutput')").await;
    assert_eq!(refusal(&source.cfg).await, SourceError::NoFreeSlot);
    let other = ready_on(&cluster).await;
    let error = refusal(&SourceConfig { slot: "taken".into(), ..other.cfg }).await;
    assert!(matches!(error, SourceError::ForeignSlot { .. }), "{error:?}");
    source.run("select pg_drop_replication_slot('taken')").await;
    source.insert(1, 1).await;
    let (follower, identity) = source.copied().await;
    let copied_to = follower.end_lsn;
    drop(follower);
    let _the_only_wal_sender = source.resumed_patiently(copied_to, &identity).await;
    assert_eq!(refusal(&source.cfg).await, SourceError::TooManyConnections);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_logical_log_is_named() {
    let cluster = testkit::TestCluster::own(&[("wal_level", "replica")]).await;
    let source = bare_on(&cluster).await;
    let error = refusal(&source.cfg).await;
    assert_eq!(error, SourceError::WalLevel { found: "replica".into() });
    assert!(error.sentence().0.contains("ALTER SYSTEM SET wal_level = 'logical'"));
    assert!(matches!(source::setup(&source.cfg).await, Err(SourceError::WalLevel { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crashed_server_is_worth_a_retry() {
    let cluster = testkit::TestCluster::own(&[]).await;
    let source = ready_on(&cluster).await;
    let (mut follower, identity) = source.copied().await;
    source.insert(1, 3).await;
    follower.until(|f| f.readings.len() == 3).await;
    let stored = follower.end_lsn;
    cluster.kill().await;
    assert_eq!(follower.failure().await.kind(), FailureKind::Retry);
    assert_eq!(source.resumed(stored, &identity).await.unwrap_err().kind(), FailureKind::Retry);
    cluster.relaunch().await;
    let mut again = source.resumed_patiently(stored, &identity).await;
    let pool = testkit::pool(&source.cfg.url).await;
    sqlx::raw_sql("insert into power_consumption (consumption_id) values (4), (5)").execute(&pool).await.unwrap();
    again.until(|f| f.readings.len() == 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_restart_of_the_server_is_not_held_up() {
    let cluster = testkit::TestCluster::own(&[]).await;
    let source = ready_on(&cluster).await;
    let (mut follower, identity) = source.copied().await;
    source.insert(1, 3).await;
    follower.until(|f| f.readings.len() == 3).await;
    // a stopping server waits until its readers have confirmed everything
    let reading = tokio::spawn(async move {
        loop {
            match follower.try_event().await {
                Ok(_) => follower.reader.acknowledge(follower.end_lsn.max(follower.position)),
                Err(error) => return (error, follower.end_lsn.max(follower.position)),
            }
        }
    });
    tokio::time::timeout(PATIENCE, cluster.restart()).await.expect("the server restarts");
    let (error, stored) = reading.await.unwrap();
    assert_eq!(error.kind(), FailureKind::Retry, "{error:?}");
    let mut again = source.resumed_patiently(stored, &identity).await;
    let pool = testkit::pool(&source.cfg.url).await;
    sqlx::raw_sql("insert into power_consumption (consumption_id) values (4)").execute(&pool).await.unwrap();
    again.until(|f| f.readings.len() == 1).await;
}

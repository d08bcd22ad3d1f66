//! Without the database nobody is let in, and whoever asks is told so.

use chrono::TimeDelta;
use domain::FailureKind;
use testkit::TestCluster;
use warehouse::access::{AccessError, AccessPool, credentials, logins, tokens};

use super::now;

fn is_closed<T: std::fmt::Debug>(answer: Result<T, AccessError>) {
    let error = answer.expect_err("closed without the database");
    assert!(error.is_unavailable() && error.kind() == FailureKind::Retry, "{error:?}");
    let sentence = error.sentence();
    assert!(sentence.zh.contains("数据库") && sentence.en.contains("database"));
    assert!(!sentence.en.contains("5432") && !sentence.en.contains("os error"));
}

#[tokio::test]
async fn without_the_database_everything_is_closed() {
    let pool = AccessPool::open("postgres://nobody@127.0.0.1:1/none", 2).expect("opened lazily");
    is_closed(credentials::by_name(&pool, "li").await);
    is_closed(logins::principal(&pool, 1, 1, TimeDelta::hours(1), TimeDelta::hours(1), now()).await);
    is_closed(tokens::by_hash(&pool, b"x", now()).await);
    assert_eq!(AccessPool::open("nonsense", 2).expect_err("no address").kind(), FailureKind::Operator);
}

#[tokio::test]
async fn a_database_without_the_schema_is_for_the_operator() {
    let url = testkit::cluster().await.database("bare").await;
    let pool = AccessPool::open(&url, 2).expect("an address");
    // the roles belong to the cluster: make sure of them by a migrated database beside it
    testkit::warehouse_db().await;
    let error = credentials::by_name(&pool, "li").await.expect_err("no schema");
    assert_eq!((error.kind(), error.is_unavailable()), (FailureKind::Operator, false), "{error:?}");
    assert!(error.sentence().en.contains("loadline migrate"));
}

#[tokio::test]
async fn the_pool_recovers_with_the_server() {
    let cluster = TestCluster::own(&[]).await;
    let pool = AccessPool::open(&cluster.warehouse_db().await, 2).expect("an address");
    assert_eq!(credentials::by_name(&pool, "li").await.expect("an answer"), None);
    cluster.kill().await;
    assert!(credentials::by_name(&pool, "li").await.expect_err("closed").is_unavailable());
    cluster.relaunch().await;
    testkit::wait_until("an answer again", std::time::Duration::from_secs(20), async || {
        credentials::by_name(&pool, "li").await.is_ok()
    })
    .await;
}

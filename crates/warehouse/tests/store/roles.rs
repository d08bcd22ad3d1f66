//! The roles of the pages and of the accounts: made by an owner who is no superuser, and by many databases at once.

use domain::access::Scope;
use domain::{FailureKind, Zone};
use sqlx::PgPool;
use testkit::TestCluster;
use warehouse::read::{ReadPool, frame};
use warehouse::{WarehouseError, connect, migrate};

fn zone() -> Zone {
    Zone::parse("Asia/Shanghai").expect("a zone")
}

/// A database of `owner`, who is made with these attributes, and the superuser's way into it.
async fn owned(cluster: &TestCluster, owner: &str, attributes: &str) -> (String, PgPool) {
    let url = cluster.database("owned").await;
    let root = connect(&url, 1).await.expect("the cluster answers");
    let statements = format!("create role {owner} login password 'secret' {attributes}");
    sqlx::raw_sql(&statements).execute(&root).await.expect("a superuser may");
    let database: String = sqlx::query_scalar("select current_database()::text").fetch_one(&root).await.expect("a name");
    sqlx::raw_sql(&format!("alter database {database} owner to {owner}")).execute(&root).await.expect("a superuser may");
    let (_, place) = url.split_once('@').expect("a user before the place");
    (format!("postgres://{owner}:secret@{place}"), root)
}

async fn answers(url: &str) {
    let pages = ReadPool::open(url, 1).expect("an address").seen_by(&Scope::Whole);
    frame::frame(&pages).await.expect("the pages get an answer");
    let role: String = sqlx::query_scalar("select current_user")
        .fetch_one(&mut *pages.acquire().await.expect("a connection"))
        .await
        .expect("a role");
    assert_eq!(role, "loadline_pages");
}

#[tokio::test]
async fn an_owner_who_is_no_superuser_gets_along() {
    let cluster = TestCluster::own(&[]).await;
    let (maker, _) = owned(&cluster, "maker", "createrole").await;
    let pool = connect(&maker, 2).await.expect("the warehouse answers");
    migrate(&pool, zone()).await.expect("an owner who may make roles needs nobody");
    answers(&maker).await;

    // the roles exist by now, but this one may neither make nor take them
    let (plain, root) = owned(&cluster, "plain", "").await;
    let pool = connect(&plain, 2).await.expect("the warehouse answers");
    let refused = migrate(&pool, zone()).await.expect_err("without the right");
    let WarehouseError::Roles { statements, .. } = &refused else { panic!("{refused:?}") };
    let sentence = refused.sentence();
    assert!(sentence.zh.contains(statements) && sentence.en.contains(statements), "{sentence:?}");
    assert_eq!(refused.kind(), FailureKind::Operator);
    assert!(statements.contains("grant loadline_pages, loadline_access to plain;"), "{statements}");
    sqlx::raw_sql(statements).execute(&root).await.expect("a superuser runs what it was told, once");
    migrate(&pool, zone()).await.expect("the rest needs nobody");
    answers(&plain).await;
}

#[tokio::test]
async fn a_role_that_could_bypass_the_policies_is_refused() {
    let cluster = TestCluster::own(&[]).await;
    let url = cluster.database("strong").await;
    let pool = connect(&url, 2).await.expect("the warehouse answers");
    sqlx::raw_sql("create role loadline_pages bypassrls").execute(&pool).await.expect("a superuser may");
    let refused = migrate(&pool, zone()).await.expect_err("the policies would be for nothing");
    assert!(refused.sentence().en.contains("alter role loadline_pages nosuperuser nobypassrls"), "{refused}");
}

#[tokio::test]
async fn databases_of_one_cluster_may_be_made_at_once() {
    let cluster = TestCluster::own(&[]).await;
    let mut urls = Vec::new();
    for n in 0..8 {
        urls.push(owned(&cluster, &format!("maker{n}"), "createrole").await.0);
    }
    let made = urls.iter().map(async |url| {
        let pool = connect(url, 2).await.expect("the warehouse answers");
        migrate(&pool, zone()).await.expect("nobody is in the way");
    });
    futures::future::join_all(made).await;
    answers(&urls[7]).await;
}

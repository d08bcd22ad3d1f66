//! A fresh database is brought up to date, a foreign one is refused with a sentence.

use domain::{FailureKind, Zone};
use sqlx::PgPool;
use warehouse::{WarehouseError, connect, migrate};

async fn empty() -> (String, PgPool) {
    let url = testkit::cluster().await.database("migrations").await;
    let pool = connect(&url, 2).await.expect("the warehouse answers");
    (url, pool)
}

fn zone() -> Zone {
    Zone::parse("Asia/Shanghai").expect("a zone")
}

#[tokio::test]
async fn a_fresh_database_gets_schema_and_zone_and_a_second_run_nothing() {
    let (_, pool) = empty().await;
    migrate(&pool, zone()).await.unwrap();
    migrate(&pool, zone()).await.unwrap();
    // Our own driver sets the zone of its sessions; what other clients get is the database's setting.
    let setting = "select setconfig[1] from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase and datname = current_database()";
    let settings: Vec<String> = sqlx::query_scalar(setting).fetch_all(&pool).await.unwrap();
    assert_eq!(settings, ["TimeZone=Asia/Shanghai"]);
    assert_eq!(warehouse::Store::new(pool).progress().await.unwrap(), domain::Progress::default());
}

#[tokio::test]
async fn newer_and_edited_schemas_are_refused() {
    let (_, pool) = empty().await;
    migrate(&pool, zone()).await.unwrap();
    sqlx::raw_sql("insert into _sqlx_migrations values (9999, 'from the future', now(), true, '', 0)")
        .execute(&pool)
        .await
        .unwrap();
    let newer = migrate(&pool, zone()).await.unwrap_err();
    assert!(matches!(newer, WarehouseError::NewerSchema(9999)), "{newer}");
    assert!(newer.sentence().en.contains("9999") && newer.kind() == FailureKind::Operator);
    sqlx::raw_sql(
        "delete from _sqlx_migrations where version = 9999; update _sqlx_migrations set checksum = '' where version = 2",
    )
    .execute(&pool)
    .await
    .unwrap();
    let edited = migrate(&pool, zone()).await.unwrap_err();
    assert!(matches!(edited, WarehouseError::EditedMigration(2)), "{edited}");
}

#[tokio::test]
async fn wrong_addresses_say_what_to_mend() {
    let address = connect("mysql://x", 1).await.unwrap_err();
    assert!(matches!(address, WarehouseError::Address(_)), "{address:?}");
    let (url, _pool) = empty().await;
    let nobody = connect(&url.replace("migrations_", "nowhere_"), 1).await.unwrap_err();
    assert!(matches!(nobody, WarehouseError::Permission(_)), "{nobody:?}");
    let closed = connect("postgres://nobody@127.0.0.1:1/nothing", 1).await.unwrap_err();
    assert!(matches!(closed, WarehouseError::Connection(_)), "{closed:?}");
}

#[tokio::test]
async fn a_schema_that_is_missing_says_migrate() {
    let (_, pool) = empty().await;
    let missing = warehouse::Store::new(pool).progress().await.unwrap_err();
    assert!(missing.sentence().en.contains("loadline migrate"), "{missing}");
}

//! What the role of the program can do, asked of PostgreSQL itself.

use domain::access::{Preset, Scope};
use warehouse::access::{AccessPool, Author, audit, customers};

use super::{House, author, house, person, whole};

async fn sqlstate(pool: &AccessPool, statement: &str) -> String {
    let error = sqlx::raw_sql(statement).execute(pool.pool()).await.expect_err(statement);
    error.as_database_error().and_then(|cause| cause.code()).map(|code| code.into_owned()).unwrap_or_default()
}

const REFUSED: &str = "42501";

#[tokio::test]
async fn entries_can_be_added_and_read_only() {
    let house = house().await;
    house.admin("root").await;
    let user: String = sqlx::query_scalar("select current_user::text").fetch_one(house.pool.pool()).await.expect("a name");
    assert_eq!(user, "loadline_access");
    for statement in [
        "update access.audit_log set actor_name = 'x'",
        "delete from access.audit_log",
        "truncate access.audit_log",
        "insert into access.audit_log select * from access.audit_log",
        "update access.audit_head set entry_no = 0",
        "delete from access.audit_head",
        "alter table access.audit_log disable trigger all",
        "drop table access.audit_log",
        "create function access.audit_field(text, int) returns text language sql as 'select $1'",
    ] {
        assert_eq!(sqlstate(&house.pool, statement).await, REFUSED, "{statement}");
    }
    for statement in ["update access.audit_log set actor_name = 'x'", "delete from access.audit_log", "truncate access.audit_log"]
    {
        let error = sqlx::raw_sql(statement).execute(&house.root).await.expect_err("not even the owner by mistake");
        assert!(error.to_string().contains("never changed"), "{error}");
    }
}

#[tokio::test]
async fn the_numbers_and_the_customers_are_out_of_reach() {
    let house = house().await;
    for statement in [
        "select phone from ods_power_user",
        "select address from ods_power_user",
        "update ods_power_user set user_name = null",
        "update settlement_progress set epoch = epoch + 1",
        "delete from settlement_statement_items",
        "update settlement_events set actor = null",
        "select * from dwd_power_consumption_detail",
        "select * from ads_power_dashboard",
        "update ods_region_profile set parent_id = null",
        "create table public.mine (a int)",
    ] {
        assert_eq!(sqlstate(&house.pool, statement).await, REFUSED, "{statement}");
    }
    // and nobody else reaches this schema
    for role in ["loadline_pages"] {
        for statement in
            ["select * from access.accounts", "select access.visible(null, true, null)", "select access.audit_field('x')"]
        {
            let asked = format!("set local role {role}; {statement}");
            let error = sqlx::raw_sql(&asked).execute(&house.root).await.expect_err(statement);
            assert_eq!(error.as_database_error().and_then(|cause| cause.code()).as_deref(), Some(REFUSED), "{statement}");
        }
    }
}

async fn customer(house: &House) {
    house
        .sql("insert into ods_power_user (user_id, user_name, region_id, phone) values
              (101, '张三', 1, '13800000001'), (102, '李四', 1, null), (201, '王五', 21, '13900000002'), (7, '赵六', null, '137')")
        .await;
}

#[tokio::test]
async fn a_look_at_a_telephone_number_leaves_an_entry() {
    let house = house().await;
    customer(&house).await;
    let id = house.person("li", whole(Preset::Operator)).await;
    let looker = Author { tenant_id: Some(3), reason: Some("outage call".to_owned()), ..person(id) };
    let before = house.entries().await;
    let scope = Scope::of([1, 2]);
    let number = customers::telephone(&house.pool, &looker, 101, &scope).await.expect("an answer");
    assert_eq!(number, Some(Some("13800000001".to_owned())));
    let entry = house.last_entry().await;
    assert_eq!(
        (entry.action.as_str(), entry.object_kind.as_str(), entry.object_id.as_str()),
        ("telephone.view", "customer", "101")
    );
    assert_eq!((entry.actor_id, entry.tenant_id, entry.reason.as_deref()), (Some(id), Some(3), Some("outage call")));
    assert!(!format!("{entry:?}").contains("13800000001"));
    assert_eq!(customers::telephone(&house.pool, &looker, 102, &scope).await.expect("an answer"), Some(None));
    assert_eq!(house.entries().await, before + 2);
    // of another region, of none, and nobody at all answer alike
    for stranger in [201, 7, 999] {
        assert_eq!(customers::telephone(&house.pool, &looker, stranger, &scope).await.expect("an answer"), None);
    }
    assert_eq!(customers::telephone(&house.pool, &looker, 101, &Scope::default()).await.expect("an answer"), None);
    assert_eq!(house.entries().await, before + 2);
    assert_eq!(
        customers::telephone(&house.pool, &author(), 7, &Scope::Whole).await.expect("an answer"),
        Some(Some("137".into()))
    );
    assert_eq!(audit::verify(&house.pool, None).await.expect("a verdict").broken, None);
}

#[tokio::test]
async fn no_number_without_its_entry() {
    let house = house().await;
    customer(&house).await;
    house.sql("delete from access.audit_head").await;
    customers::telephone(&house.pool, &author(), 101, &Scope::Whole).await.expect_err("nothing could be recorded");
}

/// Installations seldom own their server: the owner of the database alone is enough.
#[tokio::test]
async fn an_owner_without_superuser_rights_is_enough() {
    let house = house().await;
    house.sql("create role keeper login password 'keeper'; grant loadline_pages, loadline_access to keeper").await;
    house.sql("create database kept owner keeper").await;
    let url = sqlx::postgres::PgConnectOptions::clone(&house.root.connect_options()).username("keeper").password("keeper");
    let url = sqlx::ConnectOptions::to_url_lossy(&url.database("kept")).to_string();
    let root = testkit::pool(&url).await;
    warehouse::migrate(&root, domain::Zone::parse("Asia/Shanghai").expect("a zone")).await.expect("the migrations apply");
    let kept = House { pool: AccessPool::open(&url, 4).expect("an address"), root };
    customer(&kept).await;
    kept.admin("root").await;
    let number = customers::telephone(&kept.pool, &author(), 101, &Scope::of([1])).await.expect("an answer");
    assert_eq!(number, Some(Some("13800000001".to_owned())));
    assert_eq!(sqlstate(&kept.pool, "select phone from ods_power_user").await, REFUSED);
    assert_eq!(audit::verify(&kept.pool, None).await.expect("a verdict").entries, 2);
}

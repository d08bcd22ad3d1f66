//! What the role of the pages cannot do, and that no table was forgotten.

use domain::access::Scope;
use sqlx::{Executor, PgPool};
use warehouse::read::{frame, users};

use super::{REGIONAL, count, scope_of, two_tenants};
use crate::Warehouse;

/// Says nothing about regions: where the reader stands.
const SYSTEM: [&str; 6] =
    ["progress", "commit_changes", "pipeline_events", "pipeline_status", "settlement_progress", "settlement_requests"];
/// Holds no numbers and is nobody's.
const COMMON: [&str; 6] =
    ["alarm_progress", "alarm_holidays", "calendar_days", "tariff_triggers", "settlement_rules", "carbon_factors"];
/// Of a tenant, or of the operator for everybody.
const OWNED: [&str; 5] = ["alarm_rules", "alarm_rule_versions", "alarm_channels", "alarm_messages", "alarm_routes"];

/// Of the region of a contract, statement or customer, of a tenant's plan or run.
const SETTLED: [&str; 14] = [
    "contracts",
    "contract_terms",
    "meter_exchanges",
    "region_supply_meters",
    "tariff_plans",
    "tariff_versions",
    "settlements_day",
    "settlement_statements",
    "settlement_statement_items",
    "settlement_adjustments",
    "settlement_events",
    "settlement_reconciliations",
    "settlement_studies",
    "settlement_runs",
];

async fn refusal(warehouse: &Warehouse, statements: &str) -> String {
    let mut connection = warehouse.seen_by(&Scope::Whole).acquire().await.expect("a connection");
    connection.close_on_drop();
    match connection.execute(sqlx::raw_sql(statements)).await {
        Ok(_) => panic!("not refused: {statements}"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn the_pages_cannot_write_and_cannot_read_what_is_not_theirs() {
    let warehouse = two_tenants().await;
    for statements in [
        "begin read write; update ods_power_user set user_name = 'x'",
        "begin read write; delete from dead_letters",
        "begin read write; insert into pipeline_events (kind, detail) values ('x', 'x')",
        "begin read write; truncate dws_user_day",
        "begin read write; create table public.x (a int)",
        "begin read write; alter table dws_user_day disable row level security",
        "begin read write; select loadline_ensure_day('2020-01-01')",
        "select phone from ods_power_user",
        "select address from ods_power_user",
        "select * from ods_power_user",
        "select raw from dead_letters",
        "select * from dwd_power_consumption_detail_p20160111",
        "select * from ads_power_dashboard_p20160111",
        "begin read write; update alarms set state = 'NORM'",
        "begin read write; insert into alarm_holidays values ('2016-01-01', 'x')",
        "select target from alarm_channels",
        "select cause_text from settlement_requests",
        "select * from access.accounts",
        "select access.telephone(2001, null, 'person', 1, 'x', 'x', null, null)",
        "select access.audit('person', 1, 'x', 'x', null, 'x', 'x', 'x', null, null, null)",
        "select * from _sqlx_migrations",
    ] {
        let error = refusal(&warehouse, statements).await;
        assert!(error.contains("permission denied") || error.contains("must be owner"), "{statements}: {error}");
    }
}

#[tokio::test]
async fn reset_goes_back_to_the_role_of_the_pages() {
    let warehouse = two_tenants().await;
    let mut connection = warehouse.seen_by(&scope_of(&[2])).acquire().await.expect("a connection");
    connection.execute("reset role; reset all").await.expect("anybody may");
    let role: String = sqlx::query_scalar("select current_user").fetch_one(&mut *connection).await.expect("a role");
    assert_eq!(role, "loadline_pages");
    connection.execute("reset loadline.regions").await.expect("anybody may");
    let rows: i64 = sqlx::query_scalar("select count(*) from dws_user_day").fetch_one(&mut *connection).await.expect("a count");
    assert_eq!(rows, 0, "without the setting there is nothing");
    for odd in ["x{1}", "*{1}", "{1,*}", "whole"] {
        connection.execute(format!("set loadline.regions = '{odd}'").as_str()).await.expect("any text");
        let refused = connection.fetch_one("select count(*) from dws_user_day").await;
        assert!(refused.is_err(), "{odd} is no list");
    }
}

#[tokio::test]
async fn no_table_is_open_to_the_pages_without_a_policy() {
    let warehouse = two_tenants().await;
    let pool = warehouse.pool();
    let readable = "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm', 'f')
           and (has_table_privilege('loadline_pages', c.oid, 'select') or has_any_column_privilege('loadline_pages', c.oid, 'select'))";
    let closed = " and (not c.relrowsecurity or not exists (select from pg_policy p where p.polrelid = c.oid
                        and p.polroles = array['loadline_pages'::regrole::oid] and p.polcmd = 'r'))";
    assert_eq!(names(pool, readable).await.len(), REGIONAL.len() + OWNED.len() + SYSTEM.len() + COMMON.len() + SETTLED.len() + 2);
    let mut without_policy: Vec<&str> = SYSTEM.into_iter().chain(COMMON).chain(["ods_power_consumption"]).collect();
    without_policy.sort_unstable();
    assert_eq!(names(pool, &format!("{readable}{closed}")).await, without_policy);
    let as_its_owner = "select count(*) from pg_class where relkind = 'v' and relnamespace = 'public'::regnamespace
                           and not coalesce(reloptions::text[] && array['security_invoker=true'], false)";
    assert_eq!(count(pool, as_its_owner).await, 0);
    let with_rights_of_others = "select count(*) from pg_proc p where p.prosecdef
        and has_function_privilege('loadline_pages', p.oid, 'execute') and has_schema_privilege('loadline_pages', p.pronamespace, 'usage')";
    let but_the_tenants_seen = format!("{with_rights_of_others} and p.proname <> 'loadline_seen_tenants'");
    assert_eq!(count(pool, &but_the_tenants_seen).await, 0);
    let strong = "select count(*) from pg_roles where rolname in ('loadline_pages', 'loadline_access') and (rolsuper or rolbypassrls or rolcanlogin)";
    assert_eq!(count(pool, strong).await, 0);
}

#[tokio::test]
async fn rules_and_receivers_of_a_tenant_are_there_for_his_people_alone() {
    let warehouse = two_tenants().await;
    warehouse
        .pool()
        .execute(
            r#"insert into access.tenants (code, name) values ('n', 'n'), ('s', 's');
               insert into access.tenant_regions select 2, tenant_id from access.tenants where code = 'n';
               insert into access.tenant_regions select 4, tenant_id from access.tenants where code = 's';
               delete from alarm_rule_versions; delete from alarm_rules;
               insert into alarm_rules (tenant_id, version) select tenant_id, 1 from access.tenants union all select null, 1;
               insert into alarm_rule_versions (rule_id, version, definition, made_by) select rule_id, 1, '{}', 'x' from alarm_rules;
               insert into alarm_channels (tenant_id, name, kind, target, lang)
                    select tenant_id, 'x', 'webhook', 'x', 'zh' from access.tenants;
               insert into alarm_messages (channel_id, status, notice_count, created_at, subject, body)
                    select channel_id, 'sent', 1, now(), 'x', 'x' from alarm_channels;
               insert into alarm_routes (tenant_id, name, definition) select tenant_id, 'x', '{}' from access.tenants"#,
        )
        .await
        .expect("the owner may");
    let seen = async |scope: &Scope| {
        let mut connection = warehouse.seen_by(scope).acquire().await.expect("a connection");
        let mut counts = Vec::new();
        for table in OWNED {
            let column = if table == "alarm_messages" { "message_id" } else { "1" };
            let question = format!("select count({column}) from {table}");
            counts.push(sqlx::query_scalar::<_, i64>(&question).fetch_one(&mut *connection).await.expect("a count"));
        }
        counts
    };
    assert_eq!(seen(&Scope::Whole).await, [3, 3, 2, 2, 2]);
    assert_eq!(seen(&scope_of(&[2])).await, [2, 2, 1, 1, 1], "his own, and the operator's");
    assert_eq!(seen(&scope_of(&[9])).await, [1, 1, 0, 0, 0], "the operator's");
}

/// With a policy that lets everything through, a stranger is seen: the tests of the answers would notice.
#[tokio::test]
async fn a_broken_policy_would_show() {
    let warehouse = two_tenants().await;
    let stranger = async || {
        let partial = warehouse.seen_by(&scope_of(&[4, 5]));
        users::head(&partial, 2001).await.expect("an answer").is_some()
    };
    assert!(!stranger().await);
    warehouse.pool().execute("alter policy seen_regions on ods_power_user using (true)").await.expect("the owner may");
    assert!(stranger().await);
}

async fn names(pool: &PgPool, question: &str) -> Vec<String> {
    let mut names: Vec<String> = sqlx::query_scalar(question).fetch_all(pool).await.expect("names");
    names.sort_unstable();
    names
}

#[tokio::test]
async fn the_frame_holds_no_count_of_other_regions() {
    let warehouse = two_tenants().await;
    warehouse
        .pool()
        .execute(
            r#"insert into pipeline_status values (1, '{"state": "copying", "rows_total": 777, "late_total": 77, "lag_ms": 5}', now());
               update progress set snapshot_rows_done = 300, snapshot_rows_total = 400"#,
        )
        .await
        .expect("the owner may");
    let part = frame::frame(&warehouse.seen_by(&scope_of(&[2]))).await.expect("a frame");
    assert_eq!((part.status.rows_total, part.status.late_total, part.status.lag_ms), (0, 0, 5));
    assert_eq!((part.snapshot_rows_done, part.snapshot_rows_total), (75, 100), "percent");
    let whole = frame::frame(&warehouse).await.expect("a frame");
    assert_eq!((whole.status.rows_total, whole.snapshot_rows_total), (777, 400));
}

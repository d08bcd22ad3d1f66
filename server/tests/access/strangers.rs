//! The numbers of one tenant, looked for in everything that another one can ask for.

use domain::access::{Preset, TenantId};

use crate::site::Reply;
use crate::support::{Reach, Town};

/// A company in the east whose every text and number can be recognised, beside what the other tests have.
const EAST: &str = r#"
insert into ods_power_user (user_id, user_name, usage_type, region_id, region_name, address, phone) values
    (91001, '鑫垚甲厂', '工业', 501, '鑫垚东区', '鑫垚路一号', '13577770001'), (91002, '鑫垚乙户', '居民', 501, '鑫垚东区', '鑫垚路二号', '13577770002');
insert into ods_region_profile values (501, null, '鑫垚东区', 77711.00, '2016-01-01');
insert into dwd_power_consumption_detail (consumption_id, user_id, user_name, consumption_amount, consumption_cost,
       consumption_date, region_id, region_name, usage_type, remark, known_user, commit_lsn)
select 9100000 + g, 91001, '鑫垚甲厂', 73737.37, 61616.16,
       timestamp '2016-01-12 09:45:00' + g * interval '1 second', 501, '鑫垚东区', '工业', '鑫垚备注', true, '0/900'::pg_lsn
  from generate_series(1, 900) g
union all select 9200000, 91002, '鑫垚乙户', 73737.37, 61616.16, '2016-01-11 23:45:00', 501, '鑫垚东区', '居民', null, true, '0/800'::pg_lsn;
insert into dws_region_daily_stats (region_id, region_name, stat_date, total_consumption, total_cost, user_count,
       avg_consumption, max_consumption, min_consumption, record_count) values
    (501, '鑫垚东区', '2016-01-12 09:59:55', 73737.37, 61616.16, 2, 73737.37, 73737.37, 73737.37, 7771);
insert into dws_user_ranking values (91001, '鑫垚甲厂', 501, '鑫垚东区', '2016-01-12 10:00:00', 73737.37, 61616.16, 1);
insert into ads_power_dashboard (dashboard_id, stat_date, region_id, region_name, total_consumption, total_cost, user_count,
       avg_consumption, peak_hour, peak_consumption, top_user_id, top_user_name, top_user_consumption) values
    ('DASHBOARD_501_2016-01-12 09:59:55.000', '2016-01-12 09:59:55', 501, '鑫垚东区', 73737.37, 61616.16, 7771, 73737.37, 9, 73737.37, 91001,
     '鑫垚甲厂', 73737.37);
insert into dws_region_rollup (region_id, grain, period_start, region_name, total_consumption, total_cost, record_count,
       user_count, avg_consumption, max_consumption, min_consumption, last_consumption_id)
select 501, g.grain, date_trunc(g.unit, timestamp '2016-01-12 10:00:00') - g.back, '鑫垚东区', 73737.37, 61616.16, 7771, 7771, 73737.37,
       73737.37, 73737.37, 1
  from (values ('15min', 'hour', interval '15 minutes'), ('hour', 'hour', interval '0'), ('day', 'day', '0'), ('month', 'month', '0'),
               ('year', 'year', '0'), ('day', 'day', '1 day')) g(grain, unit, back);
insert into dws_user_day (stat_day, region_id, user_id, user_name, usage_type, record_count, total_consumption, total_cost,
       last_consumption_id, quarter_lo, quarter_hi) values
    ('2016-01-12', 501, 91001, '鑫垚甲厂', '工业', 7771, 73737.37, 61616.16, 1, 1::bigint << 39, 0),
    ('2016-01-11', 501, 91002, '鑫垚乙户', '居民', 7771, 73737.37, 61616.16, 1, -1, -1);
insert into dws_user_month values ('2016-01-01', 501, 91001, 7771);
insert into ads_region_day (region_id, stat_day, region_name, total_consumption, total_cost, peak_hour, peak_hour_consumption,
       peak_quarter, peak_quarter_consumption, mean_kw, peak_kw, load_factor, top_user_id, top_user_name, top_user_consumption) values
    (501, '2016-01-12', '鑫垚东区', 73737.37, 61616.16, 9, 73737.37, '2016-01-12 09:45:00', 73737.37, 73737.37, 73737.37, 0.7373, 91001,
     '鑫垚甲厂', 73737.37);
insert into quality_hour values ('2016-01-12 09:00:00', 501, 7771, 7771, 73737.37, 7771, 7771);
insert into dead_letters (received_at, commit_lsn, source_table, source_key, raw, reason, reason_text) values
    ('2016-01-12 09:00:00+08', '0/800', 'power_consumption', '9199999', '{"user_id": "91001", "remark": "鑫垚"}', 'missing_amount', '鑫垚'),
    ('2016-01-12 09:00:00+08', '0/800', 'power_user', '91003', '{"user_id": "91003", "region_id": "501", "phone": "13577770003"}', 'missing_key', '鑫垚');
insert into alarms (alarm_id, rule_id, rule_version, subject_kind, subject_id, region_id, severity, state, state_since, quality, is_active,
       occurrence, value, threshold, annunciated_at, assignee, set_aside_reason, shelved_until, revision) overriding system value values
    (9101, 1, 1, 'region', 501, 501, 1, 'UNACK', '2016-01-12 09:00:00+08', 'good', true, 7771, 73737.37, 77711.00, '2016-01-12 09:00:00+08',
     '鑫垚值班', null, null, 1),
    (9102, 1, 1, 'user', 91001, 501, 1, 'SHLVD', '2016-01-12 09:00:00+08', 'good', true, 7771, 73737.37, 77711.00, '2016-01-12 09:00:00+08',
     null, '鑫垚检修', '2016-01-12 18:00:00+08', 1);
insert into alarm_transitions (alarm_id, rule_id, region_id, event, from_state, to_state, severity, at, event_time, occurrence, value, threshold,
       is_annunciated, is_retrospective, actor, reason, revision) values
    (9101, 1, 501, 'raised', 'NORM', 'UNACK', 1, '2016-01-12 09:00:00+08', '2016-01-12 09:00:00', 7771, 73737.37, 77711.00, true, false, null, null, 1),
    (9102, 1, 501, 'shelved', 'UNACK', 'SHLVD', 1, '2016-01-12 09:00:00+08', null, 7771, 73737.37, 77711.00, false, false, '鑫垚值班', '鑫垚检修', 1);
"#;

/// What gives it away, in every form that a page, file or interface writes numbers in.
const MARKS: [&str; 14] = [
    "鑫",
    "91001",
    "91002",
    "73737",
    "73,737",
    "73.74",
    "61616",
    "61,616",
    "61.62",
    "7771",
    "7,771",
    "77,711",
    "135777",
    "DASHBOARD_501",
];

const PAGES: [&str; 37] = [
    "/",
    "/regions",
    "/regions/2",
    "/rankings",
    "/rankings?grain=hour",
    "/rankings?grain=window",
    "/rankings?grain=month",
    "/rankings?grain=day&at=2016-01-11",
    "/peaks",
    "/peaks?scale=absolute",
    "/wall",
    "/wall?layout=32x9",
    "/users/3",
    "/alarms",
    "/alarms?severity=critical",
    "/alarms/set-aside",
    "/exports/alarms.csv",
    "/exports/alarms.csv?region_id=501",
    "/search?q=%E9%91%AB",
    "/search?q=9100",
    "/search?q=1",
    "/account",
    "/people",
    "/people/new",
    "/tokens",
    "/audit",
    "/exports/dashboard.csv",
    "/exports/regions.csv",
    "/exports/windows.csv",
    "/exports/rankings.csv",
    "/exports/rankings.csv?grain=day",
    "/exports/rollup.csv",
    "/exports/rollup.csv?grain=15min",
    "/exports/peaks.csv",
    "/exports/silent_meters.csv",
    "/exports/dead_letters.csv",
    "/exports/audit.csv",
];

const INTERFACE: [&str; 9] = [
    "/api/v1/alarms",
    "/api/v1/alarms?state=UNACK,SHLVD&order=newest",
    "/api/dashboard",
    "/api/v1/regions",
    "/api/v1/regions/2/windows?from=2016-01-01",
    "/api/v1/rankings",
    "/api/v1/rankings?grain=window",
    "/api/v1/rollup?grain=15min",
    "/api/v1/rollup",
];

/// Addresses of the east, each with one of the same kind that nobody has.
const FOREIGN: [(&str, &str); 17] = [
    ("/alarms/9101", "/alarms/9999"),
    ("/alarms/9102", "/alarms/9999"),
    ("/api/v1/alarms/9101", "/api/v1/alarms/9999"),
    ("/api/v1/alarms?region_id=501", "/api/v1/alarms?region_id=599"),
    ("/exports/alarms.csv?alarm_id=9101", "/exports/alarms.csv?alarm_id=9999"),
    ("/regions/501", "/regions/599"),
    ("/regions/501?day=2016-01-12", "/regions/599?day=2016-01-12"),
    ("/users/91001", "/users/99999"),
    ("/users/91001?day=2016-01-11", "/users/99999?day=2016-01-11"),
    ("/rankings?region=501", "/rankings?region=599"),
    ("/exports/regions.csv?region_id=501", "/exports/regions.csv?region_id=599"),
    ("/exports/rollup.csv?region_id=501", "/exports/rollup.csv?region_id=599"),
    ("/exports/user_readings.csv?user_id=91001", "/exports/user_readings.csv?user_id=99999"),
    ("/exports/silent_meters.csv?region_id=501", "/exports/silent_meters.csv?region_id=599"),
    ("/api/v1/regions/501/windows?from=2016-01-01", "/api/v1/regions/599/windows?from=2016-01-01"),
    ("/api/v1/rollup?region_id=501", "/api/v1/rollup?region_id=599"),
    ("/api/v1/rankings?region_id=501", "/api/v1/rankings?region_id=599"),
];

/// Two tenants; the administrator of the west has every right in it.
async fn two_tenants() -> (Town, TenantId, TenantId) {
    let town = Town::new().await;
    town.at("2016-01-12T10:00:07+08:00");
    sqlx::raw_sql(EAST).execute(&town.pool).await.expect("the rows fit");
    let (east, west) = (town.tenant("east", &[501]).await, town.tenant("west", &[2]).await);
    town.person("鑫垚经理", Preset::Admin, Some(east), Reach::All).await;
    town.token(Preset::Admin, Some(east), Reach::All).await;
    town.person("chief", Preset::Admin, Some(west), Reach::All).await;
    (town, east, west)
}

#[track_caller]
fn assert_clean(path: &str, reply: &Reply) {
    for mark in MARKS {
        let found = reply.text.find(mark).map(|at| {
            let start = (at.saturating_sub(120)..at).find(|start| reply.text.is_char_boundary(*start)).unwrap_or(at);
            &reply.text[start..at + mark.len()]
        });
        assert_eq!(found, None, "{path} shows “{mark}” of the other tenant");
    }
}

#[tokio::test]
async fn nothing_of_one_tenant_shows_anywhere_to_another() {
    let (town, _, west) = two_tenants().await;
    let mut chief = town.signed_in("chief").await;
    let token = town.token(Preset::Admin, Some(west), Reach::All).await.0;
    for path in PAGES {
        let reply = chief.get(path).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
        // what was asked for is shown back
        let reply = Reply { text: reply.text.replace("value=\"鑫\"", "").replace("“鑫”", ""), ..reply };
        assert_clean(path, &reply);
    }
    for path in PAGES.iter().chain(&INTERFACE) {
        let reply = town.bearer(path, &token).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
        let reply = Reply { text: reply.text.replace("value=\"鑫\"", "").replace("“鑫”", ""), ..reply };
        assert_clean(path, &reply);
    }
}

#[tokio::test]
async fn the_marks_are_there_for_whoever_may_see_them() {
    let (town, east, _) = two_tenants().await;
    let token = town.token(Preset::Admin, Some(east), Reach::All).await.0;
    // these have nothing of the east in them whoever asks
    let empty = ["/regions/2", "/users/3", "/search?q=1", "/people/new", "/wall"];
    for path in PAGES.iter().chain(&INTERFACE).filter(|path| !empty.iter().any(|one| path.starts_with(one))) {
        let reply = town.bearer(path, &token).await;
        let shows = MARKS.iter().any(|mark| reply.text.contains(mark)) || path.contains("/regions/2/");
        assert!(shows, "{path} would not show a leak: {} {}", reply.status, reply.text);
    }
}

#[tokio::test]
async fn what_belongs_to_others_answers_like_what_does_not_exist() {
    let (town, _, _) = two_tenants().await;
    let mut chief = town.signed_in("chief").await;
    for (foreign, absent) in FOREIGN {
        let (one, other) = (chief.get(foreign).await, chief.get(absent).await);
        assert_eq!(one.status, other.status, "{foreign}");
        assert_eq!(neutral(&one.text), neutral(&other.text), "{foreign}");
        assert_eq!(one.header("content-type"), other.header("content-type"), "{foreign}");
    }
    let one = chief.post("/users/91001/telephone", &[]).await;
    let other = chief.post("/users/99999/telephone", &[]).await;
    assert_eq!((one.status, neutral(&one.text)), (other.status, neutral(&other.text)));
    assert_eq!(town.recorded("telephone.view").await, 0);
}

/// Without the number that was asked for, and without the request's own.
fn neutral(text: &str) -> String {
    let text = ["91001", "99999", "9101", "9102", "9999", "501", "599"]
        .into_iter()
        .fold(text.to_owned(), |text, id| text.replace(id, "#"));
    let Some((before, after)) = text.split_once("\"request_id\":\"") else { return text };
    format!("{before}{}", after.split_once('"').map_or("", |(_, rest)| rest))
}

#[tokio::test]
async fn people_tokens_and_links_of_others_cannot_be_touched() {
    let (town, east, _) = two_tenants().await;
    let stranger = town.person("stranger", Preset::Viewer, Some(east), Reach::All).await;
    let operator = town.person("operator", Preset::Viewer, None, Reach::All).await;
    let (_, token) = town.token(Preset::Viewer, Some(east), Reach::All).await;
    let (_, wall) = town.wall(&["16x9"], Some(east), Reach::All).await;
    let mut chief = town.signed_in("chief").await;
    for id in [stranger, operator] {
        assert_eq!(chief.get(&format!("/people/{id}")).await.status, 404);
        for (action, fields) in [
            ("", &[("version", "1"), ("display_name", "x"), ("preset", "viewer"), ("regions", "all")][..]),
            ("/remove", &[("version", "1")][..]),
            ("/link", &[][..]),
            ("/logins/end", &[][..]),
        ] {
            let reply = chief.post(&format!("/people/{id}{action}"), fields).await;
            assert_eq!(reply.status, 404, "{action}: {}", reply.text);
        }
    }
    for path in [format!("/tokens/{token}/revoke"), format!("/walls/{wall}/revoke"), format!("/walls/{wall}/address")] {
        assert_eq!(chief.post(&path, &[]).await.status, 404, "{path}");
    }
    for action in ["account.change", "account.remove", "account.link", "token.revoke", "wall.revoke"] {
        assert_eq!(town.recorded(action).await, 0, "{action}");
    }
    // and a new person is of his own tenant, whatever the form says
    let fields = [("name", "new"), ("preset", "viewer"), ("regions", "all"), ("tenant_id", "1")];
    assert_eq!(chief.post("/people", &fields).await.status, 200);
    let tenant: Option<i32> = sqlx::query_scalar("select tenant_id from access.accounts where name = 'new'")
        .fetch_one(&town.pool)
        .await
        .expect("a person");
    assert_ne!(tenant, Some(east));
}

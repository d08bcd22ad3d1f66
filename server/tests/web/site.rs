//! A web server with a warehouse of its own, and rows to ask for.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use app::{AppContext, Units};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode};
use axum::response::Response;
use domain::Zone;
use server::web::hub::Rhythm;
use server::web::{ReadySettings, Shared, WebConfig, router};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use warehouse::access::AccessPool;
use warehouse::read::ReadPool;

/// 2016-01-12 10:00:07 in Shanghai.
pub const NOW_MS: i64 = 1_452_564_007_000;
const MOST_BYTES: usize = 64 << 20;

pub struct Site {
    pub pool: PgPool,
    pub shared: Shared,
    pub router: Router,
}

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a readable header"))
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

/// Proves a program that sees and may do everything; [`fill`] knows it.
pub const TOKEN: &str = "ll_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Accounts, as the role that keeps them.
pub fn accounts(pool: &PgPool) -> AccessPool {
    let options = (*pool.connect_options()).clone().options([("role", "loadline_access")]);
    AccessPool::from_pool(
        PgPoolOptions::new().max_connections(5).acquire_timeout(Duration::from_secs(3)).connect_lazy_with(options),
    )
}

/// Settings for tests: nothing waits longer than it must.
pub fn config(pool: PgPool) -> WebConfig {
    let zone = Zone::parse("Asia/Shanghai").expect("a zone");
    let access = accounts(&pool);
    let context = AppContext::new(ReadPool::from_pool(pool), Arc::new(|| NOW_MS), zone, Units::default(), "test");
    WebConfig {
        rhythm: Rhythm { spacing: Duration::from_millis(20), ..Rhythm::default() },
        ..WebConfig::new(SocketAddr::from(([127, 0, 0, 1], 0)), context.with_access(access))
    }
}

impl Site {
    pub async fn new() -> Self {
        let pool = testkit::pool(&testkit::warehouse_db().await).await;
        fill(&pool).await;
        Self::from_config(config(pool.clone()), pool)
    }

    pub async fn with_ready(ready: ReadySettings) -> Self {
        let site = Self::new().await;
        Self::from_config(WebConfig { ready, ..config(site.pool.clone()) }, site.pool)
    }

    pub fn from_config(config: WebConfig, pool: PgPool) -> Self {
        let prometheus = server::metrics::recorder().expect("a recorder");
        let shared = Shared::new(&config, prometheus, CancellationToken::new());
        let router = router(&shared);
        Self { pool, shared, router }
    }

    /// With the token of everything, unless the request brings another.
    pub async fn send(&self, mut request: Request<Body>) -> Response {
        let bearer = HeaderValue::from_str(&format!("Bearer {TOKEN}")).expect("a header");
        request.headers_mut().entry(AUTHORIZATION).or_insert(bearer);
        self.router.clone().oneshot(request).await.expect("the router always answers")
    }

    pub async fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(self.send(request.body(Body::empty()).expect("a request")).await).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.ask(path, &[]).await
    }

    /// As a browser asks.
    pub async fn browse(&self, path: &str) -> Reply {
        self.ask(path, &[("accept", "text/html,application/xhtml+xml")]).await
    }

    pub async fn run(&self, sql: &str) {
        sqlx::raw_sql(sql).execute(&self.pool).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

pub async fn fill(pool: &PgPool) {
    sqlx::raw_sql(ROWS).execute(pool).await.expect("the rows fit");
    sqlx::query(
        "insert into access.tokens (name, prefix, token_hash, dispatch_level, billing_level, data_level, system_level,
                                    all_regions, created_by)
         values ('tests', 'll_AAAAA', sha256(convert_to($1, 'UTF8')), 'manage', 'manage', 'manage', 'manage', true, 'tests')",
    )
    .bind(TOKEN)
    .execute(pool)
    .await
    .expect("the token fits");
}

pub async fn read(response: Response) -> Reply {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, MOST_BYTES).await.expect("the whole body");
    let text = String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| "(compressed)".to_owned());
    Reply { status: parts.status, headers: parts.headers, text }
}

/// Two regions, three customers (one with a name that means harm), one morning.
const ROWS: &str = r#"
select loadline_ensure_day('2016-01-12');
update progress set snapshot_state = 'complete', time_zone = 'Asia/Shanghai', lsn = '0/1000', commit_no = 7,
       watermark = '2016-01-12 10:00:05', newest_event = '2016-01-12 10:00:10', newest_closed = '2016-01-12 10:00:05',
       committed_at = '2016-01-12 10:00:06+08', last_row_at = '2016-01-12 10:00:06+08';
insert into ods_power_user (user_id, user_name, usage_type, region_id, region_name) values
    (1, '张三丰', '居民', 1, '东, "区"'), (2, '=HYPERLINK("http://evil")', '工业', 1, '东, "区"'), (3, '<script>alert(1)</script>', '商业', 2, '西区');
insert into dwd_power_consumption_detail (consumption_id, user_id, user_name, consumption_amount, consumption_cost,
       consumption_date, region_id, region_name, usage_type, remark, known_user, commit_lsn) values
    (1, 1, '张三丰', 1.50, 0.75, '2016-01-12 09:59:56', 1, '东, "区"', '居民', '+1', true, '0/900'),
    (2, 2, '=HYPERLINK("http://evil")', 4.00, 2.00, '2016-01-12 09:59:57', 1, '东, "区"', '工业', null, true, '0/900'),
    (3, 3, '<script>alert(1)</script>', 2.25, 1.10, '2016-01-12 10:00:01', 2, '西区', '商业', null, true, '0/1000');
insert into dws_region_daily_stats (region_id, region_name, stat_date, total_consumption, total_cost, user_count,
       avg_consumption, max_consumption, min_consumption, record_count) values
    (1, '东, "区"', '2016-01-12 09:59:55', 5.50, 2.75, 2, 2.75, 4.00, 1.50, 2),
    (2, '西区', '2016-01-12 10:00:00', 2.25, 1.10, 1, 2.25, 2.25, 2.25, 1);
insert into dws_user_ranking values
    (2, '=HYPERLINK("http://evil")', 1, '东, "区"', '2016-01-12 09:59:55', 4.00, 2.00, 1),
    (1, '张三丰', 1, '东, "区"', '2016-01-12 09:59:55', 1.50, 0.75, 2),
    (3, '<script>alert(1)</script>', 2, '西区', '2016-01-12 10:00:00', 2.25, 1.10, 1);
insert into ads_power_dashboard (dashboard_id, stat_date, region_id, region_name, total_consumption, total_cost, user_count,
       avg_consumption, peak_hour, peak_consumption, top_user_id, top_user_name, top_user_consumption) values
    ('DASHBOARD_1_2016-01-12 09:59:55.000', '2016-01-12 09:59:55', 1, '东, "区"', 5.50, 2.75, 2, 2.75, 9, 4.00, 2, '=HYPERLINK("http://evil")', 4.00),
    ('DASHBOARD_2_2016-01-12 10:00:00.000', '2016-01-12 10:00:00', 2, '西区', 2.25, 1.10, 1, 2.25, 10, 2.25, 3, '<script>alert(1)</script>', 2.25);
insert into dws_region_rollup (region_id, grain, period_start, region_name, total_consumption, total_cost, record_count,
       user_count, avg_consumption, max_consumption, min_consumption, last_consumption_id)
select r.id, g.grain, date_trunc(g.unit, timestamp '2016-01-12 10:00:00'), r.name, r.kwh, r.kwh / 2, r.n, r.n, r.kwh / r.n, r.kwh, r.kwh, r.n
  from (values (1, '东, "区"', 5.50, 2), (2, '西区', 2.25, 1)) r(id, name, kwh, n),
       (values ('hour', 'hour'), ('day', 'day'), ('month', 'month'), ('year', 'year')) g(grain, unit);
insert into dws_user_day (stat_day, region_id, user_id, user_name, usage_type, record_count, total_consumption, total_cost,
       last_consumption_id, quarter_lo, quarter_hi) values
    ('2016-01-12', 1, 1, '张三丰', '居民', 1, 1.50, 0.75, 1, 1::bigint << 39, 0),
    ('2016-01-12', 1, 2, '=HYPERLINK("http://evil")', '工业', 1, 4.00, 2.00, 2, 1::bigint << 39, 0),
    ('2016-01-12', 2, 3, '<script>alert(1)</script>', '商业', 1, 2.25, 1.10, 3, 1::bigint << 40, 0);
insert into dws_user_day (stat_day, region_id, user_id, user_name, usage_type, record_count, total_consumption, total_cost,
       last_consumption_id, quarter_lo, quarter_hi) values ('2016-01-11', 1, 4, '=silent', '工业', 96, 9.60, 4.80, 4, -1, -1);
select loadline_ensure_day('2016-01-11');
insert into dwd_power_consumption_detail (consumption_id, user_id, user_name, consumption_amount, consumption_cost,
       consumption_date, region_id, region_name, usage_type, known_user, commit_lsn) values
    (4, 4, '=silent', 9.60, 4.80, '2016-01-11 23:45:00', 1, '东, "区"', '工业', true, '0/800');
insert into ads_region_day (region_id, stat_day, region_name, total_consumption, total_cost, peak_hour, peak_hour_consumption,
       peak_quarter, peak_quarter_consumption, mean_kw, peak_kw, load_factor, top_user_id, top_user_name, top_user_consumption) values
    (1, '2016-01-12', '东, "区"', 5.50, 2.75, 9, 5.50, '2016-01-12 09:45:00', 5.50, 0.55, 22.00, 0.0250, 2, '=HYPERLINK("http://evil")', 4.00);
insert into dead_letters (received_at, commit_lsn, source_table, source_key, raw, reason, reason_text) values
    ('2016-01-12 09:00:00+08', '0/800', 'power_consumption', '99', '{"consumption_id": "99"}', 'missing_amount', '缺少用电量');
insert into alarm_rules (version) values (1);
insert into alarm_rule_versions (rule_id, version, definition, made_by) values (1, 1, '{"name_zh": "用户排名突变", "name_en": "Sudden change of rank",
    "severity": "low", "conditions": [{"metric": "rank_change", "comparison": ">=", "threshold": "10.00"}]}', 'tests');
insert into alarms (rule_id, rule_version, subject_kind, subject_id, region_id, severity, state, state_since, quality, is_active, occurrence,
       value, threshold, annunciated_at, revision) values
    (1, 1, 'user', 1, 1, 4, 'UNACK', '2016-01-12 10:00:06+08', 'good', true, 1, 12.00, 10.00, '2016-01-12 10:00:06+08', 0);
insert into alarm_transitions (alarm_id, rule_id, region_id, event, from_state, to_state, severity, at, event_time, occurrence, value, threshold,
       is_annunciated, is_retrospective, revision) values
    (1, 1, 1, 'raised', 'NORM', 'UNACK', 4, '2016-01-12 10:00:06+08', '2016-01-12 10:00:00', 1, 12.00, 10.00, true, false, 0);
"#;

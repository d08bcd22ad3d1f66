//! Two databases with rules and a route, and the binary as a process that can be killed.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sqlx::PgPool;

use super::script::BASE;

pub const DEADLINE: Duration = Duration::from_secs(60);

pub struct World {
    source_url: String,
    warehouse_url: String,
    source: PgPool,
    pub warehouse: PgPool,
    child: Option<Child>,
}

impl World {
    pub async fn new() -> Self {
        let (source_url, warehouse_url) = (testkit::operational_db().await, testkit::warehouse_db().await);
        let (source, warehouse) = (testkit::pool(&source_url).await, testkit::pool(&warehouse_url).await);
        let world = Self { source_url, warehouse_url, source, warehouse, child: None };
        let setup = world.command(&["source", "setup"]).output().unwrap();
        assert!(setup.status.success(), "{}", String::from_utf8_lossy(&setup.stderr));
        let user = |id: i64, region: i64| format!("({id}, 'u{id}', '工业', {region}, 'r{region}')");
        let users = [user(21, 2), user(22, 2), user(31, 3)].join(",");
        world
            .at_source(&format!(
                "insert into power_user (user_id, user_name, usage_type, region_id, region_name) values {users};
                 insert into region_profile (region_id, parent_id, region_name, limit_kw, valid_from) values
                     (1, null, 'all', 450, '2020-01-01'), (2, 1, 'east', 200, '2020-01-01'), (3, 1, 'west', 200, '2020-01-01')"
            ))
            .await;
        sqlx::raw_sql(RULES).execute(&world.warehouse).await.unwrap();
        world
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_loadline"));
        command.args(["--lang", "en"]).args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
        command.env("LOADLINE_SOURCE_URL", &self.source_url).env("LOADLINE_WAREHOUSE_URL", &self.warehouse_url);
        // slots are shared by all databases of the cluster
        command.env("LOADLINE_SLOT", self.source_url.rsplit('/').next().unwrap().replace('-', "_"));
        // all of the day is news; a quiet source closes its windows at once
        command.env("LOADLINE_ALARM_ANNUNCIATE_WITHIN_S", "86400").env("LOADLINE_IDLE_AFTER_MS", "300");
        command.env("LOADLINE_LOG", "error");
        command
    }

    pub fn start(&mut self) {
        self.child = Some(self.command(&["serve", "--role", "engine"]).spawn().unwrap());
    }

    /// Where it was killed and not started.
    pub fn start_again(&mut self) {
        if self.child.is_none() {
            self.start();
        }
    }

    /// As the system does it when memory runs out: without a word.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub async fn at_source(&self, statement: &str) {
        sqlx::raw_sql(statement).execute(&self.source).await.unwrap();
    }

    pub async fn text(&self, question: &str) -> String {
        sqlx::query_scalar(question).fetch_one(&self.warehouse).await.unwrap()
    }

    pub async fn progress(&self) -> String {
        self.text("select commit_no::text from progress").await
    }

    pub async fn first_copy_is_complete(&self) {
        testkit::wait_until("the copy is complete", DEADLINE, async || {
            self.text("select snapshot_state from progress").await == "complete"
        })
        .await;
    }

    /// All readings of the source are here, their windows are closed, and the rules have seen them.
    pub async fn everything_is_evaluated(&self) {
        let readings = "select concat_ws(' ', count(*), sum(consumption_amount), max(consumption_date)) from";
        let at_source: String =
            sqlx::query_scalar(&format!("{readings} power_consumption")).fetch_one(&self.source).await.unwrap();
        testkit::wait_until("the rules have seen everything", DEADLINE, async || {
            self.text(&format!("{readings} dwd_power_consumption_detail")).await == at_source
                && self
                    .text(
                        "select (p.watermark > (select max(consumption_date) from dwd_power_consumption_detail)
                                 and a.evaluated_until = date_bin('5 seconds', p.watermark, timestamp '2000-01-01')
                                 and a.revised_since = p.committed_at)::text
                           from progress p, alarm_progress a",
                    )
                    .await
                    == "true"
        })
        .await;
    }

    /// Everything that happened to alarms, in the order of the event times.
    pub async fn transitions(&self) -> Vec<String> {
        self.lines(
            "select concat_ws(' ', r.code, t.region_id, BASE_TIME, t.event, t.from_state, t.to_state,
                    case when t.is_annunciated then '!' end, case when t.is_retrospective then '<' end, t.reason)
               from alarm_transitions t join alarm_rules r using (rule_id)
              order by t.event_time, t.transition_id",
        )
        .await
    }

    /// Who is told of what, and who is not and why.
    pub async fn decisions(&self) -> Vec<String> {
        self.lines(
            "select concat_ws(' ', r.code, t.region_id, BASE_TIME, t.event, n.route_id, n.step_no, n.kind,
                    case n.status when 'waiting' then 'waits' when 'skipped' then 'skipped ' || n.reason else 'told' end)
               from alarm_notices n join alarm_transitions t using (transition_id) join alarm_rules r using (rule_id)
              order by t.event_time, t.transition_id, n.route_id, n.step_no",
        )
        .await
    }

    async fn lines(&self, question: &str) -> Vec<String> {
        let base: String = sqlx::query_scalar(&format!("select {BASE}::text")).fetch_one(&self.source).await.unwrap();
        let time = format!(
            "(extract(epoch from t.event_time - timestamp '{base}')::bigint / 60)::text || ':' || to_char(t.event_time, 'SS')"
        );
        sqlx::query_scalar(&question.replace("BASE_TIME", &time)).fetch_all(&self.warehouse).await.unwrap()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // a test that fails leaves nothing behind
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Load against the limit as the product brings it along, energy of an hour in region 2, energy of a window, and one route
/// with two steps that tells everything. The rules of the product itself stay away.
const RULES: &str = r#"
    update alarm_progress set has_starter_rules = true;
    insert into alarm_rules (code, version, is_enabled) values ('load', 1, true), ('hour', 1, true), ('window', 1, true);
    insert into alarm_rule_versions (rule_id, version, definition, made_by)
    select rule_id, 1, case code
        when 'load' then '{"name_en": "load", "severity": "critical", "on_delay_s": 60, "off_delay_s": 120, "quiets": "same_rule",
                           "conditions": [{"metric": "load_now_percent", "comparison": ">=", "threshold": "100", "deadband": "5"}]}'::jsonb
        when 'hour' then '{"name_en": "hour", "severity": "medium", "regions": {"listed": [2]},
                           "conditions": [{"metric": "hour_kwh", "comparison": ">", "threshold": "150"}]}'
        else '{"name_en": "window", "severity": "high", "regions": {"listed": [2]},
               "conditions": [{"metric": "window_kwh", "comparison": ">", "threshold": "550"}]}' end, 'test'
      from alarm_rules;
    insert into alarm_channels (name, kind, target, lang) values ('nobody', 'webhook', 'https://receiver.invalid/', 'en');
    insert into alarm_routes (name, definition)
    select 'all', jsonb_build_object('severities', array['critical', 'high', 'medium', 'low'], 'cooldown_s', 0, 'dedup_s', 0,
        'tells_return', true, 'steps', jsonb_build_array(jsonb_build_object('after_min', 0, 'channel_id', channel_id),
                                                         jsonb_build_object('after_min', 10, 'channel_id', channel_id)))
      from alarm_channels;
"#;

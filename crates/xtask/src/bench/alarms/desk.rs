//! Figure: the operators' desk with ten thousand open alarms.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::{BATCH, REGIONS, rules, setup};
use crate::bench::http::Site;
use crate::bench::lab::{Lab, Pair};
use crate::bench::session::Session;
use crate::bench::stats::{self, Histogram};
use crate::bench::table::{self, Row};
use crate::bench::writer::Writer;

const RULES: u64 = 100;
const VIEWERS: usize = 4;
const PAGES: usize = 250;
const BETWEEN_PAGES: Duration = Duration::from_millis(20);
const WARM_UP: usize = 25;
/// So often an alarm changes meanwhile, and every second time 50 readings come.
const BETWEEN_CHANGES: Duration = Duration::from_millis(200);
const LOAD: Duration = Duration::from_secs(10);
const DEADLINE: Duration = Duration::from_secs(60);

pub fn measure(lab: &Lab) -> Result<Vec<Row>> {
    let pair = lab.pair("alarms_desk")?;
    setup(&pair)?;
    let (loadline, site) = pair.serve()?;
    pair.wait_for_copy(DEADLINE)?;
    let site = site.with_token(&pair.token()?);
    rules::install(&pair, &rules::peaks(usize::try_from(RULES)?, 0))?;
    Writer::open(&pair, BATCH, 1)?.run(Duration::from_millis(10), LOAD)?;
    insert(&pair)?;
    let mut warehouse = Session::open(lab, &pair.warehouse_url())?;
    let open = warehouse.number("select count(*) from alarms where state in ('UNACK', 'ACKED', 'RTNUN', 'LTUNK', 'LTACK')")?;
    let mut writer = Writer::open(&pair, BATCH, 1_000_000)?;
    let quiet = site.times("/healthz", PAGES, BETWEEN_PAGES)?;
    site.times("/alarms", WARM_UP, BETWEEN_PAGES)?;
    let own = |text: &str| Histogram::parse(text, "loadline_page_seconds", "route=\"/alarms\"");
    let before = own(&site.text("/metrics")?);
    let started = Instant::now();
    let viewers: Vec<_> = (0..VIEWERS).map(|_| view(site.clone())).collect();
    let mut changes = 0;
    while viewers.iter().any(|viewer| !viewer.is_finished()) {
        if changes % 2 == 0 {
            writer.send()?;
        }
        acknowledge(&mut warehouse)?;
        changes += 1;
        std::thread::sleep((started + BETWEEN_CHANGES * changes).saturating_duration_since(Instant::now()));
    }
    let mut client = Vec::new();
    for viewer in viewers {
        client.extend(viewer.join().map_err(|_| anyhow::anyhow!("a viewer panicked"))??);
    }
    let server = own(&site.text("/metrics")?).since(&before);
    let page = site.good("/alarms")?.body.len();
    let resident = loadline.status_bytes("VmHWM")?;
    writer.close()?;
    warehouse.close()?;
    loadline.stop()?;
    pair.remove()?;
    let name = format!("desk page `/alarms` with {} open alarms, {VIEWERS} viewers at once", table::count(open as f64));
    let how = format!("{} requests during {changes} changes of an alarm; page of {} KB", client.len(), page / 1_000);
    Ok(vec![
        Row::new(
            &format!("{name}, from the client"),
            "p99 < 50 ms",
            stats::describe_with_worst(&client),
            format!("{} for `/healthz`, one after the other", stats::describe_with_worst(&quiet)),
            how,
        ),
        Row::new(
            &format!("{name}, server side"),
            "p99 < 50 ms",
            server.describe_with_mean(),
            String::new(),
            "the server's own histogram",
        ),
        Row::new("resident memory with them", "", table::megabytes(resident), String::new(), "VmHWM of `loadline serve`"),
    ])
}

fn view(site: Site) -> std::thread::JoinHandle<Result<Vec<f64>>> {
    std::thread::spawn(move || site.times("/alarms", PAGES, BETWEEN_PAGES))
}

/// Alarms of all rules in all regions, by severity as they should be: 5 % high, 15 % medium, 80 % low.
fn insert(pair: &Pair<'_>) -> Result<()> {
    pair.ask_warehouse(&format!(
        "begin; \
         select from alarm_progress where id = 1 for update; \
         update alarm_rules set is_enabled = coalesce(code, '') like 'bench-%'; \
         insert into alarms (rule_id, rule_version, subject_kind, subject_id, region_id, severity, state, state_since, quality, \
                             holds, true_count, is_active, occurrence, started_at, value, threshold, value_at, annunciated_at, revision) \
         select rule_id, 1, 'region', g, g, case when g % 20 = 0 then 2 when g % 20 < 4 then 3 else 4 end, 'UNACK', at, 'good', \
                1, 1, true, 1, at at time zone 'UTC', 900, 500, at at time zone 'UTC', at, p.revision + 1 \
           from alarm_progress p, alarm_rules r, generate_series(1, {REGIONS}) g, \
                lateral (select now() - make_interval(secs => (rule_id * {REGIONS} + g) % 86400) as at) moment \
          where r.code like 'bench-%'; \
         insert into alarm_transitions (alarm_id, rule_id, region_id, event, from_state, to_state, severity, at, event_time, \
                                        occurrence, value, threshold, is_annunciated, is_retrospective, revision) \
         select alarm_id, rule_id, region_id, 'raised', 'NORM', 'UNACK', severity, annunciated_at, started_at, 1, value, threshold, \
                true, false, revision from alarms where rule_id in (select rule_id from alarm_rules where code like 'bench-%'); \
         update alarm_progress set rules_revision = rules_revision + 1, revision = revision + 1 where id = 1; \
         commit; \
         analyze alarms"
    ))?;
    Ok(())
}

/// As an operator does it, so that nothing that is held about alarms serves for the next page.
fn acknowledge(warehouse: &mut Session) -> Result<()> {
    warehouse.ask(
        "begin; select revision from alarm_progress where id = 1 for update; \
         update alarms set state = case state when 'UNACK' then 'ACKED' else 'NORM' end, version = version + 1, is_acknowledged = true, \
                acknowledged_at = now(), acknowledged_by = 'bench', state_since = now(), revision = p.revision + 1 \
           from alarm_progress p \
          where alarm_id = (select alarm_id from alarms where state in ('UNACK', 'RTNUN') order by alarm_id limit 1); \
         update alarm_progress set revision = revision + 1 where id = 1; \
         select pg_notify('loadline_alarms', revision::text) from alarm_progress; commit",
    )?;
    Ok(())
}

//! Trials give what the machine gives live for the same numbers, and what plain SQL counts.

use std::time::Duration;

use domain::LocalMs;
use domain::access::Preset;
use domain::alarms::inputs::StepInput;
use domain::alarms::{Event, Rule};
use engine::alarms::{AlarmSettings, Alarms};
use serde_json::{Value, json};
use server::alarms::trial::Trials;
use tokio_util::sync::CancellationToken;
use warehouse::Store;
use warehouse::alarms::evaluation::Snapshot;
use warehouse::alarms::trials::TrialResult;

use crate::land::{count, definition, number_in, read, run, with};
use crate::support::{Browser, Reach, Town};

const FROM: &str = "2016-01-12 00:00:00";
const HOUR_MS: i64 = 3_600_000;

async fn town() -> Town {
    let town = Town::new().await;
    town.person("eva", Preset::Engineer, None, Reach::All).await;
    town
}

fn trials(town: &Town) -> Trials {
    Trials { store: Store::new(town.pool.clone()), grace_ms: 60_000 }
}

/// Three hours of windows and a day of hours for two regions, by a rule that no two of them share.
async fn numbers(town: &Town) {
    run(
        town,
        "update progress set watermark = '2016-01-13 00:00:00';
         delete from dws_region_daily_stats;
         insert into dws_region_daily_stats (region_id, region_name, stat_date, total_consumption, total_cost, user_count,
                avg_consumption, max_consumption, min_consumption, record_count)
         select r, 'r', timestamp '2016-01-12 00:00:00' + n * interval '5 s', round((5 + 5 * sin(n / 130.0 * r))::numeric, 2), 0, 1, 1, 1, 1, 1
           from generate_series(1, 2) r, generate_series(0, 2159) n where n % (40 + r) <> 7;
         insert into dws_region_rollup (region_id, grain, period_start, region_name, total_consumption, total_cost, record_count,
                user_count, avg_consumption, max_consumption, min_consumption, last_consumption_id)
         select r, 'hour', timestamp '2016-01-12 00:00:00' + n * interval '1 hour', 'r', (n * 7 * r) % 11, 0, 1, 1, 1, 1, 1, 1
           from generate_series(1, 2) r, generate_series(0, 22) n
         on conflict (region_id, grain, period_start) do update set total_consumption = excluded.total_consumption",
    )
    .await;
}

/// Starts a trial and lets it run.
async fn tried(town: &Town, rule: &Value, from: &str, to: &str) -> TrialResult {
    let id: i64 = sqlx::query_scalar(
        "insert into alarm_trials (definition, from_at, to_at, state, made_by) values ($1, $2::text::timestamp, $3::text::timestamp, 'waiting', 't')
         returning trial_id",
    )
    .bind(rule)
    .bind(from)
    .bind(to)
    .fetch_one(&town.pool)
    .await
    .expect("a trial");
    assert_eq!(trials(town).run_waiting(&CancellationToken::new()).await.expect("they run"), 1);
    let result: Option<Value> = sqlx::query_scalar("select result from alarm_trials where trial_id = $1")
        .bind(id)
        .fetch_one(&town.pool)
        .await
        .expect("a row");
    serde_json::from_value(result.expect("a result")).expect("as it is read")
}

fn on(metric: &str, threshold: &str) -> Value {
    let mut rule = definition();
    rule["conditions"] = json!([{ "metric": metric, "comparison": ">=", "threshold": threshold }]);
    rule
}

#[tokio::test]
async fn plain_sql_counts_the_same() {
    let town = town().await;
    numbers(&town).await;
    // times that a region's closed hour is at the threshold and the one before is not
    let hours = tried(&town, &on("hour_kwh", "6"), FROM, "2016-01-13 00:00:00").await;
    let expected = count(
        &town,
        "select count(*) from (select total_consumption >= 6 as now, lag(total_consumption >= 6, 1, false)
                                      over (partition by region_id order by period_start) as before
                                 from dws_region_rollup where grain = 'hour' and period_start < '2016-01-12 22:59:00'
                                  and period_start >= '2016-01-12') h where now and not before",
    )
    .await;
    assert_eq!(hours.sides[0].fired, expected);
    assert!(expected > 4, "{expected}");
    let peak = hours.sides[0].alarms.iter().filter_map(|alarm| alarm.peak).max();
    assert_eq!(peak.map(|peak| peak.0), Some(10_00));

    // windows without a row are not judged
    let windows = tried(&town, &on("window_kwh", "8"), FROM, "2016-01-12 03:00:00").await;
    let expected = count(
        &town,
        "select count(*) from (select total_consumption >= 8 as now, lag(total_consumption >= 8, 1, false)
                                      over (partition by region_id order by stat_date) as before
                                 from dws_region_daily_stats) w where now and not before",
    )
    .await;
    assert_eq!((windows.sides[0].fired, expected > 2), (expected, true));

    // load now: four times the energy of the last 180 windows
    let load = tried(&town, &on("load_now_kw", "3900"), FROM, "2016-01-12 03:00:00").await;
    let expected = count(
        &town,
        "with windows as (select r as region_id, timestamp '2016-01-12' + n * interval '5 s' as start
                            from generate_series(1, 2) r, generate_series(0, 2159) n),
              loads as (select w.region_id, w.start, 4 * sum(coalesce(d.total_consumption, 0))
                               over (partition by w.region_id order by w.start rows 179 preceding) as kw
                          from windows w left join dws_region_daily_stats d on d.region_id = w.region_id and d.stat_date = w.start),
              steps as (select kw >= 3900 as now, lag(kw >= 3900, 1, false) over (partition by region_id order by start) as before
                          from loads)
         select count(*) from steps where now and not before",
    )
    .await;
    assert_eq!((load.sides[0].fired, expected > 0), (expected, true));
    let highest: i64 = load.sides[0].alarms.iter().filter_map(|alarm| alarm.peak).map(|peak| peak.0).max().expect("a peak");
    let stored = count(
        &town,
        "select (max(kw) * 100)::bigint from (select 4 * sum(total_consumption)
                   over (partition by region_id order by stat_date range between interval '895 s' preceding and current row) as kw
           from dws_region_daily_stats) l",
    )
    .await;
    assert!(highest <= stored && highest * 1_000 > stored * 995, "{highest} of {stored}: seen once a minute");
}

#[tokio::test]
async fn the_live_machine_gives_the_same() {
    let town = town().await;
    numbers(&town).await;
    let mut rule = on("load_now_kw", "3700");
    rule["on_delay_s"] = 120.into();
    rule["off_delay_s"] = 60.into();
    rule["conditions"][0]["deadband"] = "150".into();
    let found = tried(&town, &rule, FROM, "2016-01-12 03:00:00").await;
    let store = Store::new(town.pool.clone());
    let mut snapshot = Snapshot::begin(&store).await.expect("a snapshot");
    let from = LocalMs::parse(FROM.as_bytes()).expect("a time");
    let nodes = snapshot.region_nodes(from.day()).await.expect("regions");
    let rule = Rule { rule_id: 0, version: 1, tenant_id: None, definition: read(&rule), owned_regions: None };
    let mut live = Alarms::new(AlarmSettings::default(), vec![rule], nodes, [].into(), Vec::new());
    let mut told = Vec::new();
    for hour in 0..3 {
        let (start, end) = (from.plus_ms(hour * HOUR_MS), from.plus_ms((hour + 1) * HOUR_MS));
        let windows = snapshot.windows_between(start, end).await.expect("windows");
        let report =
            live.step(StepInput { from: start, to: end, now_ms: start.0, local_now: start, windows, ..StepInput::default() });
        told.extend(report.transitions.into_iter().map(|one| (one.event, one.key.subject, one.event_time)));
    }
    let mut tried: Vec<_> = found.sides[0].alarms.iter().map(|alarm| (Event::Raised, alarm.subject, Some(alarm.from))).collect();
    tried.extend(
        found.sides[0].alarms.iter().filter(|alarm| alarm.to.is_some()).map(|alarm| (Event::Returned, alarm.subject, alarm.to)),
    );
    tried.sort_unstable();
    told.sort_unstable();
    assert_eq!(tried, told);
    assert!(tried.len() > 3, "{tried:?}");
}

#[tokio::test]
async fn a_killed_trial_is_run_again_and_its_page_waits_for_it() {
    let town = town().await;
    numbers(&town).await;
    let mut eva = town.signed_in("eva").await;
    let draft = with(&[
        ("c0_metric", "hour_kwh"),
        ("c0_threshold", "6"),
        ("c0_deadband", "0"),
        ("on_delay_s", "0"),
        ("draft", "1"),
        ("try_from", "2016-01-12"),
        ("try_to", "2016-01-13"),
    ]);
    let asked = eva.post("/alarms/trials", &draft).await;
    let page = asked.header("location").to_owned();
    assert!(page.starts_with("/alarms/trials/"), "{} {}", asked.status, asked.text);
    run(&town, "update alarm_trials set state = 'running'").await;
    let waiting = eva.get(&page).await.text;
    assert!(waiting.contains("http-equiv=\"refresh\"") && waiting.contains("尚未算出"), "{waiting}");
    let (trials, cancel) = (trials(&town), CancellationToken::new());
    let stop = cancel.clone();
    let server = tokio::spawn(async move { trials.run(&stop).await });
    let is_done = async || count(&town, "select count(*) from alarm_trials where state = 'done'").await == 1;
    testkit::wait_until("the trial is run again", Duration::from_secs(60), is_done).await;
    // and one that is asked for while it listens
    let again = eva.post("/alarms/trials", &draft).await;
    assert_eq!(again.status, 303, "{}", again.text);
    let are_done = async || count(&town, "select count(*) from alarm_trials where state = 'done'").await == 2;
    testkit::wait_until("the next trial runs", Duration::from_secs(20), are_done).await;
    cancel.cancel();
    server.await.expect("it ends when it is told to");
    for (lang, words) in [("zh", ["会告警", "时间线", "每天次数"]), ("en", ["would have fired", "Timeline", "Alarms by day"])]
    {
        let shown = eva.get(&format!("{page}?lang={lang}")).await.text;
        for word in words {
            assert!(shown.contains(word), "{word}: {shown}");
        }
        assert!(shown.contains("<svg") && !shown.contains("http-equiv=\"refresh\"") && !shown.contains("{}"), "{shown}");
    }
    assert_eq!(
        count(&town, "select count(*) from alarm_transitions where at > now() - interval '10 minutes'").await,
        0,
        "a trial raises nothing"
    );
}

#[tokio::test]
async fn what_is_not_closed_yet_is_not_judged() {
    let town = town().await;
    numbers(&town).await;
    run(&town, "update progress set watermark = '2016-01-12 02:00:00'").await;
    let mut always = on("load_now_kw", "0.01");
    always["conditions"][0]["comparison"] = ">".into();
    let found = tried(&town, &always, FROM, "2016-01-12 05:00:00").await;
    assert_eq!(found.until.to_string(), "2016-01-12 02:00:00.000");
    assert!(found.sides[0].alarms.iter().all(|alarm| alarm.to.is_none()), "nobody knows that they returned: {found:?}");
    assert_eq!(found.sides[0].fired, 2);
}

#[tokio::test]
async fn versions_are_compared() {
    let town = town().await;
    numbers(&town).await;
    let mut eva = town.signed_in("eva").await;
    let form = |threshold: &'static str, more: &[(&'static str, &'static str)]| {
        let mut changes = vec![("c0_metric", "hour_kwh"), ("c0_threshold", threshold), ("c0_deadband", "0"), ("on_delay_s", "0")];
        changes.extend_from_slice(more);
        with(&changes)
    };
    let id = number_in(&eva.post("/alarms/rules", &form("6", &[])).await).to_string();
    eva.post(&format!("/alarms/rules/{id}"), &form("9", &[("version", "1")])).await;
    let ask = [("rule_id", id.as_str()), ("tried", "2"), ("other", "1"), ("try_from", "2016-01-12"), ("try_to", "2016-01-13")];
    let page = eva.post("/alarms/trials", &ask).await.header("location").to_owned();
    trials(&town).run_waiting(&CancellationToken::new()).await.expect("it runs");
    let result: Value = sqlx::query_scalar("select result from alarm_trials").fetch_one(&town.pool).await.expect("a result");
    let found: TrialResult = serde_json::from_value(result).expect("as it is read");
    let (higher, lower) = (&found.sides[0], &found.sides[1]);
    assert!(higher.fired < lower.fired && higher.shared == higher.fired && lower.shared > 0, "{higher:?} {lower:?}");
    let shown = eva.get(&format!("{page}?lang=en")).await.text;
    for word in ["version 2", "version 1", "only version 1", "both"] {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    assert_eq!(refused(&mut eva, &[("tried", "9")], &id).await, 422);
    assert_eq!(refused(&mut eva, &[("tried", "1"), ("try_to", "2017-01-13")], &id).await, 422);
}

async fn refused(eva: &mut Browser<'_>, changes: &[(&str, &str)], id: &str) -> u16 {
    let usual = [("rule_id", id), ("tried", "2"), ("try_from", "2016-01-12"), ("try_to", "2016-01-13")];
    let kept = usual.into_iter().filter(|(name, _)| !changes.iter().any(|(other, _)| other == name));
    let fields: Vec<_> = kept.chain(changes.iter().copied()).collect();
    eva.post("/alarms/trials", &fields).await.status.as_u16()
}

#[tokio::test]
async fn what_cannot_be_tried_is_said() {
    let town = town().await;
    let mut eva = town.signed_in("eva").await;
    let silence = with(&[
        ("c0_metric", "region_silence_min"),
        ("c0_threshold", "30"),
        ("draft", "1"),
        ("try_from", "2016-01-12"),
        ("try_to", "2016-01-13"),
    ]);
    let reply = eva.post("/alarms/trials", &silence).await;
    assert!(reply.status == 422 && reply.text.contains("无法试运行"), "{} {}", reply.status, reply.text);
    let draft = with(&[("draft", "1"), ("try_from", "2001-01-12"), ("try_to", "2001-01-13")]);
    let page = eva.post("/alarms/trials", &draft).await.header("location").to_owned();
    trials(&town).run_waiting(&CancellationToken::new()).await.expect("it runs");
    assert!(eva.get(&page).await.text.contains("此期间没有已存的数据"));
}

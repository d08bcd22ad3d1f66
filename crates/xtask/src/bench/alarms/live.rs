//! Figures: what a thousand rules cost the log at a steady load, how long an evaluation takes, and how soon a viewer sees
//! a new alarm meanwhile.

use std::collections::BTreeMap;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::rules::{self, PEAK_READING_KWH, RULES};
use super::sightings::{Seen, Sightings};
use super::{BATCH, EVERY, EXTRA_IDS, REGIONS, causes, delay, setup, user_of};
use crate::bench::child::wait_for;
use crate::bench::http::Site;
use crate::bench::lab::{Lab, Pair};
use crate::bench::session::Session;
use crate::bench::stats::{self, Histogram};
use crate::bench::table::{self, Row};
use crate::bench::writer::{Sent, Writer};

const WARM_UP: Duration = Duration::from_secs(10);
/// Before and after the time with rules: what the tables' growth costs is in it as much as in the time between.
const WITHOUT: Duration = Duration::from_secs(40);
const WITH: Duration = Duration::from_secs(100);
const DEADLINE: Duration = Duration::from_secs(60);
/// A window lasts 5 s: in each of so many, so many regions get an alarm.
const PROBES: u64 = 18;
const REGIONS_EACH: u64 = 5;
const BETWEEN_PROBES: Duration = Duration::from_secs(5);
const FIRST_PROBED: u64 = 11;

pub fn measure(lab: &Lab) -> Result<Vec<Row>> {
    let pair = lab.pair("alarms_live")?;
    setup(&pair)?;
    let (loadline, site) = pair.serve()?;
    pair.wait_for_copy(DEADLINE)?;
    let site = site.with_token(&pair.token()?);
    rules::install(&pair, &rules::thousand())?;
    rules::install(&pair, &[rules::peak_in_leaves()])?;
    rules::enable(&pair, "-")?;
    let mut writer = Writer::open(&pair, BATCH, 1)?;
    writer.run(EVERY, WARM_UP)?;
    let before = phase(&site, &mut writer, WITHOUT)?;
    rules::enable(&pair, "bench-%")?;
    writer.run(EVERY, WARM_UP)?;
    let viewers = ["/", "/alarms"].map(|path| Sightings::open(&site, path).with_context(|| format!("the events of {path}")));
    let probes = probe(Session::open(lab, &pair.source_url())?, pair.zone);
    let with = phase(&site, &mut writer, WITH)?;
    probes.join().map_err(|_| anyhow::anyhow!("the probes panicked"))??;
    let raised = raised(&pair)?;
    let seen = viewers.into_iter().map(|viewer| viewer?.close()).collect::<Result<Vec<_>>>()?;
    let open = pair.ask_warehouse("select count(*) from alarms where state <> 'NORM'")?;
    rules::enable(&pair, "-")?;
    writer.run(EVERY, WARM_UP)?;
    let after = phase(&site, &mut writer, WITHOUT)?;
    let mut source = Session::open(lab, &pair.source_url())?;
    let sent = writer.close()?;
    let delays = Delays::of(&mut source, &sent, &raised)?;
    loadline.stop()?;
    pair.remove()?;
    let mut rows = with.rows(&before, &after, &open)?;
    for (path, seen) in ["/", "/alarms"].into_iter().zip(&seen) {
        rows.push(delays.row(path, seen)?);
    }
    Ok(rows)
}

/// What some time of steady load was like.
struct Phase {
    rate: f64,
    end_to_end: Histogram,
    close: Histogram,
    evaluation: Histogram,
}

fn phase(site: &Site, writer: &mut Writer, duration: Duration) -> Result<Phase> {
    const END_TO_END: &str = "loadline_source_to_commit_seconds";
    const CLOSE: &str = "loadline_window_close_delay_seconds";
    const TABLE: &str = "power_consumption";
    const EVALUATION: &str = "loadline_alarm_evaluation_seconds";
    let before = site.text("/metrics")?;
    let started = Instant::now();
    writer.run(EVERY, duration)?;
    let after = site.text("/metrics")?;
    let rows = stats::counter(&after, "loadline_rows_total", TABLE) - stats::counter(&before, "loadline_rows_total", TABLE);
    let rate = rows / started.elapsed().as_secs_f64();
    let added = |name: &str| Histogram::parse(&after, name, "").since(&Histogram::parse(&before, name, ""));
    Ok(Phase { rate, end_to_end: added(END_TO_END), close: added(CLOSE), evaluation: added(EVALUATION) })
}

impl Phase {
    fn rows(&self, before: &Self, after: &Self, open: &str) -> Result<Vec<Row>> {
        let without_rate = (before.rate + after.rate) / 2.0;
        let change = 100.0 * (self.rate / without_rate - 1.0);
        let end_to_end = before.end_to_end.and(&after.end_to_end);
        let close = before.close.and(&after.close);
        let name = format!("{RULES} rules × {REGIONS} regions at {} readings/s", table::count(without_rate));
        ensure!(self.evaluation.count() > 0.0, "nothing was evaluated");
        let per_second = self.evaluation.count() / WITH.as_secs_f64();
        let windows = WITH.as_secs() / 5;
        let busy = 100.0 * self.evaluation.mean().unwrap_or(0.0) * per_second;
        Ok(vec![
            Row::new(
                &format!("log → committed warehouse, {name}"),
                "not more than 10 % lower",
                format!("{} readings/s ({change:+.1} %)", table::count(self.rate)),
                format!("{} readings/s with every rule disabled", table::count(without_rate)),
                format!(
                    "{} s with, {} s before and after it without; from the first to when the warehouse holds the last; \
                     {open} alarms on the desk at the end",
                    WITH.as_secs(),
                    WITHOUT.as_secs()
                ),
            ),
            Row::new(
                &format!("commit at the source → committed, {name}"),
                "",
                self.end_to_end.describe_with_mean(),
                format!("{} with every rule disabled", end_to_end.describe_with_mean()),
                "the server's own histogram",
            ),
            Row::new(
                &format!("window closable → committed, {name}"),
                "p99 < 500 ms",
                self.close.describe_with_mean(),
                format!("{} with every rule disabled", close.describe_with_mean()),
                format!("the server's own histogram, {:.0} values", self.close.count()),
            ),
            Row::new(
                &format!("one evaluation, {name}"),
                "",
                self.evaluation.describe_with_mean(),
                String::new(),
                format!(
                    "the server's own histogram, from asking for the numbers to the commit; {:.0} evaluations ({per_second:.1} a second, \
                     {busy:.0} % of the time) over {windows} windows",
                    self.evaluation.count()
                ),
            ),
        ])
    }
}

/// One unusual reading in some regions, in each of so many windows.
fn probe(mut source: Session, zone: &'static str) -> JoinHandle<Result<()>> {
    std::thread::spawn(move || {
        let started = Instant::now();
        for number in 0..PROBES {
            let due = started + BETWEEN_PROBES * u32::try_from(number).unwrap_or(0);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            for region in (0..REGIONS_EACH).map(|place| FIRST_PROBED + number * REGIONS_EACH + place) {
                let (id, user) = (EXTRA_IDS + region, user_of(region));
                source.ask(&format!(
                    "insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date) \
                     values ({id}, {user}, {PEAK_READING_KWH}, 1, clock_timestamp() at time zone '{zone}')"
                ))?;
            }
        }
        source.close()
    })
}

/// Ends of the windows that raised alarms, by alarm.
type Raised = BTreeMap<i64, String>;

fn raised(pair: &Pair<'_>) -> Result<Raised> {
    let wanted = usize::try_from(PROBES * REGIONS_EACH)?;
    wait_for("the alarms of the probes", DEADLINE, || {
        let text = pair.ask_warehouse(
            "select alarm_id, event_time from alarm_transitions t join alarm_rules r using (rule_id) \
              where r.code = 'bench-peak-0' and event = 'raised' and is_annunciated order by transition_id",
        )?;
        let mut raised = Raised::new();
        for line in text.lines() {
            let (alarm, at) = line.split_once('|').context("two columns")?;
            raised.entry(alarm.parse()?).or_insert_with(|| at.to_owned());
        }
        Ok((raised.len() >= wanted).then_some(raised))
    })
}

/// When the cause of each alarm was committed.
struct Delays<'a> {
    sent: &'a [Sent],
    causes: BTreeMap<i64, usize>,
}

impl<'a> Delays<'a> {
    fn of(source: &mut Session, sent: &'a [Sent], raised: &Raised) -> Result<Self> {
        let ends: Vec<String> = raised.values().cloned().collect();
        let causes = raised.keys().copied().zip(causes(source, &ends, 1)?).collect();
        Ok(Self { sent, causes })
    }

    fn row(&self, path: &str, seen: &Seen) -> Result<Row> {
        let mut delays = Vec::new();
        for (alarm, cause) in &self.causes {
            if let Some(at) = seen.alarms.get(alarm) {
                delays.push(delay(self.sent, *cause, *at)?);
            }
        }
        ensure!(!delays.is_empty(), "no alarm was seen on {path}");
        Ok(Row::new(
            &format!("commit at the source → the alarm in the event stream of `{path}`, with {RULES} rules at 5,000 readings/s"),
            "< 1 s",
            stats::describe_with_worst(&delays),
            String::new(),
            format!(
                "{} of {} alarms, {REGIONS_EACH} in each of {PROBES} windows; from the answer to the commit that let the window close{}",
                delays.len(),
                self.causes.len(),
                if delays.len() < self.causes.len() { "; the others were never among those that the page names" } else { "" }
            ),
        ))
    }
}

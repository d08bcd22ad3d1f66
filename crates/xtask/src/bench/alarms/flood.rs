//! Figure: thousands of alarms in one window, and whether the desk stays live, notices are grouped and none is lost.

use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::receiver::{Messages, Receiver};
use super::rules::{self, PEAK_READING_KWH};
use super::sightings::Sightings;
use super::{BATCH, EVERY, EXTRA_IDS, REGIONS, causes, delay, setup};
use crate::bench::child::wait_for;
use crate::bench::http::Site;
use crate::bench::lab::{Lab, Pair};
use crate::bench::session::Session;
use crate::bench::stats;
use crate::bench::table::{self, Row};
use crate::bench::writer::Writer;

const RULES: u64 = 50;
const ALARMS: u64 = RULES * REGIONS;
const SETTINGS: [(&str, &str); 1] = [("LOADLINE_NOTIFY_PRIVATE", "127.0.0.1")];
/// The alarms stay on the desk in the windows that follow.
const STAYS_S: u64 = 600;
const WARM_UP: Duration = Duration::from_secs(15);
/// The flood comes so long after the load began.
const BEFORE: Duration = Duration::from_secs(15);
const LOAD: Duration = Duration::from_secs(50);
/// So much of what follows the flood counts as its time.
const DURING: Duration = Duration::from_secs(15);
const LOOK_AGAIN: Duration = Duration::from_millis(20);
const BETWEEN_PAGES: Duration = Duration::from_millis(50);
const DEADLINE: Duration = Duration::from_secs(60);

pub fn measure(lab: &Lab) -> Result<Vec<Row>> {
    let pair = lab.pair("alarms_flood")?;
    setup(&pair)?;
    let (loadline, site) = pair.serve_with(&SETTINGS)?;
    pair.wait_for_copy(DEADLINE)?;
    let site = site.with_token(&pair.token()?);
    rules::install(&pair, &rules::peaks(usize::try_from(RULES)?, STAYS_S))?;
    rules::enable(&pair, "bench-%")?;
    let receiver = Receiver::start()?;
    tell(&pair, &receiver.address)?;
    let mut writer = Writer::open(&pair, BATCH, 1)?;
    writer.run(EVERY, WARM_UP)?;
    let viewer = Sightings::open(&site, "/alarms")?;
    let ends_at = Instant::now() + LOAD;
    let pages = visit(site.clone(), ends_at);
    let stored = count(Session::open(lab, &pair.warehouse_url())?, ends_at);
    let flooding = flood(Session::open(lab, &pair.source_url())?, pair.zone);
    writer.run(EVERY, LOAD)?;
    flooding.join().map_err(|_| anyhow::anyhow!("the flood panicked"))??;
    let pages = pages.join().map_err(|_| anyhow::anyhow!("the visitor panicked"))??;
    let stored = stored.join().map_err(|_| anyhow::anyhow!("the counting panicked"))??;
    let seen = viewer.close()?;
    let mut source = Session::open(lab, &pair.source_url())?;
    let ended = pair.ask_warehouse("select distinct event_time from alarm_transitions join alarm_rules r using (rule_id) where event = 'raised' and r.code like 'bench-%'")?;
    ensure!(ended.lines().count() == 1, "the alarms rose in several windows: {ended}");
    let cause = *causes(&mut source, &[ended], 1)?.first().context("a cause")?;
    let notices = Notices::settled(&pair, &receiver)?;
    let committed_at = writer.sent.get(cause).context("the cause was sent")?.committed_at;
    let stored_at = stored.with_context(|| format!("{ALARMS} alarms were not stored in time"))?;
    let shown_at = seen.reached(ALARMS).with_context(|| format!("the desk never showed {ALARMS} alarms: {:?}", seen.counts))?;
    let times = (delay(&writer.sent, cause, stored_at)?, delay(&writer.sent, cause, shown_at)?);
    let resident = loadline.status_bytes("VmHWM")?;
    writer.close()?;
    loadline.stop()?;
    pair.remove()?;
    let mut rows = flood_rows(times, seen.events, resident);
    rows.push(desk_row(&pages, committed_at));
    rows.push(notices.row(committed_at));
    Ok(rows)
}

fn flood_rows((stored, shown): (f64, f64), events: usize, resident: u64) -> Vec<Row> {
    let name = format!("flood of {} alarms in one window at 5,000 readings/s", table::count(ALARMS as f64));
    vec![
        Row::new(
            &format!("{name}: commit at the source → all committed"),
            "",
            table::seconds(stored),
            String::new(),
            format!("{RULES} rules × {REGIONS} regions; looked for every {} ms", LOOK_AGAIN.as_millis()),
        ),
        Row::new(
            &format!("{name}: commit at the source → all counted on a viewer's desk"),
            "desk stays live",
            table::seconds(shown),
            String::new(),
            format!("event stream of `/alarms`, {events} updates in {} s; VmHWM {}", LOAD.as_secs(), table::megabytes(resident)),
        ),
    ]
}

/// A receiver of everything.
fn tell(pair: &Pair<'_>, address: &str) -> Result<()> {
    pair.ask_warehouse(&format!(
        "insert into alarm_channels (name, kind, target, secret, lang) values \
           ('bench', 'webhook', 'http://{address}/…', convert_to('{{\"address\": \"http://{address}/hook\"}}', 'UTF8'), 'en'); \
         insert into alarm_routes (name, definition) \
         select 'bench', jsonb_build_object('severities', '[\"critical\", \"high\", \"medium\", \"low\"]'::jsonb, \
                'steps', jsonb_build_array(jsonb_build_object('after_min', 0, 'channel_id', channel_id))) from alarm_channels"
    ))?;
    Ok(())
}

/// A reading that crosses every threshold, in every region, in one transaction.
fn flood(mut source: Session, zone: &'static str) -> JoinHandle<Result<()>> {
    std::thread::spawn(move || {
        std::thread::sleep(BEFORE);
        source.ask(&format!(
            "insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date) \
             select {EXTRA_IDS} + g, g, {PEAK_READING_KWH}, 1, now() at time zone '{zone}' from generate_series(1, {REGIONS}) g"
        ))?;
        source.close()
    })
}

/// When all alarms were there.
fn count(mut warehouse: Session, until: Instant) -> JoinHandle<Result<Option<Instant>>> {
    std::thread::spawn(move || {
        let wanted = i64::try_from(ALARMS)?;
        while Instant::now() < until {
            if warehouse.number("select count(*) from alarms where state = 'UNACK'")? >= wanted {
                return Ok(Some(Instant::now()));
            }
            std::thread::sleep(LOOK_AGAIN);
        }
        Ok(None)
    })
}

/// When each page was asked for and how long it took.
fn visit(site: Site, until: Instant) -> JoinHandle<Result<Vec<(Instant, f64)>>> {
    std::thread::spawn(move || {
        let mut pages = Vec::new();
        while Instant::now() < until {
            let asked_at = Instant::now();
            pages.push((asked_at, site.good("/alarms")?.seconds));
            std::thread::sleep(BETWEEN_PAGES);
        }
        Ok(pages)
    })
}

fn desk_row(pages: &[(Instant, f64)], flooded_at: Instant) -> Row {
    let during = flooded_at..flooded_at + DURING;
    let in_flood: Vec<f64> = pages.iter().filter(|(at, _)| during.contains(at)).map(|(_, seconds)| *seconds).collect();
    let before: Vec<f64> = pages.iter().filter(|(at, _)| *at < flooded_at).map(|(_, seconds)| *seconds).collect();
    Row::new(
        "desk page `/alarms` during the flood",
        "desk stays live",
        stats::describe_with_worst(&in_flood),
        format!("{} before it", stats::describe_with_worst(&before)),
        format!("{} requests in the {} s after the commit, one viewer, from the client", in_flood.len(), DURING.as_secs()),
    )
}

/// What became of the notices.
struct Notices {
    decided: String,
    in_messages: u64,
    messages: Messages,
}

impl Notices {
    /// Waits until nothing is on its way any more.
    fn settled(pair: &Pair<'_>, receiver: &Receiver) -> Result<Self> {
        let open = "select (select count(*) from alarm_notices where status in ('waiting', 'ready')) \
                         + (select count(*) from alarm_messages where status in ('pending', 'sending'))";
        wait_for("the messages", DEADLINE, || Ok((pair.ask_warehouse(open)? == "0").then_some(())))?;
        let decided = pair.ask_warehouse(
            "select string_agg(n || ' ' || status, ', ' order by status) from (select status, count(*) n from alarm_notices group by 1) s",
        )?;
        let sent = "select coalesce(sum(notice_count), 0) from alarm_messages where status = 'sent'";
        Ok(Self { decided, in_messages: pair.ask_warehouse(sent)?.parse()?, messages: receiver.messages() })
    }

    fn row(&self, flooded_at: Instant) -> Row {
        let told: u64 = self.messages.iter().map(|(_, count)| count).sum();
        let last = self.messages.last().map_or(0.0, |(at, _)| at.saturating_duration_since(flooded_at).as_secs_f64());
        let lost = ALARMS.abs_diff(told).max(self.in_messages.abs_diff(told));
        Row::new(
            "notifications of the flood to a web hook",
            "grouped, nothing lost",
            format!("{} messages tell of {} alarms, {lost} lost or told twice", self.messages.len(), table::count(told as f64)),
            String::new(),
            format!(
                "last message {} after the commit, 5 s of them waiting for more; notices: {}",
                table::seconds(last),
                self.decided
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flood_is_told_from_what_was_before_and_what_is_lost_is_counted() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let row = desk_row(&[(at(1), 0.01), (at(20), 0.03), (at(99), 9.0)], at(10));
        assert!(row.measured.contains("worst 30.0 ms") && row.ceiling.contains("worst 10.0 ms"), "{row:?}");
        let notices = |counts: &[u64]| Notices {
            decided: String::new(),
            in_messages: ALARMS,
            messages: counts.iter().map(|count| (at(20), *count)).collect(),
        };
        assert!(notices(&[ALARMS - 1, 1]).row(at(10)).measured.contains("2 messages tell of 5,000 alarms, 0 lost"));
        assert!(notices(&[ALARMS - 1]).row(at(10)).measured.contains(" 1 lost"));
    }
}

//! Figures: how long a reading takes from its commit at the source to a viewer's page, and a window from its end.

use std::net::Shutdown;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::child::wait_for;
use super::http::{self, Events};
use super::lab::Lab;
use super::stats::{self, Histogram};
use super::table::Row;
use super::writer::{Sent, Writer};
use super::{dense, table};

/// 50 readings every 10 ms: 5,000 readings per second.
const BATCH: u64 = 50;
const EVERY: Duration = Duration::from_millis(10);
const WARM_UP: Duration = Duration::from_secs(5);
const DURATION: Duration = Duration::from_secs(60);
const DEADLINE: Duration = Duration::from_secs(60);
const REGION: i64 = 1;

pub fn measure(lab: &Lab) -> Result<Vec<Row>> {
    let pair = lab.pair("latency")?;
    pair.ask_source(&dense::users_sql())?;
    let (loadline, address) = pair.serve()?;
    pair.wait_for_copy(DEADLINE)?;
    let mut writer = Writer::open(&pair, BATCH, 1)?;
    let step = writer.step_hundredths();
    writer.run(EVERY, WARM_UP)?;
    let before = http::text(&address, "/metrics")?;
    let dashboard = Viewer::open(&address, "/", "regions", format!("href=\"/regions/{REGION}\""))?;
    let region = Viewer::open(&address, &format!("/regions/{REGION}"), "figures", String::new())?;
    let (first, started) = (writer.sent.len(), Instant::now());
    writer.run(EVERY, DURATION)?;
    let rate = (writer.sent.len() - first) as f64 * BATCH as f64 / started.elapsed().as_secs_f64();
    let sent = writer.close()?;
    let last = i64::try_from(sent.len())? * step;
    let viewers = [dashboard, region].map(|viewer| viewer.close_at(last));
    let after = http::text(&address, "/metrics")?;
    let resident = loadline.status_bytes("VmHWM")?;
    loadline.stop()?;
    pair.remove()?;
    let mut rows = Vec::new();
    for (page, seen) in ["/", "/regions/1"].into_iter().zip(viewers) {
        let delays = delays(&sent, first, &seen.with_context(|| format!("the viewer of {page}"))?, step)?;
        rows.push(on_page(page, rate, &sent[first..], &delays));
    }
    rows.extend(windows(&before, &after));
    rows.push(Row::new(
        "resident memory at 5,000 readings/s",
        "",
        table::megabytes(resident),
        String::new(),
        "VmHWM of `loadline serve`",
    ));
    Ok(rows)
}

fn on_page(page: &str, rate: f64, sent: &[Sent], delays: &[f64]) -> Row {
    let commits: Vec<f64> = sent.iter().map(|sent| (sent.committed_at - sent.asked_at).as_secs_f64()).collect();
    Row::new(
        &format!("committed reading → its region's day total on a viewer of `{page}`, at {} readings/s", table::count(rate)),
        "p99 < 1 s",
        stats::describe(delays),
        format!("{} for the INSERT and its commit alone", stats::describe(&commits)),
        format!("{} transactions of {BATCH} readings; from the commit's answer to the event that holds the total", delays.len()),
    )
}

fn windows(before: &str, after: &str) -> Vec<Row> {
    let histogram = |name| Histogram::parse(after, name, "").since(&Histogram::parse(before, name, ""));
    let (close, fragment) = (histogram("loadline_window_close_delay_seconds"), histogram("loadline_fragment_seconds"));
    let both = close.bound(0.99).zip(fragment.bound(0.99)).map_or("none".to_owned(), |(a, b)| table::seconds(a + b));
    let how = format!("the server's own histogram, bounds of its buckets; {:.0} values", close.count());
    let sent = format!("hearing of the commit → handed to viewers: {}, {:.0} rounds", fragment.describe(), fragment.count());
    vec![
        Row::new("window closable → committed", "p99 < 500 ms", close.describe(), String::new(), how),
        Row::new(
            "window closable → sent to viewers",
            "p99 < 500 ms",
            format!("p99 ≤ {both} as the sum of both p99"),
            String::new(),
            sent,
        ),
    ]
}

/// When a page's viewer saw which total.
type Seen = Vec<(Instant, i64)>;

struct Viewer {
    newest: Arc<AtomicI64>,
    handle: std::net::TcpStream,
    reader: JoinHandle<Result<Seen>>,
}

impl Viewer {
    /// Watches the number of kWh after `mark` in the block `id`.
    fn open(address: &str, path: &str, id: &'static str, mark: String) -> Result<Self> {
        let mut events = Events::open(address, path)?;
        let handle = events.handle()?;
        let newest = Arc::new(AtomicI64::new(0));
        let told = Arc::clone(&newest);
        let reader = std::thread::spawn(move || {
            let mut seen = Seen::new();
            while let Some(event) = events.next()? {
                let at = Instant::now();
                if event.name == "fragments"
                    && let Some(total) = total_in(&event.data, id, &mark)
                {
                    seen.push((at, total));
                    told.store(total, Ordering::Relaxed);
                }
            }
            Ok(seen)
        });
        Ok(Self { newest, handle, reader })
    }

    /// Waits for the last total, closes the stream and gives all of them.
    fn close_at(self, total: i64) -> Result<Seen> {
        let reached = wait_for("the last total", DEADLINE, || {
            ensure!(!self.reader.is_finished(), "the stream ended");
            Ok((self.newest.load(Ordering::Relaxed) >= total).then_some(()))
        });
        self.handle.shutdown(Shutdown::Both)?;
        let seen = self.reader.join().map_err(|_| anyhow::anyhow!("the reader panicked"))??;
        reached.map(|()| seen)
    }
}

/// The first `title="1,234.56 kWh"` after `mark` in the block `id`, in hundredths.
fn total_in(data: &str, id: &str, mark: &str) -> Option<i64> {
    let fragments: Value = serde_json::from_str(data).ok()?;
    let block = fragments.as_array()?.iter().find(|fragment| fragment["id"] == id)?["html"].as_str()?;
    let rest = &block[block.find(mark)?..];
    let (before, _) = rest.split_once(" kWh\"")?;
    let (_, number) = before.rsplit_once("title=\"")?;
    let digits: String = number.chars().filter(|c| *c != ',').collect();
    let (whole, hundredths) = digits.split_once('.').unwrap_or((&digits, "00"));
    Some(whole.parse::<i64>().ok()? * 100 + hundredths.parse::<i64>().ok()?)
}

/// Seconds from each commit (from the `first` on) to the first sight of a total that holds it.
fn delays(sent: &[Sent], first: usize, seen: &[(Instant, i64)], step: i64) -> Result<Vec<f64>> {
    let mut at = 0;
    let mut delays = Vec::new();
    for (index, sent) in sent.iter().enumerate().skip(first) {
        let total = (i64::try_from(index)? + 1) * step;
        while seen.get(at).is_some_and(|(_, seen)| *seen < total) {
            at += 1;
        }
        let (time, _) = seen.get(at).with_context(|| format!("a total of {total} hundredths was never seen"))?;
        delays.push(time.saturating_duration_since(sent.committed_at).as_secs_f64());
    }
    Ok(delays)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_read_from_the_regions_row() {
        let data = r#"[{"id":"status","html":"x"},{"id":"regions","html":"<a href=\"/regions/10\">x</a><td title=\"x\"><span title=\"7.00 kWh\">7</span><a href=\"/regions/1\">x</a><span title=\"note\"></span><span title=\"1,203.07 kWh\">1.20</span>"}]"#;
        assert_eq!(total_in(data, "regions", "href=\"/regions/1\""), Some(120_307));
        assert_eq!(total_in(data, "regions", "href=\"/regions/10\""), Some(700));
        assert_eq!(total_in(data, "regions", "href=\"/regions/2\""), None);
        assert_eq!(total_in(data, "figures", ""), None);
        assert_eq!(total_in("not json", "regions", ""), None);
    }

    #[test]
    fn a_delay_lasts_until_a_total_that_holds_the_reading() {
        let start = Instant::now();
        let ms = |ms| start + Duration::from_millis(ms);
        let sent: Vec<Sent> = [0, 10, 20].map(|at| Sent { asked_at: ms(at), committed_at: ms(at + 1) }).into();
        let seen = [(ms(5), 35), (ms(41), 105)];
        let found: Vec<u64> = delays(&sent, 0, &seen, 35).unwrap().iter().map(|s| (s * 1e3).round() as u64).collect();
        assert_eq!(found, [4, 30, 20]);
        assert_eq!(delays(&sent, 2, &seen, 35).unwrap().len(), 1, "the warm-up does not count");
        assert!(delays(&sent, 0, &seen[..1], 35).is_err());
    }
}

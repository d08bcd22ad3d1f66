//! Figures: how long a reading takes from its commit at the source to a viewer's page, and a window from its end.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::lab::Lab;
use super::stats::{self, Histogram};
use super::table::Row;
use super::viewer::Viewer;
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
    let (loadline, site) = pair.serve()?;
    pair.wait_for_copy(DEADLINE)?;
    let site = site.with_token(&pair.token()?);
    let mut writer = Writer::open(&pair, BATCH, 1)?;
    let step = writer.step_hundredths();
    writer.run(EVERY, WARM_UP)?;
    let before = site.text("/metrics")?;
    let dashboard = Viewer::open(&site, "/", "regions", format!("href=\"/regions/{REGION}\""))?;
    let region = Viewer::open(&site, &format!("/regions/{REGION}"), "figures", String::new())?;
    let (first, started) = (writer.sent.len(), Instant::now());
    writer.run(EVERY, DURATION)?;
    let rate = (writer.sent.len() - first) as f64 * BATCH as f64 / started.elapsed().as_secs_f64();
    let sent = writer.close()?;
    let last = i64::try_from(sent.len())? * step;
    let viewers = [dashboard, region].map(|viewer| viewer.close_at(last));
    let after = site.text("/metrics")?;
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

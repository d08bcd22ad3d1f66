//! A viewer of a live page who notes when which total appeared.

use std::net::Shutdown;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::Value;

use super::child::wait_for;
use super::http::{Events, Site};

const DEADLINE: Duration = Duration::from_secs(60);

/// When a page's viewer saw which total.
pub type Seen = Vec<(Instant, i64)>;

pub struct Viewer {
    newest: Arc<AtomicI64>,
    handle: std::net::TcpStream,
    reader: JoinHandle<Result<Seen>>,
}

impl Viewer {
    /// Watches the number of kWh after `mark` in the block `id`.
    pub fn open(site: &Site, path: &str, id: &'static str, mark: String) -> Result<Self> {
        let mut events = Events::open(site, path)?;
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
    pub fn close_at(self, total: i64) -> Result<Seen> {
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
}

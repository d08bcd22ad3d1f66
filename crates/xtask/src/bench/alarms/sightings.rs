//! A viewer of a live page who notes when which alarm, and how many, appeared.

use std::collections::BTreeMap;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use anyhow::Result;

use crate::bench::http::{Events, Site};

/// When what was first seen.
#[derive(Clone, Default)]
pub struct Seen {
    /// By number of the alarm.
    pub alarms: BTreeMap<i64, Instant>,
    /// How many unacknowledged alarms the page told of, each time that it was another number.
    pub counts: Vec<(Instant, u64)>,
    pub events: usize,
}

pub struct Sightings {
    seen: Arc<Mutex<Seen>>,
    handle: TcpStream,
    reader: JoinHandle<Result<()>>,
}

impl Sightings {
    pub fn open(site: &Site, path: &str) -> Result<Self> {
        let mut events = Events::open(site, path)?;
        let handle = events.handle()?;
        let seen = Arc::new(Mutex::new(Seen::default()));
        let told = Arc::clone(&seen);
        let reader = std::thread::spawn(move || {
            while let Some(event) = events.next()? {
                if event.name == "fragments" {
                    told.lock().unwrap_or_else(PoisonError::into_inner).note(Instant::now(), &event.data);
                }
            }
            Ok(())
        });
        Ok(Self { seen, handle, reader })
    }

    pub fn close(self) -> Result<Seen> {
        self.handle.shutdown(Shutdown::Both)?;
        self.reader.join().map_err(|_| anyhow::anyhow!("the reader panicked"))??;
        Ok(Arc::into_inner(self.seen).map(|seen| seen.into_inner().unwrap_or_else(PoisonError::into_inner)).unwrap_or_default())
    }
}

impl Seen {
    fn note(&mut self, at: Instant, data: &str) {
        self.events += 1;
        for alarm in linked(data) {
            self.alarms.entry(alarm).or_insert(at);
        }
        if let Some(count) = unacknowledged(data)
            && self.counts.last().is_none_or(|(_, last)| *last != count)
        {
            self.counts.push((at, count));
        }
    }

    /// When it first told of at least so many.
    pub fn reached(&self, count: u64) -> Option<Instant> {
        self.counts.iter().find(|(_, told)| *told >= count).map(|(at, _)| *at)
    }
}

/// Numbers of the alarms that the page links to.
fn linked(data: &str) -> impl Iterator<Item = i64> + '_ {
    data.split("/alarms/").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse().ok()
    })
}

/// `5,000 unacknowledged` of the desk's head.
fn unacknowledged(data: &str) -> Option<u64> {
    let (before, _) = data.split_once(" unacknowledged ·")?;
    let start = before.rfind(|c: char| !c.is_ascii_digit() && c != ',').map_or(0, |at| at + 1);
    before.get(start..)?.replace(',', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATA: &str = r#"[{"id":"desk-list","html":"<h2>List</h2><p>1,204 unacknowledged · 2,000 in all</p><a href=\"/alarms/17\">a</a><a href=\"/alarms/rules\">r</a><a href=\"/alarms/4\">b</a>"}]"#;

    #[test]
    fn what_is_first_seen_stays() {
        let mut seen = Seen::default();
        let (first, second) = (Instant::now(), Instant::now() + std::time::Duration::from_secs(1));
        seen.note(first, DATA);
        seen.note(second, DATA);
        seen.note(second, "[]");
        assert_eq!(seen.alarms.into_iter().collect::<Vec<_>>(), [(4, first), (17, first)]);
        assert_eq!((seen.counts, seen.events), (vec![(first, 1_204)], 3));
    }

    #[test]
    fn a_count_is_reached_once() {
        let at = Instant::now();
        let seen = Seen { counts: vec![(at, 3), (at, 5_000)], ..Seen::default() };
        assert!(seen.reached(4_000).is_some() && seen.reached(5_001).is_none());
    }
}

//! Figures on the demo, which has days of history and 20 readings per second: the warm dashboard page, and a
//! thousand viewers at once.

use std::io::Read;
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::child::Running;
use super::http::{Events, Site};
use super::lab::Lab;
use super::stats::{self, Histogram};
use super::table::{self, Row};

const RATE: &str = "20";
const WARM_UP: usize = 50;
const PAGES: usize = 500;
const BETWEEN_PAGES: Duration = Duration::from_millis(20);
const VIEWERS: usize = 1_000;
const WATCHED_FOR: Duration = Duration::from_secs(30);
const SILENT_AFTER: Duration = Duration::from_secs(30);
const STACK_BYTES: usize = 64 << 10;
const FILES: [&str; 3] = ["/", "/style/main.css", "/style/live.js"];

pub fn measure(lab: &Lab) -> Result<Vec<Row>> {
    let (demo, site) = lab.demo(&lab.dir.join("demo"), RATE, &[])?;
    let mut rows = pages(&site)?;
    rows.extend(viewers(&demo, &site)?);
    demo.stop()?;
    Ok(rows)
}

fn pages(site: &Site) -> Result<Vec<Row>> {
    site.times("/", WARM_UP, BETWEEN_PAGES)?;
    let own = |metrics: &str| Histogram::parse(metrics, "loadline_page_seconds", "route=\"/\"");
    let before = own(&site.text("/metrics")?);
    let client = site.times("/", PAGES, BETWEEN_PAGES)?;
    let server = own(&site.text("/metrics")?).since(&before);
    let ceiling = site.times("/healthz", PAGES, BETWEEN_PAGES)?;
    let mut bytes = Vec::new();
    for path in FILES {
        let answer = site.get_compressed(path)?;
        ensure!(answer.status == 200, "{path} answered {}", answer.status);
        bytes.push(answer.body.len());
    }
    let sum: usize = bytes.iter().sum();
    let ceiling = format!("{} for `/healthz`, the same way", stats::describe(&ceiling));
    Ok(vec![
        Row::new(
            "dashboard page, warm, server side",
            "p99 < 20 ms",
            server.describe(),
            ceiling.clone(),
            format!("the server's own histogram, bounds of its buckets; {:.0} times GET / at {RATE} readings/s", server.count()),
        ),
        Row::new(
            "dashboard page, warm, from the client",
            "",
            stats::describe(&client),
            ceiling,
            "each on a connection of its own, 20 ms apart",
        ),
        Row::new(
            "page + style + script, compressed",
            "< 80 KB",
            format!("{:.1} KB", sum as f64 / 1e3),
            String::new(),
            format!("page {}, style {}, script {} bytes", bytes[0], bytes[1], bytes[2]),
        ),
    ])
}

/// What all viewers together have received.
#[derive(Default)]
struct Received {
    bytes: AtomicU64,
    ended: AtomicUsize,
}

fn viewers(demo: &Running, site: &Site) -> Result<Vec<Row>> {
    let received = Arc::new(Received::default());
    let before = site.text("/metrics")?;
    let mut handles = Vec::with_capacity(VIEWERS);
    for _ in 0..VIEWERS {
        handles.push(watch(site, &received)?);
    }
    let started = Instant::now();
    let start_bytes = received.bytes.load(Ordering::Relaxed);
    std::thread::sleep(WATCHED_FOR);
    let seconds = started.elapsed().as_secs_f64();
    let megabytes = (received.bytes.load(Ordering::Relaxed) - start_bytes) as f64 / 1e6 / seconds;
    let dropped = received.ended.load(Ordering::Relaxed);
    let after = site.text("/metrics")?;
    let resident = demo.status_bytes("VmHWM")?;
    for handle in handles {
        handle.shutdown(Shutdown::Both)?;
    }
    let value = |text: &str, name| stats::gauge(text, name).unwrap_or(f64::NAN);
    let grown = |name| value(&after, name) - value(&before, name);
    let connected = value(&after, "loadline_sse_clients");
    let how = format!(
        "{connected:.0} connected after {:.0} s; refused {:.0}, sent the newest state instead of each change {:.0} times; {megabytes:.1} MB/s in all",
        seconds,
        grown("loadline_sse_refused_total"),
        grown("loadline_sse_skipped_total"),
    );
    Ok(vec![
        Row::new("1,000 viewers of `/` on one process: dropped", "none", format!("{dropped}"), String::new(), how),
        Row::new(
            "resident memory with them",
            "< 300 MB",
            table::megabytes(resident),
            String::new(),
            "VmHWM of `loadline demo`: engine, pages, generator",
        ),
    ])
}

/// A viewer that reads as fast as it gets. Ends with its connection, or when nothing has come for long.
fn watch(site: &Site, received: &Arc<Received>) -> Result<TcpStream> {
    let handle = Events::open(site, "/")?.handle()?;
    let mut stream = handle.try_clone()?;
    stream.set_read_timeout(Some(SILENT_AFTER))?;
    let received = Arc::clone(received);
    std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        let mut buffer = vec![0; 16 << 10];
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            received.bytes.fetch_add(count as u64, Ordering::Relaxed);
        }
        received.ended.fetch_add(1, Ordering::Relaxed);
    })?;
    Ok(handle)
}

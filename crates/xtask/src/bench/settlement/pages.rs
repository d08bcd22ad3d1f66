//! Figures: a statement's page and its PDF, among all the others of the month.

use std::time::Duration;

use anyhow::{Context, Result};

use super::fill::{Land, Served};
use crate::bench::stats;
use crate::bench::table::Row;

const PAGES: usize = 400;
const FILES: usize = 50;
const WARM_UP: usize = 20;
const REST: Duration = Duration::from_millis(5);

pub fn measure(land: &Land<'_>, served: &Served) -> Result<Vec<Row>> {
    let text = land.ask("select string_agg(statement_id::text, ',') from (select statement_id from settlement_statements order by md5(statement_id::text) limit 420) chosen")?;
    let ids: Vec<&str> = text.split(',').collect();
    let times = |ids: &[&str], tail: &str| -> Result<(Vec<f64>, usize)> {
        let (mut seconds, mut bytes) = (Vec::new(), 0);
        for id in ids {
            let answer = served.site.good(&format!("/settlement/statements/{id}{tail}"))?;
            bytes = bytes.max(answer.body.len());
            seconds.push(answer.seconds);
            std::thread::sleep(REST);
        }
        Ok((seconds, bytes))
    };
    let warm = ids.len().min(WARM_UP);
    times(&ids[..warm], "").context("the first pages")?;
    let quiet = served.site.times("/healthz", PAGES, REST)?;
    let (page, page_bytes) = times(&ids[..ids.len().min(PAGES)], "")?;
    let mut rows = vec![Row::new(
        "page of one statement, from the client",
        "p99 < 50 ms",
        stats::describe_with_worst(&page),
        format!("{} for `/healthz`, the same way", stats::describe_with_worst(&quiet)),
        format!("{} different statements, one after the other; up to {} KB, not compressed", page.len(), page_bytes / 1_000),
    )];
    let name = "PDF of one statement, from the client";
    rows.push(match times(&ids[..ids.len().min(FILES)], "/statement.pdf") {
        Ok((seconds, bytes)) => Row::new(
            name,
            "< 1 s",
            stats::describe_with_worst(&seconds),
            String::new(),
            format!("{} different statements, one after the other; up to {} KB", seconds.len(), bytes / 1_000),
        ),
        Err(error) => Row::failed(name, &error),
    });
    Ok(rows)
}

//! Alarms as pages ask for them, by people who see all regions and by those who see some.

mod lists;
mod many;
mod one;

use domain::RegionId;
use domain::access::Scope;
use domain::alarms::point::AlarmId;
use warehouse::read::ReadPool;
use warehouse::read::alarms::{Filter, Order, Page, list};

use crate::Warehouse;

/// The regions and customers of `tenants.sql`, with alarms.
async fn alarms() -> Warehouse {
    Warehouse::with(&[include_str!("../rows/tenants.sql"), include_str!("alarms.sql")].concat()).await
}

fn part(warehouse: &Warehouse, regions: &[RegionId]) -> ReadPool {
    warehouse.seen_by(&Scope::of(regions.iter().copied()))
}

fn ids(page: &Page) -> Vec<AlarmId> {
    page.lines.iter().map(|line| line.point.alarm_id).collect()
}

async fn listed(pool: &ReadPool, filter: Filter) -> Vec<AlarmId> {
    let page = list(pool, &filter, Order::WorstFirst, 0, 100).await.expect("an answer");
    assert_eq!(page.total, i64::try_from(page.lines.len()).expect("few"), "all on one page");
    ids(&page)
}

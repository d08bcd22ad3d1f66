//! What the settlement pages ask, by hand from `settlement.sql`, and who sees which part of it.

mod lists;
mod one;
mod overview;

use domain::access::Scope;
use domain::settlement::Month;
use domain::{Fixed2, RegionId};
use warehouse::read::ReadPool;

use super::{TWO_DAYS, Warehouse};

async fn settled() -> Warehouse {
    let (_, layers) = TWO_DAYS.split_once("insert into dws_region_daily_stats").expect("the layers begin there");
    let (layers, _) = layers.split_once("insert into quality_hour").expect("and end there");
    let regions = include_str!("../rows/tenants.sql");
    let statements = [regions, "insert into dws_region_daily_stats", layers, include_str!("settlement.sql")];
    Warehouse::with(&statements.concat()).await
}

fn january() -> Month {
    Month::parse("2016-01").expect("a month")
}

fn yuan(whole: i64) -> Fixed2 {
    Fixed2(whole * 100)
}

fn seeing(warehouse: &Warehouse, regions: &[RegionId]) -> ReadPool {
    warehouse.seen_by(&Scope::of(regions.iter().copied()))
}

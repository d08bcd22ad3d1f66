//! The heat map of the wide wall: each region's hours against its own maximum.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use warehouse::read::peaks::HeatCell;

use super::tone;
use crate::charts;
use crate::charts::heat_map::{Cell, HeatMap};
use crate::components::Block;
use crate::pages::dashboard::{Dashboard, region_lines};
use crate::text::{Lang, wall as words};

const SIZE: (u32, u32) = (646, 392);
const MOST_ROWS: usize = 12;

pub fn block(dashboard: &Dashboard, cells: &[HeatCell], lang: Lang) -> Block {
    let mut by_region: BTreeMap<i32, BTreeMap<i32, Decimal>> = BTreeMap::new();
    for cell in cells {
        by_region.entry(cell.region_id).or_default().insert(cell.hour, cell.energy_kwh);
    }
    let mut lines = region_lines(dashboard, lang);
    lines.sort_by_key(|line| line.region_id);
    let running = dashboard.at().hour();
    let rows = lines.into_iter().take(MOST_ROWS).map(|line| {
        let hours = by_region.remove(&line.region_id).unwrap_or_default();
        (line.name, (0..24).map(|hour| cell(&hours, hour, running)).collect())
    });
    let map = HeatMap {
        name: words::HEAT.get(lang).to_owned(),
        size: SIZE,
        text_px: 24,
        names_px: 130,
        rows: rows.collect(),
        running_hour: Some(running),
        legend: (words::LOW_END.get(lang).to_owned(), words::HIGH_END.get(lang).to_owned()),
    };
    Block::new("wall-heat", charts::figure(map.svg(), "chart-wall")).titled(words::HEAT.get(lang)).class(tone(dashboard))
}

fn cell(hours: &BTreeMap<i32, Decimal>, hour: u8, running: u8) -> Cell {
    let most = hours.values().copied().max().unwrap_or_default();
    // Hours beyond data time are empty, whatever open windows hold.
    let value = hours.get(&i32::from(hour)).filter(|_| hour <= running && !most.is_zero());
    let level = value.and_then(|kwh| i64::try_from(*kwh * Decimal::ONE_THOUSAND / most).ok());
    Cell { level, ..Cell::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_relative_to_the_regions_own_maximum() {
        let hours = BTreeMap::from([(0, Decimal::from(5)), (1, Decimal::from(10)), (5, Decimal::from(1))]);
        assert_eq!(cell(&hours, 0, 3).level, Some(500));
        assert_eq!(cell(&hours, 1, 3).level, Some(1000));
        assert_eq!(cell(&hours, 2, 3).level, None);
        assert_eq!(cell(&hours, 5, 3).level, None, "the future is empty");
    }
}

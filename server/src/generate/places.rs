//! The supply regions of the invented city: ten districts under three companies, and their load limits.

use domain::{Fixed2, LocalMs, RegionId, RegionRow};

use super::fleet::Meter;
use super::shapes::Usage;

#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub region_id: RegionId,
    pub name: &'static str,
    parent: usize,
    /// Share of the city's users, and of each usage among them, in thousandths, in the order of `Usage::ALL`.
    pub share: u64,
    pub mix: [u64; 4],
    /// Limit in percent of the highest load to be expected: one is too tight, some leave little room.
    limit_percent: i64,
}

const COMPANIES: [(RegionId, &str); 3] = [(101, "主城供电公司"), (102, "新城供电公司"), (103, "郊县供电公司")];

pub const PLACES: [Place; 10] = [
    Place { region_id: 1, name: "东湖区", parent: 0, share: 140, mix: [850, 140, 10, 0], limit_percent: 118 },
    Place { region_id: 2, name: "西陵区", parent: 0, share: 130, mix: [860, 130, 10, 0], limit_percent: 112 },
    Place { region_id: 3, name: "南岸区", parent: 0, share: 120, mix: [880, 110, 10, 0], limit_percent: 97 },
    Place { region_id: 4, name: "北城区", parent: 0, share: 110, mix: [870, 120, 10, 0], limit_percent: 135 },
    Place { region_id: 5, name: "高新区", parent: 1, share: 100, mix: [680, 240, 80, 0], limit_percent: 122 },
    Place { region_id: 6, name: "滨江区", parent: 1, share: 100, mix: [790, 200, 10, 0], limit_percent: 115 },
    Place { region_id: 7, name: "临港区", parent: 1, share: 80, mix: [640, 180, 170, 10], limit_percent: 108 },
    Place { region_id: 8, name: "青山区", parent: 1, share: 80, mix: [800, 130, 60, 10], limit_percent: 140 },
    Place { region_id: 9, name: "云阳县", parent: 2, share: 70, mix: [730, 90, 20, 160], limit_percent: 125 },
    Place { region_id: 10, name: "金川县", parent: 2, share: 70, mix: [700, 80, 20, 200], limit_percent: 120 },
];

/// Place of the user with this running number; `draw` is an even number in `0..1000`.
pub fn place_of(draw: u64) -> &'static Place {
    let mut left = draw % 1000;
    for place in &PLACES {
        if left < place.share {
            return place;
        }
        left -= place.share;
    }
    &PLACES[0]
}

/// Kind of user in a place; `draw` is an even number in `0..1000`.
pub fn usage_in(place: &Place, draw: u64) -> Usage {
    let mut left = draw % 1000;
    for (usage, share) in Usage::ALL.into_iter().zip(place.mix) {
        if left < share {
            return usage;
        }
        left -= share;
    }
    Usage::Residential
}

/// The tree of regions, with limits that suit these meters.
pub fn profile(meters: &[Meter], valid_from: LocalMs) -> Vec<RegionRow> {
    let companies = COMPANIES.iter().enumerate().map(|(index, (region_id, name))| {
        let below = PLACES.iter().filter(|place| place.parent == index);
        RegionRow {
            region_id: *region_id,
            parent_id: None,
            region_name: Some((*name).into()),
            limit_kw: Some(below.map(|place| limit(place, meters)).sum()),
            valid_from,
        }
    });
    let districts = PLACES.iter().map(|place| RegionRow {
        region_id: place.region_id,
        parent_id: COMPANIES.get(place.parent).map(|(region_id, _)| *region_id),
        region_name: Some(place.name.into()),
        limit_kw: Some(limit(place, meters)),
        valid_from,
    });
    companies.chain(districts).collect()
}

/// A round number of kW near the highest load of a working day.
fn limit(place: &Place, meters: &[Meter]) -> Fixed2 {
    const QUARTERS: i64 = 96;
    const QUARTER_MS: i64 = 900_000;
    // 1970-01-05 was a Monday
    const MONDAY_MS: i64 = 4 * 86_400_000;
    const STEP_KW: i64 = 10;
    let here: Vec<&Meter> = meters.iter().filter(|meter| meter.region_id == Some(place.region_id)).collect();
    let peak_w = (0..QUARTERS)
        .map(|quarter| here.iter().map(|meter| meter.expected_w(LocalMs(MONDAY_MS + quarter * QUARTER_MS))).sum::<i64>())
        .max()
        .unwrap_or(0);
    let kw = peak_w * place.limit_percent / 100 / 1000;
    Fixed2((kw / STEP_KW + 1) * STEP_KW * 100)
}

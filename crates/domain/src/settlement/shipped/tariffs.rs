//! Example tariffs, holidays and carbon factors that the product brings along. None of it was compared with its source.

use crate::settlement::TariffPlan;
use crate::settlement::carbon::CarbonFactor;
use crate::settlement::tariff_file::DatedDay;

const PROVINCES: [&str; 8] = [
    include_str!("hubei.json"),
    include_str!("jiangsu.json"),
    include_str!("zhejiang.json"),
    include_str!("guangdong.json"),
    include_str!("shandong.json"),
    include_str!("jiangxi.json"),
    include_str!("liaoning.json"),
    include_str!("shanghai.json"),
];
const HOLIDAYS: &str = include_str!("holidays.json");
const CARBON: &str = include_str!("carbon.json");
const READ_BY_TESTS: &str = "shipped with the program and read by its tests";

/// Eight provinces; prices only of Hubei and of households in Guangdong.
pub fn tariffs() -> Vec<TariffPlan> {
    PROVINCES.iter().flat_map(|text| serde_json::from_str::<Vec<TariffPlan>>(text).expect(READ_BY_TESTS)).collect()
}

/// Holidays and swapped workdays of January 2016, of 2025 and of 2026 in China.
pub fn holidays() -> Vec<DatedDay> {
    serde_json::from_str(HOLIDAYS).expect(READ_BY_TESTS)
}

/// Years on which sources agree.
pub fn carbon_factors() -> Vec<CarbonFactor> {
    serde_json::from_str(CARBON).expect(READ_BY_TESTS)
}

//! Carbon of energy used: kgCO2 per kWh of a year, with its source.

use serde::{Deserialize, Serialize};

use super::Price6;
use crate::Fixed2;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarbonFactor {
    pub year: i32,
    /// kgCO2 per kWh.
    pub kg_per_kwh: Price6,
    pub source: String,
}

/// kgCO2 of an energy; the factor of its year, else of the newest year before it.
pub fn carbon_kg(energy_kwh: Fixed2, year: i32, factors: &[CarbonFactor]) -> Option<(Fixed2, &CarbonFactor)> {
    let factor = factors.iter().filter(|factor| factor.year <= year).max_by_key(|factor| factor.year)?;
    Some((factor.kg_per_kwh.amount(energy_kwh), factor))
}

//! The national rules that the product brings along: power-factor tables and the demand rules.

use crate::settlement::NationalRules;

const RULES: &str = include_str!("rules.json");

/// By `valid_from`, oldest first.
pub fn national_rules() -> Vec<NationalRules> {
    serde_json::from_str(RULES).expect("shipped with the program and read by its tests")
}

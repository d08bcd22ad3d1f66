//! The national rules that the product brings along: power-factor tables and the demand rules.

use crate::settlement::NationalRules;

const RULES: &str = include_str!("rules.json");

/// By `valid_from`, oldest first.
pub fn national_rules() -> Vec<NationalRules> {
    serde_json::from_str(RULES).expect("shipped with the program and read by its tests")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settlement::PowerFactorStandard;

    #[test]
    fn each_standard_has_a_row_for_each_hundredth() {
        for rules in national_rules() {
            let standards: Vec<_> = rules.power_factor.tables.iter().map(|table| table.standard).collect();
            assert_eq!(standards, PowerFactorStandard::ALL);
            for table in rules.power_factor.tables {
                assert!(table.rows.windows(2).all(|pair| pair[0].factor.0 - pair[1].factor.0 == 1), "{}", table.standard.code());
                assert!(table.rows.windows(2).all(|pair| pair[0].percent < pair[1].percent), "a better factor costs less");
            }
            assert_eq!((rules.demand.floor_percent, rules.demand.free_percent, rules.demand.excess_times), (40, 105, 2));
        }
    }
}

//! Prices in fixed point: millionths of a yuan per unit (kWh, kW, kVA). The one place where energy becomes money.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Fixed2;
use crate::fixed::div_round;

pub const MICRO: i64 = 1_000_000;
const MOST_DECIMALS: usize = 6;

/// Millionths of a yuan per unit: 0.851234 yuan/kWh is `Price6(851_234)`. Also used for factors without unit (1.7).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Price6(pub i64);

impl Price6 {
    pub const ZERO: Self = Self(0);

    /// Reads a plain decimal of at most six decimals; `None` for anything else, because a price is never rounded on its way in.
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(decimals) || decimals.len() > MOST_DECIMALS {
            return None;
        }
        let fraction: i64 = format!("{decimals:0<6}").parse().ok()?;
        let value = whole.parse::<i64>().ok()?.checked_mul(MICRO)?.checked_add(fraction)?;
        Some(Self(sign * value))
    }

    /// What `quantity` units cost, half-up to 0.01 yuan (away from zero below it, so that a reversal is exact).
    pub fn amount(self, quantity: Fixed2) -> Fixed2 {
        Fixed2(div_round(self.unrounded(quantity), i128::from(MICRO)))
    }

    /// The same before rounding, in 1e-8 yuan.
    pub fn unrounded(self, quantity: Fixed2) -> i128 {
        i128::from(self.0) * i128::from(quantity.0)
    }

    /// This price times a factor, half-up to `decimals` (at most 6) decimals.
    pub fn times(self, factor: Self, decimals: u32) -> Self {
        let step = 10i64.pow(6 - decimals.min(6));
        let product = i128::from(self.0) * i128::from(factor.0);
        Self(div_round(product, i128::from(MICRO) * i128::from(step)).saturating_mul(step))
    }
}

impl fmt::Display for Price6 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let micro = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:06}", micro / 1_000_000, micro % 1_000_000)
    }
}

impl std::ops::Add for Price6 {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::iter::Sum for Price6 {
    fn sum<I: Iterator<Item = Self>>(prices: I) -> Self {
        prices.fold(Self::ZERO, std::ops::Add::add)
    }
}

impl Serialize for Price6 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Price6 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("expected a price such as \"0.851234\", as text, at most six decimals"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_read_exactly_or_not_at_all() {
        let cases = [
            ("0.851234", Some(851_234)),
            ("1", Some(1_000_000)),
            ("-0.5", Some(-500_000)),
            ("0.1234567", None),
            ("", None),
            (".5", None),
            ("1e3", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Price6::parse(text), expected.map(Price6), "{text}");
        }
        assert_eq!(Price6(851_234).to_string(), "0.851234");
    }

    #[test]
    fn amounts_are_rounded_half_up_and_reversals_are_exact() {
        assert_eq!(Price6(500_000).amount(Fixed2(1)), Fixed2(1), "half a hundredth rounds up");
        assert_eq!(Price6(500_000).amount(Fixed2(-1)), Fixed2(-1));
        assert_eq!(Price6(589_000).amount(Fixed2(26_000)), Fixed2(15_314));
        assert_eq!(Price6(384_470).times(Price6(1_500_000), 4), Price6(576_700));
    }
}

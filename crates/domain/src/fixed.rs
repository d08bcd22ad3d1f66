//! Fixed-point amounts with two decimals: kWh and yuan. Never a float.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// An amount in hundredths: 12.34 kWh is `Fixed2(1234)`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Fixed2(pub i64);

impl Fixed2 {
    pub const ZERO: Self = Self(0);

    /// Reads a plain decimal such as `-12.345`; digits beyond the second are rounded half away
    /// from zero, as PostgreSQL does. `None` for anything else or beyond the range of hundredths in i64.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let (negative, digits) = match text.split_first() {
            Some((b'-', rest)) => (true, rest),
            Some((b'+', rest)) => (false, rest),
            _ => (false, text),
        };
        let mut value: i64 = 0;
        let mut decimals: Option<u32> = None;
        let mut round_up = false;
        let mut any = false;
        for &byte in digits {
            match (byte, decimals) {
                (b'.', None) => decimals = Some(0),
                (b'0'..=b'9', Some(2..)) => {
                    if decimals == Some(2) {
                        round_up = byte >= b'5';
                        decimals = Some(3);
                    }
                }
                (b'0'..=b'9', _) => {
                    any = true;
                    value = value.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
                    decimals = decimals.map(|n| n + 1);
                }
                _ => return None,
            }
        }
        if !any {
            return None;
        }
        for _ in decimals.unwrap_or(0).min(2)..2 {
            value = value.checked_mul(10)?;
        }
        value = value.checked_add(i64::from(round_up))?;
        Some(Self(if negative { -value } else { value }))
    }

    /// `self / count`, rounded half away from zero to two decimals. `None` for a count of zero.
    pub fn mean(self, count: i64) -> Option<Self> {
        if count == 0 {
            return None;
        }
        Some(Self(div_round(i128::from(self.0), i128::from(count))))
    }

    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }
}

/// Integer division rounded half away from zero; the divisor must be positive.
pub fn div_round(numerator: i128, divisor: i128) -> i64 {
    let half = divisor / 2;
    let shifted = if numerator >= 0 { numerator + half } else { numerator - half };
    i64::try_from(shifted / divisor).unwrap_or(i64::MAX)
}

impl fmt::Display for Fixed2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let hundredths = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

impl Add for Fixed2 {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Fixed2 {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Fixed2 {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Fixed2 {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl SubAssign for Fixed2 {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl Sum for Fixed2 {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_decimals_and_rounds_as_postgres_does() {
        let cases: [(&str, Option<i64>); 12] = [
            ("0", Some(0)),
            ("12.34", Some(1234)),
            ("12.3", Some(1230)),
            ("12.", Some(1200)),
            (".5", Some(50)),
            ("-1.005", Some(-101)),
            ("1.004", Some(100)),
            ("1.0049", Some(100)),
            ("NaN", None),
            ("", None),
            ("1e5", None),
            ("99999999999999999999", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Fixed2::parse(text.as_bytes()), expected.map(Fixed2), "{text}");
        }
    }

    #[test]
    fn mean_rounds_half_up() {
        assert_eq!(Fixed2(5).mean(2), Some(Fixed2(3)));
        assert_eq!(Fixed2(10).mean(4), Some(Fixed2(3)));
        assert_eq!(Fixed2(10).mean(3), Some(Fixed2(3)));
        assert_eq!(Fixed2(10).mean(0), None);
    }

    #[test]
    fn prints_with_two_decimals() {
        assert_eq!(Fixed2(-5).to_string(), "-0.05");
        assert_eq!(Fixed2(123_456).to_string(), "1234.56");
    }
}

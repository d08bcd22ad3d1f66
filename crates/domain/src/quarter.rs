//! Which of the 96 quarter-hours of a local day hold a reading of one user.

/// A set of quarter-hours, bit q for quarter q.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct QuarterSet(pub u128);

const HALF: u32 = 48;
const LOW_BITS: u128 = (1 << HALF) - 1;

impl QuarterSet {
    pub fn insert(&mut self, quarter: u8) {
        self.0 |= 1 << quarter;
    }

    pub fn contains(self, quarter: u8) -> bool {
        self.0 >> quarter & 1 == 1
    }

    pub fn has_hour(self, hour: u8) -> bool {
        self.0 >> (hour * 4) & 0b1111 != 0
    }

    /// The two halves as the table holds them.
    pub fn to_halves(self) -> (i64, i64) {
        let half = |bits: u128| i64::try_from(bits & LOW_BITS).unwrap_or(0);
        (half(self.0), half(self.0 >> HALF))
    }

    pub fn from_halves(low: i64, high: i64) -> Self {
        let half = |bits: i64| u128::try_from(bits).unwrap_or(0) & LOW_BITS;
        Self(half(low) | half(high) << HALF)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_trip() {
        let mut set = QuarterSet::default();
        for quarter in [0, 47, 48, 95] {
            set.insert(quarter);
        }
        let (low, high) = set.to_halves();
        assert_eq!(QuarterSet::from_halves(low, high), set);
        assert!(set.contains(95) && !set.contains(94));
        assert!(set.has_hour(23) && set.has_hour(12) && !set.has_hour(13));
    }
}

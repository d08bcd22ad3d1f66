//! Repeatable randomness: a number for a seed and a question, without any state between two questions.

/// What a number is asked for, so that two questions about one report are independent.
#[derive(Clone, Copy, Debug)]
pub enum Salt {
    Usage = 1,
    Size,
    Register,
    Name,
    Street,
    Load,
    Weather,
    Late,
    Delay,
    Duplicate,
    Missing,
    Jitter,
    Phase,
}

#[derive(Clone, Copy, Debug)]
pub struct Noise {
    pub seed: u64,
}

/// Parts of a million.
pub const MILLION: u64 = 1_000_000;

impl Noise {
    /// 64 even bits for a user (or region) and a point in time.
    pub fn bits(self, salt: Salt, who: i64, when: i64) -> u64 {
        let mut state = mix(self.seed ^ (salt as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        state = mix(state ^ who.cast_unsigned());
        mix(state ^ when.cast_unsigned())
    }

    /// An even number in `0..end`.
    pub fn below(self, end: u64, salt: Salt, who: i64, when: i64) -> u64 {
        self.bits(salt, who, when) % end.max(1)
    }

    /// True in `parts` of a million cases.
    pub fn happens(self, parts: u64, salt: Salt, who: i64, when: i64) -> bool {
        self.below(MILLION, salt, who, when) < parts
    }

    /// A bell-like number in `-spread..=spread` around zero.
    pub fn bell(self, spread: i64, salt: Salt, who: i64, when: i64) -> i64 {
        let bits = self.bits(salt, who, when).to_le_bytes();
        let sum: i64 = bits.iter().map(|byte| i64::from(*byte)).sum();
        // eight bytes: mean 1020, extremes 0 and 2040
        (sum - 1_020) * spread / 1_020
    }
}

/// The finaliser of splitmix64.
fn mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_has_one_answer_and_seeds_differ() {
        let (a, b) = (Noise { seed: 1 }, Noise { seed: 2 });
        assert_eq!(a.bits(Salt::Load, 7, 9), a.bits(Salt::Load, 7, 9));
        assert_ne!(a.bits(Salt::Load, 7, 9), b.bits(Salt::Load, 7, 9));
        assert_ne!(a.bits(Salt::Load, 7, 9), a.bits(Salt::Late, 7, 9));
    }

    #[test]
    fn shares_come_out_as_asked() {
        let noise = Noise { seed: 42 };
        let hits = (0..100_000).filter(|when| noise.happens(50_000, Salt::Late, 3, *when)).count();
        assert!((4_700..5_300).contains(&hits), "{hits}");
        let bells: Vec<i64> = (0..10_000).map(|when| noise.bell(200, Salt::Load, 1, when)).collect();
        assert!(bells.iter().all(|value| value.abs() <= 200));
        assert!(bells.iter().sum::<i64>().abs() < 10_000 * 5);
    }
}

//! The only place that asks the operating system for randomness. Everything else is handed its bytes.

use rand::TryRngCore;
use rand::rngs::OsRng;

/// Bytes that nobody can guess.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsRng.try_fill_bytes(&mut bytes).expect("the operating system has randomness");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_draws_are_equal() {
        assert_ne!(bytes::<32>(), bytes::<32>());
    }
}

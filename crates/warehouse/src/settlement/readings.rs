//! Readings and reactive energy of contracts around days.

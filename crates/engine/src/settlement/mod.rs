//! The rules of settlement: readings to metered days, metered days to bills, bills to adjustments. Pure and synchronous.
//! Sources: GB-wide notices as data in `domain::settlement`; what they leave open is decided in ARCHITECTURE.md.

pub mod adjust;
pub mod bands;
pub mod daily;
pub mod exceptions;
pub mod meter;
pub mod rate;
pub mod reconcile;
pub mod what_if;

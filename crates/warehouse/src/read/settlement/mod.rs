//! What the settlement pages show.

pub mod differences;
pub mod exceptions;
pub mod load_bands;
pub mod loss;
pub mod overview;
pub mod statements;

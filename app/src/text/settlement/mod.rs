//! Words of the settlement pages.

pub mod words;

//! Supply meters of regions.

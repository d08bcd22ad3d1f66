//! Daily settlements.

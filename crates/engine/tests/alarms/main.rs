//! The alarm engine: every transition of ISA-18.2, the two clocks, quality, quieting, late data, and a comparison with a
//! naive computation over random rules and series.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod naive;
mod people;
mod process;
mod property;
mod quieting;
mod revision;
mod support;
mod table;
mod wall;

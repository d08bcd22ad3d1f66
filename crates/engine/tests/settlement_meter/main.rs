//! Metering: which energy was used when, by intervals, registers and estimates; compared with a naive computation, and on the
//! week of sample readings.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bands;
mod demand;
mod estimates;
mod naive;
mod property;
mod ranges;
mod registers;
mod sample;
mod support;
mod times;

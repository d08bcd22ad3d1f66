//! What the engine decided, written in sets: COPY where rows are new, arrays where they may be there already.

mod copy;
mod days;
mod dead_letters;
mod details;
mod groups;
mod rankings;
mod reactive;
mod rollups;
mod rows;
mod seen;
mod settlement;
mod sources;
mod truncate;
mod windows;

/// Rows of one statement with array parameters: bounds the memory of both sides.
pub(crate) const SLICE_ROWS: usize = 10_000;

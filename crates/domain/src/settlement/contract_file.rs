//! The file of contracts: its columns, and what can be wrong with a line.

use super::contract_fields::TERM_FIELDS;

/// Of the contract; those of its terms follow. One row per contract and terms.
pub const HEAD_FIELDS: [&str; 6] = ["user_id", "direction", "starts_on", "closed_on", "billing_day", "valid_from"];
/// Columns that every file has; the others may be missing and are then as usual.
pub const NEEDED: [&str; 3] = ["user_id", "valid_from", "voltage"];

pub fn columns() -> Vec<&'static str> {
    HEAD_FIELDS.into_iter().chain(TERM_FIELDS).collect()
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileFault {
    /// Neither CSV nor JSON; in the words of the reader.
    Unreadable(String),
    /// The file has no column of this name.
    NoColumn(&'static str),
    UnknownColumn(String),
    Empty,
    TooManyRows,
    TooLarge,
    /// A cell that cannot be read as what its column holds.
    Cell {
        column: String,
        value: String,
    },
    /// Rows of one contract say different things of the contract itself.
    Differs {
        column: &'static str,
        line: u64,
    },
    /// `starts_on` is not the day of the first terms.
    StartsOn,
}

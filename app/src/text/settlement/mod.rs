//! Words of the settlement pages.

pub mod acts;
pub mod calendar;
pub mod contracts;
pub mod differences;
pub mod documents;
pub mod exceptions;
pub mod explain;
pub mod faults;
pub mod loss;
pub mod overview;
pub mod parts;
pub mod reconcile;
pub mod runs;
pub mod statement;
pub mod statements;
pub mod tariffs;
pub mod what_if;
pub mod words;

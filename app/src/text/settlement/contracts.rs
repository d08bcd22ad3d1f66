//! Words of the pages of contracts.

mod faults;
mod page;

pub use faults::{code, fault, file_fault};
pub use page::*;

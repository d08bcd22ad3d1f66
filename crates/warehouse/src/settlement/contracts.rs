//! Contracts with their terms and meter exchanges.

mod load;

pub use load::{load, load_of_users};

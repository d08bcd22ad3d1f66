//! Words of signing in, of people and their rights, of tenants, tokens and the audit.

pub mod actions;
pub mod audit;
pub mod common;
pub mod done;
pub mod people;
mod problems;
pub mod rights;
pub mod sign_in;
pub mod telephone;
pub mod tenants;
pub mod tokens;

//! Contracts with their terms and meter exchanges.

//! Words of the pages of contracts.

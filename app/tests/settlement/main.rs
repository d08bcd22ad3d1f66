//! The settlement pages, rendered from rows.
#![expect(clippy::unwrap_used, reason = "a test may stop at what is not there")]

mod bill;
mod lists;
mod live;
mod one;
mod scene;

//! One open transaction of the engine: loads and writes of several chunks, ended by `commit`.

use sqlx::{Postgres, Transaction};

/// Dropping it rolls everything back.
#[derive(Debug)]
pub struct Work {
    pub(crate) tx: Transaction<'static, Postgres>,
    /// Reused by bulk writes, so that a transaction of many chunks does not allocate for each.
    pub(crate) buffer: Vec<u8>,
}

impl Work {
    pub(super) fn new(tx: Transaction<'static, Postgres>) -> Self {
        Self { tx, buffer: Vec::new() }
    }
}

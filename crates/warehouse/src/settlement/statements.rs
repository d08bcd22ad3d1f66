//! Monthly statements: drafts as settlement writes them, and what people do to them.

pub(in crate::settlement) mod acts;
mod drafts;
mod export;
mod facts;
mod hash;
mod live;

pub use acts::{ActError, ActOutcome, Chosen, MOST_CHOSEN, MOST_REASON_CHARS, Maker, Selection, act, selection};
pub use drafts::{Draft, save_drafts, void_empty};
pub use export::{Exported, export_page};
pub use facts::{Customer, carbon_factors, customers, days_without_contract, last_versions, watermark};
pub use hash::{canonical, document_hash};
pub(in crate::settlement) use live::wait_a_little;
pub use live::{Live, live_from, lock_contracts, unreadable_drafts};

/// The kind of statement that is made for owners of contracts.
pub const CATEGORY: &str = "owner";

//! Alarms as pages and the interface show them: how many, which, one of them with its history. Row-level security decides
//! whose; an alarm of no region is seen by whoever sees everything.

mod around;
mod counts;
pub mod feed;
mod history;
mod lines;
mod list;
pub mod performance;

pub use around::{Around, Window, around};
pub use counts::{Counts, counts, revision};
pub use history::{Entry, History, HistoryFilter, history, newest_entries};
pub use lines::{Line, Rules, Suppressor, UserName, lines};
pub use list::{AssigneeFilter, Choices, Filter, Order, Page, SetAside, choices, list, set_aside};

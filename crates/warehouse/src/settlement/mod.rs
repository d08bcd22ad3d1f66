//! Settlement: what is stored of tariffs, contracts, metered days and statements.

pub mod adjustments;
pub mod book;
pub mod calendar;
pub mod changes;
pub mod contracts;
pub mod daily;
pub mod readings;
pub mod reconciliations;
pub mod rules;
pub mod runs;
pub mod statements;
pub mod studies;
pub mod supply;
pub mod tariffs;
pub mod work;

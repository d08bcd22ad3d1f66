//! The whole path on a real PostgreSQL: operational tables, log, engine, warehouse.
//! In the end every table must equal plain SQL over the detail rows, and those the valid source rows.

mod harness;

mod archives;
mod breakdowns;
mod convergence;
mod copies;
mod refusals;
mod week;

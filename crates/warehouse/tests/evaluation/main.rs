//! What the evaluation of alarms stores and loads, on a real PostgreSQL.

mod build;
mod points;
mod work;

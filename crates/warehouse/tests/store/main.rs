//! What the engine writes comes back as it was, on a real PostgreSQL: rows, groups, position, partitions, retention.

mod build;
mod commits;
mod days;
mod groups;
mod lost_answer;
mod migrations;
mod partitions;
mod rates;
mod repairs;
mod retention;
mod roles;
mod rows;
mod settlement;
mod settlement_readings;
mod windows;

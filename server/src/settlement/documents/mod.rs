//! Statements as files: PDF for people, XLSX and CSV for spreadsheets.

pub mod pdf;
pub mod sheet;
pub mod table;
pub mod xlsx;

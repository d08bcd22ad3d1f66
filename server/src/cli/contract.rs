//! `loadline contract`: contracts from and to files.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::access::Why;

#[derive(Subcommand, Debug)]
pub enum ContractCommand {
    /// Import a CSV or JSON file of contracts, all of it or nothing
    Import(ContractImport),
    /// Write all contracts to a file, or to standard output as CSV
    Export(ContractExport),
}

#[derive(Args, Debug, Clone)]
pub struct ContractImport {
    /// CSV with one row per contract and terms, or JSON as the interface has it
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Only say what would be added, changed, refused
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub why: Why,
}

#[derive(Args, Debug, Clone)]
pub struct ContractExport {
    /// JSON when the name ends in .json, else CSV
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

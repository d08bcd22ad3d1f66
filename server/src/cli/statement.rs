//! `loadline statement`: the statements of a month, for automation.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use domain::settlement::{ContractId, Month};

use super::access::Why;

#[derive(Subcommand, Debug)]
pub enum StatementCommand {
    /// Make or refresh the drafts of a month
    Generate(OfMonth),
    /// Freeze the checked statements of a month
    Freeze(Freeze),
    /// Make statements void; needs contracts and a reason
    Void(OfMonth),
    /// Write the statements of a month to a file, or to standard output
    Export(Export),
}

#[derive(Args, Debug, Clone)]
pub struct OfMonth {
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    pub month: Month,
    /// Number of a contract; may be given several times [default: all]
    #[arg(long = "contract", value_name = "NUMBER")]
    pub contracts: Vec<ContractId>,
    #[command(flatten)]
    pub why: Why,
}

#[derive(Args, Debug, Clone)]
pub struct Freeze {
    #[command(flatten)]
    pub of: OfMonth,
    /// Check drafts without exceptions first; with --reason also those whose exceptions a reason accepts
    #[arg(long)]
    pub check: bool,
}

#[derive(Args, Debug, Clone)]
pub struct Export {
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    pub month: Month,
    /// Number of a contract; may be given several times [default: all]
    #[arg(long = "contract", value_name = "NUMBER")]
    pub contracts: Vec<ContractId>,
    #[arg(long, value_enum, default_value = "csv")]
    pub format: Format,
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// One row for each line of each statement
    Csv,
    /// Each statement with its document
    Json,
}

fn month(text: &str) -> Result<Month, String> {
    Month::parse(text).ok_or_else(|| "expected a month such as 2026-01".to_owned())
}

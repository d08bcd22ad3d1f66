//! `loadline tariff`: tariffs, the holiday calendar, national rules and carbon factors from and to files.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::access::Why;

#[derive(Subcommand, Debug)]
pub enum TariffCommand {
    /// Import a JSON file, all of it or nothing; the same file again changes nothing
    Import(TariffImport),
    /// Write everything that can be imported to a file, or to standard output
    Export(TariffExport),
    /// Say what is wrong with a file, without any database
    Check(TariffCheck),
}

#[derive(Args, Debug, Clone)]
pub struct TariffImport {
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Only say what would be added or changed
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub why: Why,
}

#[derive(Args, Debug, Clone)]
pub struct TariffExport {
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

#[derive(Args, Debug, Clone)]
pub struct TariffCheck {
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

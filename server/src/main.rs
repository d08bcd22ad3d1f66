//! The binary `loadline`.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    server::commands::main(server::cli::Cli::parse())
}

//! Chores of the workspace: `cargo xtask tidy [--bless]`, `cargo xtask prepare [--check]` and `cargo xtask bench [FIGURE…]`.

mod bench;
mod prepare;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "usage:
  cargo xtask tidy            checks layout and style, changes nothing
  cargo xtask tidy --bless    also adds new migrations to migrations/hashes.txt
  cargo xtask prepare         writes the offline query data of crates/warehouse and crates/operational
  cargo xtask prepare --check says whether that data is current, changes nothing
  cargo xtask bench [FIGURE]  measures the release build and prints one table";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let root = workspace_root();
    let outcome = match words.as_slice() {
        ["tidy"] => tidy::run(&root, tidy::Bless::No),
        ["tidy", "--bless"] => tidy::run(&root, tidy::Bless::NewMigrations),
        ["prepare"] => prepare::run(&root, prepare::Mode::Write),
        ["prepare", "--check"] => prepare::run(&root, prepare::Mode::Check),
        ["bench", figures @ ..] => bench::run(&root, figures),
        _ => Err(anyhow::anyhow!(USAGE)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn workspace_root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

//! `loadline config`: the configuration reference, printed from the table of keys.

use super::terminal::say;
use crate::cli::ConfigArgs;
use crate::config::reference::{example, reference};

pub fn run(args: &ConfigArgs) {
    let text = if args.example { example() } else { reference() };
    say(text.trim_end());
}

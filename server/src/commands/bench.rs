//! `loadline bench engine`: the engine alone over a file.

use super::failure::CommandError;
use crate::cli::BenchEngineArgs;

pub fn run(args: BenchEngineArgs) -> Result<(), CommandError> {
    let file = args.consumption.display();
    Err(CommandError::failed(format!("尚不能测量 {file}"), format!("cannot measure {file} yet")))
}

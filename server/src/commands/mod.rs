//! One file per command, and what they share: the configuration, the language, how they end.

mod access;
mod audit;
mod bench;
mod config;
mod contract;
mod demo;
mod demo_contracts;
mod doctor;
mod doctor_edge;
mod failure;
mod first_run;
mod generate;
mod lifecycle;
mod migrate;
mod region;
mod replay;
mod roles;
mod serve;
mod source;
mod statement;
mod tariff;
mod tenant;
pub mod terminal;
mod token;
mod user;
mod wall;

use std::process::ExitCode;

pub use failure::CommandError;

use crate::cli::{BenchCommand, Cli, Command, RegionCommand, SourceCommand};
use crate::config::Config;
use crate::logging;
use terminal::Lang;

/// Runs one command on a fresh runtime and turns its outcome into an exit code.
pub fn main(cli: Cli) -> ExitCode {
    let lang = cli.lang.unwrap_or_else(|| Lang::from_environment(|name| std::env::var(name).ok()));
    let outcome = runtime().and_then(|runtime| {
        let outcome = runtime.block_on(run(cli, lang));
        // a part that did not end in time does not hold the process
        runtime.shutdown_background();
        outcome
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if let Some(sentence) = error.sentence(lang) {
                terminal::warn(sentence);
            }
            ExitCode::from(error.exit_code())
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, CommandError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CommandError::failed(format!("无法启动：{error}"), format!("the runtime cannot start: {error}")))
}

async fn run(cli: Cli, lang: Lang) -> Result<(), CommandError> {
    // needs no settings, so a wrong file does not stand in the way of its reference
    if let Command::Config(args) = cli.command {
        config::run(&args);
        return Ok(());
    }
    let config = crate::config::load(cli.config.as_deref(), std::env::vars())?;
    logging::start(&config.log, config.log_format);
    dispatch(cli.command, config, lang).await
}

async fn dispatch(command: Command, config: Config, lang: Lang) -> Result<(), CommandError> {
    match command {
        Command::Demo(args) => demo::run(args, config, lang).await,
        Command::Serve(args) => serve::run(args, config, lang).await,
        Command::Source(SourceCommand::Setup { create_tables }) => source::setup(&config, create_tables, lang).await,
        Command::Source(SourceCommand::Check) => source::check(&config, lang).await,
        Command::Doctor => doctor::run(&config, lang).await,
        Command::Migrate => migrate::run(&config, lang).await,
        Command::Replay(args) => replay::run(args, &config, lang).await,
        Command::Generate(args) => generate::run(args, &config, lang).await,
        Command::Bench(BenchCommand::Engine(args)) => bench::run(args, config.time_zone),
        Command::Bench(BenchCommand::Password) => {
            bench::password();
            Ok(())
        }
        Command::Region(RegionCommand::Import { file }) => region::import(&config, &file, lang).await,
        Command::User(on) => user::run(on.command, &access::located(config, on.data_dir)?, lang).await,
        Command::Token(on) => token::run(on.command, &access::located(config, on.data_dir)?, lang).await,
        Command::Wall(on) => wall::run(on.command, &access::located(config, on.data_dir)?, lang).await,
        Command::Tenant(on) => tenant::run(on.command, &access::located(config, on.data_dir)?, lang).await,
        Command::Tariff(on) => tariff::run(on.command, config, on.data_dir, lang).await,
        Command::Contract(on) => contract::run(on.command, &access::located(config, on.data_dir)?, lang).await,
        Command::Statement(on) => statement::run(on.command, &access::located(config, on.data_dir)?, lang).await,
        Command::Audit(on) => audit::run(on.command, &access::located(config, on.data_dir)?, lang).await,
        Command::Config(_) => Ok(()),
    }
}

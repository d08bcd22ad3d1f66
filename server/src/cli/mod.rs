//! The command line: what can be asked of the binary, and how it is spelled.

pub mod access;
pub mod contract;
pub mod statement;
pub mod tariff;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use self::access::{AuditCommand, OnAccounts, TenantCommand, TokenCommand, UserCommand, WallCommand};
use self::contract::ContractCommand;
use self::statement::StatementCommand;
use self::tariff::TariffCommand;
use crate::commands::terminal::Lang;
use crate::replay::Speed;

/// Live regional dashboards from the write-ahead log of PostgreSQL.
#[derive(Parser, Debug)]
#[command(name = "loadline", version, propagate_version = true, arg_required_else_help = true)]
pub struct Cli {
    /// Configuration file [default: loadline.toml, if it exists]
    #[arg(long, global = true, value_name = "FILE", env = "LOADLINE_CONFIG")]
    pub config: Option<PathBuf>,
    /// Language of what is printed [default: from LANG, else zh]
    #[arg(long, global = true, value_enum, env = "LOADLINE_LANG")]
    pub lang: Option<Lang>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Start everything on a private PostgreSQL: databases, history, live readings, pages
    Demo(DemoArgs),
    /// Run on given databases
    Serve(ServeArgs),
    /// Prepare or check the operational database
    #[command(subcommand)]
    Source(SourceCommand),
    /// Say what is missing or wrong, and what repairs it
    Doctor,
    /// Bring the warehouse schema up to date
    Migrate,
    /// Load files of users and readings into the operational database
    Replay(ReplayArgs),
    /// Write realistic live readings into the operational database
    Generate(GenerateArgs),
    /// Measure
    #[command(subcommand)]
    Bench(BenchCommand),
    /// Manage the tree of regions and their limits
    #[command(subcommand)]
    Region(RegionCommand),
    /// Manage people
    User(OnAccounts<UserCommand>),
    /// Manage tokens of the interface
    Token(OnAccounts<TokenCommand>),
    /// Manage links that show the wall
    Wall(OnAccounts<WallCommand>),
    /// Manage tenants and their regions
    Tenant(OnAccounts<TenantCommand>),
    /// Import, export and check tariffs
    Tariff(OnAccounts<TariffCommand>),
    /// Import and export contracts
    Contract(OnAccounts<ContractCommand>),
    /// Generate, freeze, void and export statements
    Statement(OnAccounts<StatementCommand>),
    /// Prove and export the record of who did what
    Audit(OnAccounts<AuditCommand>),
    /// Print the configuration reference
    Config(ConfigArgs),
}

#[derive(Args, Debug, Clone)]
pub struct DemoArgs {
    /// Directory of the private PostgreSQL [default: .loadline]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Address of the pages [default: 127.0.0.1:3000]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Live readings per second
    #[arg(long, value_name = "N", default_value = "0.5", value_parser = positive)]
    pub rate: f64,
    /// Allow an address that other machines reach without encryption
    #[arg(long)]
    pub insecure: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Role {
    /// Engine and pages
    All,
    /// Only read the log and fill the warehouse
    Engine,
    /// Only show what another process fills
    Web,
}

#[derive(Args, Debug, Clone)]
pub struct ServeArgs {
    #[arg(long, value_enum, default_value = "all")]
    pub role: Role,
    /// Address of the pages [default: 127.0.0.1:3000]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Allow an address that other machines reach without encryption
    #[arg(long)]
    pub insecure: bool,
}

#[derive(Subcommand, Debug)]
pub enum SourceCommand {
    /// Rights, publication, replica identity and heartbeat; can be repeated, creates no slot
    Setup {
        /// Also create the tables of users and readings
        #[arg(long)]
        create_tables: bool,
    },
    /// Say in plain words what is missing or wrong
    Check,
}

#[derive(Args, Debug, Clone)]
pub struct ReplayArgs {
    /// CSV or CSV.gz of users; needed unless another file is given
    #[arg(long, value_name = "FILE")]
    pub users: Option<PathBuf>,
    /// CSV or CSV.gz of readings; needed unless another file is given
    #[arg(long, value_name = "FILE")]
    pub consumption: Option<PathBuf>,
    /// CSV or CSV.gz of reactive energy (user_id, interval_end, kvarh)
    #[arg(long, value_name = "FILE")]
    pub reactive: Option<PathBuf>,
    /// max, or a multiple of real time
    #[arg(long, value_name = "max|N", default_value = "max")]
    pub speed: Speed,
    /// Move all event times by whole days to just before now
    #[arg(long)]
    pub shift_to_now: bool,
}

#[derive(Args, Debug, Clone)]
pub struct GenerateArgs {
    /// Readings per second on average
    #[arg(long, value_name = "N", default_value = "1", value_parser = positive)]
    pub rate: f64,
    /// Users that report [default: as many as reach the rate with a report every 15 minutes]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=200_000))]
    pub users: Option<i64>,
    /// Share of reports held back for minutes to hours, 0 to 1
    #[arg(long, value_name = "P", default_value = "0.01", value_parser = share)]
    pub late: f64,
    /// Share of reports sent twice, 0 to 1
    #[arg(long, value_name = "P", default_value = "0.005", value_parser = share)]
    pub duplicate: f64,
    /// Share of reports never sent, 0 to 1
    #[arg(long, value_name = "P", default_value = "0.002", value_parser = share)]
    pub missing: f64,
    /// The same seed at the same time gives the same readings
    #[arg(long, value_name = "S", default_value = "1")]
    pub seed: u64,
}

#[derive(Subcommand, Debug)]
pub enum BenchCommand {
    /// The engine alone over a CSV file, no database
    Engine(BenchEngineArgs),
    /// One hash of a password, which is what a sign-in costs
    Password,
}

#[derive(Args, Debug, Clone)]
pub struct BenchEngineArgs {
    /// CSV or CSV.gz of readings
    #[arg(long, value_name = "FILE")]
    pub consumption: PathBuf,
    /// CSV or CSV.gz of users
    #[arg(long, value_name = "FILE")]
    pub users: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
pub enum RegionCommand {
    /// Import the tree and the limits: region_id, parent_id, region_name, limit_kw, valid_from
    Import {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

#[derive(Args, Debug, Clone)]
pub struct ConfigArgs {
    /// Print an example loadline.toml instead
    #[arg(long)]
    pub example: bool,
}

fn positive(text: &str) -> Result<f64, String> {
    const MOST: f64 = 100_000.0;
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value <= MOST => Ok(value),
        _ => Err(format!("expected a number above 0 and up to {MOST}")),
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if (0.0..=1.0).contains(&value) => Ok(value),
        _ => Err("expected a number from 0 to 1, for example 0.05".to_owned()),
    }
}

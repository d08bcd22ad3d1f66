//! Commands about who may see and do what: people, tokens, wall links, tenants, the audit.

use std::path::PathBuf;

use clap::{ArgAction, Args, Subcommand};
use domain::RegionId;
use domain::access::{DisplayName, Preset, Scope};
use warehouse::access::audit::Head;

/// The longest that a token or a link can be good for, in days.
const MOST_DAYS: i64 = 3_650;

/// A command about accounts, and where they are.
#[derive(Args, Debug, Clone)]
pub struct OnAccounts<C: Subcommand> {
    #[command(subcommand)]
    pub command: C,
    /// Directory of a running demo [default: the address of the warehouse, else a demo in .loadline]
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
pub enum UserCommand {
    /// Add a person; prints a one-time link to choose a password with
    Add(UserAdd),
    /// List people
    List,
    /// Remove a person
    Remove(OfUser),
    /// Print a new one-time link; the old password works until it is used
    Link(OfUser),
    /// Sign a person out everywhere and refuse the next sign-in
    Disable(OfUser),
    /// Let a person sign in again
    Enable(OfUser),
}

#[derive(Args, Debug, Clone)]
pub struct UserAdd {
    /// Name to sign in with: letters and digits of any script and . _ - @
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// Name that others see [default: the name to sign in with]
    #[arg(long, value_name = "NAME")]
    pub display_name: Option<String>,
    #[command(flatten)]
    pub reach: Reach,
    /// Read the password from the first line of standard input instead of printing a link
    #[arg(long)]
    pub password_stdin: bool,
    /// Do not ask for another password at the first sign-in
    #[arg(long, requires = "password_stdin")]
    pub keep_password: bool,
    #[command(flatten)]
    pub why: Why,
}

#[derive(Args, Debug, Clone)]
pub struct OfUser {
    /// Name to sign in with
    #[arg(long, value_name = "NAME")]
    pub name: String,
    #[command(flatten)]
    pub why: Why,
}

/// What somebody may do, and where.
#[derive(Args, Debug, Clone)]
pub struct Reach {
    /// viewer, operator, engineer, admin, billing-clerk or billing-auditor
    #[arg(long, value_name = "PRESET", value_parser = preset)]
    pub preset: Preset,
    /// Code of the tenant [default: the operator of the installation]
    #[arg(long, value_name = "CODE")]
    pub tenant: Option<String>,
    /// Region with all below it; can be repeated [default: all regions]
    #[arg(long = "region", value_name = "ID", value_delimiter = ',', action = ArgAction::Append)]
    pub regions: Vec<RegionId>,
}

/// Kept in the audit.
#[derive(Args, Debug, Clone, Default)]
pub struct Why {
    /// Why, for the audit
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

#[derive(Subcommand, Debug)]
pub enum TokenCommand {
    /// Make a token; prints it once and nothing else
    Add(TokenAdd),
    /// List tokens
    List,
    /// End a token
    Revoke(Numbered),
}

#[derive(Args, Debug, Clone)]
pub struct TokenAdd {
    /// What it is for
    #[arg(long, value_name = "NAME", value_parser = display_name)]
    pub name: DisplayName,
    #[command(flatten)]
    pub reach: Reach,
    /// Days until it expires [default: never]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=MOST_DAYS))]
    pub days: Option<i64>,
    #[command(flatten)]
    pub why: Why,
}

#[derive(Args, Debug, Clone)]
pub struct Numbered {
    /// Number, as listed
    #[arg(long, value_name = "ID")]
    pub id: i64,
    #[command(flatten)]
    pub why: Why,
}

#[derive(Subcommand, Debug)]
pub enum WallCommand {
    /// Make a link that shows the wall without signing in; prints it and nothing else
    Add(WallAdd),
    /// List wall links
    List,
    /// End a wall link
    Revoke(Numbered),
}

#[derive(Args, Debug, Clone)]
pub struct WallAdd {
    /// all, or regions such as 1,2,3 with all below them
    #[arg(long, value_name = "all|ID,…", value_parser = some_regions)]
    pub regions: Scope,
    /// 16x9, 32x9 or both; the first is shown when the link names none
    #[arg(long, value_name = "LAYOUT,…", value_delimiter = ',', required = true, value_parser = ["16x9", "32x9"])]
    pub layout: Vec<String>,
    /// Where it hangs
    #[arg(long, value_name = "NAME", value_parser = display_name, default_value = "wall")]
    pub name: DisplayName,
    /// Code of the tenant [default: the operator of the installation]
    #[arg(long, value_name = "CODE")]
    pub tenant: Option<String>,
    /// Days until it expires [default: never]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=MOST_DAYS))]
    pub days: Option<i64>,
    #[command(flatten)]
    pub why: Why,
}

#[derive(Subcommand, Debug)]
pub enum TenantCommand {
    /// Add an organisation that sees its own regions only
    Add(TenantAdd),
    /// List tenants and their regions
    List,
    /// Give regions to a tenant
    Assign(TenantAssign),
}

#[derive(Args, Debug, Clone)]
pub struct TenantAdd {
    /// Small letters, digits and hyphens
    #[arg(long, value_name = "CODE")]
    pub code: String,
    #[arg(long, value_name = "NAME", value_parser = display_name)]
    pub name: DisplayName,
    #[command(flatten)]
    pub why: Why,
}

#[derive(Args, Debug, Clone)]
pub struct TenantAssign {
    /// Code of the tenant; none: take the regions back for the operator
    #[arg(long, value_name = "CODE")]
    pub code: String,
    /// Region; can be repeated
    #[arg(long = "region", value_name = "ID", value_delimiter = ',', required = true, action = ArgAction::Append)]
    pub regions: Vec<RegionId>,
    #[command(flatten)]
    pub why: Why,
}

#[derive(Subcommand, Debug)]
pub enum AuditCommand {
    /// Compute every hash again and name the first entry that is not as written
    Verify {
        /// End of the chain as noted earlier: it must still be in it
        #[arg(long, value_name = "N:HASH", value_parser = head)]
        head: Option<Head>,
    },
    /// Print all entries as lines of JSON, newest first
    Export,
}

fn preset(text: &str) -> Result<Preset, String> {
    let names: Vec<&str> = Preset::ALL.into_iter().map(Preset::code).collect();
    Preset::parse(text).ok_or_else(|| format!("expected {}", names.join(", ")))
}

fn display_name(text: &str) -> Result<DisplayName, String> {
    DisplayName::parse(text).map_err(|_| "expected 1 to 64 characters that can be seen".to_owned())
}

fn some_regions(text: &str) -> Result<Scope, String> {
    if text == "all" {
        return Ok(Scope::Whole);
    }
    let listed: Option<Vec<RegionId>> = text.split(',').map(|id| id.trim().parse().ok()).collect();
    listed.map(Scope::of).ok_or_else(|| "expected all, or numbers such as 1,2,3".to_owned())
}

fn head(text: &str) -> Result<Head, String> {
    Head::parse(text)
        .ok_or_else(|| "expected what loadline audit verify printed: a number, a colon and 64 hexadecimal digits".to_owned())
}

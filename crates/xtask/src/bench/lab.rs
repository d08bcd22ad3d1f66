//! What the figures share: a private PostgreSQL that keeps its promises (fsync on), the release binary, databases
//! of their own for each figure.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cluster::{Cluster, Options};

use super::child::{self, Running, quiet, wait_for};
use super::dense::{self, Dense};
use super::http::Site;

const COPY_DEADLINE: Duration = Duration::from_secs(600);
const READY_WITHIN: Duration = Duration::from_secs(180);
pub const COMMAND_DEADLINE: Duration = Duration::from_secs(60);
const TOKEN_ADD: [&str; 6] = ["token", "add", "--name", "bench", "--preset", "admin"];

pub struct Lab {
    pub dir: PathBuf,
    pub cluster: Cluster,
    pub loadline: PathBuf,
    week: PathBuf,
}

impl Lab {
    /// In `dir`, which the caller removes.
    pub fn open(root: &Path, dir: &Path) -> Result<Self> {
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .filter(|dir| !dir.is_empty())
            .map_or_else(|| root.join("target"), |dir| root.join(dir));
        let loadline = target.join("release/loadline");
        ensure!(loadline.is_file(), "{} is missing: cargo build --release --package server", loadline.display());
        let cluster = Cluster::start(&dir.join("postgres"), Options::default())?;
        let week = root.join("crates/testkit/data/simbench-week");
        Ok(Self { dir: dir.to_owned(), cluster, loadline, week })
    }

    pub fn week(&self, file: &str) -> PathBuf {
        self.week.join(file)
    }

    /// Yesterday as `2026-01-05`: recent, and never in the future.
    pub fn yesterday(&self) -> Result<String> {
        Ok(self.cluster.psql("postgres", "select current_date - 1")?.trim().to_owned())
    }

    /// A time zone whose day does not turn while we measure: a day's total would begin anew.
    pub fn time_zone(&self) -> Result<&'static str> {
        let hour = self.cluster.psql("postgres", "select extract(hour from now() at time zone 'UTC')")?;
        Ok(quiet_zone(hour.trim().parse().context("the hour")?))
    }

    /// Loadline with the settings of nobody else.
    pub fn command(&self) -> Command {
        let mut command = quiet(&self.loadline);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("LOADLINE_")) {
            command.env_remove(name);
        }
        command.current_dir(&self.dir).env("LOADLINE_LOG", "warn").env("LOADLINE_LANG", "en");
        // one client stands for many
        command.env("LOADLINE_RATE_LIMIT_PER_S", "0");
        command
    }

    /// Starts `loadline demo` with its data in `dir` and waits until it is ready; a token proves that we may see everything.
    pub fn demo(&self, dir: &Path, rate: &str, settings: &[(&str, &str)]) -> Result<(Running, Site)> {
        let mut command = self.command();
        command.args(["demo", "--rate", rate, "--listen", "127.0.0.1:0", "--data-dir"]).arg(dir).envs(settings.iter().copied());
        let mut demo = Running::start(&self.dir, "loadline demo", &mut command)?;
        let site = Site::for_nobody(&child::address(&mut demo)?);
        wait_for("the demo to be ready", READY_WITHIN, || Ok((site.get("/readyz")?.status == 200).then_some(())))?;
        let mut command = self.command();
        command.args(TOKEN_ADD).arg("--data-dir").arg(dir);
        let token = Running::start(&self.dir, "loadline token add", &mut command)?.finish(COMMAND_DEADLINE)?;
        Ok((demo, site.with_token(token.trim())))
    }

    /// A fresh operational database with its tables and users, and a warehouse; both are named after the figure.
    pub fn pair(&self, name: &str) -> Result<Pair<'_>> {
        let pair = Pair { lab: self, name: name.to_owned(), zone: self.time_zone()? };
        self.cluster.create_database(&pair.source())?;
        self.cluster.create_database(&pair.warehouse())?;
        let setup = pair.command(&["source", "setup", "--create-tables"])?;
        setup.finish(COPY_DEADLINE)?;
        Ok(pair)
    }
}

fn quiet_zone(utc_hour: u32) -> &'static str {
    if (2..22).contains(&utc_hour) { "UTC" } else { "Asia/Shanghai" }
}

/// The two databases of a figure and the slot between them.
pub struct Pair<'a> {
    pub lab: &'a Lab,
    pub zone: &'static str,
    name: String,
}

impl Pair<'_> {
    pub fn source(&self) -> String {
        format!("{}_source", self.name)
    }

    fn warehouse(&self) -> String {
        format!("{}_warehouse", self.name)
    }

    pub fn source_url(&self) -> String {
        self.lab.cluster.url(&self.source())
    }

    pub fn warehouse_url(&self) -> String {
        self.lab.cluster.url(&self.warehouse())
    }

    /// Asks the operational database.
    pub fn ask_source(&self, statement: &str) -> Result<String> {
        Ok(self.lab.cluster.psql(&self.source(), statement)?.trim().to_owned())
    }

    pub fn ask_warehouse(&self, statement: &str) -> Result<String> {
        Ok(self.lab.cluster.psql(&self.warehouse(), statement)?.trim().to_owned())
    }

    /// Loadline on these databases.
    pub fn command(&self, arguments: &[&str]) -> Result<Running> {
        self.command_with(arguments, &[])
    }

    fn command_with(&self, arguments: &[&str], settings: &[(&str, &str)]) -> Result<Running> {
        let mut command = self.lab.command();
        command
            .args(arguments)
            .envs(settings.iter().copied())
            .env("LOADLINE_SOURCE_URL", self.source_url())
            .env("LOADLINE_WAREHOUSE_URL", self.warehouse_url())
            .env("LOADLINE_SLOT", format!("{}_slot", self.name))
            .env("LOADLINE_TIME_ZONE", self.zone);
        Running::start(&self.lab.dir, &format!("loadline {}", arguments.join(" ")), &mut command)
    }

    /// Engine and pages on a free port. To nobody they answer only whether they live.
    pub fn serve(&self) -> Result<(Running, Site)> {
        self.serve_with(&[])
    }

    pub fn serve_with(&self, settings: &[(&str, &str)]) -> Result<(Running, Site)> {
        let mut running = self.command_with(&["serve", "--listen", "127.0.0.1:0"], settings)?;
        let address = child::address(&mut running)?;
        Ok((running, Site::for_nobody(&address)))
    }

    /// A token of somebody who may see everything.
    pub fn token(&self) -> Result<String> {
        Ok(self.command(&TOKEN_ADD)?.finish(COMMAND_DEADLINE)?.trim().to_owned())
    }

    pub fn engine(&self) -> Result<Running> {
        self.command(&["serve", "--role", "engine"])
    }

    pub fn wait_for_copy(&self, deadline: Duration) -> Result<()> {
        let done = "select count(*) from pg_tables where tablename = 'progress'";
        wait_for("the migrations", deadline, || Ok((self.ask_warehouse(done)? == "1").then_some(())))?;
        let state = "select count(*) from progress where snapshot_state = 'complete'";
        wait_for("the first copy", deadline, || Ok((self.ask_warehouse(state)? == "1").then_some(())))
    }

    /// Readings into the operational database, so many per transaction.
    pub fn copy_in(&self, readings: &mut Dense<'_>, rows: u64, per_transaction: u64) -> Result<()> {
        let program = self.lab.cluster.programs().path("psql");
        let mut psql = Command::new(program);
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &self.source_url()]).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut running = Running::start(&self.lab.dir, "psql", &mut psql)?;
        let mut input = BufWriter::with_capacity(1 << 16, running.child().stdin.take().context("psql has an input")?);
        let mut left = rows;
        while left > 0 {
            let part = left.min(per_transaction);
            writeln!(input, "copy power_consumption ({}) from stdin (format csv);", dense::COLUMNS)?;
            readings.write(&mut input, part)?;
            writeln!(input, "\\.")?;
            left -= part;
        }
        input.flush()?;
        drop(input);
        running.finish(COPY_DEADLINE)?;
        Ok(())
    }

    /// Gives back slots and space.
    pub fn remove(self) -> Result<()> {
        let idle = format!(
            "select count(pg_drop_replication_slot(slot_name)) from pg_replication_slots where database = '{}' and not active",
            self.source()
        );
        let left = format!("select count(*) from pg_replication_slots where database = '{}'", self.source());
        wait_for("the slots to be free", Duration::from_secs(30), || {
            self.lab.cluster.psql("postgres", &idle)?;
            Ok((self.lab.cluster.psql("postgres", &left)?.trim() == "0").then_some(()))
        })?;
        for database in [self.source(), self.warehouse()] {
            self.lab.cluster.psql("postgres", &format!("drop database {database} with (force)"))?;
        }
        self.lab.cluster.psql("postgres", "checkpoint")?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::quiet_zone;

    #[test]
    fn midnight_is_far_away() {
        for hour in 0..24 {
            let local = if quiet_zone(hour) == "UTC" { hour } else { (hour + 8) % 24 };
            assert!((2..22).contains(&local), "{hour} UTC");
        }
    }
}

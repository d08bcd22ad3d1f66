//! Starts, adopts and stops the server of one directory.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Stdio};

use nix::sys::signal::Signal;

use crate::account::Account;
use crate::error::Step;
use crate::home::{self, Home};
use crate::{ClusterError, Options, Programs, config, postmaster};

/// The superuser of a private cluster.
pub const OWNER: &str = "loadline";
/// Another process may take the free port between our look and the server's start.
const PORT_ATTEMPTS: usize = 5;
const LOG_TAIL_LINES: usize = 5;

/// A running private PostgreSQL. Dropping it stops the server.
#[derive(Debug)]
pub struct Cluster {
    home: Home,
    account: Account,
    programs: Programs,
    options: Options,
    password: String,
    port: u16,
    /// 0 while no server of ours runs.
    pid: i32,
    /// None for a server that an earlier process of ours started and did not live to stop.
    child: Option<Child>,
    left: bool,
}

impl Cluster {
    /// Starts the cluster in `dir`, creating it when there is none.
    pub fn start(dir: &Path, options: Options) -> Result<Self, ClusterError> {
        let account = Account::choose()?;
        let home = Home::open(dir, account)?;
        let programs = match home.data_major() {
            Some(major) => Programs::find_major(major, home.root())?,
            None => Programs::find()?,
        };
        let password = home.password(account)?;
        create_if_missing(&home, account, &programs, &options)?;
        let mut cluster = Self { home, account, programs, options, password, port: 0, pid: 0, child: None, left: false };
        if !cluster.adopt()? {
            cluster.launch()?;
        }
        Ok(cluster)
    }

    /// The address of a database of the cluster that another process has started in `dir`, if it runs and is ours to use.
    pub fn url_of_running(dir: &Path, database: &str) -> Option<String> {
        let root = home::find_root(dir)?;
        let port = postmaster::running(&root.join(home::DATA)).filter(|file| file.ready)?.port?;
        let password = std::fs::read_to_string(root.join(home::PASSWORD_FILE)).ok()?;
        Some(url(password.trim(), port, database))
    }

    /// The address of a database of this cluster, password included: not for logs.
    pub fn url(&self, database: &str) -> String {
        url(&self.password, self.port, database)
    }

    /// The directory that holds data, log and password: the one given to `start`, or the one linked from there.
    pub fn root(&self) -> &Path {
        self.home.root()
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn pid(&self) -> i32 {
        self.pid
    }

    pub fn programs(&self) -> &Programs {
        &self.programs
    }

    pub(crate) fn account(&self) -> Account {
        self.account
    }

    pub(crate) fn password(&self) -> &str {
        &self.password
    }

    /// Stops the server cleanly and waits for it.
    pub fn stop(mut self) -> Result<(), ClusterError> {
        self.stop_server()
    }

    /// Stops and starts the server on the same data; the port may change.
    pub fn restart(&mut self) -> Result<(), ClusterError> {
        self.stop_server()?;
        self.launch()
    }

    /// Kills the server the hard way, as a power cut would; `relaunch` brings it back.
    pub fn kill(&mut self) {
        let pid = std::mem::take(&mut self.pid);
        postmaster::signal(pid, Signal::SIGKILL);
        if let Some(child) = &mut self.child {
            // It was killed: waiting cannot block for long, and its status says nothing.
            let _ = child.wait();
        }
    }

    /// Starts the server again after `kill`.
    pub fn relaunch(&mut self) -> Result<(), ClusterError> {
        self.launch()
    }

    /// Lets go of the server without stopping it, as a killed process of ours does.
    pub fn leave(mut self) {
        self.left = true;
    }

    fn stop_server(&mut self) -> Result<(), ClusterError> {
        let (data, pid, deadline) = (self.home.data(), self.pid, self.options.stop_deadline);
        let child = &mut self.child;
        postmaster::stop(&data, pid, deadline, || match child {
            Some(child) => !matches!(child.try_wait(), Ok(None)),
            None => !postmaster::stands_in(pid, &data),
        })?;
        self.pid = 0;
        Ok(())
    }

    /// Takes over a server that a killed process of ours left running, if its settings are the ones we want.
    fn adopt(&mut self) -> Result<bool, ClusterError> {
        let data = self.home.data();
        let wanted = config::settings_text(&self.options);
        let current = std::fs::read_to_string(data.join(config::CONF_FILE)).unwrap_or_default();
        if let Some(file) = postmaster::running(&data)
            && let Some(port) = file.port
            && file.ready
            && current.starts_with(&wanted)
        {
            (self.pid, self.port) = (file.pid, port);
            if self.psql("postgres", "select 1").is_ok() {
                return Ok(true);
            }
        }
        postmaster::end_leftovers(&data, self.options.stop_deadline)?;
        Ok(false)
    }

    fn launch(&mut self) -> Result<(), ClusterError> {
        let mut last = None;
        for _ in 0..PORT_ATTEMPTS {
            match self.try_launch() {
                Err(error @ ClusterError::NotStarted { .. })
                    if error.to_string().contains("could not create any TCP/IP sockets") =>
                {
                    last = Some(error);
                }
                other => return other,
            }
        }
        Err(last.expect("every attempt set the error"))
    }

    fn try_launch(&mut self) -> Result<(), ClusterError> {
        let data = self.home.data();
        postmaster::end_leftovers(&data, self.options.stop_deadline)?;
        self.port = free_port(self.port)?;
        self.write_settings(&data)?;
        let log = self.home.open_log()?;
        let log_start = log.metadata().map_or(0, |meta| meta.len());
        let log_too = log.try_clone().map_err(ClusterError::files(Step::Write, self.home.log()))?;
        let program = self.programs.path("postgres");
        let mut child = self
            .account
            .command(&program)
            .arg("-D")
            .arg(&data)
            .stdout(Stdio::from(log))
            .stderr(Stdio::from(log_too))
            // Ctrl-C in our terminal is for us: we stop the server when everything else has ended.
            .process_group(0)
            .spawn()
            .map_err(|source| ClusterError::Run { program, source })?;
        self.pid = child.id().cast_signed();
        let mut exited = false;
        let in_time = postmaster::wait_until(self.options.start_deadline, || {
            exited = !matches!(child.try_wait(), Ok(None));
            exited || postmaster::read_pid_file(&data).is_some_and(|file| file.pid == self.pid && file.ready)
        });
        self.child = Some(child);
        if in_time && !exited {
            return Ok(());
        }
        let log_tail = if exited { self.log_tail(log_start) } else { String::new() };
        if !exited {
            self.stop_server()?;
        }
        let (dir, log) = (self.home.root().to_path_buf(), self.home.log());
        Err(if exited { ClusterError::NotStarted { dir, log_tail, log } } else { ClusterError::TooSlow { dir, log } })
    }

    fn write_settings(&self, data: &Path) -> Result<(), ClusterError> {
        let ours = format!("{}port = {}\n", config::settings_text(&self.options), self.port);
        home::write_owned(&data.join(config::CONF_FILE), &ours, self.account)?;
        home::write_owned(&data.join("pg_hba.conf"), &config::hba_text(self.options.auth_method), self.account)?;
        let main = data.join("postgresql.conf");
        let text = std::fs::read_to_string(&main).map_err(ClusterError::files(Step::Read, &main))?;
        let include = format!("include_if_exists = '{}'", config::CONF_FILE);
        if text.lines().any(|line| line == include) {
            return Ok(());
        }
        home::write_owned(&main, &format!("{text}\n{include}\n"), self.account)
    }

    /// The last lines that this start wrote to the log, on one line.
    fn log_tail(&self, from_byte: u64) -> String {
        let bytes = std::fs::read(self.home.log()).unwrap_or_default();
        let new = bytes.get(usize::try_from(from_byte).unwrap_or(0)..).unwrap_or_default();
        let text = String::from_utf8_lossy(new);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join(" / ")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if !self.left && self.pid > 0 {
            // Nobody is left to tell; the next start ends what still runs.
            let _ = self.stop_server();
        }
    }
}

fn url(password: &str, port: u16, database: &str) -> String {
    format!("postgres://{OWNER}:{password}@127.0.0.1:{port}/{database}")
}

/// A free port of the loopback address: the one used before if nobody took it.
fn free_port(before: u16) -> Result<u16, ClusterError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, before))
        .or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(ClusterError::files(Step::Listen, "127.0.0.1"))
}

/// `initdb` into a temporary name first: a kill in the middle must not leave half a cluster that looks whole.
fn create_if_missing(home: &Home, account: Account, programs: &Programs, options: &Options) -> Result<(), ClusterError> {
    if home.data_major().is_some() {
        return Ok(());
    }
    let (data, fresh) = (home.data(), home.root().join("data.new"));
    for old in [&data, &fresh] {
        if old.exists() {
            std::fs::remove_dir_all(old).map_err(ClusterError::files(Step::Remove, old))?;
        }
    }
    home::make_dir(&fresh, 0o700)?;
    account.own(&fresh)?;
    let initdb = programs.path("initdb");
    let output = account
        .command(&initdb)
        .arg("-D")
        .arg(&fresh)
        .arg("--pwfile")
        .arg(home.password_file())
        .args(["-U", OWNER, "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=libc", "--locale=C.UTF-8"])
        .args(["--lc-messages=C", "--text-search-config=simple", "--no-instructions"])
        .args((!options.durable()).then_some("--no-sync"))
        .output()
        .map_err(|source| ClusterError::Run { program: initdb, source })?;
    if !output.status.success() {
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned()).join(" / ");
        return Err(ClusterError::Failed { program: "initdb", output: text });
    }
    std::fs::rename(&fresh, &data).map_err(ClusterError::files(Step::Rename, &data))
}

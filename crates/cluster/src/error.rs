//! What can go wrong with a private cluster. Each sentence names the remedy; a person reads them.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    #[error("PostgreSQL {oldest} or newer is not installed on this machine. Install it with: apt-get install postgresql")]
    NotInstalled { oldest: u32 },
    #[error(
        "The data in {dir} was written by PostgreSQL {major}, which is not installed here. Install it with: apt-get install postgresql-{major} (or remove {dir} to begin anew)"
    )]
    OtherMajor { dir: PathBuf, major: u32 },
    #[error(
        "PostgreSQL does not run as root, and this machine has neither a user postgres nor a user nobody. Create one with: useradd --system postgres"
    )]
    NoAccount,
    #[error(
        "{dir} is in use by another running process of Loadline. Stop that one first, or choose another directory with --data-dir"
    )]
    InUse { dir: PathBuf },
    #[error("{what} {path}: {source}. Check who owns the directory and that the disk is not full")]
    Files { what: &'static str, path: PathBuf, source: std::io::Error },
    #[error("{program} could not be run: {source}. Reinstall it with: apt-get install --reinstall postgresql")]
    Run { program: PathBuf, source: std::io::Error },
    #[error("{program} failed: {output}")]
    Failed { program: &'static str, output: String },
    #[error("The private PostgreSQL in {dir} did not start: {why}. Its log is {log}")]
    NotStarted { dir: PathBuf, why: String, log: PathBuf },
    #[error("The private PostgreSQL in {dir} (process {pid}) did not stop in time. End it with: kill -QUIT {pid}")]
    NotStopped { dir: PathBuf, pid: i32 },
    #[error("'{name}' cannot be the name of a database here: use a-z, 0-9 and _, at most 63 of them, a letter first")]
    BadName { name: String },
}

impl ClusterError {
    /// For `map_err`: an I/O error with what was being done to which path.
    pub(crate) fn files(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Files { what, path, source }
    }
}

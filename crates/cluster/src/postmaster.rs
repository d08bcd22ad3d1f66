//! The processes of a server: which run on a data directory, whether it is ready, how to end them.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::ClusterError;
use crate::error::Step;

const POLL: Duration = Duration::from_millis(10);
/// After a server was told to stop at once.
const QUIT_DEADLINE: Duration = Duration::from_secs(20);

/// What `postmaster.pid` says, as far as we need it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PidFile {
    pub pid: i32,
    pub port: Option<u16>,
    pub ready: bool,
}

pub fn read_pid_file(data: &Path) -> Option<PidFile> {
    parse_pid_file(&std::fs::read_to_string(pid_file(data)).ok()?)
}

fn pid_file(data: &Path) -> PathBuf {
    data.join("postmaster.pid")
}

fn parse_pid_file(text: &str) -> Option<PidFile> {
    let mut lines = text.lines();
    let pid = lines.next()?.trim().parse().ok().filter(|pid| *pid > 1)?;
    let port = lines.nth(2).and_then(|line| line.trim().parse().ok());
    let ready = lines.nth(3).is_some_and(|line| line.trim() == "ready");
    Some(PidFile { pid, port, ready })
}

/// The postmaster of this data directory, if one runs: the process must also stand in that directory,
/// because after a crash the number may belong to somebody else.
pub fn running(data: &Path) -> Option<PidFile> {
    read_pid_file(data).filter(|file| stands_in(file.pid, data))
}

/// False also for one that has ended and only waits for its parent to notice.
pub fn stands_in(pid: i32, data: &Path) -> bool {
    std::fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == data)
}

/// Every process of a server on this data directory: a killed postmaster leaves its backends for a moment.
fn processes(data: &Path) -> Vec<i32> {
    std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok())
        .filter(|pid| stands_in(*pid, data) && is_server(*pid))
        .collect()
}

/// A person's shell may stand in the data directory too; it is not ours to end.
fn is_server(pid: i32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim() == "postgres")
}

pub fn signal(pid: i32, signal: Signal) {
    // The only failure that can happen to a process of ours is that it has gone, and then there is nothing to do.
    let _ = kill(Pid::from_raw(pid), signal);
}

/// Waits until `done` holds; false when the deadline passed first.
pub fn wait_until(deadline: Duration, mut done: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + deadline;
    loop {
        if done() {
            return true;
        }
        if Instant::now() >= end {
            return false;
        }
        std::thread::sleep(POLL);
    }
}

/// Ends whatever an earlier, killed process of ours left on this data directory and removes its stale `postmaster.pid`.
pub fn end_leftovers(data: &Path, stop_deadline: Duration) -> Result<(), ClusterError> {
    if let Some(file) = running(data) {
        stop(data, file.pid, stop_deadline, || !stands_in(file.pid, data))?;
    }
    // Without their postmaster the backends end by themselves. Two servers on one directory would destroy it: make sure.
    for (kind, patience) in
        [(None, Duration::from_secs(5)), (Some(Signal::SIGQUIT), Duration::from_secs(5)), (Some(Signal::SIGKILL), QUIT_DEADLINE)]
    {
        if let Some(kind) = kind {
            processes(data).into_iter().for_each(|pid| signal(pid, kind));
        }
        if wait_until(patience, || processes(data).is_empty()) {
            break;
        }
    }
    if let Some(pid) = processes(data).first() {
        return Err(ClusterError::NotStopped { dir: data.to_path_buf(), pid: *pid });
    }
    match std::fs::remove_file(pid_file(data)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(ClusterError::files(Step::Remove, pid_file(data))(error))
        }
        _ => Ok(()),
    }
}

/// Fast shutdown: open transactions are rolled back, data is written. After `deadline` at once, with recovery at the next start.
pub fn stop(data: &Path, pid: i32, deadline: Duration, mut gone: impl FnMut() -> bool) -> Result<(), ClusterError> {
    signal(pid, Signal::SIGINT);
    if wait_until(deadline, &mut gone) {
        return Ok(());
    }
    signal(pid, Signal::SIGQUIT);
    if wait_until(QUIT_DEADLINE, gone) {
        return Ok(());
    }
    Err(ClusterError::NotStopped { dir: data.to_path_buf(), pid })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "4711\n/x/data\n1700000000\n40123\n\n127.0.0.1\n  9 0\nready   \n";

    #[test]
    fn reads_what_a_server_wrote() {
        assert_eq!(parse_pid_file(FILE), Some(PidFile { pid: 4711, port: Some(40123), ready: true }));
        let starting = FILE.replace("ready   ", "starting");
        assert_eq!(parse_pid_file(&starting), Some(PidFile { pid: 4711, port: Some(40123), ready: false }));
    }

    #[test]
    fn a_half_written_file_is_not_ready() {
        assert_eq!(parse_pid_file("4711\n/x"), Some(PidFile { pid: 4711, port: None, ready: false }));
        assert_eq!(parse_pid_file(""), None);
        assert_eq!(parse_pid_file("-1\n"), None);
    }

    #[test]
    fn a_number_that_belongs_to_somebody_else_is_not_our_server() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(pid_file(dir.path()), FILE.replace("4711", &std::process::id().to_string())).unwrap();
        assert_eq!(running(dir.path()), None);
        end_leftovers(dir.path(), Duration::from_secs(1)).unwrap();
        assert!(!pid_file(dir.path()).exists());
    }
}

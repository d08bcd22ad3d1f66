//! Programs that a measurement starts: each has a deadline, and none outlives the run.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

const LOOK_AGAIN: Duration = Duration::from_millis(5);
const ANSWERS_WITHIN: Duration = Duration::from_secs(60);
const STOPS_WITHIN: Duration = Duration::from_secs(30);
/// Process ids for `scripts/bench.sh`, which ends what is left when we are killed.
const PIDS: &str = "pids";
/// What the programs say about themselves.
const LOG: &str = "children.log";

/// Looks again and again until there is something.
pub fn wait_for<T>(what: &str, deadline: Duration, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let started = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        ensure!(started.elapsed() < deadline, "{what}: not within {} s", deadline.as_secs());
        std::thread::sleep(LOOK_AGAIN);
    }
}

/// A running program; dropping it kills it.
pub struct Running {
    child: Child,
    what: String,
}

impl Running {
    /// What it says goes to a log in `dir`; its output too, unless the command pipes it.
    pub fn start(dir: &Path, what: &str, command: &mut Command) -> Result<Self> {
        let log = File::options().create(true).append(true).open(dir.join(LOG))?;
        let child = command.stderr(log).spawn().with_context(|| format!("cannot start {what}"))?;
        let mut pids = File::options().create(true).append(true).open(dir.join(PIDS))?;
        writeln!(pids, "{}", child.id())?;
        Ok(Self { child, what: what.to_owned() })
    }

    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits for a good end and gives what the program printed.
    pub fn finish(mut self, deadline: Duration) -> Result<String> {
        let output = self.child.stdout.take().map(|mut stdout| {
            std::thread::spawn(move || {
                let mut text = String::new();
                stdout.read_to_string(&mut text).map(|_| text)
            })
        });
        let what = self.what.clone();
        let status = wait_for(&what, deadline, || Ok(self.child.try_wait()?))?;
        ensure!(status.success(), "{what} ended with {status}");
        match output.map(std::thread::JoinHandle::join) {
            Some(Ok(text)) => Ok(text?),
            Some(Err(_)) => bail!("{what}: its output could not be read"),
            None => Ok(String::new()),
        }
    }

    /// Asks it to end and waits for that.
    pub fn stop(mut self) -> Result<()> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        let what = self.what.clone();
        wait_for(&what, STOPS_WITHIN, || Ok(self.child.try_wait()?))?;
        Ok(())
    }

    /// A line of `/proc/<pid>/status` that counts kB, in bytes: `VmHWM` is the most memory ever resident.
    pub fn status_bytes(&self, field: &str) -> Result<u64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        field_bytes(&text, field).with_context(|| format!("no {field} in the status of {}", self.what))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already; nothing else can go wrong.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn field_bytes(status: &str, field: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kb| kb * 1024)
}

/// The address that a starting Loadline prints; the rest of what it prints is read and thrown away.
pub fn address(running: &mut Running) -> Result<String> {
    let stdout = running.child.stdout.take().context("the output is not piped")?;
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || read_address(stdout, &tell));
    told.recv_timeout(ANSWERS_WITHIN).with_context(|| format!("{} printed no address", running.what))
}

fn read_address(stdout: ChildStdout, tell: &mpsc::Sender<String>) {
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        if let Some(address) = address_in(&line) {
            // Nobody listens any more after the deadline.
            let _ = tell.send(address.to_owned());
        }
    }
}

fn address_in(line: &str) -> Option<&str> {
    line.trim().strip_prefix("http://")?.strip_suffix('/')
}

/// A command whose output we want and which reads nothing.
pub fn quiet(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_has_a_deadline_and_does_not_outlive_us() {
        let dir = tempfile::tempdir().unwrap();
        let slow = Running::start(dir.path(), "sleep", quiet("sleep").arg("60")).unwrap();
        let pid = slow.child.id();
        assert!(std::fs::read_to_string(dir.path().join(PIDS)).unwrap().contains(&pid.to_string()));
        let error = slow.finish(Duration::from_millis(20)).unwrap_err();
        assert!(error.to_string().contains("sleep: not within"), "{error}");
        assert!(!Path::new(&format!("/proc/{pid}")).exists());
    }

    #[test]
    fn what_a_program_prints_and_how_it_ends_is_known() {
        let dir = tempfile::tempdir().unwrap();
        let start = |script: &str| Running::start(dir.path(), "sh", quiet("sh").args(["-c", script])).unwrap();
        assert_eq!(start("echo hello").finish(ANSWERS_WITHIN).unwrap(), "hello\n");
        assert!(start("exit 3").finish(ANSWERS_WITHIN).unwrap_err().to_string().contains('3'));
        let mut served = start("echo Live:; echo http://127.0.0.1:4711/");
        assert_eq!(address(&mut served).unwrap(), "127.0.0.1:4711");
    }

    #[test]
    fn memory_is_read_in_bytes() {
        let text = "Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n";
        assert_eq!(field_bytes(text, "VmHWM"), Some(2 << 20));
        assert_eq!(field_bytes(text, "VmH"), None);
    }
}

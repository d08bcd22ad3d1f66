//! Ends a test cluster with its test process, also when that one is killed: a small shell waits for a pipe to close.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};

/// `$1` is the directory to remove, `$2` the root of the cluster (the same or the place linked from there).
const SCRIPT: &str = r#"
read -r _
pid=$(head -n 1 "$2/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ] && [ "$(readlink "/proc/$pid/cwd")" = "$2/data" ]; then
    kill -QUIT "$pid"
    while [ "$(readlink "/proc/$pid/cwd")" = "$2/data" ]; do sleep 0.05; done
fi
rm -rf "$2" "$1"
"#;

pub struct Watchdog {
    _pipe: Option<ChildStdin>,
}

impl Watchdog {
    #[expect(clippy::zombie_processes, reason = "it outlives us by design")]
    pub fn start(dir: &Path, root: &Path) -> Self {
        let mut child = Command::new("/bin/sh")
            .args(["-c", SCRIPT, "watchdog"])
            .args([dir, root])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .current_dir("/")
            // Ctrl-C ends the tests; the watchdog has its work still before it.
            .process_group(0)
            .spawn()
            .expect("a shell");
        Self { _pipe: child.stdin.take() }
    }
}

//! Who runs the server: PostgreSQL refuses root, so root lends it to `postgres` or `nobody`.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::unistd::{Uid, User};

use crate::ClusterError;
use crate::error::Step;

const ACCOUNTS: [&str; 2] = ["postgres", "nobody"];

/// The account of the server; `None` inside means "as whoever we are".
#[derive(Clone, Copy, Debug)]
pub struct Account(Option<(u32, u32)>);

impl Account {
    pub fn choose() -> Result<Self, ClusterError> {
        if !Uid::effective().is_root() {
            return Ok(Self(None));
        }
        ACCOUNTS
            .iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .map(|user| Self(Some((user.uid.as_raw(), user.gid.as_raw()))))
            .ok_or(ClusterError::NoAccount)
    }

    /// A command of this account with an environment that holds none of the caller's locale or `PG*` settings.
    /// It starts in `/`, because our own working directory may be one that the account cannot enter.
    pub fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C").current_dir("/").stdin(Stdio::null());
        for kept in ["PATH", "LD_LIBRARY_PATH", "TMPDIR"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        if let Some((uid, gid)) = self.0 {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Whether the account can enter `dir`. Asked of the kernel by trying: permissions have too many forms to compute.
    pub fn can_enter(self, dir: &Path) -> bool {
        let Some(_) = self.0 else { return true };
        self.command(Path::new("/bin/true")).current_dir(dir).status().is_ok_and(|status| status.success())
    }

    /// Hands a path to the account.
    pub fn own(self, path: &Path) -> Result<(), ClusterError> {
        match self.0 {
            Some((uid, gid)) => {
                std::os::unix::fs::chown(path, Some(uid), Some(gid)).map_err(ClusterError::files(Step::HandOver, path))
            }
            None => Ok(()),
        }
    }
}

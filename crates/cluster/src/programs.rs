//! Finds the PostgreSQL server programs. Debian keeps them out of PATH, one directory per major version.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::ClusterError;

/// Older servers lack row filters and what the log reader relies on.
pub const OLDEST_MAJOR: u32 = 15;
const DEBIAN_ROOT: &str = "/usr/lib/postgresql";

/// The server programs of one PostgreSQL version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Programs {
    bin: PathBuf,
    major: u32,
}

impl Programs {
    /// The newest usable PostgreSQL of this machine.
    pub fn find() -> Result<Self, ClusterError> {
        Self::installed().into_iter().max_by_key(|found| found.major).ok_or(ClusterError::NotInstalled { oldest: OLDEST_MAJOR })
    }

    /// The programs for data that an earlier start wrote; a server only reads data of its own major version.
    pub(crate) fn find_major(major: u32, dir: &Path) -> Result<Self, ClusterError> {
        Self::installed()
            .into_iter()
            .find(|found| found.major == major)
            .ok_or_else(|| ClusterError::OtherMajor { dir: dir.to_path_buf(), major })
    }

    pub fn major(&self) -> u32 {
        self.major
    }

    /// The full path of a program such as `pg_recvlogical`.
    pub fn path(&self, program: &str) -> PathBuf {
        self.bin.join(program)
    }

    fn installed() -> Vec<Self> {
        Self::among(candidate_directories())
    }

    fn among(directories: Vec<PathBuf>) -> Vec<Self> {
        directories
            .into_iter()
            .filter(|bin| ["postgres", "initdb", "psql"].iter().all(|program| bin.join(program).is_file()))
            .filter_map(|bin| {
                let major = parse_major(&output_of(&bin.join("postgres"), "--version")?)?;
                (major >= OLDEST_MAJOR).then_some(Self { bin, major })
            })
            .collect()
    }
}

fn candidate_directories() -> Vec<PathBuf> {
    let debian = std::fs::read_dir(DEBIAN_ROOT).into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).collect::<Vec<_>>();
    let told = output_of(Path::new("pg_config"), "--bindir").map(|line| PathBuf::from(line.trim()));
    debian.chain(on_path).chain(told).collect()
}

fn output_of(program: &Path, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)` or `postgres (PostgreSQL) 18beta1`.
fn parse_major(version_line: &str) -> Option<u32> {
    let number = version_line.split_once("(PostgreSQL) ")?.1;
    let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    number.get(..digits)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn fake(root: &Path, major: u32, programs: &[&str]) -> PathBuf {
        let bin = root.join(major.to_string()).join("bin");
        std::fs::create_dir_all(&bin).unwrap();
        for program in programs {
            let file = bin.join(program);
            std::fs::write(&file, format!("#!/bin/sh\necho 'postgres (PostgreSQL) {major}.3 (Debian)'\n")).unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        bin
    }

    #[test]
    fn reads_the_major_version() {
        assert_eq!(parse_major("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"), Some(15));
        assert_eq!(parse_major("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(parse_major("postgres (Something) 15"), None);
        assert_eq!(parse_major("postgres (PostgreSQL) "), None);
    }

    #[test]
    fn leaves_out_what_is_old_or_incomplete() {
        let root = tempfile::tempdir().unwrap();
        let whole = ["postgres", "initdb", "psql"];
        let dirs = vec![fake(root.path(), 13, &whole), fake(root.path(), 15, &whole), fake(root.path(), 17, &["psql"])];
        let found = Programs::among(dirs);
        assert_eq!(found.iter().map(Programs::major).collect::<Vec<_>>(), [15]);
    }

    #[test]
    fn the_sentence_for_a_machine_without_it_names_the_package() {
        let text = ClusterError::NotInstalled { oldest: OLDEST_MAJOR }.to_string();
        assert!(text.contains("apt-get install postgresql"), "{text}");
    }
}

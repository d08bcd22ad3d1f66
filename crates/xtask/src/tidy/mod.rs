//! Layout and style as a test: what reviewers would otherwise say again and again.

mod code;
mod edges;
mod migrations;
mod text;

use std::fmt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// Whether migrations that are not in the list yet are added to it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Bless {
    No,
    NewMigrations,
}

/// One breach of a rule.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Finding {
    path: String,
    line: usize,
    message: String,
}

impl Finding {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

pub fn run(root: &Path, bless: Bless) -> Result<()> {
    let mut findings = Vec::new();
    let mut migration_files = Vec::new();
    for path in files(root)? {
        let bytes = match std::fs::read(root.join(&path)) {
            Ok(bytes) => bytes,
            // Listed by git, removed in the work tree.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| path.clone()),
        };
        if path.starts_with("migrations/") && path.ends_with(".sql") {
            migration_files.push((path.clone(), migrations::hash(&bytes)));
        }
        let Ok(text) = String::from_utf8(bytes) else { continue };
        findings.extend(check_file(&path, &text));
    }
    findings.extend(migrations::check(root, migration_files, bless)?);
    findings.sort();
    if findings.is_empty() {
        return Ok(());
    }
    findings.iter().for_each(|finding| eprintln!("{finding}"));
    bail!("tidy: {} to mend", findings.len())
}

fn check_file(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = text::check(path, text);
    if path.ends_with(".rs") {
        findings.extend(code::check(path, text));
    }
    if path.ends_with("Cargo.toml") {
        findings.extend(edges::check(path, text));
    }
    findings
}

/// Everything that is or could be committed.
fn files(root: &Path) -> Result<Vec<String>> {
    let output = Command::new("git")
        // A checkout that belongs to another user, as in many containers, is only read here.
        .args(["-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        .current_dir(root)
        .output()
        .context("git could not be run; install it with: apt-get install git")?;
    if !output.status.success() {
        bail!("git ls-files: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let names = String::from_utf8_lossy(&output.stdout);
    Ok(names.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

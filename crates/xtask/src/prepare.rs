//! Writes or checks the offline query data, so that a build needs no database.
//!
//! The macros of sqlx write one file per query while they compile against a live database: we start a private one,
//! apply the migrations and compile each of the two SQL crates once more.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use cluster::{Cluster, Options};
use serde_json::Value;

const CRATES: [&str; 2] = ["operational", "warehouse"];

/// That of the test clusters: whoever runs next sweeps up what an interrupted run left.
const DIR_PREFIX: &str = "loadline-test-";
const SWEEP_AGE: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Write,
    Check,
}

/// The files of one data set by name.
type QueryData = BTreeMap<String, String>;

pub fn run(root: &Path, mode: Mode) -> Result<()> {
    let base = std::env::temp_dir();
    cluster::sweep(&base, DIR_PREFIX, SWEEP_AGE);
    let mode_of_dir = std::fs::Permissions::from_mode(0o711);
    let dir = tempfile::Builder::new().prefix(DIR_PREFIX).permissions(mode_of_dir).tempdir_in(base)?;
    let cluster = Cluster::start(dir.path(), Options::default().with("fsync", "off"))?;
    let mut stale = Vec::new();
    for name in CRATES {
        let fresh = generate(root, &cluster, name, &dir.path().join(format!("queries-{name}")))?;
        let home = root.join("crates").join(name).join(".sqlx");
        match mode {
            Mode::Write => replace(&home, &fresh)?,
            Mode::Check => stale.extend(differences(name, &read(&home)?, &fresh)),
        }
    }
    cluster.stop()?;
    ensure!(stale.is_empty(), "{}\nWrite the offline query data anew with: cargo xtask prepare", stale.join("\n"));
    Ok(())
}

fn generate(root: &Path, cluster: &Cluster, name: &str, out: &Path) -> Result<QueryData> {
    cluster.create_database(name)?;
    for (file, text) in read(&root.join("migrations").join(name))? {
        cluster.psql(name, &text).with_context(|| format!("migrations/{name}/{file}"))?;
    }
    std::fs::create_dir(out)?;
    let lib = root.join("crates").join(name).join("src/lib.rs");
    let before = std::fs::metadata(&lib)?.modified()?;
    touch(&lib)?;
    let status = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--package", name, "--all-targets"])
        .current_dir(root)
        .env("DATABASE_URL", cluster.url(name))
        .env("SQLX_OFFLINE_DIR", out)
        .env_remove("SQLX_OFFLINE")
        .status();
    // Other builds of the crate are as fresh as they were.
    File::options().write(true).open(&lib)?.set_modified(before)?;
    if !status?.success() {
        bail!("crates/{name} does not compile against its migrations");
    }
    read(out)
}

#[expect(clippy::disallowed_methods, reason = "the time of a file, not of the product")]
fn touch(path: &Path) -> Result<()> {
    Ok(File::options().write(true).open(path)?.set_modified(std::time::SystemTime::now())?)
}

fn read(dir: &Path) -> Result<QueryData> {
    let mut data = QueryData::new();
    if !dir.exists() {
        return Ok(data);
    }
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_some_and(|ending| ending == "json" || ending == "sql") {
            data.insert(name, std::fs::read_to_string(&path)?);
        }
    }
    Ok(data)
}

fn replace(home: &Path, fresh: &QueryData) -> Result<()> {
    if home.exists() {
        std::fs::remove_dir_all(home)?;
    }
    std::fs::create_dir(home)?;
    for (name, text) in fresh {
        std::fs::write(home.join(name), format!("{}\n", text.trim_end()))?;
    }
    Ok(())
}

fn differences(name: &str, committed: &QueryData, fresh: &QueryData) -> Vec<String> {
    let mut lines = Vec::new();
    for (file, text) in fresh {
        match committed.get(file) {
            None => lines.push(format!("crates/{name}/.sqlx lacks {file}: {}", query_of(text))),
            Some(old) if essence(old) != essence(text) => {
                lines.push(format!("crates/{name}/.sqlx/{file} is stale: {}", query_of(text)))
            }
            Some(_) => {}
        }
    }
    for file in committed.keys().filter(|file| !fresh.contains_key(*file)) {
        lines.push(format!("crates/{name}/.sqlx/{file} belongs to no query any more"));
    }
    lines
}

/// What must agree. Whether a column may be null is inferred from query plans, and those differ between server versions.
fn essence(text: &str) -> Option<Value> {
    let mut value: Value = serde_json::from_str(text).ok()?;
    value.get_mut("describe")?.as_object_mut()?.remove("nullable");
    Some(value)
}

fn query_of(text: &str) -> String {
    const SHOWN_CHARS: usize = 80;
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let query = value.get("query").and_then(Value::as_str).unwrap_or_default();
    query.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SHOWN_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(files: &[(&str, &str, &str)]) -> QueryData {
        let text = |columns: &str, nullable: &str| {
            format!(r#"{{"query": "select\n 1", "describe": {{"columns": "{columns}", "nullable": [{nullable}]}}}}"#)
        };
        files.iter().map(|(name, columns, nullable)| ((*name).to_owned(), text(columns, nullable))).collect()
    }

    #[test]
    fn says_what_is_missing_stale_or_left_over() {
        let committed = data(&[("a.json", "x", "true"), ("b.json", "x", "true"), ("c.json", "x", "true")]);
        let fresh = data(&[("a.json", "x", "false"), ("b.json", "y", "true"), ("d.json", "x", "true")]);
        let lines = differences("warehouse", &committed, &fresh);
        assert_eq!(
            lines,
            [
                "crates/warehouse/.sqlx/b.json is stale: select 1",
                "crates/warehouse/.sqlx lacks d.json: select 1",
                "crates/warehouse/.sqlx/c.json belongs to no query any more"
            ]
        );
        assert!(differences("warehouse", &committed, &committed).is_empty());
    }

    #[test]
    fn replacing_leaves_nothing_old() {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join(".sqlx");
        replace(&home, &data(&[("a.json", "x", "true")])).unwrap();
        let second = data(&[("b.json", "x", "true")]);
        replace(&home, &second).unwrap();
        assert!(differences("warehouse", &read(&home).unwrap(), &second).is_empty());
        assert_eq!(read(&home).unwrap().len(), 1);
    }
}

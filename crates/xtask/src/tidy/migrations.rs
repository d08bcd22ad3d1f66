//! Migrations go forward only: one that has landed is never edited, which a list of hashes makes visible.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::{Bless, Finding};

const LIST: &str = "migrations/hashes.txt";

pub fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

pub fn check(root: &Path, files: Vec<(String, String)>, bless: Bless) -> Result<Vec<Finding>> {
    let list = root.join(LIST);
    let landed = parse(&std::fs::read_to_string(&list).unwrap_or_default());
    let files: BTreeMap<String, String> = files.into_iter().collect();
    if bless == Bless::NewMigrations {
        let mut all = landed.clone();
        for (path, hash) in &files {
            all.entry(path.clone()).or_insert_with(|| hash.clone());
        }
        let text: String = all.iter().map(|(path, hash)| format!("{hash}  {path}\n")).collect();
        std::fs::write(&list, text).with_context(|| LIST.to_owned())?;
        return Ok(compare(&all, &files));
    }
    Ok(compare(&landed, &files))
}

fn parse(text: &str) -> BTreeMap<String, String> {
    text.lines().filter_map(|line| line.split_once("  ")).map(|(hash, path)| (path.to_owned(), hash.to_owned())).collect()
}

fn compare(landed: &BTreeMap<String, String>, files: &BTreeMap<String, String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, hash) in landed {
        match files.get(path) {
            None => findings.push(Finding::new(path, 1, "a landed migration was removed: databases out there have run it")),
            Some(found) if found != hash => {
                findings.push(Finding::new(path, 1, "a landed migration was edited: write a new one that goes on from it"));
            }
            Some(_) => {}
        }
    }
    for path in files.keys().filter(|path| !landed.contains_key(*path)) {
        findings.push(Finding::new(path, 1, format!("not in {LIST} yet: cargo xtask tidy --bless")));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(root: &Path, content: &str, bless: Bless) -> Vec<String> {
        let files = vec![("migrations/a/0001_x.sql".to_owned(), hash(content.as_bytes()))];
        check(root, files, bless).unwrap().iter().map(|finding| finding.message.clone()).collect()
    }

    #[test]
    fn new_ones_are_blessed_and_edited_ones_are_not() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("migrations")).unwrap();
        assert!(findings(dir.path(), "one", Bless::No)[0].contains("--bless"));
        assert!(findings(dir.path(), "one", Bless::NewMigrations).is_empty());
        assert!(findings(dir.path(), "one", Bless::No).is_empty());
        assert!(findings(dir.path(), "two", Bless::No)[0].contains("edited"));
        assert!(findings(dir.path(), "two", Bless::NewMigrations)[0].contains("edited"));
        assert!(check(dir.path(), Vec::new(), Bless::No).unwrap()[0].message.contains("removed"));
    }
}

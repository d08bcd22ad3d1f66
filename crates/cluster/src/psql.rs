//! Statements through `psql`: enough to create databases and to ask whether the server answers.

use crate::{Cluster, ClusterError};

const MAX_NAME_BYTES: usize = 63;

impl Cluster {
    /// Creates the database unless it exists.
    pub fn create_database(&self, name: &str) -> Result<(), ClusterError> {
        check_name(name)?;
        let exists = self.psql("postgres", &format!("select 1 from pg_database where datname = '{name}'"))?;
        if exists.trim().is_empty() {
            self.psql("postgres", &format!("create database {name}"))?;
        }
        Ok(())
    }

    /// Runs a statement and returns what it printed, columns separated by `|`.
    pub fn psql(&self, database: &str, statement: &str) -> Result<String, ClusterError> {
        let program = self.programs().path("psql");
        let output = self
            .account()
            .command(&program)
            .env("PGPASSWORD", self.password())
            .env("PGCONNECT_TIMEOUT", "10")
            .env("PGCLIENTENCODING", "UTF8")
            .args(["-X", "-q", "-A", "-t", "-w", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", crate::server::OWNER])
            .args(["-p", &self.port().to_string(), "-d", database, "-c", statement])
            .output()
            .map_err(|source| ClusterError::Run { program, source })?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(ClusterError::Failed { program: "psql", output: String::from_utf8_lossy(&output.stderr).trim().to_owned() })
    }
}

fn check_name(name: &str) -> Result<(), ClusterError> {
    let first = name.starts_with(|c: char| c.is_ascii_lowercase());
    let rest = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if first && rest && name.len() <= MAX_NAME_BYTES { Ok(()) } else { Err(ClusterError::BadName { name: name.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use super::check_name;

    #[test]
    fn names_cannot_carry_statements() {
        assert!(check_name("loadline_source").is_ok());
        for bad in ["", "1x", "X", "a;drop database b", "a'b", "ü", &"a".repeat(64)] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}

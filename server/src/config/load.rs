//! Reading the settings from the file and the environment, with errors that name the key.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use domain::FailureKind;

use super::Config;
use super::keys::{KEYS, Key};

/// Read from the working directory when no other file is named.
pub const DEFAULT_FILE: &str = "loadline.toml";
const PREFIX: &str = "LOADLINE_";
/// Below this likeness a suggestion would only confuse.
const LIKENESS: f64 = 0.6;
/// Settings of the command line that are no keys of the file.
const OTHER_VARIABLES: [&str; 2] = ["LOADLINE_CONFIG", "LOADLINE_LANG"];

#[derive(Debug, PartialEq, thiserror::Error)]
pub enum ConfigError {
    #[error("the configuration file {} cannot be read: {cause}", path.display())]
    Unreadable { path: PathBuf, cause: String },
    #[error("the configuration file {} is not TOML: {cause}", path.display())]
    NotToml { path: PathBuf, cause: String },
    #[error("unknown key {key} in {origin}{}", nearest.map_or(String::new(), |name| format!("; did you mean {name}?")))]
    UnknownKey { key: String, origin: String, nearest: Option<&'static str> },
    #[error("{key} in {origin} is {value}, expected {expected}")]
    BadValue { key: &'static str, origin: String, value: String, expected: String },
    #[error("{0} is not set; write it into loadline.toml or set LOADLINE_{upper}", upper = .0.to_ascii_uppercase())]
    Missing(&'static str),
    #[error(
        "listening on {0} would show everything to everybody who reaches that address; \
         listen on 127.0.0.1, or say --insecure if the network is trusted"
    )]
    OpenListen(SocketAddr),
}

impl ConfigError {
    pub fn kind(&self) -> FailureKind {
        FailureKind::Operator
    }
}

/// Defaults, then the file, then the environment. A file that is not named may be missing.
pub fn load(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> Result<Config, ConfigError> {
    let mut config = Config::default();
    let path = file.unwrap_or(Path::new(DEFAULT_FILE));
    match std::fs::read_to_string(path) {
        Ok(text) => read_file(&mut config, path, &text)?,
        Err(error) if file.is_none() && error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(ConfigError::Unreadable { path: path.to_owned(), cause: error.to_string() }),
    }
    for (name, value) in environment {
        let Some(key) = name.strip_prefix(PREFIX).filter(|_| !OTHER_VARIABLES.contains(&name.as_str())) else { continue };
        match find(&key.to_ascii_lowercase()) {
            Some(key) => set(&mut config, key, &value, "the environment")?,
            // other programs may have variables with this prefix, so this is no error
            None => tracing::warn!(
                variable = name,
                nearest = nearest(&key.to_ascii_lowercase()),
                "unknown setting in the environment"
            ),
        }
    }
    Ok(config)
}

fn read_file(config: &mut Config, path: &Path, text: &str) -> Result<(), ConfigError> {
    let table: toml::Table = text
        .parse()
        .map_err(|cause: toml::de::Error| ConfigError::NotToml { path: path.to_owned(), cause: plain(&cause, text) })?;
    apply(config, "", &table, &path.display().to_string())
}

/// Message and line, without the line itself: it may hold a password.
fn plain(error: &toml::de::Error, text: &str) -> String {
    let line = error.span().map(|span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1);
    line.map_or_else(|| error.message().to_owned(), |line| format!("line {line}: {}", error.message()))
}

/// `ranking.keep` and `[ranking] keep` are other ways to write `ranking_keep`.
fn apply(config: &mut Config, prefix: &str, table: &toml::Table, origin: &str) -> Result<(), ConfigError> {
    for (name, value) in table {
        let name = format!("{prefix}{name}");
        if let toml::Value::Table(inner) = value {
            apply(config, &format!("{name}_"), inner, origin)?;
            continue;
        }
        let key = find(&name).ok_or_else(|| ConfigError::UnknownKey {
            key: name.clone(),
            origin: origin.to_owned(),
            nearest: nearest(&name),
        })?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        set(config, key, &text, origin)?;
    }
    Ok(())
}

fn set(config: &mut Config, key: &'static Key, value: &str, origin: &str) -> Result<(), ConfigError> {
    (key.set)(config, value.trim()).map_err(|expected| ConfigError::BadValue {
        key: key.name,
        origin: origin.to_owned(),
        value: if key.name.ends_with("_url") { "not usable".to_owned() } else { format!("{value:?}") },
        expected,
    })
}

fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

fn nearest(name: &str) -> Option<&'static str> {
    let likeness = |key: &Key| strsim::jaro_winkler(key.name, name);
    let best = KEYS.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) >= LIKENESS).then_some(best.name)
}

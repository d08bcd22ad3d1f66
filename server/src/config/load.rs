//! Reading the settings from the file and the environment, with errors that name the key.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use domain::FailureKind;

use super::Config;
use super::keys::{KEYS, Key};
use super::values::Expected;
use crate::settlement::documents::pdf::fonts::FontError;

/// Read from the working directory when no other file is named.
pub const DEFAULT_FILE: &str = "loadline.toml";
const PREFIX: &str = "LOADLINE_";
/// Below this likeness a suggestion would only confuse.
const LIKENESS: f64 = 0.6;
/// Settings of the command line that are no keys of the file.
const OTHER_VARIABLES: [&str; 2] = ["LOADLINE_CONFIG", "LOADLINE_LANG"];

/// Where a setting was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    File(PathBuf),
    Environment,
}

impl Origin {
    fn words(&self) -> (String, String) {
        match self {
            Self::File(path) => (format!("配置文件 {}", path.display()), path.display().to_string()),
            Self::Environment => ("环境变量".to_owned(), "the environment".to_owned()),
        }
    }
}

/// Its `Display` is the English sentence.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    Unreadable {
        path: PathBuf,
        cause: std::io::Error,
    },
    /// The reason is the parser's own words.
    NotToml {
        path: PathBuf,
        line: Option<usize>,
        reason: String,
    },
    UnknownKey {
        key: String,
        origin: Origin,
        nearest: Option<&'static str>,
    },
    /// No value where it may hold a password.
    BadValue {
        key: &'static str,
        origin: Origin,
        value: Option<String>,
        expected: Expected,
    },
    Missing(&'static str),
    OpenListen(SocketAddr),
    HalfTls {
        missing: &'static str,
    },
    /// It would be found out with the first PDF that somebody asks for.
    PdfFont(FontError),
}

impl ConfigError {
    pub fn kind(&self) -> FailureKind {
        FailureKind::Operator
    }

    /// What is wrong and what mends it, in Chinese and in English.
    pub fn sentence(&self) -> (String, String) {
        match self {
            Self::Unreadable { path, cause } => {
                let (path, (zh, en)) = (path.display(), operational::os_cause(cause));
                (
                    format!("配置文件 {path} 无法读取：{zh}。请检查 --config 给出的路径和读取权限。"),
                    format!(
                        "The configuration file {path} cannot be read: {en}. Check the path of --config and the right to read it."
                    ),
                )
            }
            Self::NotToml { path, line, reason } => {
                let path = path.display();
                let zh = line.map_or(String::new(), |line| format!("第 {line} 行"));
                let en = line.map_or(String::new(), |line| format!("line {line}: "));
                (
                    format!(
                        "配置文件 {path} {zh}不符合 TOML 格式。每行应为“键 = 值”，文字要加引号，同一个键只写一次；示例见 loadline config --example。"
                    ),
                    format!(
                        "The configuration file {path} is not TOML: {en}{reason}. For an example run: loadline config --example."
                    ),
                )
            }
            Self::UnknownKey { key, origin, nearest } => {
                let (zh, en) = origin.words();
                let (hint_zh, hint_en) = match nearest {
                    Some(name) => (format!("是否想写 {name}？"), format!("did you mean {name}?")),
                    None => ("全部设置见 loadline config。".to_owned(), "for all settings run: loadline config.".to_owned()),
                };
                (format!("{zh}中有未知的设置 {key}；{hint_zh}"), format!("Unknown key {key} in {en}; {hint_en}"))
            }
            Self::BadValue { key, origin, value, expected } => bad_value(key, origin, value.as_deref(), expected),
            Self::Missing(key) => {
                let variable = format!("{PREFIX}{}", key.to_ascii_uppercase());
                (
                    format!("没有设置 {key}。请把它写入 {DEFAULT_FILE}，或设置环境变量 {variable}。"),
                    format!("{key} is not set. Write it into {DEFAULT_FILE} or set {variable}."),
                )
            }
            Self::OpenListen(address) => open_listen(*address),
            Self::PdfFont(error) => pdf_font(error),
            Self::HalfTls { missing } => (
                format!("HTTPS 需要证书和私钥两个文件，但没有设置 {missing}。请设置它，或删去另一个。"),
                format!("HTTPS needs a certificate and its key, but {missing} is not set. Set it, or remove the other one."),
            ),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence().1)
    }
}

/// What would be exposed to whom, and the three ways out.
fn open_listen(address: SocketAddr) -> (String, String) {
    (
        format!(
            "拒绝在没有加密的情况下监听 {address}：密码、会话 cookie、客户姓名和读数会以明文传输，途经网络上的任何人都能读取和篡改。请任选其一：\
             设置 tls_cert 与 tls_key（自身提供 HTTPS）；设置 trusted_proxies 为前置 HTTPS 代理的地址，并设置 public_url；\
             若该网络完全可信，设置 insecure = true（或加 --insecure）。"
        ),
        format!(
            "Listening on {address} without encryption is refused: passwords, session cookies and the names and readings of \
             customers would travel in the clear, and everybody on the network between could read and change them. Do one of these: \
             set tls_cert and tls_key (HTTPS of our own); set trusted_proxies to the address of an HTTPS proxy in front, and public_url; \
             or set insecure = true (or say --insecure) if that network is trusted entirely."
        ),
    )
}

fn pdf_font(error: &FontError) -> (String, String) {
    match error {
        FontError::Unreadable { path, source } => {
            let (zh, en) = operational::os_cause(source);
            (
                format!("pdf_font 指定的字体 {path} 无法读取：{zh}。请检查路径和读取权限，或删去 pdf_font：常用字已自带。"),
                format!(
                    "The font {path} of pdf_font cannot be read: {en}. Check the path and the right to read it, or remove pdf_font: common characters ship."
                ),
            )
        }
        FontError::NoFont { path } => (
            format!(
                "pdf_font 指定的 {path} 不是不超过 64 MiB 的 TrueType 或 OpenType 字体。请指定 .ttf 或 .otf 文件，或删去 pdf_font。"
            ),
            format!(
                "{path} of pdf_font is no TrueType or OpenType font of at most 64 MiB. Name a .ttf or .otf file, or remove pdf_font."
            ),
        ),
    }
}

fn bad_value(key: &str, origin: &Origin, value: Option<&str>, expected: &Expected) -> (String, String) {
    let (zh, en) = origin.words();
    let (value_zh, value_en) = match value {
        Some(value) => (format!("的值为 {value}"), format!("is {value}")),
        None => ("的值无法使用".to_owned(), "cannot be used".to_owned()),
    };
    (format!("{zh}中 {key} {value_zh}，应为{}。", expected.zh), format!("{key} in {en} {value_en}, expected {}.", expected.en))
}

/// Defaults, then the file, then the environment. A file that is not named may be missing.
pub fn load(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> Result<Config, ConfigError> {
    let mut config = Config::default();
    let path = file.unwrap_or(Path::new(DEFAULT_FILE));
    match std::fs::read_to_string(path) {
        Ok(text) => read_file(&mut config, path, &text)?,
        Err(error) if file.is_none() && error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(ConfigError::Unreadable { path: path.to_owned(), cause: error }),
    }
    for (name, value) in environment {
        let Some(key) = name.strip_prefix(PREFIX).filter(|_| !OTHER_VARIABLES.contains(&name.as_str())) else { continue };
        match find(&key.to_ascii_lowercase()) {
            Some(key) => set(&mut config, key, &value, &Origin::Environment)?,
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
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| ConfigError::NotToml {
        path: path.to_owned(),
        line: line_of(&error, text),
        // not the line itself: it may hold a password
        reason: error.message().to_owned(),
    })?;
    apply(config, "", &table, &Origin::File(path.to_owned()))
}

fn line_of(error: &toml::de::Error, text: &str) -> Option<usize> {
    error.span().map(|span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1)
}

/// `ranking.keep` and `[ranking] keep` are other ways to write `ranking_keep`.
fn apply(config: &mut Config, prefix: &str, table: &toml::Table, origin: &Origin) -> Result<(), ConfigError> {
    for (name, value) in table {
        let name = format!("{prefix}{name}");
        if let toml::Value::Table(inner) = value {
            apply(config, &format!("{name}_"), inner, origin)?;
            continue;
        }
        let key = find(&name).ok_or_else(|| ConfigError::UnknownKey {
            key: name.clone(),
            origin: origin.clone(),
            nearest: nearest(&name),
        })?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        set(config, key, &text, origin)?;
    }
    Ok(())
}

fn set(config: &mut Config, key: &'static Key, value: &str, origin: &Origin) -> Result<(), ConfigError> {
    (key.set)(config, value.trim()).map_err(|expected| ConfigError::BadValue {
        key: key.name,
        origin: origin.clone(),
        value: (!is_secret(key.name)).then(|| format!("{value:?}")),
        expected,
    })
}

/// Whose value may hold a password or is one.
fn is_secret(name: &str) -> bool {
    name.ends_with("_url") || name.ends_with("_secret")
}

fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

fn nearest(name: &str) -> Option<&'static str> {
    let likeness = |key: &Key| strsim::jaro_winkler(key.name, name);
    let best = KEYS.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) >= LIKENESS).then_some(best.name)
}

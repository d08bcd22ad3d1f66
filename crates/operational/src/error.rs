//! What can go wrong with the operational database, in sentences for the operator.

use std::fmt;

use domain::FailureKind;

use crate::os_cause::os_cause;

const UNDEFINED_TABLE: &str = "42P01";
const UNDEFINED_COLUMN: &str = "42703";
const INSUFFICIENT_PRIVILEGE: &str = "42501";
const INVALID_PASSWORD: &str = "28P01";
const INVALID_AUTHORIZATION: &str = "28000";
const UNDEFINED_DATABASE: &str = "3D000";
const READ_ONLY: &str = "25006";
pub(crate) const UNIQUE_VIOLATION: &str = "23505";

/// Why the database does not answer as it should, and passes by itself.
#[derive(Debug)]
pub enum Trouble {
    Network(std::io::Error),
    /// No secure connection; the library's own words.
    Tls(String),
    NoFreeConnection,
    TooManyConnections,
    DiskFull,
    StoppingOrStarting,
    /// Another answer of the server, by SQLSTATE.
    Server(String),
}

impl Trouble {
    fn words(&self) -> (String, String) {
        match self {
            Self::Network(error) => os_cause(error),
            Self::Tls(detail) => {
                ("无法建立加密连接，请检查 sslmode".into(), format!("no secure connection, check sslmode: {detail}"))
            }
            Self::NoFreeConnection => ("连接池中没有空闲连接".into(), "no connection was free in time".into()),
            Self::TooManyConnections => ("服务器的连接数已满".into(), "the server has no free connection".into()),
            Self::DiskFull => ("服务器的磁盘已满".into(), "the disk of the server is full".into()),
            Self::StoppingOrStarting => ("服务器正在停止或启动".into(), "the server is stopping or starting".into()),
            Self::Server(code) => (format!("服务器报错 {code}"), format!("the server reports {code}")),
        }
    }

    fn from_sqlstate(code: &str) -> Option<Self> {
        Some(match code {
            "53100" => Self::DiskFull,
            "53300" => Self::TooManyConnections,
            // class 57: shutting down, starting up; class 53: out of something; class 08: the connection
            _ if code.starts_with("57P") => Self::StoppingOrStarting,
            _ if ["57", "53", "08"].iter().any(|class| code.starts_with(class)) => Self::Server(code.to_owned()),
            _ => return None,
        })
    }
}

/// Its `Display` is the English sentence.
#[derive(Debug, thiserror::Error)]
pub enum OperationalError {
    BadUrl(String),
    Password,
    NoDatabase,
    Unreachable(Trouble),
    NoTables,
    /// What PostgreSQL says about the column.
    Columns(String),
    /// What PostgreSQL says about the right.
    Rights(String),
    ReadOnly,
    Database(#[source] sqlx::Error),
}

impl OperationalError {
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Unreachable(_) | Self::ReadOnly => FailureKind::Retry,
            Self::Database(_) => FailureKind::Bug,
            _ => FailureKind::Operator,
        }
    }

    /// What is wrong and what mends it, in Chinese and in English.
    pub fn sentence(&self) -> (String, String) {
        match self {
            Self::BadUrl(detail) => (
                "业务库的地址无法识别。请把 source_url 写成 postgres://用户:密码@主机:端口/库名。".into(),
                format!(
                    "The address of the operational database cannot be read: {detail}. Set source_url to postgres://user:password@host:port/database."
                ),
            ),
            Self::Password => (
                "业务库拒绝该用户或密码。请改正 source_url 中的用户和密码。".into(),
                "The operational database refuses the user or password. Correct them in source_url.".into(),
            ),
            Self::NoDatabase => (
                "source_url 指定的业务库在该服务器上不存在。请创建该库，或改正 source_url。".into(),
                "The operational database named in source_url does not exist on that server. Create it or correct source_url."
                    .into(),
            ),
            Self::Unreachable(trouble) => {
                let (zh, en) = trouble.words();
                (
                    format!("无法使用业务库（{zh}）。请检查服务器是否在运行，以及 source_url 中的主机和端口。"),
                    format!(
                        "The operational database cannot be reached ({en}). Check that the server runs and that source_url names its host and port."
                    ),
                )
            }
            Self::NoTables => (
                "业务库中没有所需的表。请运行 loadline source setup --create-tables。".into(),
                "The operational tables are missing. Run: loadline source setup --create-tables.".into(),
            ),
            Self::Columns(message) => (
                format!("业务库的表与所需的列不符{}。请运行 loadline source check 查看差异。", names(message)),
                format!("An operational table has not the expected columns ({message}). Run: loadline source check."),
            ),
            Self::Rights(message) => (
                format!("source_url 中的用户缺少权限{}。请由管理员运行 loadline source setup。", names(message)),
                format!("The user of source_url lacks a right ({message}). Run as an administrator: loadline source setup."),
            ),
            Self::ReadOnly => (
                "业务库目前只读。请把 source_url 指向主库。".into(),
                "The operational database is read-only now. Point source_url at its primary server.".into(),
            ),
            Self::Database(error) => (
                format!("业务库返回了意外的错误{}。请保留日志并报告。", sqlstate(error)),
                format!("The operational database answered unexpectedly: {error}. Keep the log and report it."),
            ),
        }
    }
}

impl fmt::Display for OperationalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence().1)
    }
}

/// The tables and columns in a message of PostgreSQL, whatever language the server speaks.
fn names(message: &str) -> String {
    let words = message.split_whitespace().filter(|word| word.contains('"') || word.contains('_') || word.contains('.'));
    let names: Vec<&str> = words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '_')).collect();
    if names.is_empty() { String::new() } else { format!("（{}）", names.join("、")) }
}

fn sqlstate(error: &sqlx::Error) -> String {
    let code = error.as_database_error().and_then(|answer| answer.code());
    code.map_or_else(String::new, |code| format!("（SQLSTATE {code}）"))
}

impl From<sqlx::Error> for OperationalError {
    fn from(error: sqlx::Error) -> Self {
        let Some(answer) = error.as_database_error() else {
            return match error {
                sqlx::Error::Io(cause) => Self::Unreachable(Trouble::Network(cause)),
                sqlx::Error::Tls(cause) => Self::Unreachable(Trouble::Tls(cause.to_string())),
                sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => Self::Unreachable(Trouble::NoFreeConnection),
                sqlx::Error::Configuration(cause) => Self::BadUrl(cause.to_string()),
                other => Self::Database(other),
            };
        };
        let message = answer.message().to_owned();
        match answer.code().as_deref() {
            Some(UNDEFINED_TABLE) => Self::NoTables,
            Some(UNDEFINED_COLUMN) => Self::Columns(message),
            Some(INSUFFICIENT_PRIVILEGE) => Self::Rights(message),
            Some(INVALID_PASSWORD | INVALID_AUTHORIZATION) => Self::Password,
            Some(UNDEFINED_DATABASE) => Self::NoDatabase,
            Some(READ_ONLY) => Self::ReadOnly,
            code => match code.and_then(Trouble::from_sqlstate) {
                Some(trouble) => Self::Unreachable(trouble),
                None => Self::Database(error),
            },
        }
    }
}

/// True for a row whose key is already there.
pub(crate) fn is_present_already(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|answer| answer.code()).as_deref() == Some(UNIQUE_VIOLATION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_the_connection_pass_by_themselves() {
        let refused = sqlx::Error::Io(std::io::Error::from(std::io::ErrorKind::ConnectionRefused));
        let error = OperationalError::from(refused);
        assert_eq!(error.kind(), FailureKind::Retry);
        assert!(error.to_string().contains("source_url"));
        assert_eq!(OperationalError::NoTables.kind(), FailureKind::Operator);
    }

    #[test]
    fn a_chinese_sentence_takes_only_the_names_from_the_answer_of_the_server() {
        let (zh, _) =
            OperationalError::Columns("column \"usage_type\" of relation \"power_user\" does not exist".into()).sentence();
        assert!(zh.contains("（usage_type、power_user）") && !zh.contains("relation"), "{zh}");
        let (zh, _) = OperationalError::Rights("permission denied for schema public".into()).sentence();
        assert!(!zh.contains('（') && !zh.contains("denied"), "{zh}");
    }

    #[test]
    fn what_passes_by_itself_is_named() {
        let named = |code| Trouble::from_sqlstate(code).map(|trouble| trouble.words().0);
        assert_eq!(named("53100").as_deref(), Some("服务器的磁盘已满"));
        assert_eq!(named("57P03").as_deref(), Some("服务器正在停止或启动"));
        assert_eq!(named("08006").as_deref(), Some("服务器报错 08006"));
        assert_eq!(named("23505"), None);
    }
}

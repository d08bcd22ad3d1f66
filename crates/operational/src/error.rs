//! What can go wrong with the operational database, in sentences for the operator.

use domain::FailureKind;

const UNDEFINED_TABLE: &str = "42P01";
const UNDEFINED_COLUMN: &str = "42703";
const INSUFFICIENT_PRIVILEGE: &str = "42501";
const INVALID_PASSWORD: &str = "28P01";
const INVALID_AUTHORIZATION: &str = "28000";
const UNDEFINED_DATABASE: &str = "3D000";
const READ_ONLY: &str = "25006";
pub(crate) const UNIQUE_VIOLATION: &str = "23505";

#[derive(Debug, thiserror::Error)]
pub enum OperationalError {
    #[error(
        "the address of the operational database cannot be read: {0}; expected postgres://user:password@host:port/database in source_url"
    )]
    BadUrl(String),
    #[error("the operational database refuses the user or password; check source_url")]
    Password,
    #[error("the operational database named in source_url does not exist on that server; create it or correct source_url")]
    NoDatabase,
    #[error(
        "the operational database cannot be reached ({0}); check that the server runs and that source_url names its host and port"
    )]
    Unreachable(String),
    #[error("the operational tables are missing; run: loadline source setup --create-tables")]
    NoTables,
    #[error("an operational table has not the expected columns ({0}); run: loadline source check")]
    Columns(String),
    #[error("the user of source_url lacks a right ({0}); run as an administrator: loadline source setup")]
    Rights(String),
    #[error("the operational database is read-only now; write to its primary server")]
    ReadOnly,
    #[error("the operational database answered: {0}")]
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
}

impl From<sqlx::Error> for OperationalError {
    fn from(error: sqlx::Error) -> Self {
        let Some(answer) = error.as_database_error() else {
            return match error {
                sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => {
                    Self::Unreachable(error.to_string())
                }
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
            // class 57: shutting down, starting up; class 53: too many connections, disk full
            Some(code) if code.starts_with("57") || code.starts_with("53") || code.starts_with("08") => {
                Self::Unreachable(message)
            }
            _ => Self::Database(error),
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
}

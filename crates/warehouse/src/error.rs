//! What can go wrong with the warehouse, whether trying again helps, and what to tell the operator.

use domain::FailureKind;

/// One sentence for the operator, in both languages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sentence {
    pub zh: String,
    pub en: String,
}

impl Sentence {
    pub(crate) fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum WarehouseError {
    #[error("the warehouse database cannot be reached: {0}")]
    Connection(#[source] sqlx::Error),
    #[error("the warehouse database aborted the transaction, another try may pass: {0}")]
    Transient(#[source] sqlx::Error),
    #[error("a lock in the warehouse database was not free in time: {0}")]
    LockTimeout(#[source] sqlx::Error),
    #[error("the disk of the warehouse database is full: {0}")]
    DiskFull(#[source] sqlx::Error),
    #[error("a partition of the warehouse is not there yet: {0}")]
    MissingPartition(#[source] sqlx::Error),
    #[error("the warehouse database refuses access: {0}")]
    Permission(#[source] sqlx::Error),
    #[error("the user of the warehouse may not make its roles; a superuser has to run: {statements}")]
    Roles { statements: String, source: sqlx::Error },
    #[error("the warehouse address is not usable: {0}")]
    Address(#[source] sqlx::Error),
    #[error("the warehouse schema is not the one this program needs: {0}")]
    Schema(#[source] sqlx::Error),
    #[error("the answer to COMMIT was lost, the stored position must be read again: {0}")]
    AnswerLost(#[source] sqlx::Error),
    #[error("another engine has taken over the warehouse (position {lsn}, epoch {epoch} expected)")]
    LostLeadership { lsn: String, epoch: i64 },
    #[error("another process has taken over the evaluation of alarms (epoch {epoch} expected)")]
    EvaluatorReplaced { epoch: i64 },
    #[error("another process has taken over settlement (epoch {epoch} expected)")]
    SettlementReplaced { epoch: i64 },
    #[error("the warehouse is computed in time zone {stored}, not {wanted}")]
    ZoneChanged { stored: String, wanted: String },
    #[error("migration {0} of the warehouse is not known to this program")]
    NewerSchema(i64),
    #[error("migration {0} of the warehouse was edited after it had been applied")]
    EditedMigration(i64),
    #[error("migrations of the warehouse failed: {0}")]
    Migration(#[source] sqlx::migrate::MigrateError),
    #[error("readings cannot be archived to {}: {cause}", path.display())]
    Archive { path: std::path::PathBuf, cause: std::io::Error },
    #[error("the warehouse holds a value that cannot be right: {0}")]
    BadValue(String),
    #[error("the warehouse database reports an error: {0}")]
    Database(#[source] sqlx::Error),
}

/// Raised by the migration that makes the roles; its message is what a superuser has to run.
const ROLES_MISSING: &str = "LLR01";

impl WarehouseError {
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Connection(_)
            | Self::Transient(_)
            | Self::LockTimeout(_)
            | Self::DiskFull(_)
            | Self::MissingPartition(_)
            | Self::AnswerLost(_)
            // the other one may be on its way out: whoever stays takes over again
            | Self::EvaluatorReplaced { .. }
            | Self::SettlementReplaced { .. } => FailureKind::Retry,
            Self::Permission(_)
            | Self::Roles { .. }
            | Self::Address(_)
            | Self::Schema(_)
            | Self::LostLeadership { .. }
            | Self::ZoneChanged { .. }
            | Self::NewerSchema(_)
            | Self::EditedMigration(_)
            | Self::Archive { .. }
            | Self::Migration(_) => FailureKind::Operator,
            Self::BadValue(_) | Self::Database(_) => FailureKind::Bug,
        }
    }

    /// What is wrong and what mends it.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Connection(_) => Sentence::new(
                "无法连接数仓数据库，正在重试；请检查 LOADLINE_WAREHOUSE_URL 和数据库是否在运行。",
                "The warehouse database cannot be reached; trying again. Check LOADLINE_WAREHOUSE_URL and that the server runs.",
            ),
            Self::Transient(_) => {
                Sentence::new("数仓事务被数据库中止，正在重试。", "The warehouse aborted a transaction; trying again.")
            }
            Self::LockTimeout(_) => Sentence::new(
                "数仓的表被其他会话长时间锁定，正在重试；可在 pg_stat_activity 中查找长事务并结束它。",
                "Another session holds a lock on a warehouse table for long; trying again. Find long transactions in pg_stat_activity and end them.",
            ),
            Self::DiskFull(_) => Sentence::new(
                "数仓数据库的磁盘已满，写入暂停并不断重试；请释放或扩大磁盘空间，数据不会丢失。",
                "The disk of the warehouse database is full; writing waits and tries again. Free or add disk space; nothing is lost.",
            ),
            Self::MissingPartition(_) => Sentence::new(
                "数仓缺少当日分区，正在重试并自动创建。",
                "A daily partition is missing in the warehouse; it is created and tried again.",
            ),
            Self::AnswerLost(_) => Sentence::new(
                "提交的应答丢失，正在重新读取已保存的位点。",
                "The answer to a commit was lost; the stored position is read again.",
            ),
            Self::EvaluatorReplaced { .. } => Sentence::new(
                "另一个进程已接管告警评估；请只保留一个 loadline serve --role engine。",
                "Another process has taken over the evaluation of alarms; keep only one loadline serve --role engine.",
            ),
            Self::SettlementReplaced { .. } => Sentence::new(
                "另一个进程已接管结算；请只保留一个 loadline serve --role engine。",
                "Another process has taken over settlement; keep only one loadline serve --role engine.",
            ),
            _ => self.operator_sentence(),
        }
    }

    fn operator_sentence(&self) -> Sentence {
        match self {
            Self::Permission(cause) => Sentence::new(
                format!("数仓数据库拒绝访问：{cause}。请检查 LOADLINE_WAREHOUSE_URL 中的用户和密码，该用户须为数据库的所有者。"),
                format!(
                    "The warehouse database refuses access: {cause}. Check user and password in LOADLINE_WAREHOUSE_URL; the user must own the database."
                ),
            ),
            Self::Roles { statements, .. } => Sentence::new(
                format!(
                    "数仓用户无权建立或使用所需的角色；请由超级用户执行以下语句，然后再次运行 loadline migrate：{statements}"
                ),
                format!(
                    "The user of the warehouse may not make or take on the roles it needs; have a superuser run this, then run loadline migrate again: {statements}"
                ),
            ),
            Self::Address(_) => Sentence::new(
                "LOADLINE_WAREHOUSE_URL 无效，应形如 postgres://用户:密码@主机:5432/数据库。",
                "LOADLINE_WAREHOUSE_URL is not usable; it should look like postgres://user:password@host:5432/database.",
            ),
            Self::Schema(_) => Sentence::new(
                "数仓表结构不是最新，请运行 loadline migrate。",
                "The warehouse schema is not up to date; run loadline migrate.",
            ),
            Self::LostLeadership { .. } => Sentence::new(
                "另一个引擎已接管该数仓，本引擎停止写入；请只保留一个 loadline serve --role engine。",
                "Another engine has taken over this warehouse, so this one stopped writing; keep only one loadline serve --role engine.",
            ),
            Self::ZoneChanged { stored, wanted } => Sentence::new(
                format!("数仓按时区 {stored} 计算，而配置为 {wanted}；请把 time_zone 改回 {stored}，或使用新的数仓数据库。"),
                format!(
                    "The warehouse is computed in time zone {stored}, the configuration says {wanted}; set time_zone back to {stored} or use a new warehouse database."
                ),
            ),
            Self::NewerSchema(version) => Sentence::new(
                format!("数仓已由更新版本的 loadline 升级（迁移 {version}）；请使用新版本程序。"),
                format!("A newer loadline has upgraded this warehouse (migration {version}); use the newer program."),
            ),
            Self::EditedMigration(version) => Sentence::new(
                format!("数仓的迁移 {version} 与本程序内的不一致；请使用当初升级它的版本，或使用新的数仓数据库。"),
                format!(
                    "Migration {version} of the warehouse differs from the one in this program; use the version that applied it, or a new warehouse database."
                ),
            ),
            Self::Migration(cause) => Sentence::new(
                format!("数仓升级失败：{cause}。排除原因后再次运行 loadline migrate。"),
                format!("Upgrading the warehouse failed: {cause}. Remove the cause and run loadline migrate again."),
            ),
            Self::Archive { path, cause } => Sentence::new(
                format!(
                    "无法把到期的明细写入 {}：{cause}。明细暂不删除；请检查 settlement_archive_dir 的权限与空间。",
                    path.display()
                ),
                format!(
                    "Expired readings cannot be written to {}: {cause}. They stay; see to rights and space of settlement_archive_dir.",
                    path.display()
                ),
            ),
            _ => Sentence::new(
                "数仓返回了意外的错误，流水线已停止；请保留日志并报告。",
                "The warehouse reported an unexpected error and the pipeline stopped; keep the log and report it.",
            ),
        }
    }
}

impl From<sqlx::Error> for WarehouseError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(cause) => {
                let (code, message) = (cause.code().unwrap_or_default().into_owned(), cause.message().to_owned());
                if code == ROLES_MISSING {
                    return Self::Roles { statements: message, source: error };
                }
                by_sqlstate(&code, &message)(error)
            }
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Self::Connection(error)
            }
            sqlx::Error::Configuration(_) | sqlx::Error::Tls(_) => Self::Address(error),
            _ => Self::Database(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for WarehouseError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError;
        match error {
            MigrateError::VersionMissing(version) => Self::NewerSchema(version),
            MigrateError::VersionMismatch(version) => Self::EditedMigration(version),
            // What the database says about a missing right or a full disk is more useful than "migration failed".
            MigrateError::Execute(cause) => within_migration(cause, MigrateError::Execute),
            MigrateError::ExecuteMigration(cause, version) => {
                within_migration(cause, |cause| MigrateError::ExecuteMigration(cause, version))
            }
            other => Self::Migration(other),
        }
    }
}

fn within_migration(cause: sqlx::Error, unknown: impl FnOnce(sqlx::Error) -> sqlx::migrate::MigrateError) -> WarehouseError {
    match WarehouseError::from(cause) {
        WarehouseError::Database(cause) | WarehouseError::Schema(cause) => WarehouseError::Migration(unknown(cause)),
        known => known,
    }
}

fn by_sqlstate(code: &str, message: &str) -> fn(sqlx::Error) -> WarehouseError {
    match code {
        "53100" => WarehouseError::DiskFull,
        "55P03" => WarehouseError::LockTimeout,
        "23514" if message.starts_with("no partition of relation") => WarehouseError::MissingPartition,
        "42501" | "3D000" => WarehouseError::Permission,
        "42P01" | "42703" | "42883" => WarehouseError::Schema,
        // 25006: a standby or a server set to read-only answers; 25P03, 57014: cut off by a timeout of the server
        "25006" | "25P03" | "57014" | "58030" => WarehouseError::Transient,
        _ if code.starts_with("28") => WarehouseError::Permission,
        _ if code.starts_with("40") || code.starts_with("53") => WarehouseError::Transient,
        _ if code.starts_with("08") || code.starts_with("57P") => WarehouseError::Connection,
        _ => WarehouseError::Database,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_decide_what_to_do() {
        let kind = |code, message| by_sqlstate(code, message)(sqlx::Error::RowNotFound).kind();
        for code in ["53100", "55P03", "40001", "40P01", "53300", "57P01", "08006", "25006"] {
            assert_eq!(kind(code, ""), FailureKind::Retry, "{code}");
        }
        for code in ["28P01", "42501", "3D000", "42P01"] {
            assert_eq!(kind(code, ""), FailureKind::Operator, "{code}");
        }
        assert_eq!(kind("23505", "duplicate key"), FailureKind::Bug);
        assert_eq!(kind("23514", "no partition of relation \"x\" found for row"), FailureKind::Retry);
        assert_eq!(kind("23514", "new row violates check constraint"), FailureKind::Bug);
    }

    #[test]
    fn a_full_disk_says_so_in_both_languages() {
        let sentence = by_sqlstate("53100", "")(sqlx::Error::RowNotFound).sentence();
        assert!(sentence.zh.contains("磁盘已满") && sentence.en.contains("disk"));
    }

    #[test]
    fn a_dead_connection_is_tried_again() {
        assert_eq!(WarehouseError::from(sqlx::Error::PoolTimedOut).kind(), FailureKind::Retry);
        assert_eq!(WarehouseError::from(sqlx::Error::RowNotFound).kind(), FailureKind::Bug);
    }
}

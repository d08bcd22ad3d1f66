//! How a command fails: one sentence in the reader's language and an exit code.

use domain::FailureKind;
use operational::{OperationalError, RegionProblem};
use source::SourceError;
use warehouse::WarehouseError;
use warehouse::access::AccessError;
use warehouse::read::ReadError;

use super::terminal::Lang;
use crate::config::ConfigError;
use crate::embedded::EmbeddedError;
use crate::pipeline::Problem;
use crate::replay::ReplayError;
use crate::web::WebError;

/// A person has to change something before another try.
const EXIT_OPERATOR: u8 = 2;
const EXIT_FAILED: u8 = 1;

#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Operational(#[from] OperationalError),
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error(transparent)]
    Pipeline(#[from] Problem),
    #[error(transparent)]
    Web(#[from] WebError),
    #[error(transparent)]
    Replay(#[from] ReplayError),
    #[error(transparent)]
    Regions(#[from] RegionProblem),
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
    #[error("{en}")]
    Said { kind: FailureKind, zh: String, en: String },
    /// The findings were printed already.
    #[error("something has to be repaired")]
    Findings,
}

impl CommandError {
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Config(error) => error.kind(),
            Self::Operational(error) => error.kind(),
            Self::Source(error) => error.kind(),
            Self::Warehouse(error) => error.kind(),
            Self::Access(error) => error.kind(),
            Self::Pipeline(error) => error.kind(),
            Self::Web(error) => error.kind(),
            Self::Read(error) => error.kind(),
            Self::Replay(error) => error.kind(),
            Self::Regions(error) => error.kind(),
            Self::Embedded(error) => error.kind(),
            Self::Said { kind, .. } => *kind,
            Self::Findings => FailureKind::Operator,
        }
    }

    pub fn exit_code(&self) -> u8 {
        match (self, self.kind()) {
            (Self::Findings, _) => EXIT_FAILED,
            (_, FailureKind::Operator) => EXIT_OPERATOR,
            _ => EXIT_FAILED,
        }
    }

    /// What is wrong and what mends it; nothing when it has been said.
    pub fn sentence(&self, lang: Lang) -> Option<String> {
        let (zh, en) = match self {
            Self::Findings => return None,
            Self::Said { zh, en, .. } => (zh.clone(), en.clone()),
            Self::Config(error) => error.sentence(),
            Self::Operational(error) => error.sentence(),
            Self::Source(error) => error.sentence(),
            Self::Warehouse(error) => {
                let sentence = error.sentence();
                (sentence.zh, sentence.en)
            }
            Self::Access(error) => {
                let sentence = error.sentence();
                (sentence.zh, sentence.en)
            }
            Self::Pipeline(error) => error.sentence(),
            Self::Replay(error) => error.sentence(),
            Self::Regions(error) => error.sentence(),
            Self::Embedded(error) => error.sentence(),
            Self::Read(error) => (read_zh(error).to_owned(), error.to_string()),
            Self::Web(error) => (web_zh(error), error.to_string()),
        };
        Some(lang.pick(zh, en))
    }

    /// Something of ours or of the machine, not of the operator.
    pub fn failed(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Said { kind: FailureKind::Bug, zh: zh.into(), en: en.into() }
    }
}

fn read_zh(error: &ReadError) -> &'static str {
    match error {
        ReadError::Database(_) => "数仓数据库没有应答。请检查 LOADLINE_WAREHOUSE_URL，以及 PostgreSQL 是否在运行。",
    }
}

fn web_zh(error: &WebError) -> String {
    match error {
        WebError::Listen { address, source } => {
            let cause = operational::os_cause(source).0;
            format!("无法监听 {address}：{cause}。请用 --listen 或 LOADLINE_LISTEN 另选地址。")
        }
        WebError::Tls(error) => error.sentence().0,
        WebError::Serve(cause) => format!("网页服务已停止：{}。请重新启动。", operational::os_cause(cause).0),
        WebError::Metrics(_) => "无法记录运行指标。请保留日志并报告。".to_owned(),
    }
}

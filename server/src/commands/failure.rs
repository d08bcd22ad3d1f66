//! How a command fails: one sentence in the reader's language and an exit code.

use domain::FailureKind;
use operational::{OperationalError, RegionProblem};
use source::SourceError;
use warehouse::WarehouseError;
use warehouse::read::ReadError;

use super::terminal::Lang;
use crate::config::ConfigError;
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
    Pipeline(#[from] Problem),
    #[error(transparent)]
    Web(#[from] WebError),
    #[error(transparent)]
    Replay(#[from] ReplayError),
    #[error(transparent)]
    Regions(#[from] RegionProblem),
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
            Self::Pipeline(error) => error.kind(),
            Self::Web(error) => error.kind(),
            Self::Read(error) => error.kind(),
            Self::Replay(error) => error.kind(),
            Self::Regions(error) => error.kind(),
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
        Some(match self {
            Self::Findings => return None,
            Self::Source(error) => {
                let (zh, en) = error.sentence();
                lang.pick(zh, en)
            }
            Self::Pipeline(error) => {
                let (zh, en) = error.sentence();
                lang.pick(zh, en)
            }
            Self::Warehouse(error) => {
                let sentence = error.sentence();
                lang.pick(sentence.zh, sentence.en)
            }
            Self::Said { zh, en, .. } => lang.pick(zh.clone(), en.clone()),
            Self::Config(error) => lang.pick(format!("配置有误：{error}"), error.to_string()),
            Self::Operational(error) => lang.pick(format!("业务库：{error}"), error.to_string()),
            Self::Read(error) => lang.pick(format!("数仓库：{error}"), error.to_string()),
            Self::Web(error) => lang.pick(format!("网页服务：{error}"), error.to_string()),
            Self::Replay(error) => lang.pick(format!("无法回放：{error}"), error.to_string()),
            Self::Regions(error) => lang.pick(format!("无法导入：{error}"), error.to_string()),
        })
    }

    /// Something of ours or of the machine, not of the operator.
    pub fn failed(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Said { kind: FailureKind::Bug, zh: zh.into(), en: en.into() }
    }
}

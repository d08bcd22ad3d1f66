//! What can stop the pipeline, from either side, with its sentence for the operator.

use domain::FailureKind;
use source::SourceError;
use warehouse::WarehouseError;

#[derive(Debug, thiserror::Error)]
pub enum Problem {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
}

impl Problem {
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Source(error) => error.kind(),
            Self::Warehouse(error) => error.kind(),
        }
    }

    /// Trying again would fight with another engine or work in the wrong time zone.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Warehouse(WarehouseError::LostLeadership { .. } | WarehouseError::ZoneChanged { .. }))
    }

    /// The log cannot be continued; a new consistent copy closes the gap.
    pub fn needs_copy(&self) -> bool {
        matches!(self, Self::Source(error) if error.needs_snapshot())
    }

    /// Tables, columns or the publication are not as they must be.
    pub fn is_about_tables(&self) -> bool {
        matches!(
            self,
            Self::Source(
                SourceError::MissingColumn { .. }
                    | SourceError::WrongType { .. }
                    | SourceError::ReplicaIdentity { .. }
                    | SourceError::MissingPublication { .. }
                    | SourceError::NotPublished { .. }
                    | SourceError::MissingTable { .. }
            )
        )
    }

    /// Chinese and English.
    pub fn sentence(&self) -> (String, String) {
        match self {
            Self::Source(error) => error.sentence(),
            Self::Warehouse(error) => {
                let sentence = error.sentence();
                (sentence.zh, sentence.en)
            }
        }
    }

    /// Word for the diary.
    pub fn event_kind(&self) -> &'static str {
        match self {
            problem if problem.needs_copy() => "gap",
            problem if problem.kind() == FailureKind::Operator => "stop",
            _ => "reconnect",
        }
    }
}

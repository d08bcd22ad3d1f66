//! What can go wrong with the source, and how each failure is handled.

use domain::{FailureKind, Lsn};

/// Why the log cannot be continued where we stopped reading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GapReason {
    SlotMissing,
    /// The server threw away log that the slot needed.
    SlotLost,
    /// Somebody read or advanced the slot past our position.
    SlotAhead {
        slot_lsn: Lsn,
    },
    /// The server was restored or promoted.
    OtherTimeline {
        expected: i32,
        found: i32,
    },
}

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SourceError {
    #[error("the source address is not usable: {detail}")]
    BadUrl { detail: String },
    #[error("no connection to {address}: {detail}")]
    Unreachable { address: String, detail: String },
    #[error("the connection broke: {detail}")]
    Disconnected { detail: String },
    #[error("the source server is stopping or starting")]
    ServerStopping,
    #[error("the source server has no free connection or wal sender")]
    TooManyConnections,
    #[error("slot {slot} is in use by another process (pid {pid:?})")]
    SlotBusy { slot: String, pid: Option<i32> },
    #[error("wrong password for {user}")]
    Password { user: String },
    #[error("the server does not admit {user}: {detail}")]
    NotAdmitted { user: String, detail: String },
    #[error("database {database} does not exist")]
    NoDatabase { database: String },
    #[error("no secure connection: {detail}")]
    Tls { detail: String },
    #[error("wal_level is {found}")]
    WalLevel { found: String },
    #[error("{user} may not replicate")]
    NoReplicationRight { user: String },
    #[error("a privilege is missing: {detail}")]
    Privilege { user: String, detail: String },
    #[error("the source server is PostgreSQL {version}")]
    TooOld { version: String },
    #[error("all replication slots are in use")]
    NoFreeSlot,
    #[error("publication {publication} does not exist")]
    MissingPublication { publication: String },
    #[error("publication {publication} does not publish {table} completely")]
    NotPublished { publication: String, table: String },
    #[error("table {table} does not exist")]
    MissingTable { table: String },
    #[error("{table} has no column {column}")]
    MissingColumn { table: String, column: String },
    #[error("{table}.{column} has type {found}")]
    WrongType { table: String, column: String, found: String, expected: &'static str },
    #[error("{table} does not deliver complete old rows")]
    ReplicaIdentity { table: String },
    #[error("slot {slot} belongs to something else: {detail}")]
    ForeignSlot { slot: String, detail: String },
    #[error("the source is another database cluster")]
    ForeignCluster { expected: String, found: String },
    #[error("the log of slot {slot} cannot be continued at {lsn}: {reason:?}")]
    Gap { slot: String, lsn: Lsn, reason: GapReason },
    #[error("the source reports {code}: {detail}")]
    Server { code: String, detail: String },
    #[error("a message of the source is not understood: {detail}")]
    Protocol { detail: String },
    #[error("reading was ended")]
    Cancelled,
}

impl SourceError {
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Unreachable { .. }
            | Self::Disconnected { .. }
            | Self::ServerStopping
            | Self::TooManyConnections
            | Self::SlotBusy { .. }
            | Self::Gap { .. }
            | Self::Server { .. }
            | Self::Cancelled => FailureKind::Retry,
            Self::BadUrl { .. }
            | Self::Password { .. }
            | Self::NotAdmitted { .. }
            | Self::NoDatabase { .. }
            | Self::Tls { .. }
            | Self::WalLevel { .. }
            | Self::NoReplicationRight { .. }
            | Self::Privilege { .. }
            | Self::TooOld { .. }
            | Self::NoFreeSlot
            | Self::MissingPublication { .. }
            | Self::NotPublished { .. }
            | Self::MissingTable { .. }
            | Self::MissingColumn { .. }
            | Self::WrongType { .. }
            | Self::ReplicaIdentity { .. }
            | Self::ForeignSlot { .. }
            | Self::ForeignCluster { .. } => FailureKind::Operator,
            Self::Protocol { .. } => FailureKind::Bug,
        }
    }

    /// Only a new consistent copy closes what is missing.
    pub fn needs_snapshot(&self) -> bool {
        matches!(self, Self::Gap { .. })
    }

    /// What is wrong and what mends it, in Chinese and in English.
    pub fn sentence(&self) -> (String, String) {
        crate::sentence::of(self)
    }

    pub(crate) fn protocol(detail: impl Into<String>) -> Self {
        Self::Protocol { detail: detail.into() }
    }
}

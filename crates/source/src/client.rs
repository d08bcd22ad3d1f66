//! The replication client: the only file that knows the library behind it.

use std::time::Duration;

use bytes::Bytes;
use domain::Lsn;
use futures::FutureExt;
use pg_walstream::{
    CancellationToken, LogicalReplicationMessage, LogicalReplicationParser, PgReplicationConnection, ReplicationError,
    ReplicationSlotOptions, SlotType, parse_keepalive_message,
};

use crate::columns::Announced;
use crate::{SourceConfig, SourceError, classify};

/// Between 1970 and 2000, where the server's clock starts.
const EPOCH_2000_US: i64 = 946_684_800_000_000;
const WAL_HEADER: usize = 25;
const PROTOCOL: u32 = 1;

/// One frame of the stream.
pub(crate) enum Frame {
    Wal { lsn: Lsn, message: Bytes },
    Keepalive { lsn: Lsn, reply_wanted: bool },
}

/// A message that is not a row.
pub(crate) enum Control {
    Begin { commit_lsn: Lsn, commit_time_us: i64 },
    Commit { end_lsn: Lsn },
    Relation { id: u32, schema: String, name: String, complete_old_rows: bool, columns: Vec<Announced> },
    Truncate { relations: Vec<u32> },
    Other,
}

pub(crate) fn parse_control(message: Bytes) -> Result<Control, SourceError> {
    let mut parser = LogicalReplicationParser::with_protocol_version(PROTOCOL);
    let parsed = parser.parse_wal_message_bytes(message).map_err(|error| SourceError::protocol(error.to_string()))?;
    Ok(match parsed.message {
        LogicalReplicationMessage::Begin { final_lsn, timestamp, .. } => {
            Control::Begin { commit_lsn: Lsn(final_lsn), commit_time_us: timestamp.saturating_add(EPOCH_2000_US) }
        }
        LogicalReplicationMessage::Commit { end_lsn, .. } => Control::Commit { end_lsn: Lsn(end_lsn) },
        LogicalReplicationMessage::Relation { relation_id, namespace, relation_name, replica_identity, columns } => {
            Control::Relation {
                id: relation_id,
                schema: namespace.as_ref().into(),
                name: relation_name.as_ref().into(),
                complete_old_rows: replica_identity == b'f',
                columns: columns.into_iter().map(|c| Announced { name: c.name.as_ref().into(), type_id: c.type_id }).collect(),
            }
        }
        LogicalReplicationMessage::Truncate { relation_ids, .. } => Control::Truncate { relations: relation_ids },
        _ => Control::Other,
    })
}

pub(crate) struct SystemIdentity {
    pub system_identifier: String,
    pub timeline: i32,
    pub flushed: Lsn,
}

pub(crate) struct CreatedSlot {
    pub consistent_point: Lsn,
    pub snapshot_name: String,
}

/// A replication session. Its blocking calls run on the blocking pool.
pub(crate) struct Client {
    connection: Option<PgReplicationConnection>,
    cfg: SourceConfig,
    /// The library wants one; reading is ended by dropping its future instead, which loses nothing.
    never: CancellationToken,
}

impl Client {
    pub(crate) async fn connect(cfg: &SourceConfig) -> Result<Self, SourceError> {
        let url = cfg.replication_url()?;
        let connected = blocking(move || PgReplicationConnection::connect(&url)).await?;
        let connection = connected.map_err(|error| translate(cfg, &error))?;
        let mut client = Self { connection: Some(connection), cfg: cfg.clone(), never: CancellationToken::new() };
        // values arrive in the one form that the parsers read, and no time limit of the role ends a long wait
        for setting in [
            "SET datestyle = 'ISO'",
            "SET statement_timeout = 0",
            "SET lock_timeout = 0",
            "SET idle_in_transaction_session_timeout = 0",
            "SET idle_session_timeout = 0",
        ] {
            client.query(setting.to_owned()).await?;
        }
        Ok(client)
    }

    async fn with<T: Send + 'static>(
        &mut self,
        call: impl FnOnce(&mut PgReplicationConnection) -> Result<T, ReplicationError> + Send + 'static,
    ) -> Result<T, SourceError> {
        let mut connection = self.connection.take().ok_or_else(closed)?;
        let (connection, result) = blocking(move || {
            let result = call(&mut connection);
            (connection, result)
        })
        .await?;
        self.connection = Some(connection);
        result.map_err(|error| translate(&self.cfg, &error))
    }

    async fn query(&mut self, sql: String) -> Result<Vec<Option<String>>, SourceError> {
        self.with(move |connection| {
            let result = connection.exec(&sql)?;
            Ok((0..result.nfields()).map(|column| result.get_value(0, column)).collect())
        })
        .await
    }

    pub(crate) async fn identify(&mut self) -> Result<SystemIdentity, SourceError> {
        let row = self.query("IDENTIFY_SYSTEM".into()).await?;
        let mut values = row.into_iter().flatten();
        let (id, timeline, lsn) = (values.next(), values.next(), values.next());
        let identity =
            || Some(SystemIdentity { system_identifier: id?, timeline: timeline?.parse().ok()?, flushed: lsn?.parse().ok()? });
        identity().ok_or_else(|| SourceError::protocol("IDENTIFY_SYSTEM answered in an unknown form"))
    }

    pub(crate) async fn backend_pid(&mut self) -> Result<i32, SourceError> {
        let row = self.query("SELECT pg_backend_pid()".into()).await?;
        let pid = row.into_iter().flatten().next().and_then(|text| text.parse().ok());
        pid.ok_or_else(|| SourceError::protocol("pg_backend_pid() answered in an unknown form"))
    }

    /// How long the server waits for a sign of life; none when for ever.
    async fn receiver_timeout(&mut self) -> Result<Option<Duration>, SourceError> {
        let row = self.query("SELECT setting FROM pg_settings WHERE name = 'wal_sender_timeout'".into()).await?;
        let ms = row.into_iter().flatten().next().and_then(|text| text.parse().ok()).unwrap_or(0);
        Ok((ms > 0).then(|| Duration::from_millis(ms)))
    }

    /// Waits for every writing transaction that runs now.
    pub(crate) async fn create_slot(&mut self) -> Result<CreatedSlot, SourceError> {
        let slot = self.cfg.slot.clone();
        let row = self
            .with(move |connection| {
                let options = ReplicationSlotOptions { snapshot: Some("export".into()), ..Default::default() };
                let result =
                    connection.create_replication_slot_with_options(&slot, SlotType::Logical, Some("pgoutput"), &options)?;
                Ok((result.get_value(0, 1), result.get_value(0, 2)))
            })
            .await?;
        let created = || Some(CreatedSlot { consistent_point: row.0?.parse().ok()?, snapshot_name: row.1? });
        created().ok_or_else(|| SourceError::protocol("CREATE_REPLICATION_SLOT answered in an unknown form"))
    }

    /// Starts the stream at `lsn`; from now on the server wants signs of life within the returned time.
    pub(crate) async fn start(&mut self, lsn: Lsn) -> Result<Option<Duration>, SourceError> {
        let timeout = self.receiver_timeout().await?;
        let slot = self.cfg.slot.clone();
        let publication = format!("\"{}\"", self.cfg.publication.replace('"', "\"\""));
        let version = PROTOCOL.to_string();
        self.with(move |connection| {
            let options = [("proto_version", version.as_str()), ("publication_names", publication.as_str())];
            connection.start_replication(&slot, lsn.0, &options)
        })
        .await?;
        Ok(timeout)
    }

    /// A frame that is here already or can be read without waiting.
    pub(crate) fn ready_frame(&mut self) -> Option<Result<Frame, SourceError>> {
        self.frame().now_or_never()
    }

    /// The next frame. Dropping the future loses nothing.
    pub(crate) async fn frame(&mut self) -> Result<Frame, SourceError> {
        loop {
            let connection = self.connection.as_mut().ok_or_else(closed)?;
            let data = connection.get_copy_data_async(&self.never).await.map_err(|error| translate(&self.cfg, &error))?;
            match data.first() {
                Some(b'w') if data.len() >= WAL_HEADER => {
                    let lsn = data.get(1..9).and_then(|bytes| bytes.try_into().ok()).map(u64::from_be_bytes).unwrap_or_default();
                    return Ok(Frame::Wal { lsn: Lsn(lsn), message: data.slice(WAL_HEADER..) });
                }
                Some(b'k') => {
                    let keepalive = parse_keepalive_message(&data).map_err(|error| SourceError::protocol(error.to_string()))?;
                    return Ok(Frame::Keepalive { lsn: Lsn(keepalive.wal_end), reply_wanted: keepalive.reply_requested });
                }
                _ => continue,
            }
        }
    }

    /// Tells the server what has arrived and what is stored here.
    pub(crate) async fn send_status(&mut self, received: Lsn, stored: Lsn, answer: bool) -> Result<(), SourceError> {
        let connection = self.connection.as_mut().ok_or_else(closed)?;
        let sent = connection.send_standby_status_update(received.0.max(stored.0), stored.0, stored.0, answer).await;
        sent.map_err(|error| translate(&self.cfg, &error))
    }

    /// Ends the session; waits until the server has heard of it, but not for ever.
    pub(crate) async fn close(mut self) {
        const PATIENCE: Duration = Duration::from_secs(3);
        if let Some(connection) = self.connection.take() {
            let _ = tokio::time::timeout(PATIENCE, tokio::task::spawn_blocking(move || drop(connection))).await;
        }
    }
}

async fn blocking<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> Result<T, SourceError> {
    tokio::task::spawn_blocking(call).await.map_err(|_| SourceError::Cancelled)
}

fn closed() -> SourceError {
    SourceError::Disconnected { detail: "the replication session is closed".into() }
}

fn translate(cfg: &SourceConfig, error: &ReplicationError) -> SourceError {
    match error {
        ReplicationError::Config(detail) => SourceError::BadUrl { detail: cfg.redact(detail) },
        other => classify::replication(cfg, &other.to_string()),
    }
}

//! Opens a reader: verifies that reading can go on where it stopped, or prepares a new copy.

use std::sync::Arc;

use domain::Lsn;
use tokio_util::sync::CancellationToken;

use crate::catalog::{self, Server};
use crate::client::{Client, SystemIdentity};
use crate::decode::Decoder;
use crate::queue::{QueueSender, queue};
use crate::reader::Shared;
use crate::snapshot::{self, Snapshot};
use crate::stream::Stream;
use crate::{GapReason, Reader, SourceConfig, SourceError, session, slot};

/// Where to begin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Start {
    /// Behind what is stored already.
    Resume { lsn: Lsn, system_identifier: String, timeline: i32 },
    /// With a new slot and a consistent copy of everything.
    Snapshot,
}

/// Which server this is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    pub system_identifier: String,
    pub timeline: i32,
    pub database: String,
    pub server_version: String,
    /// Flushed there when asked.
    pub flush_lsn: Lsn,
    /// Its clock, UTC microseconds since 1970.
    pub server_time_us: i64,
}

impl Identity {
    pub(crate) fn new(server: &Server, system: &SystemIdentity) -> Self {
        Self {
            system_identifier: system.system_identifier.clone(),
            timeline: system.timeline,
            database: server.database.clone(),
            server_version: server.version.clone(),
            flush_lsn: system.flushed,
            server_time_us: server.now_us,
        }
    }
}

/// Connects, and says what is there. Fails with the reason when the server cannot be read from.
pub async fn identify(cfg: &SourceConfig) -> Result<Identity, SourceError> {
    let mut session = session::connect(cfg).await?;
    let server = catalog::server(cfg, &mut session).await;
    session::close(session).await;
    let server = server?;
    server.verify()?;
    let mut client = Client::connect(cfg).await?;
    let system = client.identify().await;
    client.close().await;
    Ok(Identity::new(&server, &system?))
}

/// Starts reading. `cancel` ends the attempt as well as the reader.
pub async fn open(cfg: &SourceConfig, start: Start, cancel: CancellationToken) -> Result<Reader, SourceError> {
    let stop = cancel.child_token();
    match start {
        Start::Resume { lsn, system_identifier, timeline } => {
            let shared = Arc::new(Shared::new(lsn));
            let stream = tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(SourceError::Cancelled),
                stream = resume(cfg, lsn, &system_identifier, timeline, Arc::clone(&shared)) => stream?,
            };
            Ok(spawn(
                shared,
                stop.clone(),
                |queue| async move { stream.run(&queue, &stop).await.map_err(|error| (error, queue)) },
            ))
        }
        Start::Snapshot => {
            let snapshot = snapshot::prepare(cfg, &cancel).await?;
            let shared = Arc::new(Shared::new(snapshot.lsn));
            let (cfg, seen) = (cfg.clone(), Arc::clone(&shared));
            Ok(spawn(shared, stop.clone(), |queue| async move {
                copy_and_stream(cfg, snapshot, seen, &queue, &stop).await.map_err(|error| (error, queue))
            }))
        }
    }
}

fn spawn<F>(shared: Arc<Shared>, stop: CancellationToken, work: impl FnOnce(QueueSender) -> F) -> Reader
where
    F: Future<Output = Result<(), (SourceError, QueueSender)>> + Send + 'static,
{
    let (sender, receiver) = queue();
    let working = work(sender);
    let task = tokio::spawn(async move {
        if let Err((error, queue)) = working.await {
            queue.fail(error);
        }
    });
    Reader::new(receiver, shared, task, stop)
}

async fn resume(
    cfg: &SourceConfig,
    lsn: Lsn,
    system_identifier: &str,
    timeline: i32,
    shared: Arc<Shared>,
) -> Result<Stream, SourceError> {
    let mut session = session::connect(cfg).await?;
    catalog::server(cfg, &mut session).await?.verify()?;
    let mut client = Client::connect(cfg).await?;
    let system = client.identify().await?;
    if system.system_identifier != system_identifier {
        return Err(SourceError::ForeignCluster { expected: system_identifier.into(), found: system.system_identifier });
    }
    if system.timeline != timeline {
        let reason = GapReason::OtherTimeline { expected: timeline, found: system.timeline };
        return Err(SourceError::Gap { slot: cfg.slot.clone(), lsn, reason });
    }
    slot::read(cfg, &mut session).await?.verify_resume(cfg, lsn)?;
    let tables = catalog::verified_tables(cfg, &mut session).await?;
    session::close(session).await;
    let decoder = Decoder::new(catalog::schemas(&tables), cfg.max_chunk_rows);
    Stream::start(client, decoder, shared, lsn).await
}

async fn copy_and_stream(
    cfg: SourceConfig,
    snapshot: Snapshot,
    shared: Arc<Shared>,
    queue: &QueueSender,
    stop: &CancellationToken,
) -> Result<(), SourceError> {
    let decoder = Decoder::new(catalog::schemas(&snapshot.tables), cfg.max_chunk_rows);
    let copying = async {
        let lsn = snapshot.lsn;
        snapshot.copy(&cfg, queue).await?;
        Stream::start(Client::connect(&cfg).await?, decoder, shared, lsn).await
    };
    let stream = tokio::select! {
        biased;
        () = stop.cancelled() => return Err(SourceError::Cancelled),
        stream = copying => stream?,
    };
    stream.run(queue, stop).await
}

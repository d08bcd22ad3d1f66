//! The consistent copy: a new slot exports a snapshot, an ordinary session takes it over and copies
//! the tables, and the log goes on exactly where the snapshot ends.

use domain::{Chunk, Lsn, Origin, Table};
use futures::TryStreamExt;
use sqlx::{Executor, PgConnection, Row};
use tokio_util::sync::CancellationToken;

use crate::batch::{Batch, ChunkBuilder};
use crate::catalog::{self, TableInfo};
use crate::client::{Client, CreatedSlot};
use crate::columns;
use crate::config::quote_name;
use crate::copy_text::Lines;
use crate::queue::QueueSender;
use crate::{Event, Identity, SourceConfig, SourceError, classify, row, session, slot};

/// A snapshot that an open transaction holds.
pub(crate) struct Snapshot {
    pub lsn: Lsn,
    pub tables: Vec<TableInfo>,
    session: PgConnection,
    identity: Identity,
}

/// No time limit of the role may end a long copy; values come in the one form that the parsers read.
const SESSION_SETTINGS: &str = "set datestyle = 'ISO'; set statement_timeout = 0; set lock_timeout = 0;
set idle_in_transaction_session_timeout = 0; set idle_session_timeout = 0";

/// Replaces our slot by a new one. Waits for transactions that are writing now; `cancel` ends the wait.
pub(crate) async fn prepare(cfg: &SourceConfig, cancel: &CancellationToken) -> Result<Snapshot, SourceError> {
    let (mut session, tables, mut client, identity, pid) = tokio::select! {
        biased;
        () = cancel.cancelled() => return Err(SourceError::Cancelled),
        ready = get_ready(cfg) => ready?,
    };
    let created = tokio::select! {
        biased;
        () = cancel.cancelled() => {
            give_up(cfg, pid).await;
            return Err(SourceError::Cancelled);
        }
        created = client.create_slot() => created?,
    };
    take_over(cfg, &mut session, &created).await?;
    // Making the slot may have waited long for running writers: rows they wrote meanwhile are not in the future.
    let identity = Identity { server_time_us: server_time_us(cfg, &mut session).await?, ..identity };
    // the transaction holds the snapshot now, and the slot is permanent: the exporting session may go
    client.close().await;
    Ok(Snapshot { lsn: created.consistent_point, tables, session, identity })
}

async fn get_ready(cfg: &SourceConfig) -> Result<(PgConnection, Vec<TableInfo>, Client, Identity, i32), SourceError> {
    let mut session = session::connect(cfg).await?;
    let server = catalog::server(cfg, &mut session).await?;
    server.verify()?;
    let tables = catalog::verified_tables(cfg, &mut session).await?;
    let mut client = Client::connect(cfg).await?;
    let system = client.identify().await?;
    let pid = client.backend_pid().await?;
    slot::remove(cfg, &mut session).await?;
    Ok((session, tables, client, Identity::new(&server, &system), pid))
}

/// Ends the session that waits to create the slot; the unfinished slot goes with it.
async fn give_up(cfg: &SourceConfig, pid: i32) {
    let Ok(mut session) = session::connect(cfg).await else { return };
    if let Err(error) = sqlx::query("select pg_terminate_backend($1)").bind(pid).execute(&mut session).await {
        tracing::warn!(%error, "the unfinished slot could not be given up");
    }
    session::close(session).await;
}

async fn take_over(cfg: &SourceConfig, session: &mut PgConnection, created: &CreatedSlot) -> Result<(), SourceError> {
    let name = created.snapshot_name.replace('\'', "''");
    for sql in [
        SESSION_SETTINGS.to_owned(),
        "begin isolation level repeatable read read only".to_owned(),
        format!("set transaction snapshot '{name}'"),
    ] {
        session.execute(sql.as_str()).await.map_err(|error| classify::session(cfg, error))?;
    }
    Ok(())
}

async fn server_time_us(cfg: &SourceConfig, session: &mut PgConnection) -> Result<i64, SourceError> {
    let row = session.fetch_one("select (extract(epoch from clock_timestamp()) * 1000000)::bigint").await;
    row.and_then(|row| row.try_get(0)).map_err(|error| classify::session(cfg, error))
}

impl Snapshot {
    pub(crate) async fn copy(mut self, cfg: &SourceConfig, queue: &QueueSender) -> Result<(), SourceError> {
        let mut rows_total = 0;
        for info in &self.tables {
            let count = format!("select count(*) from {}", info.qualified);
            let row = self.session.fetch_one(count.as_str()).await;
            let counted: Result<i64, _> = row.and_then(|row| row.try_get(0));
            rows_total += counted.map_err(|error| classify::session(cfg, error))?;
        }
        let at_us = self.identity.server_time_us;
        let started = Event::SnapshotStarted { lsn: self.lsn, rows_total, at_us, identity: self.identity.clone() };
        hand_over(queue, started).await?;
        for info in &self.tables {
            let copying = TableCopy { cfg, queue, lsn: self.lsn, at_us, table: info.table };
            copying.run(&mut self.session, info).await?;
        }
        let ended = self.session.execute("commit").await;
        ended.map_err(|error| classify::session(cfg, error))?;
        session::close(self.session).await;
        hand_over(queue, Event::SnapshotFinished { lsn: self.lsn }).await
    }
}

async fn hand_over(queue: &QueueSender, event: Event) -> Result<(), SourceError> {
    queue.send(Batch { events: vec![event], weight: 1 }).await
}

struct TableCopy<'a> {
    cfg: &'a SourceConfig,
    queue: &'a QueueSender,
    lsn: Lsn,
    at_us: i64,
    table: Table,
}

impl TableCopy<'_> {
    async fn run(&self, session: &mut PgConnection, info: &TableInfo) -> Result<(), SourceError> {
        let (sql, places) = statement(info);
        let failed = |error| classify::session(self.cfg, error);
        let mut data = session_copy(session, &sql).await.map_err(failed)?;
        let mut lines = Lines::new(places);
        let mut chunk = ChunkBuilder::new(self.cfg.max_chunk_rows);
        while let Some(bytes) = data.try_next().await.map_err(failed)? {
            lines.feed(&bytes);
            while let Some(line) = lines.next_line() {
                let change = row::inserted(self.table, &lines.fields(&line)?);
                if let Some(change) = change
                    && chunk.push(change, line.len())
                {
                    self.emit(&mut chunk).await?;
                }
            }
        }
        if !chunk.is_empty() {
            self.emit(&mut chunk).await?;
        }
        lines.finish()
    }

    async fn emit(&self, chunk: &mut ChunkBuilder) -> Result<(), SourceError> {
        let head = Chunk {
            origin: Origin::Snapshot,
            commit_lsn: self.lsn,
            end_lsn: self.lsn,
            commit_time_us: self.at_us,
            seq: 0,
            last: true,
            changes: Vec::new(),
        };
        let mut batch = Batch::default();
        chunk.emit(head, &mut batch);
        self.queue.send(batch).await
    }
}

async fn session_copy<'c>(
    session: &'c mut PgConnection,
    sql: &str,
) -> Result<futures::stream::BoxStream<'c, Result<bytes::Bytes, sqlx::Error>>, sqlx::Error> {
    session.copy_out_raw(sql).await
}

/// The statement that copies the columns that are there, and their places here.
fn statement(info: &TableInfo) -> (String, Vec<usize>) {
    let there: Vec<_> = columns::of(info.table)
        .iter()
        .enumerate()
        .filter(|(_, column)| info.columns.iter().any(|a| a.name == column.name))
        .collect();
    let names: Vec<_> = there.iter().map(|(_, column)| quote_name(column.name)).collect();
    let order = match info.table {
        Table::Readings => " order by consumption_date nulls last, consumption_id",
        Table::Users | Table::Regions | Table::Reactive => "",
    };
    let sql = format!("copy (select {} from {}{order}) to stdout", names.join(", "), info.qualified);
    (sql, there.into_iter().map(|(place, _)| place).collect())
}

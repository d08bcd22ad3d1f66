//! A source to read from, and a follower that applies what is read as strictly as the engine does.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{Change, Chunk, Lsn, ReadingRow, RowChange, Zone};
use source::{Event, Identity, MAX_CHUNK_ROWS, Reader, SourceConfig, SourceError, Start};
use sqlx::PgPool;
use testkit::TestCluster;
use tokio_util::sync::CancellationToken;

pub const PATIENCE: Duration = Duration::from_secs(60);

pub struct Source {
    pub cfg: SourceConfig,
    pub pool: PgPool,
}

pub fn config(url: String) -> SourceConfig {
    let database = url.rsplit('/').next().unwrap_or_default();
    SourceConfig {
        slot: format!("loadline_{database}"),
        publication: "loadline".into(),
        zone: Zone::parse("Asia/Shanghai").unwrap(),
        max_chunk_rows: MAX_CHUNK_ROWS,
        url,
    }
}

/// A fresh operational database, ready to be read.
pub async fn ready() -> Source {
    ready_on(testkit::cluster().await).await
}

pub async fn ready_on(cluster: &TestCluster) -> Source {
    let source = bare_on(cluster).await;
    source::setup(&source.cfg).await.unwrap();
    source
}

/// The tables alone.
pub async fn bare_on(cluster: &TestCluster) -> Source {
    let cfg = config(cluster.operational_db().await);
    let pool = testkit::pool(&cfg.url).await;
    Source { cfg, pool }
}

impl Source {
    pub async fn run(&self, sql: &str) {
        sqlx::raw_sql(sql).execute(&self.pool).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    pub async fn number(&self, sql: &str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    pub async fn current_lsn(&self) -> Lsn {
        let text: String = sqlx::query_scalar("select pg_current_wal_lsn()::text").fetch_one(&self.pool).await.unwrap();
        text.parse().unwrap()
    }

    pub async fn insert(&self, from: i64, to: i64) {
        let sql = "insert into power_consumption (consumption_id, user_id, consumption_amount, consumption_cost, consumption_date)
             select n, n % 100, (n % 900) / 100.0, 1, timestamp '2026-01-05' + n * interval '1 second' from generate_series($1, $2) n";
        sqlx::query(sql).bind(from).bind(to).execute(&self.pool).await.unwrap();
    }

    /// A reader behind a finished copy, and which server that was.
    pub async fn copied(&self) -> (Follower, Identity) {
        let mut follower = Follower::open(&self.cfg, Start::Snapshot).await.unwrap();
        let identity = follower.finish_copy().await;
        (follower, identity)
    }

    pub async fn resumed(&self, lsn: Lsn, identity: &Identity) -> Result<Follower, SourceError> {
        let start = Start::Resume { lsn, system_identifier: identity.system_identifier.clone(), timeline: identity.timeline };
        Follower::open(&self.cfg, start).await
    }

    /// Resumes as the pipeline does after a crash: the slot may be held for a moment.
    pub async fn resumed_patiently(&self, lsn: Lsn, identity: &Identity) -> Follower {
        let mut found = None;
        testkit::wait_until("the slot is free", PATIENCE, async || match self.resumed(lsn, identity).await {
            Ok(follower) => {
                found = Some(follower);
                true
            }
            Err(SourceError::SlotBusy { .. } | SourceError::TooManyConnections) => false,
            Err(error) => panic!("{error}"),
        })
        .await;
        found.unwrap()
    }

    /// Waits until the slot is held by nobody, which is a moment after its reader has gone.
    pub async fn slot_is_free(&self) {
        testkit::wait_until("the slot is free", PATIENCE, async || !source::slot_state(&self.cfg).await.unwrap().active).await;
    }

    /// Amounts by reading, as the table holds them.
    pub async fn table(&self) -> BTreeMap<i64, i64> {
        let sql = "select consumption_id, (consumption_amount * 100)::bigint from power_consumption";
        sqlx::query_as::<_, (i64, i64)>(sql).fetch_all(&self.pool).await.unwrap().into_iter().collect()
    }
}

/// Holds the readings that the events describe; refuses an insert of what is there and a change of what is not.
#[derive(Debug)]
pub struct Follower {
    pub reader: Reader,
    pub readings: BTreeMap<i64, ReadingRow>,
    pub end_lsn: Lsn,
    pub position: Lsn,
    /// What came, without its changes.
    pub chunks: Vec<Chunk>,
}

impl Follower {
    pub async fn open(cfg: &SourceConfig, start: Start) -> Result<Self, SourceError> {
        let reader = source::open(cfg, start, CancellationToken::new()).await?;
        let (readings, chunks) = (BTreeMap::new(), Vec::new());
        Ok(Self { reader, readings, end_lsn: Lsn::ZERO, position: Lsn::ZERO, chunks })
    }

    pub async fn event(&mut self) -> Event {
        self.try_event().await.unwrap_or_else(|error| panic!("{error}"))
    }

    pub async fn try_event(&mut self) -> Result<Event, SourceError> {
        let event = tokio::time::timeout(PATIENCE, self.reader.next()).await.expect("an event in time")?;
        match &event {
            Event::Chunk(chunk) => self.apply(chunk),
            Event::Position { lsn } => self.position = *lsn,
            _ => {}
        }
        Ok(event)
    }

    /// The reason why the reader ends.
    pub async fn failure(&mut self) -> SourceError {
        loop {
            if let Err(error) = self.try_event().await {
                return error;
            }
        }
    }

    pub async fn finish_copy(&mut self) -> Identity {
        let Event::SnapshotStarted { identity, .. } = self.event().await else { panic!("no copy") };
        while !matches!(self.event().await, Event::SnapshotFinished { .. }) {}
        identity
    }

    pub async fn until(&mut self, mut done: impl FnMut(&Self) -> bool) {
        while !done(self) {
            self.event().await;
        }
    }

    /// The next chunk of the stream.
    pub async fn chunk(&mut self) -> Chunk {
        loop {
            if let Event::Chunk(chunk) = self.event().await {
                return chunk;
            }
        }
    }

    /// The changes of the next chunk that is not a mere sign of life.
    pub async fn changes(&mut self) -> Vec<Change> {
        loop {
            let chunk = self.chunk().await;
            if !chunk.changes.is_empty() {
                return chunk.changes;
            }
        }
    }

    pub fn amounts(&self) -> BTreeMap<i64, i64> {
        self.readings.iter().map(|(id, row)| (*id, row.amount_kwh.value().unwrap_or_default().0)).collect()
    }

    fn apply(&mut self, chunk: &Chunk) {
        for change in &chunk.changes {
            match change {
                Change::Reading(RowChange::Insert(row)) => self.add(row),
                Change::Reading(RowChange::Delete(row)) => self.remove(row),
                Change::Reading(RowChange::Update { old, new }) => {
                    self.remove(old);
                    self.add(new);
                }
                Change::Truncate(domain::Table::Readings) => self.readings.clear(),
                _ => {}
            }
        }
        if chunk.last {
            self.end_lsn = chunk.end_lsn;
        }
        self.chunks.push(Chunk { changes: Vec::new(), ..*chunk });
    }

    fn add(&mut self, row: &ReadingRow) {
        let id = row.consumption_id.unwrap();
        assert!(self.readings.insert(id, row.clone()).is_none(), "{id} came twice");
    }

    fn remove(&mut self, row: &ReadingRow) {
        let id = row.consumption_id.unwrap();
        assert_eq!(self.readings.remove(&id).as_ref(), Some(row), "the old row of {id}");
    }
}

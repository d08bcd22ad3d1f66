//! Gathers what has arrived into one group, so that many small transactions share a commit.

use std::time::Duration;

use domain::Chunk;
use source::{Event, Reader, SourceError};
use tokio::time::Instant;

/// Chunks to be computed together, and the event that ended the gathering.
#[derive(Default)]
pub struct Group {
    pub chunks: Vec<Chunk>,
    pub rows: usize,
    pub then: Option<Event>,
}

impl Group {
    /// Starts with `first` and takes what is there, up to `rows_max`; waits for more only until `not_before`.
    /// `to_its_end`: ends where the transaction of `first` ends, so that a large one is committed under any backlog.
    pub async fn gather(
        first: Chunk,
        reader: &mut Reader,
        rows_max: usize,
        not_before: Instant,
        to_its_end: bool,
    ) -> Result<Self, SourceError> {
        let mut group = Self::default();
        group.push(first);
        while group.rows < rows_max && group.then.is_none() && !(to_its_end && group.is_whole()) {
            match reader.try_next() {
                Some(Event::Chunk(chunk)) => group.push(chunk),
                Some(other) => group.then = Some(other),
                None => match wait(reader, not_before).await? {
                    Some(Event::Chunk(chunk)) => group.push(chunk),
                    Some(other) => group.then = Some(other),
                    None => break,
                },
            }
        }
        Ok(group)
    }

    fn push(&mut self, chunk: Chunk) {
        self.rows += chunk.changes.len();
        self.chunks.push(chunk);
    }

    /// Whether the group ends where a transaction ends.
    pub fn is_whole(&self) -> bool {
        self.chunks.last().is_none_or(|chunk| chunk.last)
    }
}

async fn wait(reader: &mut Reader, until: Instant) -> Result<Option<Event>, SourceError> {
    if until.saturating_duration_since(Instant::now()) < Duration::from_millis(1) {
        return Ok(None);
    }
    match tokio::time::timeout_at(until, reader.next()).await {
        Ok(event) => event.map(Some),
        Err(_) => Ok(None),
    }
}

//! Events on their way from the network to the consumer, with what they weigh in the queue.

use domain::{Change, Chunk};

use crate::Event;

/// Bytes of text that count as one more row, so that long remarks cannot fill the memory.
const BYTES_PER_ROW: usize = 1024;

/// What a change with so many bytes counts for.
pub(crate) fn weight_of(bytes: usize) -> usize {
    1 + bytes / BYTES_PER_ROW
}

#[derive(Default)]
pub(crate) struct Batch {
    pub events: Vec<Event>,
    pub weight: usize,
}

impl Batch {
    pub(crate) fn push(&mut self, event: Event, weight: usize) {
        self.events.push(event);
        self.weight += weight;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    pub(crate) fn take(&mut self) -> Self {
        std::mem::take(self)
    }
}

/// Collects changes until they make a chunk.
pub(crate) struct ChunkBuilder {
    changes: Vec<Change>,
    weight: usize,
    limit: usize,
}

impl ChunkBuilder {
    pub(crate) fn new(limit: usize) -> Self {
        Self { changes: Vec::new(), weight: 0, limit: limit.max(1) }
    }

    /// True when the chunk is full.
    pub(crate) fn push(&mut self, change: Change, bytes: usize) -> bool {
        self.changes.push(change);
        self.weight += weight_of(bytes);
        self.weight >= self.limit
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Puts what was collected into `head` and the chunk into the batch.
    pub(crate) fn emit(&mut self, head: Chunk, batch: &mut Batch) {
        let weight = std::mem::take(&mut self.weight).max(1);
        let changes = std::mem::take(&mut self.changes);
        batch.push(Event::Chunk(Chunk { changes, ..head }), weight);
    }
}

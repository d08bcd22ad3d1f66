//! From the messages of the log to chunks of committed transactions.

use bytes::Bytes;
use domain::{Change, Chunk, Lsn, Origin, Table};

use crate::SourceError;
use crate::batch::{Batch, ChunkBuilder};
use crate::client::{Control, parse_control};
use crate::columns::Layout;
use crate::row;
use crate::tuple::{Cursor, Fields, fill_unchanged};

/// Which schema each of our tables lies in; none when the table is not there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Schemas {
    pub found: Vec<(Table, String)>,
}

impl Schemas {
    fn table(&self, schema: &str, name: &str) -> Option<Table> {
        self.found.iter().find(|(table, at)| table.name() == name && at == schema).map(|(table, _)| *table)
    }
}

struct Relation {
    id: u32,
    /// None for tables that are not ours.
    ours: Option<(Table, Layout)>,
    complete_old_rows: bool,
}

struct OpenTransaction {
    commit_lsn: Lsn,
    commit_time_us: i64,
    seq: u32,
}

pub(crate) struct Decoder {
    schemas: Schemas,
    relations: Vec<Relation>,
    open: Option<OpenTransaction>,
    chunk: ChunkBuilder,
}

impl Decoder {
    pub(crate) fn new(schemas: Schemas, max_chunk_rows: usize) -> Self {
        Self { schemas, relations: Vec::new(), open: None, chunk: ChunkBuilder::new(max_chunk_rows) }
    }

    pub(crate) fn in_transaction(&self) -> bool {
        self.open.is_some()
    }

    pub(crate) fn message(&mut self, message: &Bytes, batch: &mut Batch) -> Result<(), SourceError> {
        let change = match message.first() {
            Some(b'I') => self.insert(message)?,
            Some(b'U') => self.update(message)?,
            Some(b'D') => self.delete(message)?,
            _ => return self.control(message.clone(), batch),
        };
        if let Some(change) = change {
            self.push(change, message.len(), batch)?;
        }
        Ok(())
    }

    fn control(&mut self, message: Bytes, batch: &mut Batch) -> Result<(), SourceError> {
        match parse_control(message)? {
            Control::Begin { commit_lsn, commit_time_us } => {
                self.open = Some(OpenTransaction { commit_lsn, commit_time_us, seq: 0 });
            }
            Control::Commit { end_lsn } => self.emit(end_lsn, true, batch)?,
            Control::Relation { id, schema, name, complete_old_rows, columns } => {
                let table = self.schemas.table(&schema, &name);
                let ours = table.map(|table| Ok((table, Layout::resolve(table, &columns)?))).transpose()?;
                self.relations.retain(|relation| relation.id != id);
                self.relations.push(Relation { id, ours, complete_old_rows });
            }
            Control::Truncate { relations } => {
                for id in relations {
                    if let Some((table, _)) = self.relation(id)?.ours {
                        self.push(Change::Truncate(table), 0, batch)?;
                    }
                }
            }
            Control::Other => {}
        }
        Ok(())
    }

    fn relation(&self, id: u32) -> Result<&Relation, SourceError> {
        let found = self.relations.iter().find(|relation| relation.id == id);
        found.ok_or_else(|| SourceError::protocol(format!("a row of the unannounced table {id}")))
    }

    fn insert(&self, message: &[u8]) -> Result<Option<Change>, SourceError> {
        let mut cursor = after_tag(message)?;
        let relation = self.relation(cursor.u32()?)?;
        let Some((table, layout)) = &relation.ours else { return Ok(None) };
        expect(cursor.u8()?, b'N')?;
        Ok(row::inserted(*table, &cursor.row(layout)?))
    }

    fn update(&self, message: &[u8]) -> Result<Option<Change>, SourceError> {
        let mut cursor = after_tag(message)?;
        let relation = self.relation(cursor.u32()?)?;
        let Some((table, layout)) = &relation.ours else { return Ok(None) };
        let old = relation.old_row(&mut cursor, *table, layout)?;
        expect(cursor.u8()?, b'N')?;
        let mut new = cursor.row(layout)?;
        if !fill_unchanged(&mut new, &old) {
            return Err(incomplete(*table));
        }
        Ok(row::updated(*table, &old, &new))
    }

    fn delete(&self, message: &[u8]) -> Result<Option<Change>, SourceError> {
        let mut cursor = after_tag(message)?;
        let relation = self.relation(cursor.u32()?)?;
        let Some((table, layout)) = &relation.ours else { return Ok(None) };
        Ok(row::deleted(*table, &relation.old_row(&mut cursor, *table, layout)?))
    }

    fn push(&mut self, change: Change, bytes: usize, batch: &mut Batch) -> Result<(), SourceError> {
        if self.chunk.push(change, bytes) {
            self.emit(Lsn::ZERO, false, batch)?;
        }
        Ok(())
    }

    fn emit(&mut self, end_lsn: Lsn, last: bool, batch: &mut Batch) -> Result<(), SourceError> {
        let open = self.open.as_mut().ok_or_else(|| SourceError::protocol("a change outside of a transaction"))?;
        let head = Chunk {
            origin: Origin::Stream,
            commit_lsn: open.commit_lsn,
            end_lsn: if last { end_lsn } else { open.commit_lsn },
            commit_time_us: open.commit_time_us,
            seq: open.seq,
            last,
            changes: Vec::new(),
        };
        open.seq = open.seq.saturating_add(1);
        self.chunk.emit(head, batch);
        if last {
            self.open = None;
        }
        Ok(())
    }
}

impl Relation {
    fn old_row<'a>(&self, cursor: &mut Cursor<'a>, table: Table, layout: &Layout) -> Result<Fields<'a>, SourceError> {
        if cursor.u8()? != b'O' || !self.complete_old_rows {
            return Err(incomplete(table));
        }
        cursor.row(layout)
    }
}

fn incomplete(table: Table) -> SourceError {
    SourceError::ReplicaIdentity { table: table.name().into() }
}

fn after_tag(message: &[u8]) -> Result<Cursor<'_>, SourceError> {
    let mut cursor = Cursor::new(message);
    cursor.u8()?;
    Ok(cursor)
}

fn expect(found: u8, wanted: u8) -> Result<(), SourceError> {
    if found == wanted { Ok(()) } else { Err(SourceError::protocol(format!("{found} instead of {wanted} before a row"))) }
}

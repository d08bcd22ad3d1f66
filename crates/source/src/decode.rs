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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Event;
    use proptest::prelude::*;

    const BEGIN: &[u8] = b"B\0\0\0\0\0\0\0\x10\0\0\0\0\0\0\0\0\0\0\0\x01";
    const COMMIT: &[u8] = b"C\0\0\0\0\0\0\0\0\x10\0\0\0\0\0\0\0\x20\0\0\0\0\0\0\0\0";
    /// `region_profile` as table 7 with five columns and complete old rows.
    const RELATION: &[u8] = b"R\0\0\0\x07public\0region_profile\0f\0\x05\
        \0region_id\0\0\0\0\x17\0\0\0\0\0parent_id\0\0\0\0\x17\0\0\0\0\0region_name\0\0\0\0\x19\0\0\0\0\
        \0limit_kw\0\0\0\x06\xa4\0\0\0\0\0valid_from\0\0\0\x04\x5a\0\0\0\0";
    const INSERT: &[u8] = b"I\0\0\0\x07N\0\x05t\0\0\0\x011nnnt\0\0\0\x132026-01-01 00:00:00";

    fn decoder(limit: usize) -> Decoder {
        Decoder::new(Schemas { found: vec![(Table::Regions, "public".into())] }, limit)
    }

    fn feed(decoder: &mut Decoder, messages: &[&'static [u8]]) -> Result<Vec<Chunk>, SourceError> {
        let mut batch = Batch::default();
        for message in messages {
            decoder.message(&Bytes::from_static(message), &mut batch)?;
        }
        let chunk = |event| if let Event::Chunk(chunk) = event { Some(chunk) } else { None };
        Ok(batch.events.into_iter().filter_map(chunk).collect())
    }

    #[test]
    fn a_transaction_is_cut_and_ended() {
        let chunks = feed(&mut decoder(2), &[BEGIN, RELATION, INSERT, INSERT, INSERT, COMMIT]).unwrap();
        let shape: Vec<_> = chunks.iter().map(|c| (c.seq, c.last, c.changes.len(), c.commit_lsn)).collect();
        assert_eq!(shape, [(0, false, 2, Lsn(16)), (1, true, 1, Lsn(16))]);
        assert_eq!(chunks[1].end_lsn, Lsn(32));
        assert_eq!(chunks[0].commit_time_us, 946_684_800_000_000);
    }

    #[test]
    fn a_full_last_chunk_is_followed_by_an_empty_end() {
        let chunks = feed(&mut decoder(1), &[BEGIN, RELATION, INSERT, COMMIT]).unwrap();
        assert_eq!(chunks.iter().map(|c| (c.last, c.changes.len())).collect::<Vec<_>>(), [(false, 1), (true, 0)]);
    }

    #[test]
    fn a_table_of_the_same_name_elsewhere_is_not_ours() {
        let schemas = Schemas { found: vec![(Table::Regions, "metering".into())] };
        let chunks = feed(&mut Decoder::new(schemas, 8), &[BEGIN, RELATION, INSERT, COMMIT]).unwrap();
        assert_eq!(chunks.iter().map(|c| c.changes.len()).collect::<Vec<_>>(), [0]);
    }

    #[test]
    fn broken_orders_are_errors() {
        for messages in
            [&[BEGIN, INSERT][..], &[RELATION, INSERT], &[COMMIT], &[b"?"], &[b""], &[BEGIN, RELATION, b"I\0\0\0\x07O"]]
        {
            let result = feed(&mut decoder(1), messages);
            assert!(matches!(result, Err(SourceError::Protocol { .. })), "{messages:?}: {result:?}");
        }
    }

    #[test]
    fn an_update_without_the_old_row_names_the_table() {
        let result = feed(&mut decoder(8), &[BEGIN, RELATION, b"U\0\0\0\x07N\0\x05nnnnn"]);
        assert_eq!(result, Err(SourceError::ReplicaIdentity { table: "region_profile".into() }));
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(tag in proptest::sample::select(b"BCRIUDTYOM".to_vec()), rest in proptest::collection::vec(any::<u8>(), 0..80)) {
            let mut decoder = decoder(8);
            feed(&mut decoder, &[BEGIN, RELATION]).unwrap();
            let message = Bytes::from([vec![tag], rest].concat());
            let _ = decoder.message(&message, &mut Batch::default());
        }
    }
}

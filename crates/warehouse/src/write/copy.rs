//! Rows in PostgreSQL's binary COPY format, collected in one buffer that is reused. Binary, because then no text
//! needs escaping and neither side prints and parses numbers and times.

use domain::{Fixed2, LocalMs, Lsn};
use sqlx::postgres::{PgConnection, PgCopyIn};

use crate::WarehouseError;
use crate::pg_types::{push_numeric, stamp_micros};

const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";
const NO_FLAGS_NO_EXTENSION: [u8; 8] = [0; 8];
const TRAILER: [u8; 2] = (-1i16).to_be_bytes();
const NULL: [u8; 4] = (-1i32).to_be_bytes();
const TEXT_OID: u32 = 25;
/// Bytes collected before they are handed to the connection.
const SEND_BYTES: usize = 256 * 1024;

/// An open COPY. Leaving it unfinished makes the transaction fail, which is what an error should do.
pub(crate) struct CopyRows<'c> {
    copy: PgCopyIn<&'c mut PgConnection>,
    pub(crate) row: RowBuffer<'c>,
}

impl<'c> CopyRows<'c> {
    /// `statement` is `COPY table (columns) FROM STDIN (FORMAT binary)`.
    pub(crate) async fn start(
        connection: &'c mut PgConnection,
        buffer: &'c mut Vec<u8>,
        statement: &str,
    ) -> Result<Self, WarehouseError> {
        let copy = connection.copy_in_raw(statement).await?;
        buffer.clear();
        buffer.extend_from_slice(SIGNATURE);
        buffer.extend_from_slice(&NO_FLAGS_NO_EXTENSION);
        Ok(Self { copy, row: RowBuffer { bytes: buffer } })
    }

    /// Between two rows: hands over what has been collected when it is enough.
    pub(crate) async fn flush_if_full(&mut self) -> Result<(), WarehouseError> {
        if self.row.bytes.len() >= SEND_BYTES {
            self.copy.send(self.row.bytes.as_slice()).await?;
            self.row.bytes.clear();
        }
        Ok(())
    }

    pub(crate) async fn finish(mut self) -> Result<(), WarehouseError> {
        self.row.bytes.extend_from_slice(&TRAILER);
        self.copy.send(self.row.bytes.as_slice()).await?;
        self.row.bytes.clear();
        self.copy.finish().await?;
        Ok(())
    }
}

/// Writes the fields of a row one after the other.
pub(crate) struct RowBuffer<'c> {
    bytes: &'c mut Vec<u8>,
}

impl RowBuffer<'_> {
    pub(crate) fn begin(&mut self, columns: u16) {
        self.bytes.extend_from_slice(&columns.to_be_bytes());
    }

    fn field(&mut self, content: &[u8]) {
        self.bytes.extend_from_slice(&length(content.len()));
        self.bytes.extend_from_slice(content);
    }

    pub(crate) fn null(&mut self) {
        self.bytes.extend_from_slice(&NULL);
    }

    pub(crate) fn int4(&mut self, value: i32) {
        self.field(&value.to_be_bytes());
    }

    pub(crate) fn int8(&mut self, value: i64) {
        self.field(&value.to_be_bytes());
    }

    pub(crate) fn boolean(&mut self, value: bool) {
        self.field(&[u8::from(value)]);
    }

    pub(crate) fn text(&mut self, value: &str) {
        self.field(value.as_bytes());
    }

    pub(crate) fn text_or_null(&mut self, value: Option<&str>) {
        match value {
            Some(value) => self.text(value),
            None => self.null(),
        }
    }

    pub(crate) fn stamp(&mut self, at: LocalMs) {
        self.int8(stamp_micros(at));
    }

    pub(crate) fn lsn(&mut self, lsn: Lsn) {
        self.field(&lsn.0.to_be_bytes());
    }

    pub(crate) fn numeric(&mut self, value: Fixed2) {
        let at = self.bytes.len();
        self.bytes.extend_from_slice(&NULL);
        push_numeric(value, self.bytes);
        let written = length(self.bytes.len() - at - 4);
        self.bytes[at..at + 4].copy_from_slice(&written);
    }

    pub(crate) fn numeric_or_null(&mut self, value: Option<Fixed2>) {
        match value {
            Some(value) => self.numeric(value),
            None => self.null(),
        }
    }

    /// A text array of one element.
    pub(crate) fn text_array(&mut self, element: &str) {
        let (one, none) = (1i32.to_be_bytes(), 0i32.to_be_bytes());
        self.bytes.extend_from_slice(&length(24 + element.len()));
        // dimensions, "has nulls", element type, length and lower bound of the dimension
        for word in [one, none, TEXT_OID.to_be_bytes(), one, one] {
            self.bytes.extend_from_slice(&word);
        }
        self.field(element.as_bytes());
    }
}

/// A field's length; source columns stay far below two gigabytes.
fn length(bytes: usize) -> [u8; 4] {
    i32::try_from(bytes).unwrap_or(i32::MAX).to_be_bytes()
}

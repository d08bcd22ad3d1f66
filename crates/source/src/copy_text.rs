//! The text form of COPY: lines of columns between tabs, with backslash escapes.

use std::ops::Range;

use bytes::{Buf, BytesMut};

use crate::SourceError;
use crate::columns::MAX_COLUMNS;
use crate::tuple::{Field, Fields};

/// Cuts arriving bytes into lines and lines into columns.
pub(crate) struct Lines {
    buffer: BytesMut,
    /// Where the n-th copied column belongs.
    places: Vec<usize>,
}

/// One line, its escapes resolved.
pub(crate) struct Line {
    text: Vec<u8>,
    columns: Vec<Option<Range<usize>>>,
}

impl Line {
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }
}

impl Lines {
    pub(crate) fn new(places: Vec<usize>) -> Self {
        Self { buffer: BytesMut::new(), places }
    }

    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next complete line. A line feed inside a value is escaped, so each raw one ends a line.
    pub(crate) fn next_line(&mut self) -> Option<Line> {
        let end = self.buffer.iter().position(|&byte| byte == b'\n')?;
        let line = resolve(self.buffer.get(..end).unwrap_or_default(), self.places.len());
        self.buffer.advance(end + 1);
        Some(line)
    }

    pub(crate) fn fields<'a>(&self, line: &'a Line) -> Result<Fields<'a>, SourceError> {
        if line.columns.len() != self.places.len() {
            return Err(SourceError::protocol(format!("{} copied columns instead of {}", line.columns.len(), self.places.len())));
        }
        let mut fields: Fields<'a> = [Field::Null; MAX_COLUMNS];
        for (column, &place) in line.columns.iter().zip(&self.places) {
            let Some(bytes) = column.clone().and_then(|range| line.text.get(range)) else { continue };
            if let Some(field) = fields.get_mut(place) {
                *field = Field::Text(bytes);
            }
        }
        Ok(fields)
    }

    pub(crate) fn finish(&self) -> Result<(), SourceError> {
        if self.buffer.is_empty() { Ok(()) } else { Err(SourceError::protocol("a copy ended inside a line")) }
    }
}

fn resolve(raw: &[u8], columns: usize) -> Line {
    let mut line = Line { text: Vec::with_capacity(raw.len()), columns: Vec::with_capacity(columns) };
    for part in raw.split(|&byte| byte == b'\t') {
        if part == b"\\N" {
            line.columns.push(None);
            continue;
        }
        let start = line.text.len();
        unescape(part, &mut line.text);
        line.columns.push(Some(start..line.text.len()));
    }
    line
}

fn unescape(part: &[u8], out: &mut Vec<u8>) {
    let mut bytes = part.iter();
    while let Some(&byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        // COPY TO writes these letters and the backslash itself, never octal forms
        match bytes.next() {
            Some(b'b') => out.push(8),
            Some(b'f') => out.push(12),
            Some(b'n') => out.push(b'\n'),
            Some(b'r') => out.push(b'\r'),
            Some(b't') => out.push(b'\t'),
            Some(b'v') => out.push(11),
            Some(&other) => out.push(other),
            None => out.push(b'\\'),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_may_arrive_in_pieces() {
        let mut lines = Lines::new(vec![0, 2, 1]);
        lines.feed(b"1\t\\N\ta\\tb\\\\\\n");
        assert!(lines.next_line().is_none());
        assert!(lines.finish().is_err());
        lines.feed(b"!\n2\t\t\\N\n");
        let first = lines.next_line().unwrap();
        let fields = lines.fields(&first).unwrap();
        assert_eq!(fields[..3], [Field::Text(b"1"), Field::Text(b"a\tb\\\n!"), Field::Null]);
        let second = lines.next_line().unwrap();
        assert_eq!(lines.fields(&second).unwrap()[..3], [Field::Text(b"2"), Field::Null, Field::Text(b"")]);
        assert!(lines.next_line().is_none());
        assert!(lines.finish().is_ok());
    }

    #[test]
    fn a_wrong_number_of_columns_is_an_error() {
        let mut lines = Lines::new(vec![0, 1]);
        lines.feed(b"1\n");
        let line = lines.next_line().unwrap();
        assert!(lines.fields(&line).is_err());
    }
}

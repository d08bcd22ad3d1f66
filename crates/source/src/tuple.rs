//! Rows inside the log's messages, read in place: the bytes of a column are borrowed, never copied.

use crate::SourceError;
use crate::columns::{Layout, MAX_COLUMNS};

/// One column of a row as sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Field<'a> {
    #[default]
    Null,
    Text(&'a [u8]),
    /// A large value that the change did not touch; the server does not send it again.
    Unchanged,
}

/// Our columns of a row, by their place in `columns`.
pub(crate) type Fields<'a> = [Field<'a>; MAX_COLUMNS];

/// Walks over the bytes of a message.
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], SourceError> {
        let (head, rest) = self.rest.split_at_checked(len).ok_or_else(|| SourceError::protocol("a message ends too early"))?;
        self.rest = rest;
        Ok(head)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, SourceError> {
        Ok(self.take(1)?.first().copied().unwrap_or_default())
    }

    fn u16(&mut self) -> Result<u16, SourceError> {
        let bytes = self.take(2)?.try_into().map_err(|_| SourceError::protocol("a number of two bytes"))?;
        Ok(u16::from_be_bytes(bytes))
    }

    pub(crate) fn u32(&mut self) -> Result<u32, SourceError> {
        let bytes = self.take(4)?.try_into().map_err(|_| SourceError::protocol("a number of four bytes"))?;
        Ok(u32::from_be_bytes(bytes))
    }

    /// Reads one row and puts our columns in their places.
    pub(crate) fn row(&mut self, layout: &Layout) -> Result<Fields<'a>, SourceError> {
        let count = usize::from(self.u16()?);
        if count != layout.len() {
            return Err(SourceError::protocol(format!("a row has {count} columns, {} were announced", layout.len())));
        }
        let mut fields = Fields::default();
        for position in 0..count {
            let field = match self.u8()? {
                b'n' => Field::Null,
                b'u' => Field::Unchanged,
                b't' => {
                    let len = self.u32()?;
                    Field::Text(self.take(usize::try_from(len).unwrap_or(usize::MAX))?)
                }
                other => return Err(SourceError::protocol(format!("a column of form {other}"))),
            };
            if let Some(slot) = layout.place(position).and_then(|place| fields.get_mut(place)) {
                *slot = field;
            }
        }
        Ok(fields)
    }
}

/// Fills what a change left out from the old row. False when the old row does not have it either.
#[must_use]
pub(crate) fn fill_unchanged<'a>(new: &mut Fields<'a>, old: &Fields<'a>) -> bool {
    for (field, before) in new.iter_mut().zip(old) {
        if *field == Field::Unchanged {
            *field = *before;
        }
    }
    !new.contains(&Field::Unchanged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::Announced;
    use domain::Table;
    use proptest::prelude::*;

    fn layout() -> Layout {
        let columns = [("region_id", 23), ("parent_id", 23), ("region_name", 25), ("limit_kw", 1700), ("valid_from", 1114)];
        let announced: Vec<_> = columns.map(|(name, type_id)| Announced { name: name.into(), type_id }).into();
        Layout::resolve(Table::Regions, &announced).unwrap()
    }

    #[test]
    fn reads_text_null_and_unchanged() {
        let bytes = b"\0\x05t\0\0\0\x011nut\0\0\0\x032.5n";
        let fields = Cursor::new(bytes).row(&layout()).unwrap();
        assert_eq!(fields[..5], [Field::Text(b"1"), Field::Null, Field::Unchanged, Field::Text(b"2.5"), Field::Null]);
        let mut new = fields;
        assert!(!fill_unchanged(&mut new, &fields));
        let mut old = fields;
        old[2] = Field::Text(b"name");
        assert!(fill_unchanged(&mut new, &old));
        assert_eq!(new[2], Field::Text(b"name"));
    }

    #[test]
    fn a_cut_row_is_an_error() {
        for bytes in [&b"\0\x04nnnn"[..], b"\0\x05nnnn", b"\0\x05nnnnt\0\0\0\x09x", b"\0\x05nnnnz"] {
            assert!(Cursor::new(bytes).row(&layout()).is_err());
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = Cursor::new(&bytes).row(&layout());
        }
    }
}

//! A file of reactive energy: CSV with the columns of `power_reactive`, in any order.

use std::path::Path;

use domain::{Cell, Fixed2, LocalMs, ReactiveRow};

use crate::csv_file::{Column, CsvFile, Fields, FileError};
use crate::line_fault::{BadLine, Expected, LineFault};

const USER: usize = 0;
const END: usize = 1;
const KVARH: usize = 2;
const COLUMNS: [Column; 3] = [
    Column { name: "user_id", required: true },
    Column { name: "interval_end", required: true },
    Column { name: "kvarh", required: true },
];

pub struct ReactiveFile {
    csv: CsvFile,
}

impl ReactiveFile {
    pub fn open(path: &Path) -> Result<Self, FileError> {
        Ok(Self { csv: CsvFile::open(path, &COLUMNS)? })
    }

    /// The next row or the reason why a line is none; `None` at the end. An empty amount is null: the table may hold such rows too.
    pub fn next_line(&mut self) -> Result<Option<Result<ReactiveRow, BadLine>>, FileError> {
        let Some(fields) = self.csv.next_line()? else { return Ok(None) };
        Ok(Some(fields.and_then(|fields| reactive(fields).map_err(|fault| fields.bad(fault)))))
    }
}

fn reactive(fields: &Fields) -> Result<ReactiveRow, LineFault> {
    let name = |column: usize| COLUMNS[column].name;
    let key = |column: usize| fields.get(column).ok_or(LineFault::Empty { column: name(column) });
    let user = key(USER)?;
    let user_id = std::str::from_utf8(user).ok().and_then(|text| text.parse().ok());
    let end = key(END)?;
    let interval_end: Cell<LocalMs> = Cell::from_timestamp(Some(end));
    let kvarh: Cell<Fixed2> = Cell::from_numeric(fields.get(KVARH));
    if user_id.is_none() {
        return Err(LineFault::unusable(name(USER), user, Expected::WholeNumber));
    }
    if interval_end.value().is_none() {
        return Err(LineFault::unusable(name(END), end, Expected::Time));
    }
    if matches!(kvarh, Cell::NotFinite(_) | Cell::OutOfRange(_)) {
        return Err(LineFault::unusable(name(KVARH), fields.get(KVARH).unwrap_or_default(), Expected::Decimal));
    }
    Ok(ReactiveRow { user_id, interval_end, kvarh })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_lines_are_read_and_bad_ones_are_named() {
        let file = std::env::temp_dir().join(format!("loadline-reactive-{}.csv", std::process::id()));
        let text = "kvarh,user_id,interval_end\n1.25,7,2016-01-11 00:15:00\n,7,2016-01-11 00:30:00\nx,7,2016-01-11 00:45:00\n\
                    1,,2016-01-11 00:45:00\n1,7,soon\n";
        std::fs::write(&file, text).unwrap();
        let mut lines = ReactiveFile::open(&file).unwrap();
        let mut kinds = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            kinds.push(line.map(|row| row.kvarh.value()).map_err(|bad| bad.line));
        }
        std::fs::remove_file(&file).unwrap();
        assert_eq!(kinds, [Ok(Some(Fixed2(125))), Ok(None), Err(4), Err(5), Err(6)]);
    }
}

//! A file of readings: CSV with the columns of `power_consumption`, in any order.

use std::path::Path;
use std::sync::Arc;

use domain::{Cell, Fixed2, LocalMs, ReadingRow};

use crate::csv_file::{Column, CsvFile, Fields, FileError};
use crate::line_fault::{BadLine, Expected, LineFault};

const ID: usize = 0;
const USER: usize = 1;
const AMOUNT: usize = 2;
const COST: usize = 3;
const DATE: usize = 4;
const BEFORE: usize = 5;
const AFTER: usize = 6;
const REMARK: usize = 7;
const COLUMNS: [Column; 8] = [
    Column { name: "consumption_id", required: true },
    Column { name: "user_id", required: true },
    Column { name: "consumption_amount", required: true },
    Column { name: "consumption_cost", required: true },
    Column { name: "consumption_date", required: true },
    Column { name: "meter_reading_before", required: false },
    Column { name: "meter_reading_after", required: false },
    Column { name: "remark", required: false },
];
/// What decimal(10,2) cannot hold, in hundredths.
const DECIMAL_10_2_END: u64 = 10_000_000_000;

pub struct ReadingFile {
    csv: CsvFile,
}

impl ReadingFile {
    pub fn open(path: &Path) -> Result<Self, FileError> {
        Ok(Self { csv: CsvFile::open(path, &COLUMNS)? })
    }

    /// The next reading or the reason why a line is none; `None` at the end.
    /// An empty field is null and `NaN` stays what it is: the table may hold such rows too.
    pub fn next_line(&mut self) -> Result<Option<Result<ReadingRow, BadLine>>, FileError> {
        let Some(fields) = self.csv.next_line()? else { return Ok(None) };
        Ok(Some(fields.and_then(|fields| reading(fields).map_err(|fault| fields.bad(fault)))))
    }
}

fn reading(fields: &Fields) -> Result<ReadingRow, LineFault> {
    let consumption_id = whole(fields, ID)?.ok_or(LineFault::Empty { column: COLUMNS[ID].name })?;
    Ok(ReadingRow {
        consumption_id: Some(consumption_id),
        user_id: whole(fields, USER)?,
        amount_kwh: amount(fields, AMOUNT)?,
        cost_yuan: amount(fields, COST)?,
        date: moment(fields, DATE)?,
        register_before_kwh: amount(fields, BEFORE)?,
        register_after_kwh: amount(fields, AFTER)?,
        remark: text(fields, REMARK, &COLUMNS)?,
    })
}

fn whole(fields: &Fields, column: usize) -> Result<Option<i64>, LineFault> {
    let Some(field) = fields.get(column) else { return Ok(None) };
    match std::str::from_utf8(field).ok().and_then(|text| text.parse().ok()) {
        Some(value) => Ok(Some(value)),
        None => Err(LineFault::unusable(COLUMNS[column].name, field, Expected::WholeNumber)),
    }
}

fn amount(fields: &Fields, column: usize) -> Result<Cell<Fixed2>, LineFault> {
    let field = fields.get(column);
    match Cell::<Fixed2>::from_numeric(field) {
        Cell::Value(value) if value.0.unsigned_abs() >= DECIMAL_10_2_END => {
            Err(LineFault::unusable(COLUMNS[column].name, field.unwrap_or_default(), Expected::SmallDecimal))
        }
        Cell::NotFinite(text) if !text.eq_ignore_ascii_case("nan") => {
            Err(LineFault::unusable(COLUMNS[column].name, text.as_bytes(), Expected::Decimal))
        }
        Cell::OutOfRange(text) => Err(LineFault::unusable(COLUMNS[column].name, text.as_bytes(), Expected::Decimal)),
        usable => Ok(usable),
    }
}

fn moment(fields: &Fields, column: usize) -> Result<Cell<LocalMs>, LineFault> {
    match Cell::<LocalMs>::from_timestamp(fields.get(column)) {
        Cell::NotFinite(text) if ["infinity", "-infinity"].contains(&&*text.to_ascii_lowercase()) => Ok(Cell::NotFinite(text)),
        Cell::NotFinite(text) | Cell::OutOfRange(text) => {
            Err(LineFault::unusable(COLUMNS[column].name, text.as_bytes(), Expected::Time))
        }
        usable => Ok(usable),
    }
}

/// A text the database can store; an empty one is null.
pub(crate) fn text(fields: &Fields, column: usize, columns: &[Column]) -> Result<Option<Arc<str>>, LineFault> {
    let Some(field) = fields.get(column) else { return Ok(None) };
    match std::str::from_utf8(field) {
        Ok(text) if !text.contains('\0') => Ok(Some(text.into())),
        _ => Err(LineFault::NotText { column: columns.get(column).map_or("", |c| c.name) }),
    }
}

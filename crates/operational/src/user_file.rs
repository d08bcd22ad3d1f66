//! A file of users: CSV with the columns of `power_user`, in any order.

use std::path::Path;

use domain::{LocalMs, UserRow};

use crate::csv_file::{Column, CsvFile, Fields, FileError};
use crate::line_fault::{BadLine, Expected, LineFault};
use crate::reading_file::text;

const ID: usize = 0;
const NAME: usize = 1;
const USAGE: usize = 2;
const REGION: usize = 3;
const REGION_NAME: usize = 4;
const ADDRESS: usize = 5;
const PHONE: usize = 6;
const CREATED: usize = 7;
const UPDATED: usize = 8;
const COLUMNS: [Column; 9] = [
    Column { name: "user_id", required: true },
    Column { name: "user_name", required: true },
    Column { name: "usage_type", required: true },
    Column { name: "region_id", required: true },
    Column { name: "region_name", required: true },
    Column { name: "address", required: false },
    Column { name: "phone", required: false },
    Column { name: "create_time", required: false },
    Column { name: "update_time", required: false },
];

pub struct UserFile {
    csv: CsvFile,
}

impl UserFile {
    pub fn open(path: &Path) -> Result<Self, FileError> {
        Ok(Self { csv: CsvFile::open(path, &COLUMNS)? })
    }

    /// The next user or the reason why a line is none; `None` at the end.
    pub fn next_line(&mut self) -> Result<Option<Result<UserRow, BadLine>>, FileError> {
        let Some(fields) = self.csv.next_line()? else { return Ok(None) };
        Ok(Some(fields.and_then(|fields| user(fields).map_err(|fault| fields.bad(fault)))))
    }
}

fn user(fields: &Fields) -> Result<UserRow, LineFault> {
    let user_id = whole(fields, ID)?.ok_or(LineFault::Empty { column: COLUMNS[ID].name })?;
    Ok(UserRow {
        user_id: Some(user_id),
        user_name: text(fields, NAME, &COLUMNS)?,
        usage_type: text(fields, USAGE, &COLUMNS)?,
        region_id: whole(fields, REGION)?,
        region_name: text(fields, REGION_NAME, &COLUMNS)?,
        address: text(fields, ADDRESS, &COLUMNS)?,
        phone: text(fields, PHONE, &COLUMNS)?,
        create_time: moment(fields, CREATED)?,
        update_time: moment(fields, UPDATED)?,
    })
}

fn whole<T: std::str::FromStr>(fields: &Fields, column: usize) -> Result<Option<T>, LineFault> {
    let Some(field) = fields.get(column) else { return Ok(None) };
    match std::str::from_utf8(field).ok().and_then(|text| text.parse().ok()) {
        Some(value) => Ok(Some(value)),
        None => Err(LineFault::unusable(COLUMNS[column].name, field, Expected::WholeNumber)),
    }
}

fn moment(fields: &Fields, column: usize) -> Result<Option<LocalMs>, LineFault> {
    let Some(field) = fields.get(column) else { return Ok(None) };
    match LocalMs::parse(field) {
        Some(at) => Ok(Some(at)),
        None => Err(LineFault::unusable(COLUMNS[column].name, field, Expected::Time)),
    }
}

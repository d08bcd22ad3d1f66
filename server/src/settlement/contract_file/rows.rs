//! Rows of the CSV file, put together to contracts.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};
use domain::settlement::contract::DatedTerms;
use domain::settlement::contract_fields::{TERM_FIELDS, day, direction, plain_terms, set};
use domain::settlement::contract_file::{FileFault, HEAD_FIELDS, NEEDED};
use domain::settlement::tariff::Voltage;
use domain::settlement::{Contract, Direction};
use domain::{Day, UserId};
use warehouse::settlement::contracts::{MOST_ROWS, Wanted};

use super::{BadLine, File};
use crate::web::csv as guard;

const MOST_SHOWN_CHARS: usize = 60;
const MOST_CELL_CHARS: usize = 200;

/// One row, read.
struct Row {
    line: u64,
    user_id: UserId,
    direction: Direction,
    starts_on: Option<Day>,
    closed_on: Option<Day>,
    billing_day: u8,
    dated: DatedTerms,
}

pub(super) fn read(bytes: &[u8]) -> Result<File, FileFault> {
    let bytes = bytes.strip_prefix(guard::BYTE_ORDER_MARK.as_bytes()).unwrap_or(bytes);
    let unreadable = |error: &csv::Error| FileFault::Unreadable(error.to_string().chars().take(MOST_CELL_CHARS).collect());
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(bytes);
    let head = reader.headers().map_err(|error| unreadable(&error))?.clone();
    let columns = columns(&head)?;
    let (mut rows, mut file) = (Vec::new(), File::default());
    let mut record = StringRecord::new();
    let mut lines = Lines { bytes, at: 0, line: 1 };
    while reader.read_record(&mut record).map_err(|error| unreadable(&error))? {
        let line = lines.of(record.position().map_or(0, csv::Position::byte));
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() + file.bad.len() >= MOST_ROWS {
            return Err(FileFault::TooManyRows);
        }
        match row(&record, &columns, line) {
            Ok(row) => rows.push(row),
            Err((user_id, fault)) => file.bad.push(BadLine { line, user_id, fault }),
        }
    }
    join(rows, &mut file);
    Ok(file)
}

/// Line of a place in the file, as an editor counts it; places come in order.
struct Lines<'b> {
    bytes: &'b [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn of(&mut self, byte: u64) -> u64 {
        let start = usize::try_from(byte).unwrap_or(usize::MAX);
        // a record may begin with what is left of the line before
        while self.bytes.get(self.at).is_some_and(|byte| self.at < start || matches!(byte, b'\r' | b'\n')) {
            self.line += u64::from(self.bytes[self.at] == b'\n');
            self.at += 1;
        }
        self.line
    }
}

/// Which field stands at which place.
fn columns(head: &StringRecord) -> Result<BTreeMap<&'static str, usize>, FileFault> {
    let known = || HEAD_FIELDS.into_iter().chain(TERM_FIELDS);
    let mut columns = BTreeMap::new();
    for (at, name) in head.iter().enumerate() {
        let name = name.trim();
        let column = known().find(|known| *known == name);
        let column = column.filter(|column| !columns.contains_key(column));
        columns.insert(column.ok_or_else(|| FileFault::UnknownColumn(shown(name)))?, at);
    }
    match NEEDED.into_iter().find(|name| !columns.contains_key(name)) {
        Some(name) => Err(FileFault::NoColumn(name)),
        None => Ok(columns),
    }
}

fn shown(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(MOST_SHOWN_CHARS).collect()
}

fn row(record: &StringRecord, columns: &BTreeMap<&'static str, usize>, line: u64) -> Result<Row, (Option<UserId>, FileFault)> {
    let cell = |name: &str| {
        let at = columns.get(name).copied();
        at.and_then(|at| record.get(at)).map_or("", |cell| guard::unguarded(cell.trim()))
    };
    let user_id = cell("user_id").parse::<UserId>().ok();
    let bad = |column: &str| (user_id, FileFault::Cell { column: column.to_owned(), value: shown(cell(column)) });
    // an empty cell is as usual
    fn read<T>(text: &str, usual: T, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        if text.is_empty() { Some(usual) } else { parse(text) }
    }
    let day_of = |name: &str| read(cell(name), None, |text| day(text).map(Some)).ok_or_else(|| bad(name));
    let mut terms = plain_terms(Voltage::Below1Kv);
    if cell("voltage").is_empty() {
        return Err(bad("voltage"));
    }
    if let Some(field) = TERM_FIELDS.into_iter().find(|field| !set(&mut terms, field, cell(field))) {
        return Err(bad(field));
    }
    Ok(Row {
        line,
        user_id: user_id.ok_or_else(|| bad("user_id"))?,
        direction: read(cell("direction"), Direction::Import, direction).ok_or_else(|| bad("direction"))?,
        starts_on: day_of("starts_on")?,
        closed_on: day_of("closed_on")?,
        billing_day: read(cell("billing_day"), 1, |text| text.parse().ok()).ok_or_else(|| bad("billing_day"))?,
        dated: DatedTerms { valid_from: day_of("valid_from")?.ok_or_else(|| bad("valid_from"))?, terms },
    })
}

/// Rows of the same customer, direction and start are one contract. The file says nothing of exchanges.
fn join(rows: Vec<Row>, file: &mut File) {
    let mut groups: BTreeMap<(UserId, Direction, Option<Day>), Vec<Row>> = BTreeMap::new();
    for row in rows {
        groups.entry((row.user_id, row.direction, row.starts_on)).or_default().push(row);
    }
    for ((user_id, direction, starts_on), rows) in groups {
        let Some((line, closed_on, billing_day)) = rows.first().map(|row| (row.line, row.closed_on, row.billing_day)) else {
            continue;
        };
        let differing = rows.iter().find(|row| row.closed_on != closed_on || row.billing_day != billing_day);
        if let Some(row) = differing {
            let column = if row.closed_on == closed_on { "billing_day" } else { "closed_on" };
            let fault = FileFault::Differs { column, line };
            file.bad.push(BadLine { line: row.line, user_id: Some(user_id), fault });
            continue;
        }
        file.lines.insert(line, rows.iter().map(|row| (row.dated.valid_from, row.line)).collect());
        let mut terms: Vec<DatedTerms> = rows.into_iter().map(|row| row.dated).collect();
        terms.sort_by_key(|dated| dated.valid_from);
        if starts_on.is_some_and(|start| terms.first().is_some_and(|dated| dated.valid_from != start)) {
            file.bad.push(BadLine { line, user_id: Some(user_id), fault: FileFault::StartsOn });
            continue;
        }
        let contract = Contract { contract_id: 0, user_id, direction, billing_day, closed_on, terms, exchanges: vec![] };
        file.wanted.push(Wanted { line, contract, keeps_exchanges: true });
    }
    file.wanted.sort_by_key(|wanted| wanted.line);
    file.bad.sort_by_key(|bad| bad.line);
}

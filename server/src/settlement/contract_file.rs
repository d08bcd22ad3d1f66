//! Files of contracts: CSV with one row per contract and terms, or JSON as the interface has it.

mod rows;

use std::collections::BTreeMap;

use domain::UserId;
use domain::settlement::contract::DatedTerms;
use domain::settlement::contract_fields::{TERM_FIELDS, cells};
use domain::settlement::contract_file::{FileFault, columns};
use domain::settlement::{Contract, Direction, MeterExchange};
use domain::{Day, Fixed2};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use warehouse::read::exports::Cell;
use warehouse::settlement::contracts::{MOST_ROWS, Wanted};

use crate::web::csv;

/// As many rows as there may be, with room.
pub const MOST_FILE_BYTES: usize = 64 << 20;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    Csv,
    Json,
}

impl Format {
    /// By the name of the file or the first letter of its content.
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace() && !csv::BYTE_ORDER_MARK.as_bytes().contains(byte));
        let is_json = name.to_ascii_lowercase().ends_with(".json") || matches!(first, Some(b'{' | b'['));
        if is_json { Self::Json } else { Self::Csv }
    }
}

/// A line that is no contract.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadLine {
    pub line: u64,
    pub user_id: Option<UserId>,
    pub fault: FileFault,
}

/// What a file wants.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct File {
    pub wanted: Vec<Wanted>,
    /// Where terms stand, by the line of their contract.
    pub lines: BTreeMap<u64, Vec<(Day, u64)>>,
    pub bad: Vec<BadLine>,
}

pub fn read(bytes: &[u8], format: Format) -> Result<File, FileFault> {
    if bytes.len() > MOST_FILE_BYTES {
        return Err(FileFault::TooLarge);
    }
    let file = match format {
        Format::Csv => rows::read(bytes)?,
        Format::Json => read_json(bytes)?,
    };
    if file.wanted.is_empty() && file.bad.is_empty() { Err(FileFault::Empty) } else { Ok(file) }
}

/// A contract as the interface takes and gives it; what is only told there is passed over.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Body {
    pub user_id: UserId,
    #[serde(default)]
    pub direction: Direction,
    #[serde(default = "first")]
    pub billing_day: u8,
    #[serde(default)]
    pub closed_on: Option<Day>,
    pub terms: Vec<DatedTerms>,
    /// Absent: those that stand stay.
    #[serde(default)]
    pub exchanges: Option<Vec<MeterExchange>>,
    /// The version that was seen, where one contract is changed.
    #[serde(default)]
    pub version: Option<i32>,
    #[serde(default)]
    pub note: Option<String>,
    #[serde(default, rename = "contract_id")]
    _contract_id: IgnoredAny,
    #[serde(default, rename = "user_name")]
    _user_name: IgnoredAny,
    #[serde(default, rename = "usage_type")]
    _usage_type: IgnoredAny,
    #[serde(default, rename = "region_id")]
    _region_id: IgnoredAny,
    #[serde(default, rename = "starts_on")]
    _starts_on: IgnoredAny,
    #[serde(default, rename = "changed_at")]
    _changed_at: IgnoredAny,
    #[serde(default, rename = "changed_by")]
    _changed_by: IgnoredAny,
    #[serde(default, rename = "cannot_bill")]
    _cannot_bill: IgnoredAny,
    #[serde(default, rename = "warnings")]
    _warnings: IgnoredAny,
}

fn first() -> u8 {
    1
}

impl Body {
    pub fn wanted(self, line: u64) -> Wanted {
        let mut terms = self.terms;
        terms.sort_by_key(|dated| dated.valid_from);
        let keeps_exchanges = self.exchanges.is_none();
        let mut exchanges = self.exchanges.unwrap_or_default();
        exchanges.sort_by_key(|exchange| exchange.at);
        let contract = Contract {
            contract_id: 0,
            user_id: self.user_id,
            direction: self.direction,
            billing_day: self.billing_day,
            closed_on: self.closed_on,
            terms,
            exchanges,
        };
        Wanted { line, contract, keeps_exchanges }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    contracts: Vec<Value>,
    #[serde(default, rename = "day")]
    _day: IgnoredAny,
    #[serde(default, rename = "total")]
    _total: IgnoredAny,
    #[serde(default, rename = "next_after")]
    _next_after: IgnoredAny,
}

/// Each entry is read by itself, so that one that is wrong is named and not the whole file.
fn read_json(bytes: &[u8]) -> Result<File, FileFault> {
    const MOST_WORDS: usize = 200;
    let said = |error: &serde_json::Error| FileFault::Unreadable(error.to_string().chars().take(MOST_WORDS).collect());
    let bytes = bytes.strip_prefix(csv::BYTE_ORDER_MARK.as_bytes()).unwrap_or(bytes);
    let whole: Whole = serde_json::from_slice(bytes).map_err(|error| said(&error))?;
    if whole.contracts.len() > MOST_ROWS {
        return Err(FileFault::TooManyRows);
    }
    let mut file = File::default();
    for (line, value) in (1..).zip(whole.contracts) {
        let user_id = value["user_id"].as_i64();
        match serde_json::from_value::<Body>(value) {
            Ok(body) => file.wanted.push(body.wanted(line)),
            Err(error) => file.bad.push(BadLine { line, user_id, fault: said(&error) }),
        }
    }
    Ok(file)
}

/// A contract as JSON, as it is taken.
pub fn json(contract: &Contract) -> Value {
    json!({
        "contract_id": contract.contract_id,
        "user_id": contract.user_id,
        "direction": contract.direction,
        "billing_day": contract.billing_day,
        "starts_on": contract.starts_on(),
        "closed_on": contract.closed_on,
        "terms": contract.terms,
        "exchanges": contract.exchanges,
    })
}

pub fn write_head(out: &mut Vec<u8>) {
    csv::write_head(out, &columns());
}

/// A row for each of the terms.
pub fn write_rows(out: &mut Vec<u8>, contract: &Contract) {
    let day = |day: Option<Day>| day.map_or(Cell::Empty, |day| Cell::Day(day.to_date()));
    for dated in &contract.terms {
        let mut row = vec![
            Cell::Int(contract.user_id),
            Cell::Text(contract.direction.code().to_owned()),
            day(contract.starts_on()),
            day(contract.closed_on),
            Cell::Int(contract.billing_day.into()),
            day(Some(dated.valid_from)),
        ];
        row.extend(TERM_FIELDS.into_iter().zip(cells(&dated.terms)).map(|(field, text)| cell(field, text)));
        csv::write_row(out, &row);
    }
}

/// Amounts are numbers for a spreadsheet.
fn cell(field: &str, text: String) -> Cell {
    let amount = || Fixed2::parse(text.as_bytes()).map(|amount| Cell::Number(rust_decimal::Decimal::new(amount.0, 2)));
    match field {
        _ if text.is_empty() => Cell::Empty,
        "capacity_kva" | "contract_demand_kw" | "register_max" => amount().unwrap_or(Cell::Text(text)),
        _ => Cell::Text(text),
    }
}

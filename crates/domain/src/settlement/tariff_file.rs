//! The file that tariffs travel in between installations: plans, calendar, national rules, carbon factors as one JSON document.

use serde::{Deserialize, Serialize};

use super::carbon::CarbonFactor;
use super::{CalendarDay, NationalRules, TariffPlan};
use crate::Day;

pub const FORMAT: &str = "loadline-tariffs/1";
pub const MOST_FILE_BYTES: usize = 4 * 1024 * 1024;
pub const MOST_FILE_PLANS: usize = 1_000;
pub const MOST_FILE_DAYS: usize = 4_000;
pub const MOST_FILE_ROWS: usize = 200;
const MOST_SHOWN_CHARS: usize = 200;

/// Several versions of a plan stand in the order in which they were made: a later one goes before an earlier one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TariffFile {
    pub format: String,
    #[serde(default)]
    pub plans: Vec<TariffPlan>,
    #[serde(default)]
    pub calendar: Vec<DatedDay>,
    #[serde(default)]
    pub rules: Vec<NationalRules>,
    #[serde(default)]
    pub carbon: Vec<CarbonFactor>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DatedDay {
    pub day: Day,
    #[serde(flatten)]
    pub what: CalendarDay,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileFault {
    TooLarge,
    /// Not JSON, or not of this shape; words of the parser, with line and column.
    Shape(String),
    /// Another format than this program reads.
    Format(String),
    TooMany,
    /// A day, a year or a beginning of rules stands in it twice.
    Twice(String),
    /// A text holds a character that databases do not store.
    BadText,
}

impl TariffFile {
    pub fn empty() -> Self {
        Self { format: FORMAT.to_owned(), plans: Vec::new(), calendar: Vec::new(), rules: Vec::new(), carbon: Vec::new() }
    }

    pub fn parse(bytes: &[u8]) -> Result<Self, FileFault> {
        if bytes.len() > MOST_FILE_BYTES {
            return Err(FileFault::TooLarge);
        }
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let file: Self = serde_json::from_slice(bytes).map_err(|error| FileFault::Shape(shown(&error.to_string())))?;
        if file.format != FORMAT {
            return Err(FileFault::Format(shown(&file.format)));
        }
        let is_bounded = file.plans.len() <= MOST_FILE_PLANS
            && file.calendar.len() <= MOST_FILE_DAYS
            && file.rules.len() <= MOST_FILE_ROWS
            && file.carbon.len() <= MOST_FILE_ROWS;
        if !is_bounded {
            return Err(FileFault::TooMany);
        }
        let days = twice(file.calendar.iter().map(|dated| dated.day)).map(|day| day.to_date().to_string());
        let rules = twice(file.rules.iter().map(|rules| rules.valid_from)).map(|day| day.to_date().to_string());
        let years = twice(file.carbon.iter().map(|factor| factor.year)).map(|year| year.to_string());
        if let Some(what) = days.or(rules).or(years) {
            return Err(FileFault::Twice(what));
        }
        if serde_json::to_string(&file).is_ok_and(|text| text.contains("\\u0000")) {
            return Err(FileFault::BadText);
        }
        Ok(file)
    }

    /// For people and for comparing files: one field a line, always in the same order.
    pub fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).map(|text| text + "\n").unwrap_or_default()
    }
}

fn twice<T: Ord + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first().copied())
}

fn shown(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(MOST_SHOWN_CHARS).collect()
}

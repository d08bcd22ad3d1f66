//! Cells as text and as JSON: the one place that decides how a value is written for machines.

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};
use serde_json::Value;
use warehouse::read::exports::{Cell, Row};

/// A customer's name as it may be shown: private ones keep their first character.
pub fn shown_name(name: &str, private: bool) -> String {
    if !private || name == domain::UNKNOWN_USER_NAME {
        return name.to_owned();
    }
    name.chars().next().map_or_else(String::new, |first| format!("{first}*"))
}

/// A value for a CSV file; names must go through [`shown_name`] first.
pub fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Int(number) => number.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Text(text) => text.clone(),
        Cell::Person { name, private } => shown_name(name, *private),
        Cell::Local(at) => at.format("%Y-%m-%d %H:%M:%S%.3f").to_string(),
        Cell::Day(day) => day.to_string(),
        Cell::Instant(at) => instant(*at),
        Cell::Empty => String::new(),
    }
}

pub fn local(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.3f").to_string()
}

pub fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A row as an object: decimals as strings, times in ISO 8601.
pub fn object(columns: &[&str], row: Row) -> Value {
    columns.iter().zip(row).map(|(name, cell)| ((*name).to_owned(), json(cell))).collect::<serde_json::Map<_, _>>().into()
}

fn json(cell: Cell) -> Value {
    match cell {
        Cell::Int(number) => number.into(),
        Cell::Local(at) => local(at).into(),
        Cell::Empty => Value::Null,
        other => plain(&other).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_names_keep_their_first_character() {
        assert_eq!(shown_name("张三丰", true), "张*");
        assert_eq!(shown_name("Loadline GmbH", false), "Loadline GmbH");
        assert_eq!(shown_name(domain::UNKNOWN_USER_NAME, true), domain::UNKNOWN_USER_NAME);
        assert_eq!(shown_name("", true), "");
    }

    #[test]
    fn decimals_are_strings_in_json() {
        let row = vec![Cell::Number(rust_decimal::Decimal::new(100, 2)), Cell::Int(7), Cell::Empty];
        assert_eq!(object(&["a", "b", "c"], row).to_string(), r#"{"a":"1.00","b":7,"c":null}"#);
    }
}

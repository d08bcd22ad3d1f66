//! The text form of COPY: one line a row, tabs between fields, `\N` for null.

use std::fmt::{Display, Write};

use domain::{Cell, ReadingRow};

/// Bytes to keep free for one reading.
const READING_BYTES: usize = 96;

/// The rows as COPY wants them, in the column order of `power_consumption`.
pub fn readings(rows: &[ReadingRow]) -> String {
    let mut text = String::with_capacity(rows.len() * READING_BYTES);
    for row in rows {
        option(&mut text, row.consumption_id, '\t');
        option(&mut text, row.user_id, '\t');
        cell(&mut text, &row.amount_kwh);
        cell(&mut text, &row.cost_yuan);
        cell(&mut text, &row.date);
        cell(&mut text, &row.register_before_kwh);
        cell(&mut text, &row.register_after_kwh);
        match &row.remark {
            None => text.push_str("\\N"),
            Some(remark) => escaped(&mut text, remark),
        }
        text.push('\n');
    }
    text
}

/// A cell as PostgreSQL reads it back; null is `None`.
pub fn cell_text<T: Display>(value: &Cell<T>) -> Option<String> {
    match value {
        Cell::Null => None,
        Cell::Value(value) => Some(value.to_string()),
        Cell::NotFinite(text) | Cell::OutOfRange(text) => Some(text.to_string()),
    }
}

fn option<T: Display>(text: &mut String, value: Option<T>, end: char) {
    match value {
        None => text.push_str("\\N"),
        Some(value) => put(text, &value),
    }
    text.push(end);
}

fn cell<T: Display>(text: &mut String, value: &Cell<T>) {
    match value {
        Cell::Null => text.push_str("\\N"),
        Cell::Value(value) => put(text, value),
        Cell::NotFinite(raw) | Cell::OutOfRange(raw) => escaped(text, raw),
    }
    text.push('\t');
}

fn put(text: &mut String, value: &impl Display) {
    // writing to a String cannot fail
    let _ = write!(text, "{value}");
}

fn escaped(text: &mut String, raw: &str) {
    for character in raw.chars() {
        match character {
            '\\' => text.push_str("\\\\"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            other => text.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Fixed2, LocalMs};

    #[test]
    fn separators_inside_a_text_are_escaped_and_nulls_marked() {
        let row = ReadingRow {
            consumption_id: Some(7),
            amount_kwh: Cell::Value(Fixed2(150)),
            cost_yuan: Cell::NotFinite("NaN".into()),
            date: Cell::Value(LocalMs(0)),
            remark: Some("a\tb\\c\nd".into()),
            ..ReadingRow::default()
        };
        assert_eq!(readings(&[row]), "7\t\\N\t1.50\tNaN\t1970-01-01 00:00:00.000\t\\N\t\\N\ta\\tb\\\\c\\nd\n");
    }
}

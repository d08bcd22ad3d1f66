//! The one table that a run prints.

use std::fmt::Write as _;

/// One figure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    pub figure: String,
    pub asked: String,
    pub measured: String,
    pub ceiling: String,
    pub how: String,
}

impl Row {
    pub fn new(figure: &str, asked: &str, measured: String, ceiling: String, how: impl Into<String>) -> Self {
        Self { figure: figure.to_owned(), asked: asked.to_owned(), measured, ceiling, how: how.into() }
    }

    /// A figure that could not be measured.
    pub fn failed(figure: &str, error: &anyhow::Error) -> Self {
        Self::new(figure, "", format!("FAILED: {error:#}"), String::new(), "")
    }
}

const HEAD: [&str; 5] = ["figure", "asked", "measured", "ceiling in the same run", "how"];

pub fn markdown(machine: &str, rows: &[Row]) -> String {
    let mut text = format!("{machine}\n\n");
    line(&mut text, &HEAD);
    line(&mut text, &["---"; HEAD.len()]);
    for row in rows {
        line(&mut text, &[&row.figure, &row.asked, &row.measured, &row.ceiling, &row.how]);
    }
    text
}

/// Bars and line ends would break the table.
fn line(text: &mut String, cells: &[&str]) {
    for cell in cells {
        let cell = if cell.is_empty() { "—" } else { cell };
        let cell = cell.replace('|', "\\|").split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = write!(text, "| {cell} ");
    }
    text.push_str("|\n");
}

/// `1,234,567`
pub fn count(value: f64) -> String {
    let digits = format!("{:.0}", value.max(0.0));
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

pub fn rate(rows: u64, seconds: f64) -> String {
    format!("{} rows/s", count(rows as f64 / seconds))
}

/// Seconds as a person writes them.
pub fn seconds(value: f64) -> String {
    if value < 1.0 { format!("{:.1} ms", value * 1e3) } else { format!("{value:.2} s") }
}

pub fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes.div_ceil(1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_one_line_per_figure_whatever_the_cells_hold() {
        let rows = [
            Row::new("a|b", "1", "2".to_owned(), String::new(), "first\nsecond"),
            Row::failed("pages", &anyhow::anyhow!("no answer").context("GET /")),
        ];
        let text = markdown("2 cores", &rows);
        assert_eq!(text.lines().count(), 6, "{text}");
        assert!(text.starts_with("2 cores\n\n| figure | asked |"), "{text}");
        assert!(text.contains("| a\\|b | 1 | 2 | — | first second |"), "{text}");
        assert!(text.contains("FAILED: GET /: no answer"), "{text}");
    }

    #[test]
    fn numbers_are_readable() {
        assert_eq!(count(1_234_567.4), "1,234,567");
        assert_eq!(count(999.0), "999");
        assert_eq!(rate(1_000_000, 4.0), "250,000 rows/s");
        assert_eq!(seconds(0.0123), "12.3 ms");
        assert_eq!(seconds(1.5), "1.50 s");
        assert_eq!(megabytes(199_000_001), "200 MB");
    }
}

//! Cells as CSV by RFC 4180, safe to open in a spreadsheet.

use warehouse::read::exports::Cell;

/// Tells Excel that the file is UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";
/// A text that starts with one of these would be run as a formula; the full-width forms count too.
const FORMULA_STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

pub fn write_head(out: &mut Vec<u8>, columns: &[&str]) {
    for (at, name) in columns.iter().enumerate() {
        separate(out, at);
        out.extend_from_slice(name.as_bytes());
    }
    out.extend_from_slice(b"\r\n");
}

pub fn write_row(out: &mut Vec<u8>, row: &[Cell]) {
    for (at, cell) in row.iter().enumerate() {
        separate(out, at);
        match cell {
            Cell::Text(text) => write_text(out, text),
            Cell::Person { name, private } => write_text(out, &super::cells::shown_name(name, *private)),
            other => out.extend_from_slice(super::cells::plain(other).as_bytes()),
        }
    }
    out.extend_from_slice(b"\r\n");
}

fn separate(out: &mut Vec<u8>, at: usize) {
    if at > 0 {
        out.push(b',');
    }
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    let runs_as_formula = text.trim_start_matches(' ').starts_with(FORMULA_STARTS);
    if !runs_as_formula && !text.contains(['"', ',', '\r', '\n']) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    if runs_as_formula {
        out.push(b'\'');
    }
    for part in text.split_inclusive('"') {
        out.extend_from_slice(part.as_bytes());
        if part.ends_with('"') {
            out.push(b'"');
        }
    }
    out.push(b'"');
}

/// A cell of a file that somebody sends back: the quote that [`write_row`] put before a formula is taken off again.
pub fn unguarded(text: &str) -> &str {
    let rest = text.strip_prefix('\'').filter(|rest| rest.trim_start_matches(' ').starts_with(FORMULA_STARTS));
    rest.unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(cells: &[Cell]) -> String {
        let mut out = Vec::new();
        write_row(&mut out, cells);
        String::from_utf8(out).expect("UTF-8")
    }

    fn text(value: &str) -> Cell {
        Cell::Text(value.to_owned())
    }

    #[test]
    fn formulas_become_text_and_numbers_stay_numbers() {
        assert_eq!(line(&[text("=1+1")]), "\"'=1+1\"\r\n");
        assert_eq!(line(&[text("-5"), Cell::Int(-5)]), "\"'-5\",-5\r\n");
        assert_eq!(line(&[Cell::Number(rust_decimal::Decimal::new(-1250, 2))]), "-12.50\r\n");
        for start in FORMULA_STARTS {
            assert!(line(&[text(&format!("{start}x"))]).starts_with("\"'"), "{start:?}");
        }
        assert!(line(&[text("  =1")]).starts_with("\"'"));
    }

    #[test]
    fn guarded_cells_read_back() {
        for start in FORMULA_STARTS {
            let cell = format!("{start}x");
            let written = line(&[text(&cell)]);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(written.as_bytes());
            let record = reader.records().next().expect("one record").expect("well formed");
            assert_eq!(record.get(0).map(unguarded), Some(cell.as_str()));
        }
        assert_eq!((unguarded("'x"), unguarded("x"), unguarded("'")), ("'x", "x", "'"));
    }

    #[test]
    fn every_text_reads_back_as_it_was() {
        let hostile = ["a,b", "a\"b\"", "\"", "line\r\nbreak", "普通", "", "a'b", " x "];
        let cells: Vec<Cell> = hostile.iter().map(|value| text(value)).collect();
        let written = line(&cells);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(written.as_bytes());
        let record = reader.records().next().expect("one record").expect("well formed");
        assert_eq!(record.iter().collect::<Vec<_>>(), hostile);
    }
}

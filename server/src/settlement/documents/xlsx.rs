//! Statements as a workbook: a sheet of statements and one of their lines. Rows leave memory as they are written.

use app::Lang;
use app::text::Text;
use app::text::settlement::documents as words;
use domain::FailureKind;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};
use warehouse::read::settlement::documents::{Bill, Line};

use super::table::{band, component, kind, last_day, state};

/// Rows of a sheet, less its head.
pub const MOST_ROWS: i64 = 1_048_575;
/// Statements of one workbook.
pub const MOST_STATEMENTS: i64 = 200_000;
/// Characters of a cell.
const MOST_CELL_CHARS: usize = 32_767;

#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    #[error("the workbook could not be written: {0}; is there room in the directory for temporary files?")]
    Xlsx(#[from] XlsxError),
}

impl WorkbookError {
    pub fn kind(&self) -> FailureKind {
        FailureKind::Operator
    }
}

/// A workbook that is being written, statement by statement.
pub struct Writer {
    book: Workbook,
    lang: Lang,
    bill_row: u32,
    line_row: u32,
    formats: Formats,
}

struct Formats {
    two: Format,
    six: Format,
}

enum Value<'a> {
    Text(&'a str),
    Whole(i64),
    Two(Decimal),
    Six(Decimal),
    Empty,
}

const BILLS: usize = 0;
const LINES: usize = 1;

impl Writer {
    pub fn new(lang: Lang) -> Result<Self, WorkbookError> {
        let mut book = Workbook::new();
        // the same statements make the same file: no clock in it
        let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
        book.set_properties(&DocProperties::new().set_author("Loadline").set_creation_datetime(&made));
        let head = Format::new().set_bold();
        let sheets: [(Text, &[Text]); 2] =
            [(words::SHEET_STATEMENTS, &words::STATEMENT_COLUMNS), (words::SHEET_LINES, &words::LINE_COLUMNS)];
        for (name, titles) in sheets {
            let sheet = book.add_worksheet_with_constant_memory()?;
            sheet.set_name(name.get(lang))?;
            sheet.set_freeze_panes(1, 0)?;
            for (column, title) in (0u16..).zip(titles) {
                sheet.set_column_width(column, 14)?;
                sheet.write_string_with_format(0, column, title.get(lang), &head)?;
            }
        }
        let formats = Formats { two: Format::new().set_num_format("#,##0.00"), six: Format::new().set_num_format("0.000000") };
        Ok(Self { book, lang, bill_row: 1, line_row: 1, formats })
    }

    pub fn write(&mut self, bill: &Bill) -> Result<(), WorkbookError> {
        let row = self.bill_row;
        let month = bill.month.format("%Y-%m").to_string();
        let state = state(&bill.status, self.lang);
        let (from, last) = (bill.from.to_date().to_string(), last_day(bill).to_date().to_string());
        let values = [
            Value::Whole(bill.statement_id),
            Value::Text(&month),
            Value::Whole(bill.version.into()),
            Value::Text(&state),
            Value::Whole(bill.contract_id),
            Value::Whole(bill.user_id),
            Value::Text(&bill.user_name),
            Value::Text(&bill.usage_type),
            bill.region_id.map_or(Value::Empty, |region| Value::Whole(region.into())),
            Value::Text(&from),
            Value::Text(&last),
            Value::Two(bill.energy_kwh),
            Value::Two(bill.estimated_kwh),
            Value::Two(bill.amount),
            Value::Two(bill.adjustment),
            bill.carbon_kg.map_or(Value::Empty, Value::Two),
            bill.hash.as_deref().map_or(Value::Empty, Value::Text),
        ];
        self.row(BILLS, row, &values)?;
        self.bill_row += 1;
        for line in &bill.lines {
            self.line(bill, &month, line)?;
        }
        Ok(())
    }

    fn line(&mut self, bill: &Bill, month: &str, line: &Line) -> Result<(), WorkbookError> {
        let lang = self.lang;
        let text = |text: &'_ Option<String>| text.clone().unwrap_or_default();
        let kind = kind(&line.kind, lang);
        let band = line.band.as_deref().map(|code| band(code, lang)).unwrap_or_default();
        let component = line.component.as_deref().map(|code| component(code, lang)).unwrap_or_default();
        let (name, clause, notice) = (text(&line.name), text(&line.clause), text(&line.notice));
        let values = [
            Value::Whole(bill.statement_id),
            Value::Whole(bill.user_id),
            Value::Text(&bill.user_name),
            Value::Whole(line.line_no.into()),
            Value::Text(&kind),
            Value::Text(&band),
            line.tier.map_or(Value::Empty, |tier| Value::Whole(tier.into())),
            Value::Text(&component),
            Value::Text(&name),
            Value::Two(line.quantity),
            Value::Text(&line.unit),
            line.price.map_or(Value::Empty, Value::Six),
            Value::Two(line.amount),
            Value::Two(line.estimated_kwh),
            Value::Text(&clause),
            Value::Text(&notice),
            Value::Text(month),
        ];
        self.row(LINES, self.line_row, &values)?;
        self.line_row += 1;
        Ok(())
    }

    /// Texts are written as texts: what looks like a formula is none.
    fn row(&mut self, sheet: usize, row: u32, values: &[Value]) -> Result<(), WorkbookError> {
        let Self { book, formats, .. } = self;
        let sheet = book.worksheet_from_index(sheet)?;
        for (column, value) in (0u16..).zip(values) {
            match value {
                Value::Text("") | Value::Empty => {}
                Value::Text(text) if text.chars().count() > MOST_CELL_CHARS => {
                    let cut: String = text.chars().take(MOST_CELL_CHARS).collect();
                    sheet.write_string(row, column, cut)?;
                }
                Value::Text(text) => {
                    sheet.write_string(row, column, *text)?;
                }
                Value::Whole(number) => {
                    sheet.write_number(row, column, Decimal::from(*number).to_f64().unwrap_or_default())?;
                }
                // spreadsheets know nothing but binary numbers; two decimals come back exactly below 10^13
                Value::Two(number) => {
                    sheet.write_number_with_format(row, column, number.to_f64().unwrap_or_default(), &formats.two)?;
                }
                Value::Six(number) => {
                    sheet.write_number_with_format(row, column, number.to_f64().unwrap_or_default(), &formats.six)?;
                }
            }
        }
        Ok(())
    }

    pub fn finish(mut self) -> Result<Vec<u8>, WorkbookError> {
        Ok(self.book.save_to_buffer()?)
    }
}

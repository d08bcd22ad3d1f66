//! Statements as tables: which columns a file has and what stands in them. Both kinds of files share them.

use app::Lang;
use app::text::Text;
use app::text::settlement::words as kinds;
use domain::Day;
use domain::settlement::{Band, ComponentKind, LineKind, StatementState};
use rust_decimal::Decimal;
use warehouse::read::exports::Cell;
use warehouse::read::settlement::documents::{Bill, Line};

/// Columns of the lines in CSV: those of the statement come first, so that each row stands for itself.
pub const CSV_COLUMNS: &[&str] = &[
    "statement_id",
    "month",
    "version",
    "status",
    "contract_id",
    "user_id",
    "user_name",
    "usage_type",
    "region_id",
    "first_day",
    "last_day",
    "currency",
    "line_no",
    "kind",
    "band",
    "tier",
    "component",
    "name",
    "quantity",
    "unit",
    "price",
    "amount",
    "estimated_kwh",
    "clause",
    "notice",
];

/// One row for each line; a statement without lines has one row with an amount of zero.
pub fn csv_rows(bill: &Bill) -> Vec<Vec<Cell>> {
    let head = || {
        vec![
            Cell::Int(bill.statement_id),
            Cell::Text(bill.month.format("%Y-%m").to_string()),
            Cell::Int(bill.version.into()),
            Cell::Text(bill.status.clone()),
            Cell::Int(bill.contract_id),
            Cell::Int(bill.user_id),
            Cell::Text(bill.user_name.clone()),
            Cell::Text(bill.usage_type.clone()),
            bill.region_id.map_or(Cell::Empty, |region| Cell::Int(region.into())),
            Cell::Day(bill.from.to_date()),
            Cell::Day(last_day(bill).to_date()),
            Cell::Text(bill.currency.clone()),
        ]
    };
    let row = |line: &Line| head().into_iter().chain(csv_line(line)).collect();
    if bill.lines.is_empty() {
        let empty = (head().len()..CSV_COLUMNS.len()).map(|at| match CSV_COLUMNS[at] {
            "amount" => Cell::Number(Decimal::new(0, 2)),
            _ => Cell::Empty,
        });
        return vec![head().into_iter().chain(empty).collect()];
    }
    bill.lines.iter().map(row).collect()
}

fn csv_line(line: &Line) -> Vec<Cell> {
    let text = |text: &Option<String>| text.clone().map_or(Cell::Empty, Cell::Text);
    vec![
        Cell::Int(line.line_no.into()),
        Cell::Text(line.kind.clone()),
        text(&line.band),
        line.tier.map_or(Cell::Empty, |tier| Cell::Int(tier.into())),
        text(&line.component),
        text(&line.name),
        Cell::Number(line.quantity),
        Cell::Text(line.unit.clone()),
        line.price.map_or(Cell::Empty, Cell::Number),
        Cell::Number(line.amount),
        Cell::Number(line.estimated_kwh),
        text(&line.clause),
        text(&line.notice),
    ]
}

pub fn last_day(bill: &Bill) -> Day {
    Day(bill.to.0 - 1)
}

/// Words of codes; one that this version does not know stays as it is.
pub fn state(code: &str, lang: Lang) -> String {
    known(code, StatementState::from_code(code).map(kinds::state), lang)
}

pub fn kind(code: &str, lang: Lang) -> String {
    known(code, LineKind::ALL.into_iter().find(|kind| kind.code() == code).map(kinds::line), lang)
}

pub fn band(code: &str, lang: Lang) -> String {
    known(code, Band::from_code(code).map(kinds::band), lang)
}

pub fn component(code: &str, lang: Lang) -> String {
    known(code, ComponentKind::ALL.into_iter().find(|kind| kind.code() == code).map(kinds::component), lang)
}

fn known(code: &str, text: Option<Text>, lang: Lang) -> String {
    text.map_or_else(|| code.to_owned(), |text| text.get(lang).to_owned())
}

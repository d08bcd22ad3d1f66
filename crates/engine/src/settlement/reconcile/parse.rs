//! Reads pasted lines of a bill: name, band, kWh, price, amount, divided by tabs, commas or blanks.

use domain::Fixed2;
use domain::settlement::reconcile::{GridLine, Item};
use domain::settlement::{Band, Price6};

pub const MOST_LINES: usize = 200;
pub const MOST_TEXT_BYTES: usize = 16_000;
const MOST_NAME_CHARS: usize = 100;

/// Why a line (from 1) cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LineFault {
    /// Nothing to compare was pasted.
    Nothing,
    TooLong,
    /// There is no amount in it.
    NoAmount {
        line: usize,
    },
    /// More numbers than kWh, price and amount.
    TooManyNumbers {
        line: usize,
    },
}

/// Empty lines and a head are left out.
pub fn parse(text: &str) -> Result<Vec<GridLine>, LineFault> {
    if text.len() > MOST_TEXT_BYTES || text.lines().count() > MOST_LINES {
        return Err(LineFault::TooLong);
    }
    let mut lines = Vec::new();
    let mut is_first = true;
    for (at, raw) in text.trim_start_matches('\u{feff}').lines().enumerate().filter(|(_, raw)| !raw.trim().is_empty()) {
        let head_allowed = std::mem::take(&mut is_first);
        let cells = cells(raw);
        let numbers: Vec<&str> = cells.iter().map(String::as_str).filter(|cell| number(cell).is_some()).collect();
        let words: Vec<&str> =
            cells.iter().map(String::as_str).filter(|cell| number(cell).is_none() && !cell.is_empty()).collect();
        let Some((last, before)) = numbers.split_last() else {
            if head_allowed {
                continue;
            }
            return Err(LineFault::NoAmount { line: at + 1 });
        };
        let name: String = words.join(" ").chars().take(MOST_NAME_CHARS).collect();
        let (item, band) = (item_of(&name), band_of(&name));
        let (kwh, price) = match before {
            [] => (None, None),
            [one] if item.is_energy() => (number(one), None),
            [one] => (None, decimal(one)),
            [kwh, price] => (number(kwh), decimal(price)),
            _ => return Err(LineFault::TooManyNumbers { line: at + 1 }),
        };
        let amount = number(last).unwrap_or_default();
        lines.push(GridLine {
            name,
            item,
            band: band.filter(|_| item.is_energy()),
            kwh: kwh.filter(|_| item.is_energy()),
            price,
            amount,
        });
    }
    if lines.is_empty() { Err(LineFault::Nothing) } else { Ok(lines) }
}

fn cells(raw: &str) -> Vec<String> {
    let by = |separator: char| raw.split(separator).map(clean).collect::<Vec<_>>();
    if raw.contains('\t') {
        return by('\t');
    }
    let blanks: Vec<String> = raw.split_whitespace().map(clean).collect();
    let is_table = blanks.len() > 1 && blanks.last().is_some_and(|cell| number(cell).is_some());
    match raw.contains([',', '，']) {
        true if !is_table => comma_cells(raw),
        _ => blanks,
    }
}

/// Commas inside quotes belong to the cell.
fn comma_cells(raw: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    for character in raw.chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            ',' | '，' if !is_quoted => cells.push(String::new()),
            other => cells.last_mut().into_iter().for_each(|cell| cell.push(other)),
        }
    }
    cells.iter().map(|cell| clean(cell)).collect()
}

fn clean(cell: &str) -> String {
    cell.trim().trim_matches('"').trim().to_owned()
}

fn plain(cell: &str) -> Option<String> {
    let (body, negative) = match cell.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(body) => (body, true),
        None => (cell, false),
    };
    let units = ["千瓦时", "kWh", "kwh", "KWH", "元", "¥", "￥", "%"];
    let mut body = body.to_owned();
    for unit in units {
        body = body.replace(unit, "");
    }
    let body: String = body.chars().filter(|character| !matches!(character, ',' | ' ' | '+')).collect();
    let body = body.replace('−', "-");
    let is_number = body.chars().any(|character| character.is_ascii_digit())
        && body.trim_start_matches('-').chars().all(|character| character.is_ascii_digit() || character == '.');
    is_number.then(|| if negative { format!("-{body}") } else { body })
}

/// Six decimals at most; further ones are dropped.
fn decimal(cell: &str) -> Option<Price6> {
    let plain = plain(cell)?;
    let cut = match plain.split_once('.') {
        Some((whole, decimals)) => format!("{whole}.{}", decimals.chars().take(6).collect::<String>()),
        None => plain,
    };
    Price6::parse(&cut)
}

/// To 0.01, half-up away from zero.
fn number(cell: &str) -> Option<Fixed2> {
    let value = decimal(cell)?.0;
    let half = if value < 0 { -5_000 } else { 5_000 };
    Some(Fixed2(value.checked_add(half)? / 10_000))
}

/// Bands are looked for in the order in which one name contains another.
fn band_of(name: &str) -> Option<Band> {
    let lower = name.to_lowercase().replace("平均", "");
    let names: [(&[&str], Band); 5] = [
        (&["深谷", "deep"], Band::DeepValley),
        (&["尖", "sharp", "critical"], Band::Sharp),
        (&["峰", "peak"], Band::Peak),
        (&["谷", "valley", "off"], Band::Valley),
        (&["平", "flat", "shoulder"], Band::Flat),
    ];
    names.into_iter().find(|(words, _)| words.iter().any(|word| lower.contains(word))).map(|(_, band)| band)
}

/// By the words that bills use.
pub fn item_of(name: &str) -> Item {
    let lower = name.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let rules: [(&[&str], Item); 11] = [
        (&["合计", "总计", "总电费", "应收", "应付", "total"], Item::Total),
        (&["功率因数", "力调", "力率", "power factor", "power-factor"], Item::PowerFactor),
        (&["退补", "adjust"], Item::Adjustment),
        (&["基金", "附加", "fund", "surcharge"], Item::Fund),
        (&["系统运行", "system"], Item::SystemOperation),
        (&["线损", "loss"], Item::LineLoss),
        (&["基本电费", "容量", "需量", "容(需)量", "容（需）量", "basic", "capacity", "demand"], Item::Basic),
        (&["输配", "transmission"], Item::Transmission),
        (&["购电", "上网电", "purchase"], Item::Purchase),
        (&["电量", "电度", "分时", "energy"], Item::Energy),
        (&["尖", "峰", "平", "谷", "sharp", "peak", "flat", "valley"], Item::Energy),
    ];
    rules.into_iter().find(|(words, _)| has(words)).map_or(Item::Unknown, |(_, item)| item)
}

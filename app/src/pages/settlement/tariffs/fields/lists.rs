//! Lists as people write them: months, spans of the day, limits of tiers, names.

use domain::settlement::{MinuteSpan, Price6};

/// Whatever keyboards offer between two items.
fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', '，', '、', ';', '；', '\n']).map(str::trim).filter(|item| !item.is_empty())
}

fn range(item: &str) -> Option<(&str, &str)> {
    ['-', '–', '—', '~', '～', '至'].into_iter().find_map(|dash| item.split_once(dash)).map(|(from, to)| (from.trim(), to.trim()))
}

/// `1,7-8`; a range may go over the turn of the year. None: not to be understood.
pub fn months(text: &str) -> Option<Vec<u8>> {
    let month = |text: &str| text.trim_end_matches('月').trim().parse::<u8>().ok().filter(|month| (1..=12).contains(month));
    let mut months = Vec::new();
    for item in items(text) {
        match range(item) {
            None => months.push(month(item)?),
            Some((from, to)) => {
                let (from, to) = (month(from)?, month(to)?);
                let mut at = from;
                months.push(at);
                while at != to {
                    at = at % 12 + 1;
                    months.push(at);
                }
            }
        }
    }
    Some(months)
}

/// As [`months`] reads it.
pub fn months_text(months: &[u8]) -> String {
    let mut runs: Vec<(u8, u8)> = Vec::new();
    for &month in months {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == month => *last = month,
            _ => runs.push((month, month)),
        }
    }
    let run = |(first, last): (u8, u8)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    runs.into_iter().map(run).collect::<Vec<_>>().join(",")
}

pub fn spans(text: &str) -> Option<Vec<MinuteSpan>> {
    let text = text.replace('：', ":");
    items(&text).map(|item| range(item).and_then(|(from, to)| MinuteSpan::parse(&format!("{from}-{to}")))).collect()
}

pub fn spans_text(spans: &[MinuteSpan]) -> String {
    spans.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

pub fn limits(text: &str) -> Option<Vec<u32>> {
    items(text).map(|item| item.parse().ok()).collect()
}

pub fn names(text: &str) -> Vec<String> {
    items(text).map(str::to_owned).collect()
}

/// The day of a year, as `07-01`.
pub fn month_day(text: &str) -> Option<(u8, u8)> {
    let (month, day) = text.split_once('-')?;
    Some((month.trim().parse().ok()?, day.trim().parse().ok()?))
}

/// Without zeros at the end, as it can be entered again.
pub fn price_text(price: Price6) -> String {
    let text = price.to_string();
    let text = text.trim_end_matches('0');
    text.strip_suffix('.').unwrap_or(text).to_owned()
}

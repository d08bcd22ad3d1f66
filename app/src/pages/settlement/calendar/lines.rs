//! Many days of the calendar as lines of text, one day or one range on each.

use chrono::NaiveDate;
use domain::Day;
use domain::settlement::check::is_day_in_range;
use domain::settlement::{CalendarDay, CalendarDays};

use crate::text::settlement::calendar as texts;
use crate::text::{Lang, Text};

/// Of one form: a year with every weekend would fit.
pub const MOST_DAYS: usize = 200;
const MOST_RANGE_DAYS: i32 = 31;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineFault {
    Day,
    Name,
    Range,
}

impl LineFault {
    fn text(self) -> Text {
        match self {
            Self::Day => texts::WRONG_DAY,
            Self::Name => texts::WRONG_NAME,
            Self::Range => texts::WRONG_RANGE,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinesFault {
    /// Lines are numbered from 1.
    Lines(Vec<(usize, LineFault)>),
    TooMany,
}

impl LinesFault {
    pub fn sentences(&self, lang: Lang) -> Vec<String> {
        match self {
            Self::Lines(faults) => faults
                .iter()
                .map(|(line, fault)| texts::LINE_WRONG.with(lang, &[&line.to_string(), fault.text().get(lang)]))
                .collect(),
            Self::TooMany => vec![texts::TOO_MANY_LINES.with(lang, &[&MOST_DAYS.to_string()])],
        }
    }
}

/// Days in order; a day that stands on two lines is what the last one says.
pub fn read(text: &str) -> Result<CalendarDays, LinesFault> {
    let (mut days, mut faults) = (CalendarDays::new(), Vec::new());
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        match read_line(line) {
            Ok((from, to, what)) => days.extend((from.0..=to.0).map(|day| (Day(day), what.clone()))),
            Err(fault) => faults.push((at + 1, fault)),
        }
        if days.len() > MOST_DAYS {
            return Err(LinesFault::TooMany);
        }
    }
    if faults.is_empty() { Ok(days) } else { Err(LinesFault::Lines(faults)) }
}

fn read_line(line: &str) -> Result<(Day, Day, CalendarDay), LineFault> {
    let mut words = line.split([' ', '\t', ',', '，', '\u{3000}']).filter(|word| !word.is_empty());
    let days = words.next().unwrap_or_default();
    let (from, to) = days.split_once("..").unwrap_or((days, days));
    let (from, to) = (day(from)?, day(to)?);
    if to < from || to.0 - from.0 >= MOST_RANGE_DAYS {
        return Err(LineFault::Range);
    }
    let rest: Vec<&str> = words.collect();
    let (is_worked, name) = match rest.split_first() {
        Some((first, name)) => match kind(first) {
            Some(is_worked) => (is_worked, name.join(" ")),
            None => (false, rest.join(" ")),
        },
        None => (false, String::new()),
    };
    let is_named = !name.is_empty() || is_worked;
    if !is_named || name.chars().count() > CalendarDay::MOST_NAME_CHARS || name.chars().any(char::is_control) {
        return Err(LineFault::Name);
    }
    Ok((from, to, if is_worked { CalendarDay::Workday { name } } else { CalendarDay::Holiday { name } }))
}

fn day(text: &str) -> Result<Day, LineFault> {
    let date: NaiveDate = text.trim().parse().map_err(|_| LineFault::Day)?;
    Some(Day::from_date(date)).filter(|day| is_day_in_range(*day)).ok_or(LineFault::Day)
}

/// Whether the day is worked; none where the word is no kind.
fn kind(word: &str) -> Option<bool> {
    match word.to_lowercase().as_str() {
        "休" | "假" | "节" | "节假日" | "off" | "holiday" => Some(false),
        "班" | "上班" | "调休" | "调休上班" | "work" | "workday" => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> Day {
        Day::from_date(text.parse().unwrap())
    }

    #[test]
    fn lines_are_read_as_people_write_them() {
        let days =
            read("2026-10-01..2026-10-03 休 国庆\n\n2026-10-10，班\n2026-12-25 Christmas Day\n2026-10-03 off 中秋").unwrap();
        assert_eq!(days.len(), 5);
        assert_eq!(days[&on("2026-10-02")], CalendarDay::Holiday { name: "国庆".to_owned() });
        assert_eq!(days[&on("2026-10-03")], CalendarDay::Holiday { name: "中秋".to_owned() });
        assert_eq!(days[&on("2026-10-10")], CalendarDay::Workday { name: String::new() });
        assert_eq!(days[&on("2026-12-25")], CalendarDay::Holiday { name: "Christmas Day".to_owned() });
    }

    #[test]
    fn every_wrong_line_is_named() {
        let faults = read(
            "2026-02-30 x\n2026-01-01\n2026-01-05..2026-01-01 x\n2026-01-01..2026-03-01 x\n2026-05-01 休 劳动节\n1800-01-01 x",
        );
        let expected =
            [(1, LineFault::Day), (2, LineFault::Name), (3, LineFault::Range), (4, LineFault::Range), (6, LineFault::Day)];
        assert_eq!(faults, Err(LinesFault::Lines(expected.to_vec())));
        let many: String = (1..=12).map(|month| format!("2026-{month:02}-01..2026-{month:02}-28 x\n")).collect();
        assert_eq!(read(&many), Err(LinesFault::TooMany));
        assert!(LinesFault::TooMany.sentences(Lang::En)[0].contains("200"));
    }
}

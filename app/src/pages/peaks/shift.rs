//! The clock time of the peak against yesterday, last week and the usual.

use chrono::{Days, NaiveTime};
use warehouse::read::peaks::{PeakShift, TotalPeak};

use super::Shown;
use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::PageRequest;
use crate::format;
use crate::pages::shared::{nothing, region_of};
use crate::text::{Lang, common, peaks as words};

pub fn block(shifts: &[PeakShift], totals: &[TotalPeak], shown: &Shown, request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let columns = vec![
        Column::text(common::REGION.get(lang)),
        Column::text(words::TODAY_PEAK.get(lang)),
        Column::text(common::YESTERDAY.get(lang)),
        Column::text(common::LAST_WEEK.get(lang)),
        Column::text(words::MEDIAN.get(lang)),
    ];
    let all = total_shift(totals, shown);
    let mut rows = vec![row(Cell::text(shown.all.get(lang)), &all, lang)];
    rows.extend(shifts.iter().map(|shift| row(Cell::text(region_of(&shown.tree, shift.region_id, lang)), shift, lang)));
    let content = if shifts.is_empty() { nothing(words::NONE, lang) } else { table(words::SHIFT.get(lang), columns, rows) };
    Block::new("shift", content).titled(words::SHIFT.get(lang)).class("wide")
}

fn total_shift(totals: &[TotalPeak], shown: &Shown) -> PeakShift {
    let on = |days: u64| {
        let day = shown.day - Days::new(days);
        totals.iter().find(|total| total.stat_day == day).map(|total| total.peak_quarter.time())
    };
    let mut before: Vec<_> =
        totals.iter().filter(|total| total.stat_day < shown.day).map(|total| total.peak_quarter.time()).collect();
    before.sort_unstable();
    let median = before.get(before.len().saturating_sub(1) / 2).copied();
    let median_days = i64::try_from(before.len()).unwrap_or(0);
    PeakShift { region_id: -1, today: on(0), yesterday: on(1), last_week: on(7), median, median_days }
}

fn row(name: Cell, shift: &PeakShift, lang: Lang) -> Row {
    let median = shift.median.map(|at| words::MEDIAN_DAYS.with(lang, &[&clock(at), &shift.median_days.to_string()]));
    let compared = |at: Option<NaiveTime>, shown: Option<String>| {
        let Some(text) = shown else { return common::ABSENT.to_owned() };
        match (shift.today, at) {
            (Some(today), Some(at)) => format!("{text} · {}", distance(today, at, lang)),
            _ => text,
        }
    };
    Row::from(vec![
        name,
        Cell::text(format::or_absent(shift.today, clock)),
        Cell::text(compared(shift.yesterday, shift.yesterday.map(clock))),
        Cell::text(compared(shift.last_week, shift.last_week.map(clock))),
        Cell::text(compared(shift.median, median)),
    ])
}

fn clock(at: NaiveTime) -> String {
    at.format("%H:%M").to_string()
}

/// How much earlier or later today is, within the day.
fn distance(today: NaiveTime, before: NaiveTime, lang: Lang) -> String {
    let minutes = (today - before).num_minutes();
    match minutes.signum() {
        1 => words::LATER.with(lang, &[&minutes.to_string()]),
        -1 => words::EARLIER.with(lang, &[&minutes.unsigned_abs().to_string()]),
        _ => words::SAME.get(lang).to_owned(),
    }
}

//! When and where a rule would have fired: one line for each region, one bar for each alarm.

use domain::LocalMs;
use domain::alarms::Subject;
use warehouse::alarms::trials::{Trial, TrialResult};

use super::label;
use crate::charts::canvas::{Align, Pen, draw as draw_chart, escape, label as write, line, rect};
use crate::format::{date_clock, date_minute, month_day_minute};
use crate::text::Lang;
use crate::text::alarms::trial as texts;

pub const MOST_LINES: usize = 40;
const WIDTH: i32 = 1_300;
const LEFT: i32 = 150;
const RIGHT: i32 = 10;
const TOP: i32 = 8;
const LINE_PX: i32 = 22;
const FOOT_PX: i32 = 26;
const TEXT_PX: i32 = 12;
const TICKS: i64 = 4;
/// Letters of a name that fit beside the line.
const NAME_CHARS: usize = 18;

pub struct Drawn {
    pub svg: String,
    pub is_cut: bool,
}

/// A bar in the line of its subject; `side` 0 is the first version.
struct Bar {
    line: usize,
    side: usize,
    from: LocalMs,
    to: LocalMs,
}

/// The period along the width.
struct Axis {
    from: i64,
    to: i64,
}

impl Axis {
    fn x(&self, at: LocalMs) -> i32 {
        let span = (self.to - self.from).max(1);
        let width = i64::from(WIDTH - LEFT - RIGHT);
        LEFT + i32::try_from((at.0.clamp(self.from, self.to) - self.from).saturating_mul(width) / span).unwrap_or(0)
    }
}

pub fn draw(trial: &Trial, found: &TrialResult, name: &dyn Fn(Subject) -> String, lang: Lang) -> Drawn {
    let axis = Axis { from: LocalMs::from_naive(trial.from).0, to: LocalMs::from_naive(trial.to).0 };
    let mut subjects: Vec<Subject> = found.sides.iter().flat_map(|side| side.alarms.iter().map(|alarm| alarm.subject)).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let is_cut = subjects.len() > MOST_LINES;
    subjects.truncate(MOST_LINES);
    let bars = found.sides.iter().enumerate().flat_map(|(side, of)| of.alarms.iter().map(move |alarm| (side, alarm)));
    let bars: Vec<_> = bars
        .filter_map(|(side, alarm)| {
            let line = subjects.binary_search(&alarm.subject).ok()?;
            Some(Bar { line, side, from: alarm.from, to: alarm.to.unwrap_or(found.until) })
        })
        .collect();
    let bottom = TOP + LINE_PX * i32::try_from(subjects.len()).unwrap_or(0);
    let size = (WIDTH.unsigned_abs(), (bottom + FOOT_PX).unsigned_abs());
    let title = texts::TIMELINE_NAME.with(lang, &[&date_minute(LocalMs(axis.from)), &date_minute(LocalMs(axis.to))]);
    let sides = found.sides.len();
    let tips: String = bars.iter().map(|bar| tip(bar, sides, &axis, trial, &subjects, name, lang)).collect();
    let svg = draw_chart(size, &title, &tips, |area| {
        for tick in 0..=TICKS {
            let at = LocalMs(axis.from + (axis.to - axis.from) * tick / TICKS);
            let x = axis.x(at);
            line(area, vec![(x, TOP), (x, bottom + 4)], Pen::Grid)?;
            let align = match tick {
                0 => Align::Start,
                TICKS => Align::End,
                _ => Align::Middle,
            };
            write(area, (x, bottom + 4 + TEXT_PX), align, TEXT_PX, Pen::Label, &month_day_minute(at))?;
        }
        for (at, subject) in subjects.iter().enumerate() {
            let y = TOP + LINE_PX * i32::try_from(at).unwrap_or(0) + LINE_PX / 2;
            let short: String = name(*subject).chars().take(NAME_CHARS).collect();
            write(area, (LEFT - 8, y), Align::End, TEXT_PX, Pen::Label, &short)?;
            line(area, vec![(LEFT, y), (WIDTH - RIGHT, y)], Pen::Grid)?;
        }
        bars.iter().try_for_each(|bar| {
            let (from, to) = corners(bar, sides, &axis);
            rect(area, from, to, if bar.side == 0 { Pen::Bar } else { Pen::Revised })
        })
    });
    Drawn { svg, is_cut }
}

/// Two versions share the height of a line.
fn corners(bar: &Bar, sides: usize, axis: &Axis) -> ((i32, i32), (i32, i32)) {
    let height = (LINE_PX - 6) / i32::try_from(sides.max(1)).unwrap_or(1);
    let top = TOP + LINE_PX * i32::try_from(bar.line).unwrap_or(0) + 3 + height * i32::try_from(bar.side).unwrap_or(0);
    let left = axis.x(bar.from);
    ((left, top), (axis.x(bar.to).max(left + 2), top + height - 1))
}

fn tip(
    bar: &Bar,
    sides: usize,
    axis: &Axis,
    trial: &Trial,
    subjects: &[Subject],
    name: &dyn Fn(Subject) -> String,
    lang: Lang,
) -> String {
    let ((left, top), (right, bottom)) = corners(bar, sides, axis);
    let subject = subjects.get(bar.line).map(|subject| name(*subject)).unwrap_or_default();
    let text = format!("{subject} · {} – {} · {}", date_clock(bar.from), date_clock(bar.to), label(trial, bar.side, lang));
    let (width, height) = (right - left, bottom - top + 1);
    let text = escape(&text);
    format!(
        "<g class=\"pt\"><rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\"><title>{text}</title></rect></g>"
    )
}

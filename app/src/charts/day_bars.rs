//! Energy of each day of a period as bars; each is a link to its day.

use std::fmt::Write as _;

use super::canvas::{Align, Pen, draw, escape, label, line};
use super::scale::{Plot, ticks};
use domain::Fixed2;

const SIZE: (u32, u32) = (1100, 150);
const TEXT_PX: i32 = 12;
/// 10 kWh: below it steps of the axis are parts of a kWh.
const SMALL_AXIS: i64 = 1_000;
/// A period that has just begun has bars as narrow as those of a whole one.
const LEAST_COLUMNS: usize = 28;

pub struct DayBar {
    pub label: String,
    pub kwh: Fixed2,
    pub estimated_kwh: Fixed2,
    pub is_complete: bool,
    pub is_shown: bool,
    pub tip: String,
    pub address: String,
}

/// Whole kWh, unless the whole axis has less than a few of them.
fn axis_kwh(value: Fixed2, top: Fixed2) -> String {
    if top.0 < SMALL_AXIS { crate::format::yuan(value) } else { crate::format::count(value.0 / 100) }
}

pub fn svg(name: &str, bars: &[DayBar]) -> String {
    let largest = bars.iter().map(|bar| bar.kwh).max().unwrap_or_default().max(Fixed2(1));
    let values = ticks(largest, 3);
    let plot = Plot {
        left: TEXT_PX * 6,
        top: TEXT_PX * 2,
        width: 1100 - TEXT_PX * 7,
        height: 150 - TEXT_PX * 4,
        columns: f64::from(u32::try_from(bars.len().max(LEAST_COLUMNS)).unwrap_or(1)),
        top_value: values.last().copied().unwrap_or(Fixed2(1)),
    };
    let column = |at: usize| plot.x(f64::from(u32::try_from(at).unwrap_or(0)));
    let mut overlay = String::new();
    for (at, bar) in bars.iter().enumerate() {
        let (from, to) = (column(at) + 1, column(at + 1) - 1);
        let (top, bottom, width) = (plot.y(bar.kwh), plot.bottom(), (to - from).max(1));
        let title = escape(&bar.tip);
        let class = if bar.is_shown { "day-bar is-shown" } else { "day-bar" };
        let _ = write!(
            overlay,
            "<a href=\"{}\" class=\"{class}\" aria-label=\"{title}\"><title>{title}</title>\
             <rect class=\"day-column\" x=\"{from}\" y=\"{}\" width=\"{width}\" height=\"{}\"/>\
             <rect class=\"bar\" x=\"{from}\" y=\"{top}\" width=\"{width}\" height=\"{}\"/>",
            escape(&bar.address),
            plot.top,
            plot.height,
            (bottom - top).max(0)
        );
        if bar.estimated_kwh.0 > 0 {
            let part = plot.y(Fixed2(bar.kwh.0.min(bar.estimated_kwh.0)));
            let _ = write!(
                overlay,
                "<rect class=\"partial\" x=\"{from}\" y=\"{part}\" width=\"{width}\" height=\"{}\"/>",
                (bottom - part).max(0)
            );
        }
        if !bar.is_complete {
            let _ =
                write!(overlay, "<rect class=\"day-open\" x=\"{from}\" y=\"{}\" width=\"{width}\" height=\"3\"/>", bottom + 1);
        }
        overlay.push_str("</a>");
    }
    draw(SIZE, name, &overlay, |area| {
        for value in &values {
            let y = plot.y(*value);
            line(area, vec![(plot.left, y), (plot.right(), y)], Pen::Grid)?;
            let text = axis_kwh(*value, plot.top_value);
            label(area, (plot.left - 6, y), Align::End, TEXT_PX, Pen::Label, &text)?;
        }
        label(area, (plot.left - 6, TEXT_PX - 4), Align::End, TEXT_PX, Pen::Label, "kWh")?;
        for (at, bar) in bars.iter().enumerate() {
            let middle = (column(at) + column(at + 1)) / 2;
            let y = plot.bottom() + 4 + TEXT_PX;
            label(area, (middle, y), Align::Middle, TEXT_PX, Pen::Label, &bar.label)?;
        }
        line(area, vec![(plot.left, plot.bottom()), (plot.right(), plot.bottom())], Pen::Axis)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_day_is_a_link_and_says_what_it_rests_on() {
        let bar = |day: u8, kwh, estimated, is_complete| DayBar {
            label: format!("{day:02}"),
            kwh: Fixed2(kwh),
            estimated_kwh: Fixed2(estimated),
            is_complete,
            is_shown: day == 2,
            tip: format!("\"{day}\""),
            address: format!("/settlement/statements/7?day=2026-01-{day:02}&x=1"),
        };
        let svg = svg("每日", &[bar(1, 10_000, 0, true), bar(2, 20_000, 5_000, true), bar(3, -500, 0, false)]);
        assert_eq!((svg.matches("<a href=").count(), svg.matches("class=\"partial\"").count()), (3, 1), "{svg}");
        assert_eq!((svg.matches("day-open").count(), svg.matches("is-shown").count()), (1, 1), "{svg}");
        assert!(svg.contains("2026-01-01&amp;x=1") && svg.contains("aria-label=\"&quot;1&quot;\""), "{svg}");
        insta::assert_snapshot!(svg.replace("><", ">\n<"));
    }
}

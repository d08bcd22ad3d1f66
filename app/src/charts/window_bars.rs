//! What arrived per 5-second window: energy upwards, number of readings downwards. Not a power.

use domain::{Fixed2, LocalMs};

use super::canvas::{self, Align, Area, Drawn, Pen, draw, label, line, rect};
use super::scale::{Plot, ticks};
use crate::format::{self, EnergyUnit};
use crate::text::{Lang, common};

/// One window with readings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bar {
    pub start: LocalMs,
    pub energy_kwh: Fixed2,
    pub records: i64,
    pub is_revised: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WindowBars {
    pub size: (u32, u32),
    pub name: String,
    pub bars: Vec<Bar>,
    /// End of the newest closed window: the right end of the axis.
    pub until: LocalMs,
    pub lang: Lang,
}

const WINDOWS: i32 = 120;
const TEXT_PX: i32 = 12;

impl WindowBars {
    pub fn svg(&self) -> String {
        let largest = self.bars.iter().map(|bar| bar.energy_kwh).max().unwrap_or_default();
        let values = ticks(largest, 3);
        let most = ticks(Fixed2(self.bars.iter().map(|bar| bar.records * 100).max().unwrap_or(0)), 1);
        let (width, height) = (i32::try_from(self.size.0).unwrap_or(600), i32::try_from(self.size.1).unwrap_or(200));
        let energy_height = (height - TEXT_PX * 4) * 2 / 3;
        let energy = Plot {
            left: 56,
            top: TEXT_PX * 2,
            width: width - 64,
            height: energy_height,
            columns: f64::from(WINDOWS),
            top_value: values.last().copied().unwrap_or(Fixed2(1)),
        };
        let records = Plot {
            top: energy.bottom(),
            height: height - TEXT_PX * 2 - energy.bottom(),
            top_value: most.last().copied().unwrap_or(Fixed2(1)),
            ..energy
        };
        draw(self.size, &self.name, &self.tips(&energy, records.bottom()), |area| {
            self.axes(area, &energy, &records, &values)?;
            self.bars.iter().try_for_each(|bar| self.bar(area, &energy, &records, bar))
        })
    }

    fn axes(&self, area: &Area<'_>, energy: &Plot, records: &Plot, values: &[Fixed2]) -> Drawn {
        for value in values {
            let y = energy.y(*value);
            let pen = if value.0 == 0 { Pen::Axis } else { Pen::Grid };
            line(area, vec![(energy.left, y), (energy.right(), y)], pen)?;
            let text = trimmed(&EnergyUnit::Kwh.number(*value));
            label(area, (energy.left - 6, y), Align::End, TEXT_PX, Pen::Label, &text)?;
        }
        label(area, (energy.left - 6, TEXT_PX - 2), Align::End, TEXT_PX, Pen::Label, "kWh")?;
        let most = format::count(records.top_value.0 / 100);
        let at = (energy.left - 6, records.bottom() - TEXT_PX / 2);
        label(area, at, Align::End, TEXT_PX, Pen::Label, &format!("{most} {}", common::ITEMS.get(self.lang)))?;
        for minutes_ago in [10, 8, 6, 4, 2, 0] {
            let x = energy.x(f64::from(WINDOWS - minutes_ago * 12));
            let text = format::clock(self.until.plus_ms(-60_000 * i64::from(minutes_ago)));
            let align = match minutes_ago {
                0 => Align::End,
                10 => Align::Start,
                _ => Align::Middle,
            };
            line(area, vec![(x, records.bottom()), (x, records.bottom() + 4)], Pen::Axis)?;
            label(area, (x, records.bottom() + 4 + TEXT_PX), align, TEXT_PX, Pen::Label, &text)?;
        }
        Ok(())
    }

    /// Left and right edge of a window's column.
    fn column(&self, plot: &Plot, bar: &Bar) -> Option<(i32, i32)> {
        let windows_ago = i32::try_from((self.until.0 - bar.start.0) / domain::WINDOW_MS).ok()?;
        (1..=WINDOWS).contains(&windows_ago).then(|| {
            let index = WINDOWS - windows_ago;
            (plot.x(f64::from(index)), plot.x(f64::from(index + 1)))
        })
    }

    fn bar(&self, area: &Area<'_>, energy: &Plot, records: &Plot, bar: &Bar) -> Drawn {
        let Some((left, right)) = self.column(energy, bar) else { return Ok(()) };
        let right = (right - 1).max(left + 1);
        let pen = if bar.is_revised { Pen::Revised } else { Pen::Bar };
        rect(area, (left, energy.y(bar.energy_kwh)), (right, energy.bottom()), pen)?;
        let depth = records.bottom() - records.y(Fixed2(bar.records * 100));
        rect(area, (left, records.top + 1), (right, records.top + 1 + depth.min(records.height - 1)), Pen::Count)?;
        if bar.is_revised {
            label(area, ((left + right) / 2, energy.y(bar.energy_kwh) - 6), Align::Middle, 9, Pen::Revised, "↻")?;
        }
        Ok(())
    }

    fn tips(&self, energy: &Plot, bottom: i32) -> String {
        let tip = |bar: &Bar| {
            let revised = if bar.is_revised { " · ↻" } else { "" };
            let text = format!(
                "{}  {} kWh · {} {}{revised}",
                format::clock(bar.start),
                EnergyUnit::Kwh.number(bar.energy_kwh),
                format::count(bar.records),
                common::ITEMS.get(self.lang)
            );
            let columns = self.column(energy, bar)?;
            Some(canvas::hover_column(columns, energy.top, bottom, energy.right(), TEXT_PX, Align::End, &text))
        };
        self.bars.iter().filter_map(tip).collect()
    }
}

fn trimmed(number: &str) -> String {
    number.strip_suffix(".00").unwrap_or(number).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_without_readings_stay_empty_and_revised_ones_are_marked() {
        let until = LocalMs::parse(b"2016-01-15 14:05:10").expect("a time");
        let bar = |seconds_ago: i64, is_revised| Bar {
            start: until.plus_ms(-1000 * seconds_ago),
            energy_kwh: Fixed2(1250),
            records: 3,
            is_revised,
        };
        let bars = vec![bar(600, false), bar(5, true), bar(605, false)];
        let chart = WindowBars { size: (600, 200), name: "最近 10 分钟上报".into(), bars, until, lang: Lang::Zh };
        let svg = chart.svg();
        assert_eq!(svg.matches("class=\"pt\"").count(), 2, "the third is older than ten minutes");
        assert!(svg.contains("14:05:05  12.50 kWh · 3 条 · ↻"), "{svg}");
        insta::assert_snapshot!(svg.replace("><", ">\n<"));
    }
}

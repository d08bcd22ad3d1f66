//! Quarter-hour loads of a local day: today thick, other days thin, what is doubtful hatched, the future empty.

use domain::Fixed2;
use domain::settlement::calendar::BandSpan;

use super::canvas::{self, Align, Area, Drawn, Pen, draw, label, line, rect};
use super::load_bands::behind;
use super::scale::{Plot, ticks};
use crate::format::PowerUnit;
use crate::text::{Lang, common};

pub const QUARTERS: usize = 96;
/// Height of the row that names price bands.
const BAND_NAMES_PX: i32 = 18;

/// A day beside today.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OtherDay {
    pub name: String,
    pub loads_kw: Vec<Option<Fixed2>>,
    pub pen: Pen,
}

/// Everything the chart shows; loads of closed quarter-hours only.
#[derive(Clone, PartialEq, Debug)]
pub struct LoadCurve {
    pub size: (u32, u32),
    /// Of the text, in units of the sheet.
    pub text_px: i32,
    pub name: String,
    pub today_name: String,
    pub today_kw: Vec<Option<Fixed2>>,
    pub others: Vec<OtherDay>,
    /// Where data time stands in the day (in quarter-hours) and the load now.
    pub now: Option<(f64, Option<Fixed2>)>,
    pub limit_kw: Option<Fixed2>,
    /// Quarter-hours with less than 95 % of the meters, with the percentage as text.
    pub partial: Vec<Option<String>>,
    pub catch_up: Vec<bool>,
    pub maximum: Option<usize>,
    pub minimum: Option<usize>,
    pub unit: PowerUnit,
    pub lang: Lang,
}

impl LoadCurve {
    pub fn svg(&self) -> String {
        let (plot, values) = self.plot();
        self.draw(&plot, &values)
    }

    /// The same with the price bands of the day behind the lines.
    pub fn svg_with_bands(&self, bands: &[BandSpan]) -> String {
        let (mut plot, values) = self.plot();
        // the largest value is named above its point, below the names of the bands
        let room = self.text_px * 3 / 2;
        plot.top += BAND_NAMES_PX + room;
        plot.height -= BAND_NAMES_PX + room;
        let ground = Plot { top: plot.top - room, height: plot.height + room, ..plot };
        behind(&self.draw(&plot, &values), bands, &ground, BAND_NAMES_PX, self.lang)
    }

    fn plot(&self) -> (Plot, Vec<Fixed2>) {
        let loads = self.today_kw.iter().chain(self.others.iter().flat_map(|day| &day.loads_kw)).flatten().copied();
        let now = self.now.and_then(|(_, load)| load);
        let largest = loads.chain(now).chain(self.limit_kw).max().unwrap_or_default();
        let values = ticks(largest, 5);
        let text = self.text_px;
        let plot = Plot {
            left: text * 5,
            top: text * 5 / 2,
            width: i32::try_from(self.size.0).unwrap_or(800) - text * 7,
            height: i32::try_from(self.size.1).unwrap_or(300) - text * 9 / 2,
            columns: 96.0,
            top_value: values.last().copied().unwrap_or(Fixed2(1)),
        };
        (plot, values)
    }

    fn draw(&self, plot: &Plot, values: &[Fixed2]) -> String {
        draw(self.size, &self.name, &self.tips(plot), |area| {
            self.doubtful(area, plot)?;
            self.axes(area, plot, values)?;
            for day in self.others.iter().rev() {
                series(area, plot, &day.loads_kw, day.pen)?;
            }
            series(area, plot, &self.today_kw, Pen::Today)?;
            self.limit(area, plot)?;
            self.extremes(area, plot)?;
            self.now_point(area, plot)
        })
    }

    fn axes(&self, area: &Area<'_>, plot: &Plot, values: &[Fixed2]) -> Drawn {
        for value in values {
            let y = plot.y(*value);
            line(area, vec![(plot.left, y), (plot.right(), y)], Pen::Grid)?;
            label(area, (plot.left - 6, y), Align::End, self.text_px, Pen::Label, &axis_number(self.unit, *value))?;
        }
        for hour in (0u8..=24).step_by(3) {
            let x = plot.x(f64::from(hour) * 4.0);
            line(area, vec![(x, plot.bottom()), (x, plot.bottom() + 5)], Pen::Axis)?;
            let y = plot.bottom() + 6 + self.text_px * 3 / 4;
            label(area, (x, y), Align::Middle, self.text_px, Pen::Label, &format!("{hour:02}:00"))?;
        }
        line(area, vec![(plot.left, plot.bottom()), (plot.right(), plot.bottom())], Pen::Axis)?;
        label(area, (plot.left - 6, self.text_px), Align::End, self.text_px, Pen::Label, self.unit.name(self.lang))
    }

    fn doubtful(&self, area: &Area<'_>, plot: &Plot) -> Drawn {
        for quarter in (0..QUARTERS).filter(|quarter| self.partial.get(*quarter).is_some_and(Option::is_some)) {
            let (from, to) = (column(plot, quarter), column(plot, quarter + 1));
            rect(area, (from, plot.top), (to, plot.bottom()), Pen::Partial)?;
        }
        for quarter in (0..QUARTERS).filter(|quarter| self.catch_up.get(*quarter) == Some(&true)) {
            let (from, to) = (column(plot, quarter), column(plot, quarter + 1));
            rect(area, (from, plot.bottom() - 4), (to, plot.bottom()), Pen::CatchUp)?;
        }
        Ok(())
    }

    fn limit(&self, area: &Area<'_>, plot: &Plot) -> Drawn {
        let Some(limit_kw) = self.limit_kw else { return Ok(()) };
        let y = plot.y(limit_kw);
        line(area, vec![(plot.left, y), (plot.right(), y)], Pen::Limit)?;
        let text = format!("{} {}", common::LIMIT.get(self.lang), self.unit.number(limit_kw));
        label(area, (plot.right(), y - self.text_px * 3 / 4), Align::End, self.text_px, Pen::Limit, &text)
    }

    fn extremes(&self, area: &Area<'_>, plot: &Plot) -> Drawn {
        for (quarter, glyph, direction) in [(self.maximum, "▲", -1), (self.minimum, "▼", 1)] {
            let Some(quarter) = quarter else { continue };
            let Some(load) = self.today_kw.get(quarter).copied().flatten() else { continue };
            let at = (middle(plot, quarter), plot.y(load) + direction * self.text_px);
            // Text near an edge leans inwards.
            let align = match quarter {
                0..8 => Align::Start,
                8..88 => Align::Middle,
                _ => Align::End,
            };
            let text = format!("{glyph} {}", self.unit.number(load));
            label(area, at, align, self.text_px, Pen::Extreme, &text)?;
        }
        Ok(())
    }

    /// The last point is the load now, hollow: its quarter-hour still runs.
    fn now_point(&self, area: &Area<'_>, plot: &Plot) -> Drawn {
        let Some((position, load)) = self.now else { return Ok(()) };
        let x = plot.x(position);
        line(area, vec![(x, plot.top), (x, plot.bottom())], Pen::Axis)?;
        let Some(load) = load else { return Ok(()) };
        let last = (0..QUARTERS).rev().find_map(|quarter| Some((quarter, self.today_kw.get(quarter).copied().flatten()?)));
        if let Some((quarter, from)) = last {
            line(area, vec![(middle(plot, quarter), plot.y(from)), (x, plot.y(load))], Pen::Now)?;
        }
        area.draw(&plotters::element::Circle::new((x, plot.y(load)), 4, Pen::Now.line()))
    }

    fn tips(&self, plot: &Plot) -> String {
        (0..QUARTERS).filter_map(|quarter| self.tip(plot, quarter)).collect()
    }

    fn tip(&self, plot: &Plot, quarter: usize) -> Option<String> {
        let mut parts: Vec<String> = Vec::new();
        if let Some(load) = self.today_kw.get(quarter).copied().flatten() {
            parts.push(format!("{} {}", self.today_name, self.unit.show(load, self.lang)));
        }
        for day in &self.others {
            if let Some(load) = day.loads_kw.get(quarter).copied().flatten() {
                parts.push(format!("{} {}", day.name, self.unit.number(load)));
            }
        }
        if parts.is_empty() {
            return None;
        }
        if let Some(Some(coverage)) = self.partial.get(quarter) {
            parts.push(format!("◐ {} {coverage}", common::COVERAGE.get(self.lang)));
        }
        if self.catch_up.get(quarter) == Some(&true) {
            parts.push(common::CONTAINS_CATCH_UP.get(self.lang).to_owned());
        }
        let text = format!("{}  {}", quarter_name(quarter), parts.join(" · "));
        let columns = (column(plot, quarter), column(plot, quarter + 1));
        Some(canvas::hover_column(columns, plot.top, plot.bottom(), plot.right(), self.text_px + 3, Align::End, &text))
    }
}

/// `14:00–14:15`
pub fn quarter_name(quarter: usize) -> String {
    let clock = |quarter: usize| format!("{:02}:{:02}", quarter / 4, quarter % 4 * 15);
    format!("{}–{}", clock(quarter), clock(quarter + 1))
}

/// Axis values are round: no decimals that say nothing.
pub fn axis_number(unit: PowerUnit, value: Fixed2) -> String {
    let shown = unit.number(value);
    match shown.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole.to_owned(),
        Some((whole, fraction)) => format!("{whole}.{}", fraction.trim_end_matches('0')),
        None => shown,
    }
}

fn column(plot: &Plot, quarter: usize) -> i32 {
    plot.x(f64::from(u8::try_from(quarter).unwrap_or(96)))
}

/// A quarter-hour's load stands in its middle.
fn middle(plot: &Plot, quarter: usize) -> i32 {
    plot.x(f64::from(u8::try_from(quarter).unwrap_or(96)) + 0.5)
}

/// A line with a gap wherever a quarter-hour has no value; a lone value is a short dash.
fn series(area: &Area<'_>, plot: &Plot, loads: &[Option<Fixed2>], pen: Pen) -> Drawn {
    let mut run: Vec<(i32, i32)> = Vec::new();
    for quarter in 0..=QUARTERS {
        if let Some(load) = loads.get(quarter).copied().flatten() {
            run.push((middle(plot, quarter), plot.y(load)));
            continue;
        }
        match run.as_slice() {
            [] => {}
            [(x, y)] => line(area, vec![(x - 3, *y), (x + 3, *y)], pen)?,
            _ => line(area, run.clone(), pen)?,
        }
        run.clear();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::settlement::Band;

    use super::*;

    fn curve() -> LoadCurve {
        let load = |index: usize| Some(Fixed2(i64::try_from(300_000 + index * 1_000).unwrap_or(0)));
        LoadCurve {
            size: (400, 160),
            text_px: 11,
            name: "今日负荷曲线".into(),
            today_name: "今日".into(),
            today_kw: (0..QUARTERS).map(|index| if index == 2 || index > 5 { None } else { load(index) }).collect(),
            others: vec![OtherDay {
                name: "昨日".into(),
                loads_kw: (0..QUARTERS).map(|index| if index < 4 { load(index) } else { None }).collect(),
                pen: Pen::Yesterday,
            }],
            now: Some((6.5, Some(Fixed2(310_000)))),
            limit_kw: Some(Fixed2(450_000)),
            partial: (0..QUARTERS).map(|index| (index == 1).then(|| "80.0 %".to_owned())).collect(),
            catch_up: (0..QUARTERS).map(|index| index == 3).collect(),
            maximum: Some(5),
            minimum: Some(0),
            unit: PowerUnit::Kw,
            lang: Lang::Zh,
        }
    }

    #[test]
    fn the_drawing_is_deterministic() {
        insta::assert_snapshot!(curve().svg().replace("><", ">\n<"));
    }

    #[test]
    fn bands_lie_behind_the_same_lines() {
        let band = |from, to, band| BandSpan { from, to, band, rule: None };
        let svg = curve().svg_with_bands(&[band(0, 420, Band::Valley), band(420, 1_440, Band::Flat)]);
        assert!(svg.find("band-ground band-valley") < svg.find("line today"), "{svg}");
        assert_eq!((svg.matches("band-ground").count(), svg.matches("class=\"pt\"").count()), (2, 6));
        assert!(curve().svg_with_bands(&[]).contains("line today"));
    }

    #[test]
    fn the_future_is_empty_and_a_gap_stays_a_gap() {
        let svg = curve().svg();
        assert_eq!(svg.matches("<polyline class=\"line today\"").count(), 2, "one line on each side of the gap");
        assert_eq!(svg.matches("class=\"pt\"").count(), 6, "hover targets only where there is a value");
        assert_eq!(svg.matches("class=\"line now\"").count(), 2, "dashed link and hollow point");
    }

    #[test]
    fn tips_hold_exact_values_and_marks() {
        let svg = curve().svg();
        assert!(svg.contains("00:15–00:30  今日 3,010 kW · 昨日 3,010 · ◐ 采集完整率 80.0 %"), "{svg}");
        assert!(svg.contains("00:45–01:00  今日 3,030 kW · 昨日 3,030 · 含补报"), "{svg}");
    }
}

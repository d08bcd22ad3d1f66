//! A day's metered load against the price bands: steps as long as what a reading covers, bands behind and named on top.

use std::fmt::Write as _;

use domain::Fixed2;
use domain::settlement::calendar::{BandSpan, DAY_MINUTES};

use super::band_rows::{class, clock_span, letters};
use super::canvas::{self, Align, Area, Drawn, Pen, draw, escape, label, line, rect};
use super::load_curve::axis_number;
use super::scale::{Plot, ticks};
use crate::format::PowerUnit;
use crate::text::Lang;
use crate::text::settlement::{statement as words, words as names};

const SIZE: (u32, u32) = (1100, 280);
const TEXT_PX: i32 = 13;
/// Height of the row that names the bands.
const NAMES_PX: i32 = 18;
/// Shorter parts have no room for letters.
const LEAST_LETTER_MIN: u16 = 40;

/// What one reading says of a part of the day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// Minutes of the day `[from, to)`.
    pub from: u16,
    pub to: u16,
    pub kw: Fixed2,
    pub kwh: Fixed2,
    /// It covers several intervals: the energy is real, its time is not known better.
    pub is_spread: bool,
}

pub struct LoadBands {
    pub name: String,
    pub bands: Vec<BandSpan>,
    pub steps: Vec<Step>,
    pub unit: PowerUnit,
    pub lang: Lang,
}

impl LoadBands {
    pub fn svg(&self) -> String {
        let largest = self.steps.iter().map(|step| step.kw).max().unwrap_or_default();
        let values = ticks(largest, 4);
        let plot = Plot {
            left: TEXT_PX * 5,
            top: TEXT_PX * 2 + NAMES_PX,
            width: 1100 - TEXT_PX * 7,
            height: 280 - TEXT_PX * 4 - NAMES_PX,
            columns: f64::from(DAY_MINUTES),
            top_value: values.last().copied().unwrap_or(Fixed2(1)),
        };
        let svg = draw(SIZE, &self.name, &self.tips(&plot), |area| {
            self.axes(area, &plot, &values)?;
            for step in self.steps.iter().filter(|step| step.is_spread) {
                let (from, to) = (plot.x(f64::from(step.from)), plot.x(f64::from(step.to)));
                rect(area, (from, plot.y(step.kw)), (to, plot.bottom()), Pen::Partial)?;
            }
            self.steps(area, &plot)
        });
        behind(&svg, &self.bands, &plot, NAMES_PX, self.lang)
    }

    fn axes(&self, area: &Area<'_>, plot: &Plot, values: &[Fixed2]) -> Drawn {
        for value in values {
            let y = plot.y(*value);
            line(area, vec![(plot.left, y), (plot.right(), y)], Pen::Grid)?;
            label(area, (plot.left - 6, y), Align::End, TEXT_PX, Pen::Label, &axis_number(self.unit, *value))?;
        }
        for hour in (0u8..=24).step_by(3) {
            let x = plot.x(f64::from(hour) * 60.0);
            line(area, vec![(x, plot.bottom()), (x, plot.bottom() + 5)], Pen::Axis)?;
            label(area, (x, plot.bottom() + 6 + TEXT_PX * 3 / 4), Align::Middle, TEXT_PX, Pen::Label, &format!("{hour:02}:00"))?;
        }
        line(area, vec![(plot.left, plot.bottom()), (plot.right(), plot.bottom())], Pen::Axis)?;
        label(area, (plot.left - 6, TEXT_PX), Align::End, TEXT_PX, Pen::Label, self.unit.name(self.lang))
    }

    /// One line through all that follow each other without a gap.
    fn steps(&self, area: &Area<'_>, plot: &Plot) -> Drawn {
        let mut run: Vec<(i32, i32)> = Vec::new();
        let mut end = None;
        for step in &self.steps {
            if end != Some(step.from) && !run.is_empty() {
                line(area, std::mem::take(&mut run), Pen::Today)?;
            }
            let y = plot.y(step.kw);
            run.extend([(plot.x(f64::from(step.from)), y), (plot.x(f64::from(step.to)), y)]);
            end = Some(step.to);
        }
        if run.is_empty() { Ok(()) } else { line(area, run, Pen::Today) }
    }

    fn tips(&self, plot: &Plot) -> String {
        let tip = |step: &Step| {
            let columns = (plot.x(f64::from(step.from)), plot.x(f64::from(step.to)));
            let band = self.bands.iter().find(|band| (band.from..band.to).contains(&step.from));
            let band = band.map_or_else(String::new, |span| format!(" {}", names::band(span.band).get(self.lang)));
            let spread = if step.is_spread { format!(" · ≈ {}", words::SPREAD.get(self.lang)) } else { String::new() };
            let text = format!(
                "{}{band}  {} · {} kWh{spread}",
                clock_span(step.from, step.to),
                self.unit.show(step.kw, self.lang),
                crate::format::yuan(step.kwh)
            );
            canvas::hover_column(columns, plot.top, plot.bottom(), plot.right(), TEXT_PX, Align::End, &text)
        };
        self.steps.iter().map(tip).collect()
    }
}

/// A drawing with the bands of its day behind it; the columns of the plot are a whole day. Their names stand in a row of this
/// height above the plot.
pub fn behind(svg: &str, bands: &[BandSpan], plot: &Plot, names_px: i32, lang: Lang) -> String {
    let Some(start) = svg.find('>').map(|at| at + 1) else { return String::new() };
    let day = f64::from(DAY_MINUTES);
    let x = |minute: u16| plot.x(f64::from(minute) * plot.columns / day);
    let mut ground = String::new();
    for span in bands {
        let (from, to) = (x(span.from), x(span.to));
        let (width, class) = (to - from, class(span.band));
        let top = plot.top - names_px;
        let title = escape(&format!("{} {}", clock_span(span.from, span.to), names::band(span.band).get(lang)));
        // writing to a string does not fail
        let _ = write!(
            ground,
            "<g><title>{title}</title><rect class=\"band-ground {class}\" x=\"{from}\" y=\"{}\" width=\"{width}\" height=\"{}\"/>\
             <rect class=\"band {class}\" x=\"{from}\" y=\"{top}\" width=\"{width}\" height=\"{names_px}\"/>",
            plot.top, plot.height
        );
        if span.to.saturating_sub(span.from) >= LEAST_LETTER_MIN {
            let _ = write!(
                ground,
                "<text class=\"band-letter on-{class}\" x=\"{}\" y=\"{}\" dy=\"0.36em\" text-anchor=\"middle\" font-size=\"12\">{}</text>",
                (from + to) / 2,
                top + names_px / 2,
                letters(span.band, lang)
            );
        }
        ground.push_str("</g>");
    }
    format!("{}{ground}{}", &svg[..start], &svg[start..])
}

#[cfg(test)]
mod tests {
    use domain::settlement::Band;

    use super::*;

    fn chart() -> LoadBands {
        let step = |from, to, kw, is_spread| Step { from, to, kw: Fixed2(kw), kwh: Fixed2(kw / 4), is_spread };
        let span = |from, to, band| BandSpan { from, to, band, rule: None };
        LoadBands {
            name: "2026-01-15 <负荷>".to_owned(),
            bands: vec![span(0, 480, Band::Valley), span(480, 490, Band::Sharp), span(490, 1_440, Band::Peak)],
            steps: vec![
                step(0, 15, 10_000, false),
                step(15, 30, 12_000, false),
                // a gap, then a reading for a whole hour
                step(480, 540, 40_000, true),
            ],
            unit: PowerUnit::Kw,
            lang: Lang::Zh,
        }
    }

    #[test]
    fn the_drawing_is_deterministic() {
        insta::assert_snapshot!(chart().svg().replace("><", ">\n<"));
    }

    #[test]
    fn a_gap_stays_a_gap_and_what_is_spread_is_hatched() {
        let svg = chart().svg();
        assert_eq!(svg.matches("class=\"line today\"").count(), 2, "{svg}");
        assert_eq!(svg.matches("class=\"partial\"").count(), 1);
        assert_eq!(svg.matches("class=\"pt\"").count(), 3);
        assert!(svg.contains("08:00–09:00 尖  400 kW · 100.00 kWh · ≈ 按时间分摊"), "{svg}");
        assert!(svg.contains("&lt;负荷&gt;") && !svg.contains("<负荷>"), "{svg}");
    }

    #[test]
    fn bands_lie_behind_the_line_and_are_named() {
        let svg = chart().svg();
        let (ground, line) = (svg.find("band-ground"), svg.find("line today"));
        assert!(ground.is_some() && ground < line);
        assert!(svg.contains(">谷</text>") && svg.contains(">峰</text>") && !svg.contains(">尖</text>"), "{svg}");
        assert!(svg.contains("<title>08:00–08:10 尖</title>"));
    }
}

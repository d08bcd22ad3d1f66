//! Price bands along the 24 hours of a day, exact to the minute: one row, or one for each month of a year.
//! Colour is never alone: every part of some width carries the letters of its band, 尖 and 深谷 a pattern too.

use std::fmt::Write as _;

use domain::settlement::Band;
use domain::settlement::calendar::{BandSpan, DAY_MINUTES};

use super::canvas::escape;
use crate::text::Lang;
use crate::text::settlement::words;

/// Hundredths of a unit that a minute is wide: 24 hours are 1,080 units.
const MINUTE: u32 = 75;
const PLOT: u32 = DAY_MINUTES as u32 * MINUTE / 100;
const TEXT_PX: u32 = 14;
const AXIS_PX: u32 = 22;
/// Shorter parts have no room for letters.
const LEAST_LETTER_MIN: u16 = 28;

pub struct BandRow {
    /// In front of the row; empty where the chart has one row.
    pub label: String,
    pub spans: Vec<BandSpan>,
    /// Part of the hover text, such as the clause of each span.
    pub tips: Vec<String>,
    pub is_current: bool,
}

pub struct BandRows {
    /// For screen readers.
    pub name: String,
    pub rows: Vec<BandRow>,
    pub row_px: u32,
    /// Room for the labels.
    pub left_px: u32,
}

impl BandRows {
    pub fn svg(&self, lang: Lang) -> String {
        let bottom = self.row_px * u32::try_from(self.rows.len()).unwrap_or(0);
        let (width, height) = (self.left_px + PLOT + 2, bottom + AXIS_PX);
        let mut svg = format!(
            "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\" focusable=\"false\">",
            escape(&self.name)
        );
        for (at, row) in (0u32..).zip(&self.rows) {
            self.row(&mut svg, at * self.row_px, row, lang);
        }
        self.hours(&mut svg, bottom);
        svg.push_str("</svg>");
        svg
    }

    fn row(&self, svg: &mut String, top: u32, row: &BandRow, lang: Lang) {
        let height = self.row_px - 2;
        let middle = top + self.row_px / 2;
        if !row.label.is_empty() {
            let class = if row.is_current { "label band-now" } else { "label" };
            // writing to a string does not fail
            let _ = write!(
                svg,
                "<text class=\"{class}\" x=\"{}\" y=\"{middle}\" dy=\"0.36em\" text-anchor=\"end\" font-size=\"{TEXT_PX}\">{}</text>",
                self.left_px.saturating_sub(8),
                escape(&row.label)
            );
        }
        for (at, span) in row.spans.iter().enumerate() {
            let (x, width) = (self.x(span.from), hundredths(u32::from(span.to.saturating_sub(span.from)) * MINUTE));
            let tip = row.tips.get(at).filter(|tip| !tip.is_empty()).map_or_else(String::new, |tip| format!(" · {tip}"));
            let title = escape(&format!("{} {}{tip}", clock_span(span.from, span.to), words::band(span.band).get(lang)));
            let class = class(span.band);
            let _ = write!(
                svg,
                "<g><title>{title}</title><rect class=\"band {class}\" x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{height}\"/>"
            );
            if span.band.rank() == Band::Sharp.rank() {
                let _ = write!(svg, "<rect class=\"partial\" x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{height}\"/>");
            }
            if span.to.saturating_sub(span.from) >= LEAST_LETTER_MIN {
                let at = hundredths(self.left_px * 100 + (u32::from(span.from) + u32::from(span.to)) * MINUTE / 2);
                let _ = write!(
                    svg,
                    "<text class=\"band-letter on-{class}\" x=\"{at}\" y=\"{middle}\" dy=\"0.36em\" text-anchor=\"middle\" font-size=\"{TEXT_PX}\">{}</text>",
                    letters(span.band, lang)
                );
            }
            svg.push_str("</g>");
        }
    }

    fn hours(&self, svg: &mut String, bottom: u32) {
        for hour in (0..=24u16).step_by(2) {
            let x = self.x(hour * 60);
            let anchor = match hour {
                0 if self.left_px == 0 => "start",
                24 => "end",
                _ => "middle",
            };
            let y = bottom + AXIS_PX - 6;
            let _ = write!(
                svg,
                "<path class=\"line axis\" d=\"M{x} {bottom}v4\"/><text class=\"label\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-size=\"12\">{hour:02}</text>"
            );
        }
    }

    fn x(&self, minute: u16) -> String {
        hundredths(self.left_px * 100 + u32::from(minute) * MINUTE)
    }
}

fn hundredths(value: u32) -> String {
    match value % 100 {
        0 => (value / 100).to_string(),
        rest => format!("{}.{rest:02}", value / 100),
    }
}

pub fn class(band: Band) -> &'static str {
    match band {
        Band::Sharp => "band-sharp",
        Band::Peak => "band-peak",
        Band::Flat => "band-flat",
        Band::Valley => "band-valley",
        Band::DeepValley => "band-deep",
    }
}

/// What stands in a part of the chart.
pub fn letters(band: Band, lang: Lang) -> &'static str {
    match (lang, band) {
        (Lang::Zh, band) => words::band(band).get(Lang::Zh),
        (Lang::En, Band::Sharp) => "S",
        (Lang::En, Band::Peak) => "P",
        (Lang::En, Band::Flat) => "F",
        (Lang::En, Band::Valley) => "V",
        (Lang::En, Band::DeepValley) => "DV",
    }
}

/// `07:30–11:00`
pub fn clock_span(from: u16, to: u16) -> String {
    format!("{:02}:{:02}–{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: u16, to: u16, band: Band) -> BandSpan {
        BandSpan { from, to, band, rule: None }
    }

    #[test]
    fn every_minute_has_its_place_and_bands_are_not_told_by_colour_alone() {
        let row = |label: &str, is_current| BandRow {
            label: label.to_owned(),
            spans: vec![
                span(0, 451, Band::Valley),
                span(451, 460, Band::Flat),
                span(460, 1_200, Band::Peak),
                span(1_200, 1_320, Band::Sharp),
                span(1_320, 1_440, Band::DeepValley),
            ],
            tips: vec![String::new(), "按<通知>".to_owned()],
            is_current,
        };
        let chart =
            BandRows { name: "1 月".to_owned(), rows: vec![row("1 月", true), row("2 月", false)], row_px: 26, left_px: 50 };
        let svg = chart.svg(Lang::Zh);
        assert!(svg.contains("x=\"388.25\"") && svg.contains("07:31–07:40 平 · 按&lt;通知&gt;"), "{svg}");
        for letters in ["谷", "峰", "尖", "深谷"] {
            assert_eq!(svg.matches(&format!(">{letters}</text>")).count(), 2, "{letters}");
        }
        assert!(!svg.contains(">平</text>"), "nine minutes have no room for letters");
        assert_eq!((svg.matches("class=\"partial\"").count(), svg.matches("band-now").count()), (4, 1));
        assert!(chart.svg(Lang::En).contains(">DV</text>"));
        insta::assert_snapshot!(svg.replace("><", ">\n<"));
    }
}

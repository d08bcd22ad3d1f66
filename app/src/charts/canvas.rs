//! The sheet that charts are drawn on: pens instead of colours, so that one drawing serves every theme.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

pub type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// What a line, area or text stands for. The style sheet gives it a colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pen {
    Grid,
    Axis,
    Label,
    Today,
    Yesterday,
    LastWeek,
    Now,
    Limit,
    Extreme,
    Partial,
    CatchUp,
    Bar,
    Revised,
    Count,
    Outline,
    /// Empty cell of a heat map.
    Empty,
    /// Step of a one-hue scale, 0 to [`HEAT_STEPS`] − 1.
    Heat(u8),
}

pub const HEAT_STEPS: u8 = 9;
const NAMED: [(Pen, &str); 16] = [
    (Pen::Grid, "grid"),
    (Pen::Axis, "axis"),
    (Pen::Label, "label"),
    (Pen::Today, "today"),
    (Pen::Yesterday, "yesterday"),
    (Pen::LastWeek, "last-week"),
    (Pen::Now, "now"),
    (Pen::Limit, "limit"),
    (Pen::Extreme, "extreme"),
    (Pen::Partial, "partial"),
    (Pen::CatchUp, "catch-up"),
    (Pen::Bar, "bar"),
    (Pen::Revised, "revised"),
    (Pen::Count, "count"),
    (Pen::Outline, "outline"),
    (Pen::Empty, "empty"),
];
/// Pens travel through plotters as colours nobody else uses.
const HEAT_FIRST: u8 = 100;

impl Pen {
    fn color(self) -> RGBColor {
        let number = match self {
            Self::Heat(step) => HEAT_FIRST + step.min(HEAT_STEPS - 1),
            named => NAMED.iter().position(|(pen, _)| *pen == named).and_then(|at| u8::try_from(at).ok()).unwrap_or(0),
        };
        RGBColor(1, 2, number)
    }

    pub fn line(self) -> ShapeStyle {
        self.color().stroke_width(1)
    }

    pub fn fill(self) -> ShapeStyle {
        self.color().filled()
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    Start,
    Middle,
    End,
}

/// Text with its vertical middle at `y`.
pub fn label(area: &Area<'_>, at: (i32, i32), align: Align, size_px: i32, pen: Pen, text: &str) -> Drawn {
    let across = match align {
        Align::Start => HPos::Left,
        Align::Middle => HPos::Center,
        Align::End => HPos::Right,
    };
    // The SVG backend divides by this.
    let color = pen.color();
    let style =
        TextStyle::from(("sans-serif", f64::from(size_px) * 1.24).into_font()).color(&color).pos(Pos::new(across, VPos::Center));
    area.draw(&Text::new(text.to_owned(), at, style))
}

pub fn line(area: &Area<'_>, points: Vec<(i32, i32)>, pen: Pen) -> Drawn {
    area.draw(&PathElement::new(points, pen.line()))
}

pub fn rect(area: &Area<'_>, from: (i32, i32), to: (i32, i32), pen: Pen) -> Drawn {
    area.draw(&Rectangle::new([from, to], pen.fill()))
}

pub fn outline(area: &Area<'_>, from: (i32, i32), to: (i32, i32), pen: Pen) -> Drawn {
    area.draw(&Rectangle::new([from, to], pen.line()))
}

/// Draws a chart and names it for screen readers. `overlay` is SVG that plotters has no words for, such as hover targets.
pub fn draw(size: (u32, u32), name: &str, overlay: &str, paint: impl FnOnce(&Area<'_>) -> Drawn) -> String {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        // Writing to a string does not fail.
        if paint(&area).and_then(|()| area.present()).is_err() {
            return String::new();
        }
    }
    let body_start = svg.find('>').map_or(0, |at| at + 1);
    let body = svg[body_start..].trim_end().trim_end_matches("</svg>");
    let (width, height) = size;
    let name = escape(name);
    let body = pens_to_classes(body);
    // what is in a picture cannot be reached by itself
    let role = if overlay.contains("<a ") { "group" } else { "img" };
    format!(
        "<svg viewBox=\"0 0 {width} {height}\" role=\"{role}\" aria-label=\"{name}\" focusable=\"false\">{body}{overlay}</svg>"
    )
}

/// What all charts of a document hatch with: it stands there once, outside the blocks that are replaced.
pub const HATCH: &str = "<svg aria-hidden=\"true\" focusable=\"false\"><pattern id=\"hatch\" width=\"6\" height=\"6\" \
     patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\"/>\
     </pattern></svg>";

fn pens_to_classes(svg: &str) -> String {
    let mut out = svg.replace(" font-family=\"sans-serif\"", "").replace(" opacity=\"1\"", "").replace(" stroke=\"none\"", "");
    out = out.replace(" stroke-width=\"1\"", "").replace("\n", "");
    let heat = (0..HEAT_STEPS).map(|step| (Pen::Heat(step), format!("heat-{step}")));
    for (pen, name) in NAMED.iter().map(|(pen, name)| (*pen, (*name).to_owned())).chain(heat) {
        let RGBColor(red, green, blue) = pen.color();
        let color = format!("#{red:02X}{green:02X}{blue:02X}");
        if out.contains(&color) {
            out = out.replace(&format!("fill=\"none\" stroke=\"{color}\""), &format!("class=\"line {name}\""));
            out = out.replace(&format!("stroke=\"{color}\""), &format!("class=\"line {name}\""));
            out = out.replace(&format!("fill=\"{color}\""), &format!("class=\"{name}\""));
        }
    }
    out
}

/// A hover target over a column of the chart, with a cursor line and its text on top.
pub fn hover_column(x: (i32, i32), top: i32, bottom: i32, tip_x: i32, tip_y: i32, anchor: Align, text: &str) -> String {
    let anchor = match anchor {
        Align::Start => "start",
        Align::Middle => "middle",
        Align::End => "end",
    };
    let (width, height, middle) = (x.1 - x.0, bottom - top, (x.0 + x.1) / 2);
    let text = escape(text);
    format!(
        "<g class=\"pt\"><rect x=\"{}\" y=\"{top}\" width=\"{width}\" height=\"{height}\"/>\
         <path d=\"M{middle} {top}V{bottom}\"/><text x=\"{tip_x}\" y=\"{tip_y}\" text-anchor=\"{anchor}\">{text}</text></g>",
        x.0
    )
}

pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pens_become_classes_and_no_colour_is_left() {
        let svg = draw((100, 50), "a < \"b\"", "", |area| {
            line(area, vec![(0, 0), (10, 10)], Pen::Today)?;
            rect(area, (0, 0), (5, 5), Pen::Heat(8))?;
            outline(area, (0, 0), (5, 5), Pen::Outline)?;
            label(area, (5, 5), Align::End, 12, Pen::Label, "负荷 <kW>")
        });
        assert!(!svg.contains('#') || svg.matches('#').count() == svg.matches("url(#").count(), "{svg}");
        for part in ["class=\"line today\"", "class=\"heat-8\"", "class=\"line outline\"", "class=\"label\"", "&lt;kW&gt;"] {
            assert!(svg.contains(part), "{part} in {svg}");
        }
        assert!(svg.starts_with("<svg viewBox=\"0 0 100 50\" role=\"img\" aria-label=\"a &lt; &quot;b&quot;\""), "{svg}");
    }
}

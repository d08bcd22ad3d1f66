//! A small line without axes: the last hour of a load.

use domain::Fixed2;

use super::canvas::{Align, Pen, draw, label, line};
use super::scale::Plot;

/// Oldest value first; absent values are gaps. `from` and `to` stand below its ends.
pub fn sparkline(size: (u32, u32), name: &str, values: &[Option<Fixed2>], ends: (&str, &str)) -> String {
    const TEXT_PX: i32 = 12;
    let known = || values.iter().flatten().copied();
    let (low, high) = (known().min().unwrap_or_default(), known().max().unwrap_or_default());
    // A tenth of the value is the least span, so that noise does not look like a storm.
    let span = (high.0 - low.0).max(high.0 / 10).max(1);
    let floor = Fixed2((high.0 + low.0 - span) / 2);
    let columns = u32::try_from(values.len().saturating_sub(1).max(1)).unwrap_or(1);
    let plot = Plot {
        left: 6,
        top: 6,
        width: i32::try_from(size.0).unwrap_or(200) - 12,
        height: i32::try_from(size.1).unwrap_or(60) - 12 - TEXT_PX - 4,
        columns: f64::from(columns),
        top_value: Fixed2(span),
    };
    draw(size, name, "", |area| {
        line(area, vec![(plot.left, plot.bottom() + 4), (plot.right(), plot.bottom() + 4)], Pen::Grid)?;
        let mut run: Vec<(i32, i32)> = Vec::new();
        for (index, value) in values.iter().chain([&None]).enumerate() {
            match value {
                Some(value) => {
                    let at = f64::from(u32::try_from(index).unwrap_or(0));
                    run.push((plot.x(at), plot.y(Fixed2(value.0 - floor.0))));
                }
                None if run.len() > 1 => line(area, std::mem::take(&mut run), Pen::Today)?,
                None => run.clear(),
            }
        }
        if let Some(Some(last)) = values.last() {
            let at = (plot.right(), plot.y(Fixed2(last.0 - floor.0)));
            area.draw(&plotters::element::Circle::new(at, 3, Pen::Now.line()))?;
        }
        let y = plot.bottom() + 4 + TEXT_PX;
        label(area, (plot.left, y), Align::Start, TEXT_PX, Pen::Label, ends.0)?;
        label(area, (plot.right(), y), Align::End, TEXT_PX, Pen::Label, ends.1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_stay_gaps_and_nothing_is_drawn_for_nothing() {
        let values = [Some(Fixed2(100)), Some(Fixed2(110)), None, Some(Fixed2(90)), Some(Fixed2(95))];
        let svg = sparkline((200, 60), "最近 60 分钟", &values, ("-60", "0"));
        assert_eq!(svg.matches("class=\"line today\"").count(), 2, "{svg}");
        let empty = sparkline((200, 60), "x", &[None, None], ("", ""));
        assert!(!empty.contains("today") && !empty.contains("now"), "{empty}");
    }
}

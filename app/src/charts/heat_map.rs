//! Hour × region in one hue: 24 columns, the running hour outlined, future hours empty, partial hours hatched.

use super::canvas::{self, Align, Area, Drawn, HEAT_STEPS, Pen, draw, label, outline, rect};

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cell {
    /// Share of the scale's maximum in thousandths; none without a value.
    pub level: Option<i64>,
    /// Time, value with unit, share: shown on hover.
    pub tip: String,
    pub is_partial: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeatMap {
    pub name: String,
    pub size: (u32, u32),
    pub text_px: i32,
    /// Room for the row names.
    pub names_px: i32,
    /// Row name and its cells, one per hour.
    pub rows: Vec<(String, Vec<Cell>)>,
    pub running_hour: Option<u8>,
    /// Texts at the ends of the legend.
    pub legend: (String, String),
}

const HOURS: i32 = 24;

impl HeatMap {
    pub fn svg(&self) -> String {
        draw(self.size, &self.name, &self.tips(), |area| {
            for (index, (name, cells)) in (0..).zip(&self.rows) {
                let (top, bottom) = self.row(index);
                let at = (self.names_px - 8, (top + bottom) / 2);
                label(area, at, Align::End, self.text_px, Pen::Label, name)?;
                cells.iter().zip(0..HOURS).try_for_each(|(cell, hour)| self.cell(area, (top, bottom), hour, cell))?;
            }
            self.hours(area)?;
            self.scale(area)
        })
    }

    fn row(&self, index: i32) -> (i32, i32) {
        let rows = i32::try_from(self.rows.len().max(1)).unwrap_or(1);
        let top = if self.has_tips() { self.text_px * 2 } else { 0 };
        let height = i32::try_from(self.size.1).unwrap_or(400) - top - self.text_px * 4;
        (top + height * index / rows, top + height * (index + 1) / rows)
    }

    /// Where nobody points (the wall) there are no tips and no room for them.
    fn has_tips(&self) -> bool {
        self.rows.iter().any(|(_, cells)| cells.iter().any(|cell| !cell.tip.is_empty()))
    }

    fn columns(&self, hour: i32) -> (i32, i32) {
        let width = i32::try_from(self.size.0).unwrap_or(800) - self.names_px - 4;
        (self.names_px + width * hour / HOURS, self.names_px + width * (hour + 1) / HOURS)
    }

    fn cell(&self, area: &Area<'_>, (top, bottom): (i32, i32), hour: i32, cell: &Cell) -> Drawn {
        let (left, right) = self.columns(hour);
        let pen = cell.level.map_or(Pen::Empty, |level| Pen::Heat(step(level)));
        rect(area, (left + 1, top + 1), (right - 1, bottom - 1), pen)?;
        if cell.is_partial {
            rect(area, (left + 1, top + 1), (right - 1, bottom - 1), Pen::Partial)?;
        }
        if self.running_hour.map(i32::from) == Some(hour) && cell.level.is_some() {
            outline(area, (left, top), (right - 1, bottom - 1), Pen::Outline)?;
        }
        Ok(())
    }

    fn hours(&self, area: &Area<'_>) -> Drawn {
        let bottom = self.row(i32::try_from(self.rows.len()).unwrap_or(1).max(1) - 1).1;
        (0..HOURS).step_by(3).try_for_each(|hour| {
            let (left, right) = self.columns(hour);
            let at = ((left + right) / 2, bottom + self.text_px);
            label(area, at, Align::Middle, self.text_px, Pen::Label, &format!("{hour:02}"))
        })
    }

    fn scale(&self, area: &Area<'_>) -> Drawn {
        let y = i32::try_from(self.size.1).unwrap_or(400) - self.text_px;
        let (left, width) = (self.columns(8).0, self.columns(16).0 - self.columns(8).0);
        let steps = i32::from(HEAT_STEPS);
        for index in 0..HEAT_STEPS {
            let at = |index: i32| left + width * index / steps;
            let (from, to) = (at(i32::from(index)), at(i32::from(index) + 1));
            rect(area, (from, y - self.text_px / 2), (to, y + self.text_px / 2), Pen::Heat(index))?;
        }
        label(area, (left - 8, y), Align::End, self.text_px, Pen::Label, &self.legend.0)?;
        label(area, (left + width + 8, y), Align::Start, self.text_px, Pen::Label, &self.legend.1)
    }

    fn tips(&self) -> String {
        let right = i32::try_from(self.size.0).unwrap_or(800) - 4;
        let tip = |index: i32, hour: i32, name: &str, cell: &Cell| {
            let (top, bottom) = self.row(index);
            let text = format!("{name}  {}", cell.tip);
            canvas::hover_column(self.columns(hour), top, bottom, right, self.text_px, Align::End, &text)
        };
        let row = |(index, (name, cells)): (i32, &(String, Vec<Cell>))| {
            let known = cells.iter().zip(0..HOURS).filter(|(cell, _)| cell.level.is_some() && !cell.tip.is_empty());
            known.map(|(cell, hour)| tip(index, hour, name, cell)).collect::<String>()
        };
        (0..).zip(&self.rows).map(row).collect()
    }
}

fn step(level: i64) -> u8 {
    let step = level.clamp(0, 999) * i64::from(HEAT_STEPS) / 1000;
    u8::try_from(step).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn future_hours_are_empty_and_the_running_hour_is_outlined() {
        let cell = |level: Option<i64>| Cell { level, tip: "3 kW".into(), is_partial: level == Some(500) };
        let cells = (0..24).map(|hour| cell((hour < 3).then_some(hour * 500))).collect();
        let map = HeatMap {
            name: "小时负荷".into(),
            size: (600, 120),
            text_px: 12,
            names_px: 80,
            rows: vec![("城东 & 西".into(), cells)],
            running_hour: Some(2),
            legend: ("低".into(), "高".into()),
        };
        let svg = map.svg();
        assert_eq!(svg.matches("class=\"empty\"").count(), 21, "{svg}");
        assert_eq!(svg.matches("class=\"line outline\"").count(), 1);
        assert_eq!(svg.matches("class=\"partial\"").count(), 1);
        assert_eq!(svg.matches("class=\"pt\"").count(), 3);
        insta::assert_snapshot!(svg.replace("><", ">\n<"));
    }

    #[test]
    fn levels_fall_into_nine_steps() {
        assert_eq!((step(-5), step(0), step(500), step(1000), step(5000)), (0, 0, 4, 8, 8));
    }
}

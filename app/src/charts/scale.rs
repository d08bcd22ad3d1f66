//! From numbers to pixels, with round values on the axis.

use domain::Fixed2;

/// Where the numbers of a chart lie on the sheet. Only pixel maths here uses floats.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Plot {
    pub left: i32,
    pub top: i32,
    pub width: i32,
    pub height: i32,
    /// Number of columns along x.
    pub columns: f64,
    /// Value at the top of the plot; zero is at the bottom.
    pub top_value: Fixed2,
}

impl Plot {
    pub fn x(&self, column: f64) -> i32 {
        self.left + pixels(f64::from(self.width) * column / self.columns)
    }

    pub fn y(&self, value: Fixed2) -> i32 {
        let top = self.top_value.0.max(1);
        #[expect(clippy::cast_precision_loss, reason = "pixels need far fewer digits")]
        let share = value.0 as f64 / top as f64;
        self.bottom() - pixels(f64::from(self.height) * share.clamp(0.0, 1.2))
    }

    pub fn bottom(&self) -> i32 {
        self.top + self.height
    }

    pub fn right(&self) -> i32 {
        self.left + self.width
    }
}

fn pixels(value: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "a sheet has a few thousand pixels")]
    let rounded = value.round() as i32;
    rounded
}

/// Round values from zero to just above `largest`, at most `most` steps. The last one is the top of the axis.
pub fn ticks(largest: Fixed2, most: i64) -> Vec<Fixed2> {
    let largest = largest.0.max(1);
    let mut magnitude: i64 = 1;
    loop {
        for factor in [1, 2, 5] {
            let step = magnitude.saturating_mul(factor);
            let steps = largest.div_euclid(step) + i64::from(largest.rem_euclid(step) > 0);
            if steps <= most {
                return (0..=steps).map(|index| Fixed2(index.saturating_mul(step))).collect();
            }
        }
        magnitude = magnitude.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_largest_value() {
        let shown = |largest: i64| ticks(Fixed2(largest), 5).iter().map(|tick| tick.0).collect::<Vec<_>>();
        assert_eq!(shown(850_000), [0, 200_000, 400_000, 600_000, 800_000, 1_000_000]);
        assert_eq!(shown(500), [0, 100, 200, 300, 400, 500]);
        assert_eq!(shown(0), [0, 1]);
        assert!(ticks(Fixed2(i64::MAX), 5).len() <= 6);
    }

    #[test]
    fn zero_is_at_the_bottom() {
        let plot = Plot { left: 10, top: 5, width: 100, height: 50, columns: 4.0, top_value: Fixed2(1000) };
        assert_eq!((plot.y(Fixed2(0)), plot.y(Fixed2(1000))), (55, 5));
        assert_eq!((plot.x(0.0), plot.x(4.0), plot.x(1.0)), (10, 110, 35));
    }
}

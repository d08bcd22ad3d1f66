//! How fast a file is replayed: as fast as the database takes it, or a multiple of the speed it happened at.

use std::str::FromStr;
use std::time::Duration;

use domain::LocalMs;

const FASTEST: f64 = 1_000_000.0;

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Speed {
    Max,
    /// Times real time.
    Times(f64),
}

impl FromStr for Speed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "max" {
            return Ok(Self::Max);
        }
        match text.parse::<f64>() {
            Ok(times) if times > 0.0 && times <= FASTEST => Ok(Self::Times(times)),
            _ => Err(format!("expected max or a number above 0 and up to {FASTEST}, for example 60 for a minute in a second")),
        }
    }
}

/// When each row is due, counted from the start. Rows are out of order by nature, so time only moves forward.
#[derive(Debug)]
pub struct Pace {
    speed: Speed,
    first: Option<LocalMs>,
    newest: LocalMs,
}

impl Pace {
    pub fn new(speed: Speed) -> Self {
        Self { speed, first: None, newest: LocalMs(i64::MIN) }
    }

    pub fn due(&mut self, event: Option<LocalMs>) -> Duration {
        let (Speed::Times(times), Some(event)) = (self.speed, event) else { return Duration::ZERO };
        let first = *self.first.get_or_insert(event);
        self.newest = self.newest.max(event);
        let elapsed_ms = u64::try_from(self.newest.0.saturating_sub(first.0)).unwrap_or(0);
        Duration::from_millis(elapsed_ms).div_f64(times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_max_or_a_positive_number() {
        assert_eq!("max".parse(), Ok(Speed::Max));
        assert_eq!("60".parse(), Ok(Speed::Times(60.0)));
        for bad in ["0", "-1", "fast", "NaN", "inf", ""] {
            assert!(bad.parse::<Speed>().is_err(), "{bad}");
        }
    }

    #[test]
    fn rows_are_due_by_event_time_and_late_ones_at_once() {
        let mut pace = Pace::new(Speed::Times(60.0));
        assert_eq!(pace.due(Some(LocalMs(1_000_000))), Duration::ZERO);
        assert_eq!(pace.due(Some(LocalMs(1_060_000))), Duration::from_secs(1));
        assert_eq!(pace.due(Some(LocalMs(1_030_000))), Duration::from_secs(1), "an older row waits for nothing");
        assert_eq!(pace.due(None), Duration::ZERO);
        assert_eq!(Pace::new(Speed::Max).due(Some(LocalMs(5))), Duration::ZERO);
    }
}

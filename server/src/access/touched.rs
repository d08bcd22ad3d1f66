//! Remembers what has just been marked as used, so that a mark is written at most once a minute.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};

/// What is marked: a kind and its number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Used {
    Login(i64),
    Token(i64),
    Wall(i64),
}

const BETWEEN_MARKS_S: i64 = 60;
/// More are not remembered; then marks are written more often, which the database bears.
const MOST_REMEMBERED: usize = 10_000;

#[derive(Default)]
pub struct Touched(Mutex<HashMap<Used, DateTime<Utc>>>);

impl Touched {
    /// Whether the mark is to be written now; if so it counts as written.
    pub fn is_due(&self, used: Used, now: DateTime<Utc>) -> bool {
        // single insertions: right after any panic
        let mut marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = |at: &DateTime<Utc>| (now - *at).abs() < Duration::seconds(BETWEEN_MARKS_S);
        if marks.get(&used).is_some_and(recent) {
            return false;
        }
        if marks.len() >= MOST_REMEMBERED {
            marks.retain(|_, at| recent(at));
            if marks.len() >= MOST_REMEMBERED {
                marks.clear();
            }
        }
        marks.insert(used, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + seconds, 0).expect("a time")
    }

    #[test]
    fn a_mark_is_written_once_a_minute() {
        let touched = Touched::default();
        let due: Vec<i64> = (0..150).filter(|second| touched.is_due(Used::Token(1), at(*second))).collect();
        assert_eq!(due, [0, 60, 120]);
        assert!(touched.is_due(Used::Login(1), at(0)), "numbers of another kind are others");
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let touched = Touched::default();
        for id in 0..3 * i64::try_from(MOST_REMEMBERED).expect("small") {
            assert!(touched.is_due(Used::Wall(id), at(0)));
        }
        assert!(touched.0.lock().expect("whole").len() <= MOST_REMEMBERED);
    }
}

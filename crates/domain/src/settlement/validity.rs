//! Which of several dated versions is in force when: the newest that covers a day.

use serde::{Deserialize, Serialize};

use crate::Day;

/// Days `[from, until)` of a version; without `until` for ever.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Validity {
    pub version: i32,
    pub from: Day,
    pub until: Option<Day>,
}

impl Validity {
    pub fn covers(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    pub fn meets(&self, other: &Self) -> bool {
        let begins_in_time = |a: &Self, b: &Self| b.until.is_none_or(|until| a.from < until);
        begins_in_time(self, other) && begins_in_time(other, self)
    }
}

/// Stretches of days with the version in force, in order; days that no version covers are left out.
pub fn in_force(versions: &[Validity]) -> Vec<Validity> {
    let mut cuts: Vec<Day> = versions.iter().flat_map(|version| [Some(version.from), version.until]).flatten().collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut stretches = Vec::<Validity>::new();
    for (at, from) in cuts.iter().enumerate() {
        let until = cuts.get(at + 1).copied();
        let Some(newest) = versions.iter().filter(|version| version.covers(*from)).max_by_key(|version| version.version) else {
            continue;
        };
        match stretches.last_mut() {
            Some(last) if last.version == newest.version && last.until == Some(*from) => last.until = until,
            _ => stretches.push(Validity { version: newest.version, from: *from, until }),
        }
    }
    stretches
}

/// Versions that are in force on any day of a new one, lowest first: it has to say that it replaces them.
pub fn replaced_by(new: &Validity, versions: &[Validity]) -> Vec<i32> {
    let met = in_force(versions).into_iter().filter(|stretch| stretch.meets(new));
    let mut replaced: Vec<i32> = met.map(|stretch| stretch.version).collect();
    replaced.sort_unstable();
    replaced.dedup();
    replaced
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(version: i32, from: i32, until: Option<i32>) -> Validity {
        Validity { version, from: Day(from), until: until.map(Day) }
    }

    #[test]
    fn the_newest_version_that_covers_a_day_is_in_force() {
        let versions = [version(1, 0, None), version(2, 10, Some(20)), version(3, 15, Some(30))];
        let expected = [version(1, 0, Some(10)), version(2, 10, Some(15)), version(3, 15, Some(30)), version(1, 30, None)];
        assert_eq!(in_force(&versions), expected);
        for day in -2..40 {
            let newest = versions.iter().filter(|version| version.covers(Day(day))).map(|version| version.version).max();
            let told = expected.iter().find(|stretch| stretch.covers(Day(day))).map(|stretch| stretch.version);
            assert_eq!(told, newest, "day {day}");
        }
    }

    #[test]
    fn only_versions_that_are_still_in_force_have_to_be_named() {
        let versions = [version(1, 0, None), version(2, 10, None)];
        assert_eq!(replaced_by(&version(3, 20, None), &versions), [2], "the first is out of force by then");
        assert_eq!(replaced_by(&version(3, 5, None), &versions), [1, 2]);
        assert_eq!(replaced_by(&version(3, -9, Some(0)), &versions), [] as [i32; 0], "days that touch do not meet");
    }
}

//! A set of marks.

use domain::settlement::DayMark;

#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Marks(u32);

impl Marks {
    pub fn insert(&mut self, mark: DayMark) {
        self.0 |= 1 << (mark as u32);
    }

    pub fn extend(&mut self, other: Self) {
        self.0 |= other.0;
    }

    pub fn to_vec(self) -> Vec<DayMark> {
        DayMark::ALL.into_iter().filter(|mark| self.0 >> (*mark as u32) & 1 == 1).collect()
    }
}

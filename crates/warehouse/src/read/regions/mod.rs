//! What the page of one region reads. A region that has children stands for all of them together.

mod composition;
mod curve;
mod figures;
mod head;
mod silent;
mod tree;

pub(crate) use composition::readings_of;
pub use composition::{UsageShare, composition};
pub use curve::{Expected, QuarterPoint, RegionCurve, curves, day_curve, expected_meters};
pub use figures::DayFigures;
pub use head::{RegionHead, head};
pub(crate) use silent::LOOK_BACK_DAYS as SILENT_LOOK_BACK_DAYS;
pub use silent::{SilentList, SilentMeter, silent_meters};
pub use tree::{Region, Tree, tree};

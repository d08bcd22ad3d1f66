//! A living power grid in small: users with load shapes, meters that report every quarter of an hour,
//! and the trouble that real ones make. Everything is a pure function of the seed and the time.

pub mod fleet;
pub mod history;
pub mod live;
pub mod mail;
pub mod noise;
pub mod people;
pub mod places;
pub mod shapes;

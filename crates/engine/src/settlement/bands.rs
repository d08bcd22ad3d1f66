//! Pieces of a metered day into bands: `DayEnergy`.

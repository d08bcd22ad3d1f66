//! Words of the overview of a month.

//! Words of the page of adjustments.

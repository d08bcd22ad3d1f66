//! Words of the page of a run.

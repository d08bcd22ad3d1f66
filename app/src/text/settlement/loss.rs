//! Words of the page of losses.

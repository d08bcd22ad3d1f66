//! Adjustments for their pages.

//! What-if results.

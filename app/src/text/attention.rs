//! Words of attention.

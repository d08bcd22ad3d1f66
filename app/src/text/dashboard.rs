//! Words of dashboard.

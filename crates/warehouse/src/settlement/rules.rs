//! National rules and carbon factors.

//! What the performance page is computed from.

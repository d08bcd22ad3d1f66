//! What frozen statements would be now: their adjustments.

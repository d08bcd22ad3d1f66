//! Performance of the alarm system.

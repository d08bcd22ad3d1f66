//! Alarm rules for programs.

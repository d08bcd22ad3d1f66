//! One alarm.

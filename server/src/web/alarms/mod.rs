//! Alarms for programs: lists, acts and the stream.

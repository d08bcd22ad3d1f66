//! The holiday calendar.

//! `/settlement`: how far a month is.

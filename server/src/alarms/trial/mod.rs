//! Runs a rule over stored numbers.

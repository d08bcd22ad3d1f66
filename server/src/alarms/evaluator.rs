//! Evaluates the rules after each commit.

//! Settles what commits touched, with a position of its own: settlement cannot slow the log.

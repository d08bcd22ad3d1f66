//! 退补: differences of frozen statements.

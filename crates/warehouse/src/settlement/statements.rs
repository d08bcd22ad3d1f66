//! Monthly statements: drafting, checking, freezing, voiding.

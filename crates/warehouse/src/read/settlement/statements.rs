//! Lists of statements, one statement, its days and events.

//! Rules and their versions.

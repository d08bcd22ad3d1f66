//! Words of wall.

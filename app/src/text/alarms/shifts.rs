//! Desks, shifts and hand-overs.

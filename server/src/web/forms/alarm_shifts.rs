//! Forms of desks, shifts and hand-overs.

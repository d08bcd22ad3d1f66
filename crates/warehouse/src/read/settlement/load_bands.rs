//! Quarter-hour load of one customer day.

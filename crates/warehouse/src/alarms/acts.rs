//! What people do to alarms.

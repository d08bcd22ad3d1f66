//! `/alarms/shifts`: desks and the shift calendar.

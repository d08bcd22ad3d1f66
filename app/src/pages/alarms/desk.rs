//! `/alarms`: the operator's desk.

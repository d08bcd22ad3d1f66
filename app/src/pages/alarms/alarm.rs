//! `/alarms/{id}`: one alarm, its history and its numbers.

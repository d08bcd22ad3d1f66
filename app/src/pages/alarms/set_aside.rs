//! `/alarms/set-aside`: shelved, suppressed and out of service.

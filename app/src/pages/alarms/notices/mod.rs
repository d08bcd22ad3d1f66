//! `/alarms/notices`: receivers, routes and the delivery log.

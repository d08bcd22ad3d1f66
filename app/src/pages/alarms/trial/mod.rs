//! `/alarms/trials/{id}`: what a rule would have done.

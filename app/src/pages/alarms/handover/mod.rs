//! `/alarms/handover`: what one shift hands to the next.

//! `/alarms/performance`: how well the alarms serve their operators.

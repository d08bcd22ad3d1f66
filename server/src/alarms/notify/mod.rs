//! Telling people about alarms: the decision in the transaction of the event, and the sender beside it.

pub mod decide;

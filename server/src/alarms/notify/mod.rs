//! Telling people about alarms: the decision in the transaction of the event, and the sender beside it.

pub mod address;
pub mod decide;
pub mod message;
pub mod send;
pub mod sender;

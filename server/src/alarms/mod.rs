//! Alarms at work: the evaluation after each commit, what people do, and the messages to receivers.

pub mod acts;
pub mod evaluator;
pub mod notify;
pub mod trial;

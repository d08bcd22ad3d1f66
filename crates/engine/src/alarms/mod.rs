//! Alarms: rules judged over closed windows and periods, and the state machine of ISA-18.2. Pure and synchronous.

pub mod notices;

//! Who is told about an event, and why not.

//! Monthly runs in the background: statement by statement, interruptible and resumable.

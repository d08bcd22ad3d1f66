//! How a failure is handled. Each typed error of the product answers with one of these, once.

/// What to do about a failure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailureKind {
    /// Passes by itself: try again with back-off.
    Retry,
    /// A person has to change something first; the message says what.
    Operator,
    /// A broken invariant of ours: stop, keep the evidence.
    Bug,
}

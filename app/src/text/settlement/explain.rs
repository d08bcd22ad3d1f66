//! What a line of a bill follows from, in words.

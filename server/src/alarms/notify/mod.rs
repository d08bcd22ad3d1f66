//! Tells receivers: composing messages and carrying them out.

//! States, events, severities, metrics: words that every alarm page uses.

//! What is wrong with a tariff and what to change.

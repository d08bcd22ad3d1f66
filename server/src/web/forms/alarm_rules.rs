//! Forms of rules, trials and holidays.

//! `/settlement/contracts`: who is billed by what.

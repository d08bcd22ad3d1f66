//! Monthly runs: what is done and where to go on.

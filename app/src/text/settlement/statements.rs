//! Words of the list of bills.
